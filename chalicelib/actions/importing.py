"""Does imports into a register: a table that somebody sends becomes chunks of lines, workers make records of them.

The whole may die anywhere and be begun again: chunks and their results are written once, a record that is there
already as the line has it is left alone. So what a time limit cut off goes on, and whoever sends the same table twice
changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from chalicelib.actions import keeping
from chalicelib.actions.office import Kit
from chalicelib.domain import canonical, imports, merkle, sheets
from chalicelib.domain.ids import derived
from chalicelib.domain.problems import Problem, Text, not_found
from chalicelib.domain.sheets import Line

if TYPE_CHECKING:
    from chalicelib.actions.ports import RecordVersion
    from chalicelib.domain.parties import Principal

KIND = "import"
CHUNK = 500  # lines: one item of the store, a second or two of a worker
TOGETHER = 30  # records in one transaction (decisions 7)
MOST = 1_000_000  # lines of one table (sample default, not from the plan)

Body = dict[str, Any]


class Imports(Protocol):
    def fill(self, identity: str, part: str, body: Mapping[str, Any]) -> bool: ...
    def part(self, identity: str, part: str) -> Body | None: ...
    def parts(self, identity: str, prefix: str) -> list[Body]: ...


@dataclass(frozen=True, slots=True)
class Importer:
    """What imports work with. `later`: hands messages to the workers; None: done at once."""

    kit: Kit
    imports: Imports
    later: Callable[[list[str]], None] | None = None


def send(importer: Importer, principal: Principal, register_id: str, content: bytes) -> Body:
    """`begin`, by somebody whom the register names as a writer; refused otherwise."""
    _require(importer, principal, register_id)
    return begin(importer, register_id, content, principal.subject)


def shown(importer: Importer, principal: Principal, register_id: str, identity: str, chunk: int) -> Body:
    """`standing`, and what stands against the lines of one chunk, to who may import into the register."""
    _require(importer, principal, register_id)
    head = _head(importer, identity)
    if head["register"] != register_id:
        raise _unknown(identity)
    told = standing(
        importer, identity
    )  # first: once it says that all is done, the flaws read after it are all
    result = importer.imports.part(identity, _result(chunk))
    after = chunk + 1 if chunk + 1 < head["chunks"] else None
    return told | {"flaws": result["flaws"] if result else [], "after": after}


def begin(importer: Importer, register_id: str, content: bytes, author: str) -> Body:
    """Cut the table into chunks and have them worked; `standing` of it. The same table has the same id.

    Refused where it is no table (`sheet-unreadable`) or its header does not fit the register (`import-header`).
    """
    kit = importer.kit
    register = kit.catalogue.live(kit.office().pointer, "registers", register_id)
    digest = hashlib.sha256(content).hexdigest()
    identity = derived("imp", register_id, author, digest)
    if importer.imports.part(identity, "IMPORT") is None:
        found = sheets.lines(content)
        header = next(found, None)
        if header is None:
            raise sheets.unreadable("空表", "the table is empty")
        columns = imports.Columns(register, header)
        chunks, count = 0, 0
        for some in _slices(_marked(columns, found), CHUNK):
            importer.imports.fill(identity, _lines(chunks), {"lines": some})
            chunks, count = chunks + 1, count + len(some)
        head = {
            "register": register_id, "author": author, "digest": digest, "at": kit.now(), "header": asdict(header),
            "chunks": chunks, "lines": count,
        }  # fmt: skip
        importer.imports.fill(identity, "IMPORT", head)
    go_on(importer, identity)
    return standing(importer, identity)


def go_on(importer: Importer, identity: str) -> int:
    """Hand over every chunk that nobody has done yet, all at once (decisions 21); how many."""
    head = _head(importer, identity)
    done = {int(one["chunk"]) for one in importer.imports.parts(identity, "R#")}
    asked = [
        {"work": KIND, "id": identity, "chunk": chunk} for chunk in range(head["chunks"]) if chunk not in done
    ]
    if importer.later is not None:
        importer.later([json.dumps(one) for one in asked])
    else:
        for one in asked:
            work_part(importer, one)
    return len(asked)


def work_part(importer: Importer, message: Mapping[str, Any]) -> dict[str, int]:
    """Make records of one chunk; counts. Done twice it changes nothing."""
    identity, chunk = str(message["id"]), int(message["chunk"])
    known = importer.imports.part(identity, _result(chunk))
    if known is None:
        known = _made(importer, _head(importer, identity), identity, chunk)
        importer.imports.fill(identity, _result(chunk), known)
    return dict(known["counts"])


def standing(importer: Importer, identity: str) -> Body:
    """`{id, register, lines, done, counts, root}`; `root` over all that was taken, once every line is done."""
    head = _head(importer, identity)
    results = importer.imports.parts(identity, "R#")
    counts = dict.fromkeys(("new", "changed", "same", "bad"), 0)
    for one in results:
        for name, count in one["counts"].items():
            counts[name] += count
    complete = len(results) == head["chunks"]
    roots = [bytes.fromhex(one["root"]) for one in results]
    return {
        "id": identity, "register": head["register"], "lines": head["lines"], "done": sum(counts.values()),
        "counts": counts, "root": merkle.root_of(roots).hex() if complete else None,
    }  # fmt: skip


def flaws(importer: Importer, identity: str) -> Iterator[Body]:
    """All that stands against lines that were not taken, in their order: `{line, column, field, code, message}`."""
    for one in importer.imports.parts(identity, "R#"):
        yield from one["flaws"]


def _marked(columns: imports.Columns, found: Iterator[Line]) -> Iterator[list[Any]]:
    """Lines as they are kept, and whether a line before has the same key."""
    seen, count = set[str](), 0
    for line in found:
        key, count = columns.key_of(line), count + 1
        if count > MOST:
            said = Text(f"超过 {MOST} 行", f"more than {MOST} lines")
            raise Problem("too_large", "import-too-long", said, extra={"limit": MOST})
        yield [
            line.number,
            line.cells,
            {str(at): code for at, code in line.flaws.items()},
            bool(key) and key in seen,
        ]
        seen.add(key)


def _made(importer: Importer, head: Body, identity: str, chunk: int) -> Body:
    from chalicelib.domain import forms

    kit = importer.kit
    register = kit.catalogue.live(kit.office().pointer, "registers", head["register"])
    form = forms.compile_form(register["schema"], kit.shared)
    columns = imports.Columns(register, Line(**head["header"]))
    sent = importer.imports.part(identity, _lines(chunk)) or {"lines": []}
    good, bad, against = dict[str, Body](), 0, list[imports.Flaw]()
    for number, cells, flaws_, again in sent["lines"]:
        line = Line(number, cells, {int(at): code for at, code in flaws_.items()})
        body, found = columns.record(line, form)
        if again and not found:
            found = [columns.duplicate(line)]
        if found:
            bad, against = bad + 1, [*against, *found]
        else:
            good[imports.key_of(register, body)] = body
    counts = _written(kit, head, good) | {"bad": bad}
    leaves = [merkle.leaf_hash(canonical.dumps([key, good[key]])) for key in sorted(good)]
    said = [{**asdict(one), "message": one.message.as_json()} for one in against]
    return {"chunk": chunk, "counts": counts, "flaws": said, "root": merkle.root_of(leaves).hex()}


def _written(kit: Kit, head: Body, good: Mapping[str, Body]) -> dict[str, int]:
    """What was new, what changed, what was there already; thirty records a transaction."""
    counts = dict.fromkeys(("new", "changed", "same"), 0)
    day = datetime.fromtimestamp(int(head["at"]) / 1000, kit.zone).date().isoformat()
    for some in _slices(sorted(good), TOGETHER):
        present: Mapping[str, RecordVersion] = kit.records.versions(head["register"], some)
        changed = [one for one in some if one not in present or present[one].body != good[one]]
        for one in some:
            word = "new" if one not in present else "changed" if one in changed else "same"
            counts[word] += 1
        wanted = {one: good[one] for one in changed}
        kit.records.write_together(head["register"], wanted, present, day, head["author"], int(head["at"]))
    return counts


def _slices(things: Iterable[Any], size: int) -> Iterator[list[Any]]:
    left = iter(things)
    while some := list(islice(left, size)):
        yield some


def _head(importer: Importer, identity: str) -> Body:
    head = importer.imports.part(identity, "IMPORT")
    if head is None:
        raise _unknown(identity)
    return head


def _unknown(identity: str) -> Problem:
    return not_found(Text("此导入", "such import"), identity)


def _require(importer: Importer, principal: Principal, register_id: str) -> None:
    office = importer.kit.office()
    register = importer.kit.catalogue.live(office.pointer, "registers", register_id)
    keeping.require_writer(office, principal, register)


def _lines(chunk: int) -> str:
    return f"L#{chunk:06d}"


def _result(chunk: int) -> str:
    return f"R#{chunk:06d}"
