"""Decides what the loaded holiday notices say of a day: rest by notice, make-up working day, ordinary."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from chalicelib.domain.problems import Finding, Problem, Text

_WEEK = "一二三四五六日"
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Notices:
    """The special days of consecutive years, as ordinals, each with the notice that made it so."""

    years: tuple[int, ...]
    rest: dict[int, Text]
    makeup: dict[int, Text]

    def works(self, ordinal: int) -> bool:
        if ordinal % 7 in (0, 6):  # Sunday, Saturday
            return ordinal in self.makeup
        return ordinal not in self.rest

    def reason(self, day: date) -> Text:
        ordinal, weekday = day.toordinal(), day.weekday()
        if day.year not in self.years:
            zh, en = ("工作日", "working day") if weekday < 5 else ("周末", "weekend")
            return Text(
                f"{zh}(暂定:当年放假通知尚未发布)", f"{en} (provisional: no notice for that year yet)"
            )
        if ordinal in self.makeup:
            title = self.makeup[ordinal]
            return Text(f"调休上班({title.zh})", f"make-up working day ({title.en})")
        if ordinal in self.rest:
            title = self.rest[ordinal]
            return Text(f"放假({title.zh})", f"public holiday ({title.en})")
        kind = Text("工作日", "working day") if weekday < 5 else Text("周末休息", "weekend")
        return Text(f"{kind.zh}(星期{_WEEK[weekday]})", f"{kind.en} ({_WEEKDAYS[weekday]})")


def read_notices(definitions: Iterable[Mapping[str, Any]], known_on: date | None = None) -> Notices:
    """Definitions of consecutive years as one; `known_on` undoes changes that were announced later."""
    ordered = sorted(definitions, key=lambda one: int(one["year"]))
    wrong = findings(ordered)
    if wrong:
        raise Problem(
            "invalid",
            "calendar-unusable",
            Text("工作日历不可用", "the calendar cannot be used"),
            findings=wrong,
        )
    special = Notices(tuple(int(one["year"]) for one in ordered), {}, {})
    for one in ordered:
        _add(special, one, known_on)
    return special


def findings(definitions: Iterable[Mapping[str, Any]]) -> list[Finding]:
    """What no schema can say: no year missing or twice, make-up days on weekends, no day both.

    A notice may reach into the December before its year (2019's and 2023's did).
    """
    ordered = sorted(definitions, key=lambda one: int(one["year"]))
    if not ordered:
        return [
            Finding(
                "", "calendar-unknown", Text("没有载入任何放假通知", "no holiday notice is loaded at all")
            )
        ]
    found: list[Finding] = []
    for earlier, later in pairwise(ordered):
        if later["year"] != earlier["year"] + 1:
            message = Text(
                f"{earlier['year']} 年之后应为下一年,实为 {later['year']} 年",
                f"{earlier['year']} is followed by {later['year']}",
            )
            found.append(Finding("/year", "calendar-years-not-consecutive", message))
    for one in ordered:
        found.extend(_findings_of(one))
    return found


def _findings_of(definition: Mapping[str, Any]) -> list[Finding]:
    found: list[Finding] = []
    rest = set(definition["rest_days"])
    for member in ("rest_days", "makeup_workdays"):
        for index, text in enumerate(definition[member]):
            pointer = f"/{member}/{index}"
            if not f"{definition['year'] - 1}-12-01" <= text <= f"{definition['year']}-12-31":
                found.append(
                    _finding(pointer, "day-of-another-year", text, "不属于该年", "is of another year")
                )
            if member == "makeup_workdays" and text in rest:
                found.append(
                    _finding(pointer, "day-rests-and-works", text, "既放假又上班", "both rests and works")
                )
            if member == "makeup_workdays" and date.fromisoformat(text).weekday() < 5:
                found.append(_finding(pointer, "makeup-on-weekday", text, "不是周末", "is not a weekend day"))
    return found


def _finding(pointer: str, code: str, day: str, zh: str, en: str) -> Finding:
    return Finding(pointer, code, Text(f"{day} {zh}", f"{day} {en}"), {"day": day})


def _add(special: Notices, definition: Mapping[str, Any], known_on: date | None) -> None:
    """Enter one year. Its lists hold the latest state: take its changes back, then announce them again."""
    changes = definition.get("changes", ())
    rest, makeup = _days(definition, "rest_days"), _days(definition, "makeup_workdays")
    for change in reversed(changes):
        rest = rest - _days(change, "rest_days_added") | _days(change, "rest_days_removed")
        makeup = makeup - _days(change, "makeup_workdays_added") | _days(change, "makeup_workdays_removed")
    _enter(special, rest, makeup, _title(definition["notice"]))
    for change in changes:
        if known_on is None or date.fromisoformat(change["known_from"]) <= known_on:
            for day in _days(change, "rest_days_removed"):
                special.rest.pop(day, None)
            for day in _days(change, "makeup_workdays_removed"):
                special.makeup.pop(day, None)
            added = _days(change, "rest_days_added"), _days(change, "makeup_workdays_added")
            _enter(special, *added, _title(change["notice"]))


def _enter(special: Notices, rest: set[int], makeup: set[int], title: Text) -> None:
    """The later notice wins: next year's may turn a day of this December."""
    for day in rest:
        special.makeup.pop(day, None)
        special.rest[day] = title
    for day in makeup:
        special.rest.pop(day, None)
        special.makeup[day] = title


def _days(holder: Mapping[str, Any], member: str) -> set[int]:
    return {date.fromisoformat(text).toordinal() for text in holder.get(member, ())}


def _title(notice: Mapping[str, Any]) -> Text:
    number = notice["number"] or "文号待核"
    return Text(
        f"《{notice['title']}》{number}", f"State Council notice {notice['number'] or 'number unknown'}"
    )
