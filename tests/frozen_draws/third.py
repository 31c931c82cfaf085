"""A third verifier, from the words of infra/verify_draw.md alone: what follows is made anew, and must be the files.

It shares nothing with the other two but the page, and goes about it otherwise where it can: the tree is the RFC's
recursion, whether all places can be filled is asked of a plain maximum flow each time, Ed25519 is a library's.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

Place = tuple[str, int]


def sha(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def jcs(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def digest(value: Any) -> str:
    return sha(jcs(value)).hex()


def read(content: bytes) -> Any:
    value = json.loads(content)
    assert jcs(value) == content, "not canonical"
    return value


def tree(contents: Sequence[bytes]) -> bytes:
    if len(contents) < 2:
        return sha(b"\x00" + contents[0]) if contents else sha(b"")
    left = 1 << (len(contents) - 1).bit_length() - 1
    return sha(b"\x01" + tree(contents[:left]) + tree(contents[left:]))


class Third:
    """A bundle's files; `check` ends in an AssertionError where they are not what they must be."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.said = {name[:-5]: read(files[name]) for name in sorted(files) if name.endswith(".json")}
        self.plan, self.commitment = self.said["plan"], self.said["commitment"]
        number = self.commitment["number"]
        self.own = [one for one in self.said["log"]["entries"] if one["number"] == number]

    def check(self) -> dict[str, Any]:
        """What was drawn, as one record of counts."""
        self.log()
        self.rosters()
        self.seed = sha(jcs({"beacons": self.given(), "commitment": digest(self.commitment)}))
        self.draw()
        self.pair()
        self.result()
        self.recusals()
        void = [one["digest"] for one in self.own if one["kind"] == "void"]
        assert void == ([digest(self.said["void"])] if "void" in self.said else [])
        assert not void or self.said["void"]["would_be"] == digest(self.said["result"])
        return {"visits": len(self.drawn), "pool": self.pool, "void": bool(void)}

    def log(self) -> None:
        log = self.said["log"]
        origin, size, root, empty, line, end = log["checkpoint"].split("\n")
        name, hashed, key = log["key"].split("+", 2)
        (dash, signer, signed), raw = line.split(" "), base64.b64decode(key, validate=True)
        signature = base64.b64decode(signed, validate=True)
        assert (dash, signer, empty, end, raw[:1]) == ("—", name, "", "", b"\x01")
        assert sha(name.encode() + b"\n" + raw)[:4].hex() == signature[:4].hex() == hashed
        head = f"{origin}\n{size}\n{root}\n".encode()
        Ed25519PublicKey.from_public_bytes(raw[1:]).verify(signature[4:], head)
        assert (origin, size) == (log["origin"], str(len(log["entries"])))
        assert base64.b64decode(root) == tree([jcs(one) for one in log["entries"]])
        made, first = self.commitment, self.own[0]
        assert first == {
            "kind": "commitment", "number": made["number"], "at": made["committed_at"], "digest": digest(made),
        }  # fmt: skip
        earlier = {one["number"]: one["digest"] for one in log["entries"] if one["kind"] == "commitment"}
        assert made["previous"] == earlier.get(made["number"] - 1, "0" * 64)
        assert made["plan"] == digest(self.plan)

    def rosters(self) -> None:
        self.rows = {}
        for name in ("objects", "inspectors", "conflicts", "departures"):
            lines = self.files[f"{name}.jsonl"].split(b"\n")
            assert lines.pop() == b""
            told = self.commitment[name]
            assert (len(lines), tree(lines).hex()) == (told["count"], told["root"]), name
            self.rows[name] = [read(line) for line in lines]
        self.objects = {row["id"]: row for row in self.rows["objects"]}
        self.people = {row["id"]: row for row in self.rows["inspectors"]}

    def given(self) -> list[dict[str, Any]]:
        made, found = self.commitment, []
        assert made["not_before"] >= made["committed_at"] + self.plan["lead_ms"]
        sources = self.plan["beacons"][made["source"]]
        for source, named, value in zip(sources, made["beacons"], self.said["values"], strict=True):
            assert source["kind"] == named["kind"] == value["kind"]
            found.append({"kind": named["kind"], "value": self.gives(source, named, value)})
        assert [digest(self.said["values"])] == [one["digest"] for one in self.own if one["kind"] == "values"]
        return found

    def gives(self, source: Any, named: Any, value: Any) -> Any:
        if named["kind"] == "lottery":
            (typed,) = set(value["entries"].values())
            assert len(value["entries"]) > 1
            return f"{source['game']} {named['issue']} {typed}"
        if named["kind"] == "nonces":
            for one, nonce in value["nonces"].items():
                hidden = b"jisheng-nonce-1\x00" + one.encode() + b"\x00" + bytes.fromhex(nonce)
                assert sha(hidden).hex() == named["sealed"][one]
            return value["nonces"]
        start, period = source["chain"]["genesis"] * 1000, source["chain"]["period"] * 1000
        at = start + (named["round"] - 1) * period
        assert at - period < self.commitment["not_before"] <= at
        assert value["randomness"] == sha(bytes.fromhex(value["signature"])).hex()
        return value["randomness"]

    def draw(self) -> None:
        """`drawn`: (ticket, id, stratum) in order; `strata`: what the notice says of each."""
        self.drawn, self.strata = [], []
        for stratum in self.plan["strata"]:
            rows = [row for row in self.rows["objects"] if self.within(row, stratum)]
            share, size = stratum["quota"], len(rows)
            quota = max(share["min"], (size * share["num"] + share["den"] - 1) // share["den"])
            some = sorted((self.ticket(row), row["id"]) for row in rows)[: min(size, share["max"], quota)]
            self.drawn += [(*one, stratum["id"]) for one in some]
            cutoff = some[-1][0].hex() if some else ""
            self.strata.append({"id": stratum["id"], "size": size, "quota": len(some), "cutoff": cutoff})
        sizes = {one["id"]: one["size"] for one in self.strata}
        assert sizes == self.commitment["objects"]["strata"]
        assert sum(sizes.values()) == len(self.objects)
        self.drawn.sort()

    def within(self, row: Any, stratum: Any) -> bool:
        return all(row.get(member) in values for member, values in stratum["where"].items())

    def ticket(self, row: Any) -> bytes:
        weights = self.plan["weights"]
        start = self.seed + b"\x00obj\x00" + bytes.fromhex(row["salt"])
        return min(sha(start + j.to_bytes(2, "big")) for j in range(weights["of"][row[weights["field"]]]))

    def may(self, place: Place, pool: int) -> list[str]:
        """Who may take it, by pair ticket."""
        row, slot = self.objects[place[0]], self.plan["slots"][place[1]]
        start = self.seed + b"\x00pair\x00" + bytes.fromhex(row["salt"]) + place[1].to_bytes(2, "big")
        barred = {one["inspector"] for one in self.rows["conflicts"] if one["object"] == row["id"]}
        able = [
            id_ for id_, one in self.people.items()
            if one.get("pool", 0) <= pool and slot.get("department", one.get("department")) == one.get("department")
            and set(slot.get("certificates", ())) <= set(one.get("certificates", ()))
            and row.get("district") in (one.get("districts") or [row.get("district")]) and id_ not in barred
        ]  # fmt: skip
        return sorted(able, key=lambda id_: (sha(start + bytes.fromhex(self.people[id_]["salt"])), id_))

    def full(self, options: Mapping[Place, Sequence[str]]) -> bool:
        """Whether a flow place → (object, inspector) ≤ 1 → inspector ≤ cap fills all places."""
        room: dict[Any, Counter[Any]] = defaultdict(Counter)
        for place, some in options.items():
            room["source"][place] = 1
            for one in some:
                room[place][place[0], one] = room[place[0], one][one,] = 1
                room[one,]["sink"] = self.caps[one]
        filled = 0
        while way := self.way(room):
            filled += 1
            for here, there in way:
                room[here][there] -= 1
                room[there][here] += 1
        return filled == len(options)

    def way(self, room: Mapping[Any, Counter[Any]]) -> list[tuple[Any, Any]]:
        came: dict[Any, Any] = {"source": None}
        queue = deque(["source"])
        while queue and "sink" not in came:
            here = queue.popleft()
            fresh = [there for there, left in room[here].items() if left and there not in came]
            came.update(dict.fromkeys(fresh, here))
            queue.extend(fresh)
        steps, at = [], "sink"
        while came.get(at) is not None:
            steps.append((came[at], at))
            at = came[at]
        return steps

    def pair(self) -> None:
        cap = self.plan["cap"]
        self.caps = {id_: min(cap, one.get("cap", cap)) for id_, one in self.people.items()}
        slots = list(enumerate(slot.get("department") for slot in self.plan["slots"]))
        due = {id_: [None, *self.objects[id_].get("departments", ())] for _, id_, _ in self.drawn}
        places = [(id_, n) for id_, theirs in due.items() for n, whose in slots if whose in theirs]
        self.teams: dict[Place, str] = {}
        every = ({place: self.may(place, pool) for place in places} for pool in range(self.plan["pools"] + 1))
        self.pool, options = next(((n, one) for n, one in enumerate(every) if self.full(one)), (None, {}))
        for place in options:
            chosen = next(one for one in options[place] if self.full({**options, place: [one]}))
            self.teams[place], options[place] = chosen, [chosen]

    def result(self) -> None:
        head = {name: self.commitment[name] for name in ("series", "number")}
        head |= {"seed": self.seed.hex(), "pool": self.pool}
        visits = [
            {"object": id_, "stratum": stratum, "ticket": ticket.hex(),
             "team": [[n, one] for (object_, n), one in self.teams.items() if object_ == id_]}
            for ticket, id_, stratum in self.drawn
        ]  # fmt: skip
        result = {"format": "jisheng-draw-result-1", **head, "visits": visits}
        notice = {"format": "jisheng-draw-notice-1", **head, "strata": self.strata, "result": digest(result)}
        assert jcs(result) == self.files["result.json"], "result"
        assert jcs(notice) == self.files["notice.json"], "notice"
        assert [digest(notice)] == [one["digest"] for one in self.own if one["kind"] == "result"]

    def recusals(self) -> None:
        logged = [one["digest"] for one in self.own if one["kind"] == "replacement"]
        assert logged == [digest(one) for one in self.said["replacements"]]
        gone: dict[str, set[str]] = defaultdict(set)
        for one in self.said["replacements"]:
            place = (one["object"], one["slot"])
            assert self.teams[place] == one["recused"]
            gone[place[0]].add(one["recused"])
            there = {who for (object_, _), who in self.teams.items() if object_ == place[0]}
            load = Counter(self.teams.values())
            pools = range(self.pool or 0, self.plan["pools"] + 1)
            some = (who for pool in pools for who in self.may(place, pool))
            free = (who for who in some if who not in gone[place[0]] | there and load[who] < self.caps[who])
            self.teams[place] = next(free)
            assert self.teams[place] == one["replacement"]
