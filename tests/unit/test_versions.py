"""A definition's past is told act by act, every version of it can be read again, and who may do what is said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from chalicelib.actions import definitions, drafts, versions
from chalicelib.actions.packs import seed
from chalicelib.actions.releasing import Press
from chalicelib.domain.definitions import content_hash
from chalicelib.domain.problems import Problem, Text
from tests.builders_definitions import AUTHOR, OTHER, RELEASER, Ticking, aws, create_table, item, pack, press

SAID = Text("无权", "no")
FIRST, SECOND = ({"zh": f"第{n}版", "en": f"Version {n}"} for n in (1, 2))


@pytest.fixture
def desk() -> Iterator[Press]:
    with aws() as dynamo:
        create_table(dynamo)
        made = press(dynamo, Ticking())
        seed(made, pack())
        yield made


def released(desk: Press, body: dict) -> str:
    draft = drafts.create_draft(desk, AUTHOR, body["kind"], body["id"], body)
    definitions.release(desk, RELEASER, [draft.draft_id], "说明")
    return content_hash(body)


def told(desk: Press, identity: str = "deregistration") -> list[tuple]:
    page = versions.list_versions(desk, AUTHOR, "items", identity)
    return [(row["act"], row["set"], row["hash"]) for row in page.rows]


def test_what_was_in_force_is_told_newest_first_roll_backs_as_well(desk):
    shipped = content_hash(item())
    first, second = released(desk, item(title=FIRST)), released(desk, item(title=SECOND))
    released(desk, item("change-of-name", title=FIRST))
    definitions.roll_back(desk, RELEASER, 2, "有误")
    assert told(desk) == [
        ("rolled_back", 2, first), ("released", 3, second), ("released", 2, first), ("pack_loaded", 1, shipped),
    ]  # fmt: skip
    assert versions.get_version(desk, AUTHOR, "items", "deregistration", second)["title"] == SECOND


def test_a_roll_back_behind_the_first_version_says_that_there_is_none(desk):
    new = released(desk, item("new-one", title=FIRST))
    definitions.roll_back(desk, RELEASER, 1, "有误")
    assert told(desk, "new-one") == [("rolled_back", 1, None), ("released", 2, new)]


def test_a_page_goes_on_where_the_last_one_ended(desk):
    first = released(desk, item(title=FIRST))
    page = versions.list_versions(desk, AUTHOR, "items", "deregistration", None, 1)
    rest = versions.list_versions(desk, AUTHOR, "items", "deregistration", page.after, 1)
    assert [row["hash"] for row in (*page.rows, *rest.rows)] == [first, content_hash(item())]


def test_a_version_that_never_was_is_not_found(desk):
    with pytest.raises(Problem) as caught:
        versions.get_version(desk, AUTHOR, "items", "deregistration", "0" * 64)
    assert (caught.value.kind, caught.value.code) == ("not_found", "not-found")


def test_who_may_do_what_is_what_the_policies_admit():
    def permit(principal, action, kind, identity, authors, *bodies):
        if action == "release_definition" and principal.subject in authors:
            raise Problem("forbidden", "author-does-not-release", SAID)
        if action == "edit_definition" and principal != AUTHOR:
            raise Problem("forbidden", "forbidden", SAID)

    with aws() as dynamo:
        create_table(dynamo)
        desk = press(dynamo, Ticking(), permit=permit)
        asked = ("items", "deregistration", (AUTHOR.subject,))
        assert versions.may(desk, AUTHOR, *asked) == ["edit", "check"]
        assert versions.may(desk, OTHER, *asked) == ["check", "release"]
