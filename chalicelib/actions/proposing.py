"""Does proposals: what a trigger would have changed in what is published becomes a draft, and waits for two people.

Nobody's draft is released by anybody: one person takes it up by saving it, another one releases it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.actions.definition_ports import Draft
from chalicelib.domain import triggers
from chalicelib.domain.definitions import Definition
from chalicelib.domain.expansion import merged
from chalicelib.domain.triggers import Sayer

if TYPE_CHECKING:
    from chalicelib.actions.releasing import Press

KIND = "proposal"


def propose(press: Press, trigger: Definition, number: int, declared: Definition, source: Sayer) -> str:
    """`proposed` or `again`: once for the same keys, also after the draft was released or thrown away."""
    key = str(declared["definition"]).replace(":", "/", 1)
    draft_id = triggers.draft_id_of(trigger, number, source)
    if press.work is None or press.work.kept(KIND, draft_id):
        return "again"
    hash_ = press.store.release_set(press.store.pointer().set).definitions[key]
    body = merged(press.store.versions({key: hash_})[key], triggers.value_of(declared["patch"], source))
    kind, _, identity = key.partition("/")
    by = triggers.principal_of(trigger).subject
    draft = Draft(draft_id, kind, identity, by, (by,), hash_, body, press.now(), note=str(declared["note"]))
    # The mark comes last: whoever dies in between finds the draft there, and marks it then.
    new = press.store.put_draft(draft, 0)
    press.work.keep(KIND, draft_id, _marked(trigger, key, draft), 0)
    return "proposed" if new else "again"


def _marked(trigger: Definition, key: str, draft: Draft) -> Mapping[str, Any]:
    return {"draft_id": draft.draft_id, "trigger": triggers.version_of(trigger), "of": key, "at": draft.at}
