"""Shows one permit from beginning to end on a running instance (`make demo`), as a timeline in two languages.

A company applies for a food licence; the window accepts, the handler proposes, the reviewer passes, the decider
grants, the window serves; each on a working day of its own. The instance's clock is moved and set back at the end.
"""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from typing import Any

import httpx

from tests.builders import FOOD, Api, Firm, clocks_of, item_of, ok, states
from tests.journeys.checks import chain_of

START = "2026-03-02T09:00:00+08:00"
OFFICIALS = {
    "post:window": "window",
    "post:handler": "handler",
    "post:reviewer": "reviewer",
    "post:decider": "decider",
}
UNITS = {
    "working_day": ("个工作日", "working days"),
    "office_hour": ("分钟", "minutes"),
    "calendar_day": ("天", "days"),
}
LICENCE = "food-business-licence"


class Unexpected(Exception):
    """Something is not as it should be; the sentence says what, in both languages."""


def main() -> int:
    """Play the demo; return 1 with one sentence when something is not as expected, 2 when nobody answers."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--url", default="http://127.0.0.1:8000")
    url = options.parse_args().url
    with Api(url) as api:
        try:
            ok(api.anybody.get("/v1/health"))
        except (httpx.HTTPError, AssertionError):
            print(
                f"{url} 没有应答,请先运行 make run / nothing answers at {url}: start it with `make run`",
                file=sys.stderr,
            )
            return 2
        try:
            tell(api)
        except (Unexpected, AssertionError, httpx.HTTPError) as wrong:
            print(f"\n与预期不符 / not as expected: {wrong}", file=sys.stderr)
            return 1
        finally:
            # Months of days in sixteen shards are swept on the way back: longer than one call usually takes.
            api.http.post("/v1/dev/clock", json={"now": None}, timeout=90)
    return 0


def tell(api: Api) -> None:
    """The whole story."""
    print(f"极省演示 / Jisheng demo: {api.url}\n")
    move_clock(api, START)
    firm, example = Firm(api), item_of(FOOD)["examples"][0]
    case = firm.applies(FOOD)
    print(f"{both(case['title'])} · {case['number']} · {case['case_id']}")
    print(f"申请人 / applicant: {case['form']['enterprise_name']} ({firm.subject})\n")
    timeline(api, firm, case)
    promised = ""
    for step in example["moves"]:
        move_clock(api, next_morning(api))
        case = make(api, case, step)
        timeline(api, firm, case)
        promised = promised or promise_of(api, case)
    expect(states(case) == ["completed"], f"办件应已办结 / the case should be completed: {states(case)}")
    documents(firm, case, promised)
    record(api, case)
    chain(firm, case)
    print("\n一切如预期 / all as expected")


def make(api: Api, case: dict[str, Any], step: dict[str, Any]) -> dict[str, Any]:
    """One official makes one move, which must be among those that the case offers to them."""
    official = api.staff(OFFICIALS[step["by"]])
    offered = [one["move"] for one in official.see(case)["moves"]]
    expect(step["move"] in offered, f"{step['by']} 不能 / may not {step['move']}: {offered}")
    made: dict[str, Any] = ok(official.move(case, step["move"], step["input"]))
    return made


def timeline(api: Api, firm: Firm, case: dict[str, Any]) -> None:
    """The last event as it stands in the case's history: when, what, who, where it led, what it issued."""
    event, titles = firm.person.events(case)[-1], {}
    actor = event["actor"]
    at_post = f" @ {actor['node']}.{actor['post']}" if "post" in actor else ""
    print(f"{minute(event['occurred_at'])}  {event['type']:<18} {actor['person']}{at_post}")
    print(f"    → {' · '.join(both(state['title']) for state in case['state'])}")
    issued = event["data"].get("issued", [])
    if issued:
        titles = {name: both(one["title"]) for name, one in firm.person.documents(case).items()}
        print(f"    文书 / documents: {', '.join(titles[name] for name in issued)}")
    for clock in case["clocks"]:
        if clock["running"]:
            zh, en = UNITS[clock["unit"]]
            left = f"剩余 {clock['remaining']} {zh} / {clock['remaining']} {en} left"
            print(f"    {both(clock['title'])}: {left}, → {minute(clock['deadline'])} ({clock['light']})")


