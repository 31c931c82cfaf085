"""Speaks to a running stack as people do: signs them in, fills in valid forms, takes cases where a test begins.

Nothing here looks behind the front door.
"""

from __future__ import annotations

import copy
import json
import time
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx

SCHEMAS = Path(__file__).resolve().parents[1] / "schemas"
FOOD, DEREGISTRATION, ESTABLISHMENT = "food-licence", "general-deregistration", "enterprise-establishment"
REMEDIES = {"reconsideration": "长沙市望城区人民政府", "litigation": "长沙市望城区人民法院"}
PROPOSAL = {"opinion": "grant", "grounds": "材料齐全,符合法定形式"}
GAPS = {"gaps": [{"what": "健康证明", "how": "请补交", "material": "health-certificates"}]}

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I, O, S, V, Z


class Api:
    """The front door of one stack."""

    MORNING = "2026-03-02T09:00:00+08:00"

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx.Client(base_url=url, timeout=30, limits=httpx.Limits(max_connections=40))
        self._people: dict[str, Person] = {}

    def __enter__(self) -> Api:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def person(self, subject: str, *roles: str, **claims: str) -> Person:
        """Somebody who signed in; the same somebody for the same words."""
        known = json.dumps([subject, roles, claims])
        if known not in self._people:
            asked = {"subject": subject, "roles": list(roles) or ["citizen"], "via": "web", **claims}
            answer = self.http.post("/v1/dev/tokens", json=asked)
            answer.raise_for_status()
            self._people[known] = Person(self, subject, {"Authorization": f"Bearer {answer.json()['token']}"})
        return self._people[known]

    def staff(self, name: str) -> Person:
        """A demo official of the pack, by what comes after `person:demo-`."""
        return self.person(f"person:demo-{name}", "staff")

    @property
    def anybody(self) -> Person:
        return Person(self, "anonymous", {})

    @property
    def auditor(self) -> Person:
        return self.person("person:demo-auditor", "auditor")

    @property
    def admin(self) -> Person:
        return self.person("person:demo-admin", "admin")

    @property
    def releaser(self) -> Person:
        return self.person("person:demo-releaser", "releaser")

    def now(self) -> datetime:
        return datetime.fromisoformat(self.http.get("/v1/dev/clock").json()["now"])

    def set_clock(self, instant: str) -> None:
        """Move the stack's clock and wait until what is due then has fired; costs a second or two."""
        answer = self.http.post("/v1/dev/clock", json={"now": instant})
        answer.raise_for_status()
        assert answer.json()["settled"]

    def be_on(self, day: str) -> None:
        """Make sure that it is a morning of this day; costs nothing when it is already."""
        now = self.now()
        if now.date().isoformat() != day or now.hour not in range(9, 12):
            self.set_clock(f"{day}T09:00:00+08:00")


class Person:
    """Somebody with a token, and the calls they make."""

    def __init__(self, api: Api, subject: str, headers: Mapping[str, str]) -> None:
        self.api, self.subject, self.headers = api, subject, dict(headers)

    def call(
        self, method: str, path: str, body: Any = None, *, key: str | None = None, **headers: str
    ) -> httpx.Response:
        """One request; header names are written with underscores (`if_match`)."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        given = self.headers | named | ({"Idempotency-Key": key} if key else {})
        return self.api.http.request(method, path, json=body, headers=given)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return self.call("POST", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return self.call("PUT", path, body, **headers)

    def delete(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return self.call("DELETE", path, body, **headers)

    def submit(self, item: str, body: Any, key: str | None = None) -> httpx.Response:
        return self.post(f"/v1/items/{item}/cases", body, key=key or new_key())

    def move(
        self,
        case: str | Mapping[str, Any],
        move: str,
        given: Any = None,
        key: str | None = None,
        **headers: str,
    ) -> httpx.Response:
        path = f"/v1/cases/{id_of(case)}/moves"
        return self.post(path, {"move": move, "input": given or {}}, key=key or new_key(), **headers)

    def see(self, case: str | Mapping[str, Any]) -> dict[str, Any]:
        return ok(self.get(f"/v1/cases/{id_of(case)}"))

    def events(self, case: str | Mapping[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = ok(self.get(f"/v1/cases/{id_of(case)}/events?limit=100"))["events"]
        return found

    def awaited(self, asked: httpx.Response, seconds: float = 60) -> dict[str, Any]:
        """What became of long work that was asked for: the resource at `Location`, once no worker is at it."""
        ok(asked, 202)
        return self.finished(asked.headers["location"], seconds)

    def finished(self, place: str, seconds: float = 60) -> dict[str, Any]:
        """The resource of long work, once no worker is at it."""
        deadline = time.monotonic() + seconds
        while (found := ok(self.get(place)))["status"].endswith(("running", "listing")):
            assert time.monotonic() < deadline, found
            time.sleep(0.1)
        return dict(found)

    def documents(self, case: str | Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        found = ok(self.get(f"/v1/cases/{id_of(case)}/documents"))["documents"]
        return {one["document"]: one for one in found}


def ok(answer: httpx.Response, status: int = 200) -> Any:
    """The body of an answer that must be this one."""
    assert answer.status_code == status, f"{answer.request.method} {answer.request.url}: {answer.text[:1500]}"
    return answer.json() if answer.content else None


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem of a refusal that must be this one."""
    body = ok(answer, status)
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert body["code"] == code, body
    assert body["status"] == status
    return dict(body)


