"""Collects the stories that exist so far: as data, who does what, what must be seen, which rows that exercises."""

from __future__ import annotations

from tests.journeys import (
    stories_accounts,
    stories_answers,
    stories_bodies,
    stories_draws,
    stories_dues,
    stories_errands,
    stories_followed,
    stories_groups,
    stories_links,
    stories_lists,
    stories_market,
    stories_matching,
    stories_mediation,
    stories_people,
    stories_periods,
    stories_policy,
    stories_processes,
    stories_property,
    stories_published,
    stories_rights,
    stories_service,
    stories_streets,
    stories_supervision,
    stories_utilities,
    stories_ventures,
)

# What comes with a period is told first: another story that goes by the quarter's first day would have it done.
STORIES = (
    *stories_periods.STORIES,
    *stories_market.STORIES, *stories_people.STORIES, *stories_property.STORIES, *stories_utilities.STORIES,
    *stories_lists.STORIES, *stories_supervision.STORIES, *stories_accounts.STORIES, *stories_groups.STORIES,
    *stories_mediation.STORIES,
    *stories_dues.STORIES, *stories_answers.STORIES,
    *stories_service.STORIES,
    *stories_links.STORIES,
    *stories_policy.STORIES, *stories_streets.STORIES,
    *stories_matching.STORIES, *stories_rights.STORIES, *stories_errands.STORIES,
    *stories_bodies.STORIES,
    *stories_published.STORIES, *stories_followed.STORIES, *stories_ventures.STORIES,
    *stories_processes.STORIES, *stories_draws.STORIES,
)  # fmt: skip
