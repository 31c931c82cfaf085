"""Collects the stories that exist so far: as data, who does what, what must be seen, which rows that exercises."""

from __future__ import annotations

from tests.journeys import (
    stories_accounts,
    stories_groups,
    stories_lists,
    stories_market,
    stories_mediation,
    stories_people,
    stories_policy,
    stories_property,
    stories_streets,
    stories_supervision,
    stories_utilities,
)

STORIES = (
    *stories_market.STORIES, *stories_people.STORIES, *stories_property.STORIES, *stories_utilities.STORIES,
    *stories_lists.STORIES, *stories_supervision.STORIES, *stories_accounts.STORIES, *stories_groups.STORIES,
    *stories_mediation.STORIES,
    *stories_policy.STORIES, *stories_streets.STORIES,
)  # fmt: skip
