"""A story on its scene: who speaks in it, its own numbers, and what each verb of a step calls."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx

from chalicelib.domain.webhook_signatures import signed
from infra import verify_draw
from tests.builders import Api, Person, application, grant_record, new_key, new_uscc, ok, states
from tests.journeys.checks import merged, queued
from tests.journeys.telling import Step

FOUNDER = "person:demo-founder"
OTHERS = re.compile(r"\{firm:([a-z0-9-]+)\}")
FOLLOWED_FOR = 60  # seconds that a link is waited for


class Scene:
    """One story being played: a firm of its own, and the last case that was submitted in it."""

    def __init__(self, api: Api) -> None:
        self.api, self.uscc = api, new_uscc()
        self.case: dict[str, Any] = {}
        self.before = ""  # number of the case that the story was about before the last submission
        self.followed = ""  # the case from which the last link was followed
        self.numbers: dict[str, str] = {}  # of the last case of each item that was submitted
        self.firms: dict[str, str] = {}  # codes of the other firms of the story, by name
        self.secrets: dict[str, str] = {}  # of the outside systems of the story, by connector
        self.applicant = self.firm

    @property
    def firm(self) -> Person:
        return self.api.person(f"enterprise:{self.uscc}")

    @property
    def serial(self) -> str:
        """Eight digits that are this story's own."""
        return self.uscc[9:17]

    def person(self, who: str) -> Person:
        """A demo official by name, or: `citizen:<name>` somebody of this story (`at-window:<name>` at a counter),
        `system:<name>` another system that speaks for the story's firm, `admin:<name>` one more administrator,
        `counter:<name>` an official at the counter,
        `for-firm:<name>` the same who speaks for the firm, `firm:<name>` another firm."""
        kind, _, name = who.partition(":")
        if kind == "admin" and name:
            return self.api.person(f"person:story-{self.serial}-{name}", "admin")
        if kind == "firm" and name:
            return self.api.person(f"enterprise:{self.firms.setdefault(name, new_uscc())}")
        if kind in ("counter", "for-firm"):
            speaks = {"acting_for": f"enterprise:{self.uscc}"} if kind == "for-firm" else {}
            return self.api.person(f"person:demo-{name}", "staff", via="window", **speaks)
        if kind in ("citizen", "at-window"):
            via = {"via": "window"} if kind == "at-window" else {}
            return self.api.person(f"person:story-{self.serial}-{name}", **via)
        if kind == "system":
            acting = {"via": "integrator", "acting_for": f"enterprise:{self.uscc}"}
            return self.api.person(f"system:story-{self.serial}-{name}", "integrator", **acting)
        known = {"firm": lambda: self.firm, "founder": lambda: self.api.person(FOUNDER)}
        known |= {"applicant": lambda: self.applicant, "anybody": lambda: self.api.anybody}
        known |= {"admin": lambda: self.api.admin, "auditor": lambda: self.api.auditor}
        return known[who]() if who in known else self.api.staff(who)

    def filled(self, value: Any) -> Any:
        """A value with the story's own numbers in place of their names."""
        if isinstance(value, Mapping):
            return {name: self.filled(member) for name, member in value.items()}
        if isinstance(value, list):
            return [self.filled(member) for member in value]
        if not isinstance(value, str):
            return value
        own = {"uscc": self.uscc, "serial": self.serial, "number": self.case.get("number", "")}
        own |= {"before": self.before, "tail": self.serial[-6:]}
        own |= {"case": self.case.get("case_id", ""), "followed": self.followed}
        own |= {f"number:{item}": number for item, number in self.numbers.items()}
        for name in OTHERS.findall(value):
            own[f"firm:{name}"] = self.firms.setdefault(name, new_uscc())
        for name, mine in own.items():
            value = value.replace(f"{{{name}}}", str(mine))
        return value

    def do(self, step: Step) -> httpx.Response:
        """Make the one call that a step consists of."""
        verb, _, what = step.does.partition(" ")
        return self.VERBS[verb](self, self.person(step.who), what, self.filled(dict(step.given)))

    def _submit(self, who: Person, item: str, given: dict[str, Any]) -> httpx.Response:
        example, changes = given.get("example", 0), given.get("form", {})
        body = given.get("body") or application(item, self.uscc, example, **changes)
        body |= {"parties": given["parties"]} if "parties" in given else {}
        if "project" in given:
            body["form"]["project"] |= {"code": given["project"]}
        missing = given.get("without", ())
        body["materials"] = [one for one in body["materials"] if one["id"] not in missing]
        answer = who.submit(item, body)
        if answer.status_code == 201:
            self.before = str(self.case.get("number", ""))
            self.case, self.applicant = answer.json(), who
            self.numbers[item] = self.case["number"]
        return answer

    def _move(self, who: Person, move: str, given: dict[str, Any]) -> httpx.Response:
        return who.move(self.case, move, given)

    def _write(self, who: Person, what: str, given: dict[str, Any]) -> httpx.Response:
        """`<register>` writes the record of the story's firm, `<register> <key>` another one."""
        register, _, key = self.filled(what).partition(" ")
        return who.put(
            f"/v1/registers/{register}/records/{key or self.uscc}", {"body": given}, idempotency_key=new_key()
        )

    def _revise(self, who: Person, what: str, given: dict[str, Any]) -> httpx.Response:
        """`<register> <key>`: a new version of a record, `{body, valid_from?}`, on top of the one that is read."""
        register, _, key = self.filled(what).partition(" ")
        path = f"/v1/registers/{register}/records/{key or self.uscc}"
        return who.put(path, given, if_match=who.get(path).headers["etag"], idempotency_key=new_key())

    def _try(self, who: Person, rule: str, facts: dict[str, Any]) -> httpx.Response:
        return who.post(f"/v1/rules/{rule}/trials", {"facts": facts, "on": "2026-03-02"})

    def _check(self, who: Person, what: str, patch: dict[str, Any]) -> httpx.Response:
        """`<kind>/<id>`: what the publish gate says of a draft of it with this merge patch; the draft is discarded."""
        path = f"/v1/definitions/{what}"
        body = merged(ok(who.get(path))["definition"], patch)
        draft = f"{path}/drafts/{ok(who.post(f'{path}/drafts', {'body': body}), 201)['draft_id']}"
        asked = who.post(f"{draft}/checks", {})
        who.awaited(asked)
        ok(who.delete(draft, if_match=who.get(draft).headers["etag"]), 204)
        return who.get(asked.headers["location"])

    def _queue(self, who: Person, desk: str, _: dict[str, Any]) -> httpx.Response:
        """The page of a desk's queue on which the story's case stands, or else the last one."""
        path = f"/v1/queues/{desk}?limit=100"
        page = who.get(path)
        while page.status_code == 200 and not queued(page.json(), self.case["case_id"]):
            if not (after := page.json()["after"]):
                break
            page = who.get(f"{path}&after={after}")
        return page

    def _read(self, who: Person, path: str, _: dict[str, Any]) -> httpx.Response:
        return who.get(self.filled(path))

    def _ask(self, who: Person, item: str, form: dict[str, Any]) -> httpx.Response:
        return who.post(f"/v1/items/{item}/answers", {"form": form})

    def _about(self, who: Person, what: str, _: dict[str, Any]) -> httpx.Response:
        return who.get(f"/v1/cases/{self.case['case_id']}{what}")

    def _serve(self, who: Person, document: str, given: dict[str, Any]) -> httpx.Response:
        path = f"/v1/cases/{self.case['case_id']}/documents"
        papers = [one for one in ok(who.get(path))["documents"] if one["document"] == document]
        record = f"{path}/{papers[-1]['document_id']}/service-records"
        return who.post(record, given, idempotency_key=new_key())

    def _follow(self, who: Person, what: str, form: dict[str, Any]) -> httpx.Response:
        """Go to the case linked by this relation whose form says all of `form`; a trigger may be about to open it, or
        to bring it to the state that is named."""
        (rel, _, state), start = what.partition(" "), f"/v1/cases/{self.case['case_id']}"
        until = time.monotonic() + FOLLOWED_FOR
        while (listed := who.get(f"{start}/links")).status_code == 200:
            for link in (one for one in listed.json()["links"] if one["rel"] == rel and one["visible"]):
                found = who.get(f"/v1/cases/{link['case_id']}")
                there = form.items() <= found.json()["form"].items()
                if there and (not state or state in states(found.json())):
                    self.followed, self.case = self.case["case_id"], found.json()
                    return found
            if time.monotonic() > until:
                break
            time.sleep(0.3)
        return listed

    def _go(self, who: Person, rel: str, _: dict[str, Any]) -> httpx.Response:
        """Go to the case to which the story's is linked by this relation, whatever the caller sees of it."""
        links = ok(who.get(f"/v1/cases/{self.case['case_id']}/links?rel={rel}"))["links"]
        found = who.get(f"/v1/cases/{links[0]['case_id']}")
        self.followed, self.case = self.case["case_id"], found.json()
        return found

    def _reopen(self, who: Person, rel: str, given: dict[str, Any]) -> httpx.Response:
        """Take the closed case up again: the story is then about its successor."""
        path = f"/v1/cases/{self.case['case_id']}/successors"
        answer = who.post(path, {"rel": rel, **given}, idempotency_key=new_key())
        if answer.status_code == 201:
            self.followed, self.case = self.case["case_id"], answer.json()
        return answer

    def _member(self, who: Person, name: str, _: dict[str, Any]) -> httpx.Response:
        """Go to the case of a member of the story's case; it may be about to be opened."""
        until = time.monotonic() + FOLLOWED_FOR
        while (whole := self.applicant.get(f"/v1/cases/{self.case['case_id']}")).status_code == 200:
            lines = {one["member"]: one for one in whole.json().get("members", ())}
            if identity := lines.get(name, {}).get("case_id"):
                found = who.get(f"/v1/cases/{identity}")
                self.followed, self.case = self.case["case_id"], found.json()
                return found
            if time.monotonic() > until:
                break
            time.sleep(0.3)
        return whole

    def _whole(self, who: Person, state: str, standings: dict[str, Any]) -> httpx.Response:
        """Back to the case whose member the last one was, once it has come to `state`, every member is open, and those
        that are named stand as is said."""
        until, path = time.monotonic() + FOLLOWED_FOR, f"/v1/cases/{self.followed}"
        while (found := who.get(path)).status_code == 200 and time.monotonic() < until:
            stand = {one["member"]: one["standing"] for one in found.json().get("members", ())}
            heard = "planned" not in stand.values() and standings.items() <= stand.items()
            if heard and (not state or state in states(found.json())):
                break
            time.sleep(0.3)
        self.case = found.json()
        return found

    def _asked(self, who: Person, code: str, given: dict[str, Any]) -> httpx.Response:
        """Go to the case whose form names this code that a trigger opened for `who`; it may be about to be opened,
        unless `wait` says for how many seconds."""
        until, wanted = time.monotonic() + float(given.get("wait", FOLLOWED_FOR)), self.filled(code)
        while True:
            for one in ok(who.get("/v1/cases?limit=100"))["cases"]:
                found = who.get(f"/v1/cases/{one['case_id']}")
                if wanted in found.json().get("form", {}).values():
                    self.case = found.json()
                    return found
            if time.monotonic() > until:
                return who.get("/v1/cases/cas_00000000000000000000000000")
            time.sleep(0.3)

    def _desk(self, who: Person, queue: str, form: dict[str, Any]) -> httpx.Response:
        """Go to the case on this desk's queue whose form says all of `form`; a trigger may be about to open it."""
        until, path = time.monotonic() + FOLLOWED_FOR, f"/v1/queues/{queue}?limit=100"
        while (page := who.get(path)).status_code == 200:
            for row in page.json()["cases"]:
                found = who.get(f"/v1/cases/{row['case_id']}")
                if form.items() <= found.json().get("form", {}).items():
                    self.case = found.json()
                    return found
            if time.monotonic() > until:
                break
            after = page.json()["after"]
            path = f"/v1/queues/{queue}?limit=100{f'&after={after}' if after else ''}"
            time.sleep(0 if after else 0.3)
        return page

    def _release(self, who: Person, what: str, patch: dict[str, Any]) -> httpx.Response:
        """`<kind>/<id> <base>`: a definition of the story's own, another one with this merge patch; released by a
        second person."""
        key, _, base = self.filled(what).partition(" ")
        kind, _, identity = key.partition("/")
        known = ok(who.get(f"/v1/definitions/{kind}/{base}"))["definition"]
        body = merged(known, {**patch, "id": identity})
        path = f"/v1/definitions/{key}/drafts"
        draft = ok(who.post(path, {"body": body}), 201)["draft_id"]
        return self.api.releaser.post(f"{path}/{draft}/releases", {"note": "故事所用"})

    def _draw(self, who: Person, what: str, _: dict[str, Any]) -> httpx.Response:
        """`<series> <step>`: a series of draws once the minute's looks, and the workers after them, have brought it
        to this step."""
        series, _, step = self.filled(what).partition(" ")
        until = time.monotonic() + FOLLOWED_FOR
        while True:
            self._minute()
            found = who.get(f"/v1/draws/{series}")
            there = found.is_success and found.json()["current"]["step"] == step
            if there or time.monotonic() > until:
                assert there, found.text
                return found

    def _drawn(self, who: Person, what: str, _: dict[str, Any]) -> httpx.Response:
        """`<series> <count>`: its visits, once so many are told; their firms are `{firm:drawn-1}` and so on."""
        series, _, count = self.filled(what).partition(" ")
        until = time.monotonic() + FOLLOWED_FOR
        while True:
            page = who.get("/v1/registers/drawn-visits/records?limit=100")
            found = [one["body"] for one in _every(who, page) if one["body"]["series"] == series]
            if len(found) >= int(count) or time.monotonic() > until:
                assert len(found) == int(count), found
                self.firms |= {f"drawn-{n}": one["uscc"] for n, one in enumerate(_in_order(found), 1)}
                return page
            self._minute()

    def _message(self, _: Person, connector: str, message: dict[str, Any]) -> httpx.Response:
        """What an outside system says, signed with the secret that it was given once its scope was."""
        path = f"/v1/connectors/{connector}"
        if connector not in self.secrets:
            system = self.api.person(f"system:{connector}", "integrator", via="integrator")
            where, grant = grant_record(
                "scope", "node:market-regulation", system.subject, document="数据共享协议"
            )
            self.api.admin.put(where, grant)
            self.secrets[connector] = ok(system.post(f"{path}/secrets", {}), 201)["secret"]
        raw = json.dumps(message, ensure_ascii=False).encode()
        shown = signed(f"msg_{new_key()}", time.time_ns() // 10**9, raw, [self.secrets[connector]])
        headers = {"Content-Type": "application/json", **shown}
        return self.api.http.post(f"{path}/events", content=raw, headers=headers)

    def _minute(self) -> None:
        """What the rule does every minute, without waiting for one."""
        self.api.set_clock(self.api.now().isoformat())

    def _checked(self, who: Person, what: str, _: dict[str, Any]) -> httpx.Response:
        """`<series>/<number>`: the bundle of a draw, if it verifies as an outsider would verify it."""
        answer = who.get(f"/v1/draws/{self.filled(what)}/bundle")
        files = {name: text.encode() for name, text in ok(answer)["files"].items()}
        told = verify_draw.verify(files)
        assert told.startswith("draw "), told
        return answer

    def _verify(self, who: Person, document: str, _: dict[str, Any]) -> httpx.Response:
        """What anybody who scans the code on the last document of this kind is told."""
        papers = ok(self.applicant.get(f"/v1/cases/{self.case['case_id']}/documents"))["documents"]
        code = [one["code"] for one in papers if one["document"] == document][-1]
        return who.get(f"/v1/documents/verify/{code}")

    VERBS: Mapping[str, Callable[..., httpx.Response]] = {
        "submit": _submit,
        "move": _move,
        "write": _write,
        "revise": _revise,
        "try": _try,
        "check": _check,
        "queue": _queue,
        "read": _read,
        "ask": _ask,
        "serve": _serve,
        "follow": _follow,
        "go": _go,
        "reopen": _reopen,
        "member": _member,
        "whole": _whole,
        "asked": _asked,
        "desk": _desk,
        "verify": _verify,
        "release": _release,
        "message": _message,
        "draw": _draw,
        "drawn": _drawn,
        "checked": _checked,
        "act": lambda self, who, series, given: who.post(f"/v1/draws/{self.filled(series)}/acts", given),
        "see": _about,
        "documents": lambda self, who, _, given: self._about(who, "/documents", given),
        "chain": lambda self, who, _, given: self._about(who, "/events?limit=100", given),
        "events": lambda self, who, _, given: self._about(who, "/events?limit=100", given),
    }


def _every(who: Person, page: httpx.Response) -> Iterator[dict[str, Any]]:
    """The records of this page of a register and of all that follow."""
    while True:
        yield from ok(page)["records"]
        if not (after := page.json()["after"]):
            return
        page = who.get(f"{page.request.url.path}?limit=100&after={after}")


def _in_order(visits: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(visits, key=lambda one: str(one["id"]))