def id_of(case: str | Mapping[str, Any]) -> str:
    return case if isinstance(case, str) else str(case["case_id"])


def states(case: Mapping[str, Any]) -> list[str]:
    return [state["id"] for state in case["state"]]


def moves_of(case: Mapping[str, Any]) -> list[str]:
    return [move["move"] for move in case["moves"]]


def clocks_of(case: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {clock["id"]: clock for clock in case["clocks"]}


def new_key() -> str:
    return uuid.uuid4().hex


@cache
def item_of(item: str) -> dict[str, Any]:
    """An item as the pack declares it."""
    (path,) = (SCHEMAS / "items").glob(f"*/{item}.json")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def definition_of(kind: str, identity: str) -> dict[str, Any]:
    """A definition as the pack declares it, of a kind whose folder has no folders."""
    found: dict[str, Any] = json.loads((SCHEMAS / kind / f"{identity}.json").read_text(encoding="utf-8"))
    return found


def new_uscc() -> str:
    """A code that no other test uses."""
    return uscc_of(uuid.uuid4().int % 10**8)


def uscc_of(number: int) -> str:
    """The code of the firm with this number, with its check character (GB 32100-2015 §5.4)."""
    body = f"91430112T{number:08d}"
    total = sum(_ALPHABET.index(one) * pow(3, place, 31) for place, one in enumerate(body))
    return body + _ALPHABET[(31 - total % 31) % 31]


def application(item: str, uscc: str, example: int = 0, **changes: Any) -> dict[str, Any]:
    """A complete, valid body for an item: the pack's example, for the firm with this code."""
    declared = item_of(item)["examples"][example]
    form = copy.deepcopy(declared["form"])
    if "reservation" in form:  # an enterprise that is being founded: its code is assigned in advance
        form["reservation"]["uscc"] = uscc
    elif "uscc" in form:
        form["uscc"] = uscc
    materials = [{"id": one} for one in declared["materials"]]
    return {"form": form | changes, "materials": materials}


class Firm:
    """A firm that applies, in its own name."""

    def __init__(self, api: Api, uscc: str | None = None) -> None:
        self.uscc = uscc or new_uscc()
        self.person = api.person(f"enterprise:{self.uscc}")
        self.subject = self.person.subject

    def applies(self, item: str = FOOD, example: int = 0, **changes: Any) -> dict[str, Any]:
        """A case that it has just handed in, as it sees it."""
        body = application(item, self.uscc, example, **changes)
        case: dict[str, Any] = ok(self.person.submit(item, body), 201)
        return case


Step = tuple[str, str, Mapping[str, Any]]  # who (a demo official), move, input

ACCEPT: Step = ("window", "accept", {})
PROPOSE: Step = ("handler", "propose", PROPOSAL)
PASS: Step = ("reviewer", "pass", {"opinion": "同意"})
GRANT: Step = ("decider", "grant", {})
REFUSE: Step = ("decider", "refuse", {"reasons": ["布局不符合规定"], "remedies": REMEDIES})
SERVE: Step = ("window", "serve", {"way": "electronic"})
TO_DECISION = (ACCEPT, PROPOSE, PASS)


def walk(api: Api, case: str | Mapping[str, Any], steps: Iterable[Step]) -> dict[str, Any]:
    """Take a case through steps; the last answer."""
    seen: dict[str, Any] = {}
    for who, move, given in steps:
        seen = ok(api.staff(who).move(case, move, given))
    return seen


def approved_case(api: Api, firm: Firm | None = None, item: str = FOOD) -> dict[str, Any]:
    """A permit that was applied for, granted and served."""
    case = (firm or Firm(api)).applies(item)
    return walk(api, case, (*TO_DECISION, GRANT, SERVE))


def established(api: Api, founder: str = "person:demo-founder") -> str:
    """The code of an enterprise that stands in the register, put there by its establishment."""
    uscc = new_uscc()
    body = application(ESTABLISHMENT, uscc)
    case = ok(api.person(founder).submit(ESTABLISHMENT, body), 201)
    walk(api, case, (*TO_DECISION, GRANT, SERVE))
    return uscc


def clearances(api: Api, uscc: str, **states_: str) -> httpx.Response:
    """What tax, social insurance, customs and bank say of a firm, written by the tax office."""
    clear = dict.fromkeys(("tax", "social_insurance", "customs", "bank"), "cleared")
    body = {"uscc": uscc, **clear, **states_}
    return api.staff("tax-handler").put(f"/v1/registers/clearances/records/{uscc}", {"body": body})


def grant_record(kind: str, giver: str, taker: str, **members: Any) -> tuple[str, dict[str, Any]]:
    """A grant's id and body: all items, from the beginning of 2026, not revoked, unless said otherwise."""
    identity = f"{kind}:{giver}:{taker}"
    body = {
        "id": identity, "kind": kind, "from": giver, "to": taker, "items": ["*"],
        "valid_from": "2026-01-01", "revoked": False,
    }  # fmt: skip
    return f"/v1/registers/grants/records/{identity}", {"body": body | members}
