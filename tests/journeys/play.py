"""Plays the stories on an embedded stack of its own (`make journeys`), or on the one that `--url` names.

Prints ✓ or ✗ for each step with the rows of the plan that it exercised, and writes .local/journeys.json.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

from tests.builders import Api, item_of
from tests.journeys.checks import CHECKS, chain_of
from tests.journeys.scene import Scene
from tests.journeys.stories import STORIES
from tests.journeys.telling import Step, Story

ROOT = Path(__file__).resolve().parents[2]
REPORT = ROOT / ".local" / "journeys.json"
SUBMIT = "submit"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a step ended; `said` is empty when all was as expected."""

    story: str
    number: int
    does: str
    rows: tuple[str, ...]
    said: str

    @property
    def ok(self) -> bool:
        return not self.said


def main() -> int:
    """Play every story, or those that `--only` names; return 1 if a step was not as expected."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--url", help="a running instance; its clock is moved, and set back at the end")
    options.add_argument("--only", nargs="*", choices=[story.id for story in STORIES])
    chosen = options.parse_args()
    wanted = [story for story in STORIES if not chosen.only or story.id in chosen.only]
    with ExitStack() as opened:
        outcomes = play_all(opened.enter_context(Api(chosen.url or _own_stack(opened))), wanted)
    rows = sorted({row for one in outcomes if one.ok for row in one.rows})
    failed = sum(not one.ok for one in outcomes)
    print(
        f"\n{len(wanted)} stories, {len(outcomes)} steps, {failed} not as expected, {len(rows)} rows exercised"
    )
    REPORT.parent.mkdir(exist_ok=True)
    report = {
        "stories": [story.id for story in wanted],
        "rows": rows,
        "steps": [asdict(one) for one in outcomes],
    }
    REPORT.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"wrote {REPORT.relative_to(ROOT)}")
    return 1 if failed or not outcomes else 0


def _own_stack(opened: ExitStack) -> str:
    from infra.local.stack import start_stack

    folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="jisheng-journeys-")))
    return opened.enter_context(start_stack(folder)).url


def play_all(api: Api, stories: list[Story], say: Callable[[str], None] = print) -> list[Outcome]:
    """Play the stories one after the other, and set the clock back to the real time."""
    try:
        return [outcome for story in stories for outcome in play(api, story, say)]
    finally:
        api.http.post("/v1/dev/clock", json={"now": None}, timeout=120)  # months of timers are swept


def play(api: Api, story: Story, say: Callable[[str], None] = print) -> list[Outcome]:
    """Play one story. A step that is not as expected ends it: what follows would say nothing."""
    say(f"\n{story.journey} {story.zh} / {story.en}")
    scene, outcomes = Scene(api), list[Outcome]()
    for number, step in enumerate(story.steps, start=1):
        outcome = Outcome(story.id, number, f"{step.who}: {step.does}", rows_of(step), _take(scene, step))
        outcomes.append(outcome)
        say(f"  {'✓' if outcome.ok else '✗'} {step.zh} / {step.en}  {' '.join(outcome.rows)}".rstrip())
        if not outcome.ok:
            say(f"      {outcome.said}")
            break
    return outcomes


def rows_of(step: Step) -> tuple[str, ...]:
    """Rows of the plan that a step exercises: its own, and all that an item serves when an application is taken."""
    verb, _, what = step.does.partition(" ")
    taken = verb == SUBMIT and "status" not in step.expect
    served = item_of(what).get("serves", ()) if taken else ()
    return tuple(sorted({*served, *step.rows}))


def _take(scene: Scene, step: Step) -> str:
    """Do one step; what was not as expected, in one sentence."""
    verb, _, what = step.does.partition(" ")
    try:
        if verb == "time":
            scene.api.set_clock(what)
            return ""
        answer = scene.do(step)
    except (httpx.HTTPError, AssertionError) as error:
        return f"{type(error).__name__}: {error}"
    expect = scene.filled(dict(step.expect))
    status = expect.pop("status", 201 if verb == SUBMIT else 200)
    if answer.status_code != status:
        return f"{answer.status_code} instead of {status}: {answer.text[:500]}"
    body = answer.json()
    checks = (
        {"chain": chain_of(body["events"])}
        if verb == "chain"
        else {name: CHECKS[name](body, want) for name, want in expect.items()}
    )
    return "; ".join(f"{name}: {found}" for name, found in checks.items() if found)


if __name__ == "__main__":
    sys.exit(main())
