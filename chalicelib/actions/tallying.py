"""Does the counting of what a campaign does: of one chunk while a worker goes through it, then of all together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from chalicelib.domain.problems import Problem

SHOWN = 50  # refused records that are named, in all
SAMPLES = 5  # records for which something is done that are named
# What an act may do, by the beginning of its id.
DONE = {"cas": "opened", "wrt": "written", "ntc": "noticed"}
COUNTS = ("seen", "meant", "undecided", *DONE.values(), "again", "missed", "refused")


class Tally:
    """What became of the records of one chunk. Where they are not told `apart` it keeps which acts were asked for."""

    def __init__(self, apart: bool) -> None:
        self.found, self.reasons = Counter[str](), Counter[str]()
        self._refused, self._samples, self._acts = list[list[str]](), list[str](), list[str]()
        self._apart = apart

    def count(self, word: str, record_id: str, act: str) -> None:
        self.found[word] += 1
        if word in DONE.values():
            self._samples = [*self._samples, record_id][:SAMPLES]
            self._acts += [] if self._apart else [act]

    def refuse(self, record_id: str, problem: Problem) -> None:
        self.found["refused"] += 1
        self.reasons[problem.code] += 1
        if len(self._refused) < SHOWN:
            self._refused.append([record_id, problem.code])

    def as_json(self) -> dict[str, Any]:
        return {
            "found": dict(self.found), "reasons": dict(self.reasons), "refused": self._refused,
            "samples": self._samples, "acts": self._acts,
        }  # fmt: skip


def total(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Records `seen`, `meant` and `undecided` (nobody knows whether they are meant), acts by what became of them,
    refusals by reason and, the first of them, by record."""
    found, reasons = Counter[str](), Counter[str]()
    refused, samples, acts = list[list[str]](), list[str](), list[str]()
    for part in parts:
        found.update(part["found"])
        reasons.update(part["reasons"])
        refused += part["refused"]
        samples += part["samples"]
        acts += part["acts"]
    for act, times in Counter(acts).items():  # records of different chunks that ask for one and the same act
        found.update({DONE[act[:3]]: 1 - times, "again": times - 1})
    return {
        **{name: found[name] for name in COUNTS}, "reasons": dict(sorted(reasons.items())),
        "refusals": [{"record": record, "code": code} for record, code in refused[:SHOWN]],
        "samples": samples[:SAMPLES],
    }  # fmt: skip