def promise_of(api: Api, case: dict[str, Any]) -> str:
    """The promised day, checked against the calendar that anybody may ask."""
    clock = clocks_of(case)["promised"]
    day = datetime.fromisoformat(case["updated_at"]).date().isoformat()
    counted = deadline(api, day, int(clock["budget"]))
    told = str(clock["deadline"])[:10]
    expect(
        told == counted, f"承诺日 {told} 与日历 {counted} 不符 / the promise is not what the calendar says"
    )
    return told


def documents(firm: Firm, case: dict[str, Any], promised: str) -> None:
    """What was issued; the licence in full."""
    found = firm.person.documents(case)
    expect(LICENCE in found, f"没有许可证 / no licence: {sorted(found)}")
    text = found[LICENCE]["text"]
    expect(
        case["form"]["enterprise_name"] in text["zh"],
        "许可证上没有申请人 / the licence does not name the applicant",
    )
    gaps = {name: one["missing"] for name, one in found.items() if one.get("missing")}
    expect(not gaps, f"文书有空白 / documents with gaps: {gaps}")
    closed = datetime.fromisoformat(case["closed_at"]).date().isoformat()
    expect(closed <= promised, f"{closed} 超过承诺日 / is later than promised: {promised}")
    print(f"\n承诺日 / promised: {promised} · 办结 / done: {closed}")
    print(f"\n{len(found)} 份文书 / documents; {both(found[LICENCE]['title'])}:\n")
    for language in ("zh", "en"):
        print("\n".join(f"    {line}" for line in text[language].strip().splitlines()) + "\n")


def record(api: Api, case: dict[str, Any]) -> None:
    """The licence stands in the public register."""
    entry = ok(api.anybody.get(f"/v1/registers/food-licences/records/{case['number']}"))
    expect(entry["body"]["status"] == "valid", "登记簿中无效 / the register does not call it valid")
    print(
        f"登记簿 / register food-licences: {entry['record_id']} {entry['body']['status']} {entry['body']['valid_from']}"
    )


def chain(firm: Firm, case: dict[str, Any]) -> None:
    """The hashes link up from the first event to the last."""
    events = firm.person.events(case)
    wrong = chain_of(events)
    expect(
        not wrong and len(events) == case["seq"],
        f"哈希链不完整 / the chain is broken: {wrong or len(events)}",
    )
    print(f"哈希链 / chain: {len(events)} 个事件首尾相接 / events link up, … {events[-1]['hash'][:16]}")


def next_morning(api: Api) -> str:
    """Nine o'clock on the next working day, by the district's calendar."""
    return f"{deadline(api, api.now().date().isoformat(), 1)}T09:00:00+08:00"


def deadline(api: Api, day: str, working_days: int) -> str:
    path = f"/v1/calendars/cn-{day[:4]}/deadlines?from={day}&days={working_days}&unit=working_day"
    return str(ok(api.anybody.get(path))["deadline"])


def move_clock(api: Api, instant: str) -> None:
    moved = ok(api.http.post("/v1/dev/clock", json={"now": instant}))
    expect(moved["settled"], "到期事项未能及时处理 / what was due did not fire in time")


def expect(holds: bool, sentence: str) -> None:
    if not holds:
        raise Unexpected(sentence)


def both(text: dict[str, str]) -> str:
    return f"{text['zh']} {text['en']}"


def minute(instant: str | None) -> str:
    return str(instant)[:16].replace("T", " ")


if __name__ == "__main__":
    sys.exit(main())
