#!/usr/bin/env python3
"""Checks a published draw from its commitment to its replacements: `draw-<number>.zip`, as verify_draw.md describes it.

It stands alone: one file, nothing but Python's standard library (3.9 or newer), no network.

    python verify_draw.py draw-7.zip
    python verify_draw.py slip.json       what one firm was given: that it was in the roster, and whether it was drawn

    --key=VERIFIER     trust this key alone (`name+hash+base64`): compare it with what was published elsewhere
    --seen=SIZE:ROOT   the log must begin with the checkpoint that one saw before (root in hex; may be repeated)
    --before=ZIP       the draw before: whoever was in its roster and is no longer must have left with a reason
    --randomness=HEX   the drand value of the round as one read it from another relay

Exit code 0: valid. Else the code of the first thing that does not hold, see CODES. The BLS signature of a drand round
is not checked here, which is said: read the round at a relay of drand and give it as --randomness.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
import unicodedata
import zipfile
from collections import Counter
from pathlib import Path

NAMES = (
  "malformed", "float", "integer", "not-nfc", "not-canonical", "key", "signature", "checkpoint", "seen", "log-order",
  "log-time", "second-commitment", "missing-number", "unfinished", "commitment", "previous", "plan", "plan-shape",
  "lead", "beacon", "round", "early", "values", "randomness", "nonce", "lottery", "seed", "row", "row-salt",
  "row-order", "row-missing", "row-added", "objects", "inspectors", "conflicts", "departures", "dropped", "weight",
  "strata", "quota", "selection", "ticket", "visit-order", "cutoff", "pool", "conflict", "cap", "pairing", "notice",
  "replacement", "void", "proof",
)  # fmt: skip
CODES = {name: number for number, name in enumerate(NAMES, 10)}
FORMATS = ("plan", "commitment", "notice", "result", "void")
KEYS = {"objects": ["id"], "inspectors": ["id"], "conflicts": ["object", "inspector"], "departures": ["id"]}
FOLLOWS = {
  None: ["commitment"], "commitment": ["nonces", "values", "void"], "nonces": ["values", "void"], "values": ["result"],
  "result": ["replacement", "void", "reveal"], "replacement": ["replacement", "void", "reveal"], "void": ["reveal"],
  "reveal": [],
}  # fmt: skip
ENDED = ("result", "replacement", "void", "reveal")
# Which members the protocol reads, and their types: the same text as in verify_draw.md, and in the other verifier.
SHAPES = {
  "plan": {"algo": "text", "series": "text", "weights": {"field": "text", "of": {"*": "integer"}},
    "strata": [{"id": "text", "where": {"*": ["text"]},
      "quota": {"num": "integer", "den": "integer", "min": "integer", "max": "integer"}}],
    "slots": [{"role": "text", "department?": "text", "certificates?": ["text"]}], "cap": "integer", "pools": "integer",
    "lead_ms": "integer", "beacons": {"primary": ["@beacon"], "fallback": ["@beacon"]}},
  "beacon drand": {"chain": {"genesis": "integer", "period": "integer"}},
  "beacon lottery": {"game": "text", "numbers": "integer"}, "beacon nonces": {"departments": ["text"]},
  "commitment": {"series": "text", "number": "integer", "previous": "hash", "plan": "hash",
    "objects": {"count": "integer", "root": "hash", "strata": {"*": "integer"}},
    "inspectors": {"count": "integer", "root": "hash"}, "conflicts": {"count": "integer", "root": "hash"},
    "departures": {"count": "integer", "root": "hash"}, "committed_at": "integer", "not_before": "integer",
    "source": "text", "beacons": ["@named"]},
  "named drand": {"round": "integer"}, "named lottery": {"issue": "text", "at": "integer"},
  "named nonces": {"sealed": {"*": "hash"}, "until": "integer"}, "nonces": "@value", "values": ["@value"],
  "value drand": {"round": "integer", "signature": "text", "randomness": "hash"},
  "value lottery": {"issue": "text", "entries": {"*": "text"}}, "value nonces": {"nonces": {"*": "hash"}},
  "notice": {"series": "text", "number": "integer", "seed": "hash", "pool": "integer|null", "result": "hash",
    "strata": [{"id": "text", "size": "integer", "quota": "integer", "cutoff": "text"}]},
  "result": {"series": "text", "number": "integer", "seed": "hash", "pool": "integer|null",
    "visits": [{"object": "text", "stratum": "text", "ticket": "hash", "team": [["integer", "text"]]}]},
  "replacements": [{"ordinal": "integer", "object": "text", "slot": "integer", "recused": "text",
    "replacement": "text", "reason": "text", "approver": "text", "at": "integer"}],
  "void": {"number": "integer", "reason": "text", "approver": "text", "would_be": "hash|null"},
  "log": {"origin": "text", "checkpoint": "text", "key": "text",
    "entries": [{"kind": "text", "number": "integer", "at": "integer", "digest": "hash"}]},
  "objects": {"district?": "text", "departments?": ["text"]}, "conflicts": {}, "departures": {"reason": "text"},
  "inspectors": {"department?": "text", "certificates?": ["text"], "districts?": ["text"], "pool?": "integer",
    "cap?": "integer"},
  "slip": {"format": "text", "plan": "@@plan", "commitment": "@@commitment", "row": {"id": "text", "salt": "text"},
    "index": "integer", "path": ["hash"], "notice?": "@@notice", "log": "@@log"},
}  # fmt: skip
HEX32, HEX48, SALT = (re.compile(f"[0-9a-f]{{{digits}}}") for digits in (64, 96, 32))
ID, NUMBERS = re.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,63}"), re.compile("[0-9]{1,2}( [0-9]{1,2})*")
TYPES = {
    "text": lambda value: isinstance(value, str),
    "integer": lambda value: type(value) is int,  # true is none
    "hash": lambda value: isinstance(value, str) and HEX32.fullmatch(value),
    "integer|null": lambda value: value is None or type(value) is int,
    "hash|null": lambda value: value is None or TYPES["hash"](value),
}
ENCODE = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


class Wrong(Exception):
    """The first thing that does not hold: one of CODES, and what was seen."""

    code = property(lambda self: self.args[0])


def need(holds, code, said=""):
    if not holds:
        raise Wrong(code, said)


def sha(content):
    return hashlib.sha256(content).digest()


def canonical(value):
    return ENCODE(value).encode()


def digest(value):
    return sha(canonical(value)).hex()


def read(content, where):
    """The value of canonical JSON: RFC 8785 without floats, |n| < 2^53, text in NFC, members in ASCII."""

    def no_float(text):
        raise Wrong("float", f"{where}: {text}")

    try:
        text = content.decode()
        value = json.loads(text, parse_float=no_float, parse_constant=no_float)
        profile(value, where)
        need(ENCODE(value) == text, "not-canonical", where)
    except (ValueError, RecursionError) as error:
        raise Wrong("malformed", f"{where}: {error}") from error
    return value


def profile(value, where):
    if isinstance(value, str):
        need(value.isascii() or unicodedata.is_normalized("NFC", value), "not-nfc", where)
    elif isinstance(value, int):
        need(-(2**53) < value < 2**53, "integer", where)
    elif isinstance(value, (list, dict)):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            need(isinstance(key, int) or key.isascii(), "not-canonical", where)
            profile(one, where)


def fits(shape, value):
    """Whether a value has a shape, in the notation of verify_draw.md §2."""
    if isinstance(shape, str) and shape.startswith("@"):
        kind = value.get("kind") if isinstance(value, dict) else ""
        of = SHAPES.get(shape[2:] if shape.startswith("@@") else f"{shape[1:]} {kind}")
        return of is not None and fits(of, value)
    if isinstance(shape, str):
        return TYPES[shape](value)
    if isinstance(shape, list):
        shapes = shape * len(value) if len(shape) == 1 and isinstance(value, list) else shape
        return isinstance(value, list) and len(value) == len(shapes) and all(map(fits, shapes, value))
    if not isinstance(value, dict) or "*" in shape:
        return isinstance(value, dict) and all(fits(shape["*"], one) for one in value.values())
    there = {name: value.get(name.rstrip("?"), None if name[-1] == "?" else ...) for name in shape}
    return all((name[-1] == "?" and there[name] is None) or fits(shape[name], there[name]) for name in shape)


def root(level):
    """Of the hashes of leaves: an odd node goes up as it is."""
    while len(level) > 1:
        above = [sha(b"\x01" + level[n] + level[n + 1]) for n in range(0, len(level) - 1, 2)]
        level = above + level[2 * len(above) :]
    return level[0] if level else sha(b"")


Q, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, Q) % Q


def point(data):
    """32 bytes → a point of edwards25519; None if it is none."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, -1, Q) % Q
    x = pow(square, (Q + 3) // 8, Q)
    x = x * pow(2, (Q - 1) // 4, Q) % Q if (x * x - square) % Q else x
    if y >= Q or (x * x - square) % Q or (x == 0 and sign):
        return None
    return (x if x & 1 == sign else Q - x, y)


def plus(a, b):
    cross = D * a[0] * a[1] * b[0] * b[1] % Q
    over = pow(1 - cross * cross, -1, Q)
    x, y = a[0] * b[1] + a[1] * b[0], a[1] * b[1] + a[0] * b[0]
    return x * (1 - cross) * over % Q, y * (1 + cross) * over % Q


def times(number, a):
    made = (0, 1)
    for bit in f"{number:b}":
        made = plus(made, made)
        made = plus(made, a) if bit == "1" else made
    return made


def ed25519(key, message, signature):
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L or len(signature) != 64:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    base = point((4 * pow(5, -1, Q) % Q).to_bytes(32, "little"))
    return times(s, base) == plus(r, times(h, a))


def check_log(log, trusted=(), seen=()):
    """The checkpoint is signed and covers the entries; each entry may follow the one before it."""
    need(not trusted or log["key"] in trusted, "key", f"signed by {log['key']}")
    name, hash_, key = log["key"].split("+", 2)
    raw, lines = base64.b64decode(key, validate=True), log["checkpoint"].split("\n")
    own = len(raw) == 33 and raw[0] == 1 and sha(name.encode() + b"\n" + raw)[:4].hex() == hash_
    need(own, "key", "its hash")
    formed = len(lines) == 6 and lines[3] == lines[5] == "" and lines[4].startswith(f"— {name} ")
    need(formed, "checkpoint", "form")
    signed = base64.b64decode(lines[4].rpartition(" ")[2], validate=True)
    body = "\n".join([*lines[:3], ""]).encode()
    need(signed[:4].hex() == hash_ and ed25519(raw[1:], body, signed[4:]), "signature", "of the checkpoint")
    leaves = [sha(b"\x00" + canonical(one)) for one in log["entries"]]
    told = [log["origin"], str(len(leaves)), base64.b64encode(root(leaves)).decode()]
    need(leaves and lines[:3] == told, "checkpoint", "the log is not the one that was signed")
    for size, earlier in seen:
        same = 0 < size <= len(leaves) and root(leaves[:size]).hex() == earlier
        need(same, "seen", f"size {size} was another log")
    last, at = {}, 0
    for one in log["entries"]:
        number, kind = one["number"], one["kind"]
        need(one["at"] >= at, "log-time", f"{kind} {number}")
        if kind == "commitment":
            need(number not in last, "second-commitment", number)
            need(number == len(last) + 1, "missing-number", f"{number} after {len(last)}")
            need(number == 1 or last[number - 1] in ENDED, "unfinished", number - 1)
        need(kind in FOLLOWS[last.get(number)], "log-order", f"{kind} {number}")
        last[number], at = kind, one["at"]


def drand(source, named, value, start):
    genesis, period = source["chain"]["genesis"], source["chain"]["period"]
    first = max(1, -(-(start - genesis * 1000) // (period * 1000)) + 1)
    need(named["round"] == value["round"] == first, "round", f"the first is {first}")
    made = HEX48.fullmatch(value["signature"]) and sha(bytes.fromhex(value["signature"])).hex()
    need(made == value["randomness"], "randomness", "not of the signature")
    return (genesis + (first - 1) * period) * 1000, value["randomness"]


def lottery(source, named, value, start):
    typed = list(value["entries"].values())
    need(named["at"] >= start and value["issue"] == named["issue"], "lottery", "issue")
    need(len(typed) >= 2 and len(set(typed)) == 1, "lottery", "two people must have typed the same")
    need(NUMBERS.fullmatch(typed[0]) and typed[0].count(" ") + 1 == source["numbers"], "lottery", typed[0])
    return named["at"], f"{source['game']} {named['issue']} {typed[0]}"


def nonces(source, named, value, _):
    same = sorted(named["sealed"]) == sorted(source["departments"]) == sorted(value["nonces"])
    need(same, "nonce", "departments")
    for one, nonce in value["nonces"].items():
        sealed = sha(b"jisheng-nonce-1\x00" + one.encode() + b"\x00" + bytes.fromhex(nonce)).hex()
        need(sealed == named["sealed"][one], "nonce", one)
    return named["until"], value["nonces"]


BEACONS = {"drand": drand, "lottery": lottery, "nonces": nonces}


def stratum_of(plan, row):
    found = [s["id"] for s in plan["strata"] if all(row.get(n) in some for n, some in s["where"].items())]
    need(len(found) == 1, "strata", row["id"])
    return found[0]


def ticket(plan, seed, row):
    weight = plan["weights"]["of"].get(row.get(plan["weights"]["field"]))
    need(weight, "weight", row["id"])
    start = seed + b"\x00obj\x00" + bytes.fromhex(row["salt"])
    return min(sha(start + j.to_bytes(2, "big")) for j in range(weight)).hex()


class Draw:
    """A bundle that is being checked: its documents, what the log has of it, and what follows from them."""

    def __init__(self, files):
        self.files, self.seed, self.own, self.caps, self.fitting = files, b"", {}, {}, {}
        self.docs = {name[:-5]: read(files[name], name) for name in sorted(files) if name.endswith(".json")}
        for name in FORMATS:
            good = name not in self.docs or self.docs[name]["format"] == f"jisheng-draw-{name}-1"
            need(good, "malformed", f"format of {name}")
        for name in self.docs.keys() & SHAPES.keys():
            need(fits(SHAPES[name], self.docs[name]), "malformed", f"a member of {name}")

    def check(self, trusted, seen, randomness, before):
        """All of it in the order of verify_draw.md §3; what was checked, as a sentence."""
        check_log(self.docs["log"], trusted, seen)
        self.plan, self.said = self.docs["plan"], self.docs["commitment"]
        self.entries = self.docs["log"]["entries"]
        for one in self.entries:
            if one["number"] == self.said["number"]:
                self.own.setdefault(one["kind"], []).append(one)
        self.check_commitment()
        if "values" in self.own:
            self.check_values(randomness)
        self.check_rosters(before)
        if "result" in self.own:
            self.check_selection()
            self.check_teams()
            self.check_replacements()
        self.check_end()
        counts = {name: self.said[name]["count"] for name in KEYS}
        visits = len(self.docs["result"]["visits"]) if "result" in self.own else "no"
        told = f"draw {self.said['number']} of {self.plan['series']}{' (VOID)' if 'void' in self.own else ''}"
        return f"{told}: {counts}, {visits} visits, {len(self.entries)} entries of the log"

    def entry(self, kind, at, document):
        return {"kind": kind, "number": self.said["number"], "at": at, "digest": digest(document)}

    def check_commitment(self):
        plan, said = self.plan, self.said
        logged = self.own.get("commitment", [None])[0]
        need(logged == self.entry("commitment", said["committed_at"], said), "commitment", "not as logged")
        earlier = {one["number"]: one["digest"] for one in self.entries if one["kind"] == "commitment"}
        need(said["previous"] == earlier.get(said["number"] - 1, "00" * 32), "previous")
        need(said["plan"] == digest(plan) and said["series"] == plan["series"], "plan")
        ids, quotas = [one["id"] for one in plan["strata"]], [one["quota"] for one in plan["strata"]]
        beacons = plan["beacons"]["primary"] + plan["beacons"]["fallback"]
        counts = [one["chain"]["period"] for one in beacons if one["kind"] == "drand"]
        counts += [one["numbers"] for one in beacons if one["kind"] == "lottery"]
        named = plan["algo"] == "jisheng-draw-1" and ids and len(set(ids)) == len(ids) and plan["slots"]
        least = min(plan["cap"], plan["pools"], plan["lead_ms"]) >= 0 and all(one > 0 for one in counts)
        exact = all(0 <= q["num"] <= q["den"] > 0 and 0 <= q["min"] <= q["max"] for q in quotas)
        light = all(1 <= one <= 1000 for one in plan["weights"]["of"].values())
        need(named and least and exact and light, "plan-shape")

    def check_values(self, randomness):
        """The seed. Named is the first value after the lead; what came is what was named, and not before its time."""
        said, values, start = self.said, self.docs["values"], self.said["not_before"]
        sources, logged = self.plan["beacons"][said["source"]], self.own["values"][0]
        need(start >= said["committed_at"] + self.plan["lead_ms"], "lead")
        kinds = [one["kind"] for one in said["beacons"]]
        need(kinds == [one["kind"] for one in sources], "beacon", "not those of the plan")
        need(kinds and set(kinds) not in ({"lottery"}, {"nonces"}), "beacon", "one that cannot stand alone")
        need(len(values) == len(kinds) and logged["digest"] == digest(values), "values", "not as logged")
        known, given = {}, []
        for source, named, value, kind in zip(sources, said["beacons"], values, kinds):  # noqa: B905  Python 3.9
            need(value["kind"] == kind, "values", "another kind")
            known[kind], drawn = BEACONS[kind](source, named, value, start)
            given.append({"kind": kind, "value": drawn})
            need(kind != "drand" or randomness in (None, drawn), "randomness", "not what the relay says")
        if "nonces" in known:
            until, opened = known.pop("nonces"), self.own.get("nonces", [None])[0]
            need(said["committed_at"] <= until < min(known.values()), "nonce", "when it is to be opened")
            good = opened and opened["at"] <= until and opened["digest"] == digest(self.docs["nonces"])
            need(good and self.docs["nonces"] == values[kinds.index("nonces")], "nonce", "not opened so")
        need(logged["at"] >= max(known.values()), "early")
        self.seed = sha(canonical({"beacons": given, "commitment": digest(said)}))

    def rows(self, roster):
        """Each row of a roster in order; after the last, count and root are those of the commitment."""
        leaves, before, said = [], [], self.said[roster]
        for number, line in enumerate(self.lines[roster], 1):
            where = f"{roster} row {number}"
            row = read(line, where)
            flat = isinstance(row, dict) and not any(isinstance(one, dict) for one in row.values())
            key = [row.get(name) for name in KEYS[roster]] if flat else [None]
            named = all(isinstance(one, str) and ID.fullmatch(one) for one in key)
            need(named and fits(SHAPES[roster], row), "row", where)
            need(isinstance(row.get("salt"), str) and SALT.fullmatch(row["salt"]), "row-salt", where)
            need(before < key, "row-order", where)
            leaves.append(sha(b"\x00" + line))
            before = key
            yield row
        need(len(leaves) >= said["count"], "row-missing", f"{roster}: {len(leaves)} of {said['count']}")
        need(len(leaves) <= said["count"], "row-added", f"{roster}: {len(leaves)} of {said['count']}")
        need(root(leaves).hex() == said["root"], roster, "the rows are not those that were committed")

    def check_rosters(self, before):
        """`drawn`: stratum → [(ticket, id, number of the row)], the smallest tickets of it; `objects`: their rows."""
        self.lines = {name: self.files[f"{name}.jsonl"].split(b"\n") for name in KEYS}
        need(all(some.pop() == b"" for some in self.lines.values()), "malformed", "a line without an end")
        self.drawn, self.objects = {one["id"]: [] for one in self.plan["strata"]}, {}
        for number, row in enumerate(self.rows("objects")):
            some = self.drawn[stratum_of(self.plan, row)]
            some.append((ticket(self.plan, self.seed, row), row["id"], number))
        sizes = {name: len(some) for name, some in self.drawn.items()}
        need(sizes == self.said["objects"]["strata"], "strata", "sizes")
        self.inspectors = {row["id"]: row for row in self.rows("inspectors")}
        self.apart = {(row["object"], row["inspector"]) for row in self.rows("conflicts")}
        gone = {row["id"] for row in self.rows("departures") if row["reason"]}
        need(len(gone) == self.said["departures"]["count"], "departures", "one without a reason")
        if before is not None:
            last = digest(read(before["commitment.json"], "before"))
            need(self.said["previous"] == last, "previous", "--before")
            gone.update(one for some in self.drawn.values() for _, one, _ in some)
            for one in map(json.loads, before["objects.jsonl"].splitlines()):
                need(one["id"] in gone, "dropped", one["id"])
        for name, q in ((one["id"], one["quota"]) for one in self.plan["strata"]):
            quota = min(sizes[name], q["max"], max(q["min"], -(-sizes[name] * q["num"] // q["den"])))
            self.drawn[name] = sorted(self.drawn[name])[:quota]
            for _, one, number in self.drawn[name]:
                self.objects[one] = json.loads(self.lines["objects"][number])

    def check_selection(self):
        """The visits are the smallest tickets, in their order; the notice gives the last that is in."""
        result, notice = self.docs["result"], self.docs["notice"]
        need(result["seed"] == notice["seed"] == self.seed.hex(), "seed")
        for name, some in self.drawn.items():
            visits = [(one["ticket"], one["object"]) for one in result["visits"] if one["stratum"] == name]
            need(len(visits) == len(some), "quota", f"{name}: {len(visits)} visits, {len(some)} are due")
            need({one for _, one in visits} == {one for _, one, _ in some}, "selection", name)
            need(set(visits) == {(smallest, one) for smallest, one, _ in some}, "ticket", name)
        order = [(one["ticket"], one["object"]) for one in result["visits"]]
        need(order == sorted(order) and len(order) == sum(map(len, self.drawn.values())), "visit-order")
        for one in notice["strata"]:
            some, size = self.drawn[one["id"]], self.said["objects"]["strata"][one["id"]]
            need(one["cutoff"] == (some[-1][0] if some else ""), "cutoff", one["id"])
            need(one["quota"] == len(some) and one["size"] == size, "notice", one["id"])
        need(len(notice["strata"]) == len(self.drawn), "notice", "strata")

    def places(self):
        """(object, number of the slot) of all visits, in order."""
        for visit in self.docs["result"]["visits"]:
            due = self.objects[visit["object"]].get("departments") or []
            for number, slot in enumerate(self.plan["slots"]):
                if slot.get("department") is None or slot["department"] in due:
                    yield visit["object"], number

    def able(self, place, pool):
        """Who may take a place, the smallest pair ticket first."""
        row, slot = self.objects[place[0]], self.plan["slots"][place[1]]
        look = (place[1], row.get("district"), pool)
        if look not in self.fitting:
            self.fitting[look] = [
                (id_, bytes.fromhex(one["salt"])) for id_, one in self.inspectors.items()
                if (one.get("pool") or 0) <= pool and slot.get("department") in (None, one.get("department"))
                and set(slot.get("certificates") or ()) <= set(one.get("certificates") or ())
                and (not one.get("districts") or row.get("district") in one["districts"])
            ]  # fmt: skip
        start = self.seed + b"\x00pair\x00" + bytes.fromhex(row["salt"]) + place[1].to_bytes(2, "big")
        some = sorted((sha(start + salt), id_) for id_, salt in self.fitting[look])
        return [id_ for _, id_ in some if (place[0], id_) not in self.apart]

    def check_teams(self):
        """At the first pool that is wide enough everybody has the place that is theirs; `teams`: place → inspector."""
        result, notice, places = self.docs["result"], self.docs["notice"], list(self.places())
        for one, row in self.inspectors.items():
            self.caps[one] = self.plan["cap"] if row.get("cap") is None else min(self.plan["cap"], row["cap"])
        pool, teams = 0, None
        while teams is None and pool <= self.plan["pools"]:
            teams = paired(self.caps, {one: self.able(one, pool) for one in places})
            pool += teams is None
        pool = None if teams is None else pool
        need(result["pool"] == notice["pool"] == pool, "pool")
        self.teams = {(one["object"], slot): who for one in result["visits"] for slot, who in one["team"]}
        need(not any((place[0], who) in self.apart for place, who in self.teams.items()), "conflict")
        held = Counter(self.teams.values())
        need(all(number <= self.caps.get(who, 0) for who, number in held.items()), "cap")
        once = sum(len(one["team"]) for one in result["visits"]) == len(self.teams)
        need(once and self.teams == (teams or {}), "pairing")
        need(notice["result"] == digest(result), "notice", "of another result")
        need(self.own["result"][0]["digest"] == digest(notice), "notice", "not as logged")
        need(notice["number"] == result["number"] == self.said["number"], "notice", "of another draw")

    def check_replacements(self):
        """Each is the smallest ticket of who still can, in the order of the log, at the first pool with one."""
        made, logged, recused = self.docs["replacements"], self.own.get("replacement", []), {}
        need(len(made) == len(logged), "replacement", f"{len(made)} of {len(logged)}")
        for number, one in enumerate(made):
            place, out = (one["object"], one["slot"]), recused.setdefault(one["object"], set())
            same = logged[number] == self.entry("replacement", one["at"], one)
            need(same, "replacement", f"{number} in the log")
            due = one["ordinal"] == number + 1 and self.teams.get(place) == one["recused"]
            need(due, "replacement", f"{number}: who holds the place")
            out.add(one["recused"])
            barred = out | {who for (visit, _), who in self.teams.items() if visit == place[0]}
            barred |= {who for who, held in Counter(self.teams.values()).items() if held >= self.caps[who]}
            pools = range(self.docs["result"]["pool"], self.plan["pools"] + 1)
            first = next((who for pool in pools for who in self.able(place, pool) if who not in barred), None)
            need(first == one["replacement"], "replacement", f"{number}: {first} is next")
            need(one["reason"] and one["approver"], "replacement", f"{number} without a reason")
            self.teams[place] = first

    def check_end(self):
        """A void draw says why, and by a hash what it would have been: null only where no value was logged."""
        result, void = "result" in self.own, self.docs.get("void")
        sent = not result or "void" in self.own or self.docs["result"]["pool"] is not None
        need(sent, "void", "nobody can be sent")
        declared = [one["digest"] for one in self.own.get("void", [])]
        need(declared == ([] if void is None else [digest(void)]), "void", "not as logged")
        need(declared or result, "unfinished", "neither a result nor void")
        if declared:
            would_be = digest(self.docs["result"]) if result else None
            need(void["would_be"] == would_be and void["reason"], "void", "what it would have been")
            need(void["number"] == self.said["number"], "void", "of another draw")


class Places:
    """Who holds which place, while others may still be moved. `shut`: who is out of reach but for these places."""

    def __init__(self, caps, wanted):
        self.caps, self.wanted, self.has, self.twins, self.fixed, self.shut = caps, wanted, {}, {}, set(), {}
        self.load = {one: {} for one in caps}

    def put(self, place, one):
        self.lift(place)
        self.has[place], self.twins[place[0], one], self.load[one][place] = one, place, True

    def lift(self, place):
        if place in self.has:
            one = self.has.pop(place)
            del self.twins[place[0], one], self.load[one][place]

    def give(self, place, options, asked):
        """Whether one of these can take the place, others moving if they must. `asked`: places, and full inspectors."""
        asked.add(place)
        for one in options:
            if (place[0], one) not in self.twins and len(self.load[one]) < self.caps[one]:
                self.put(place, one)
                return True
        for one in options:
            twin = self.twins.get((place[0], one))
            movers = [twin] if twin else [] if one in asked else list(self.load[one])
            asked.update(() if twin else (one,))
            for other in movers:
                free = other not in asked and other not in self.fixed
                if free and self.give(other, self.wanted[other], asked):
                    self.put(place, one)
                    return True
        return False

    def settle(self, place):
        """The first of those wanted who can have the place; it is not moved again."""
        old = self.has[place]
        self.lift(place)
        for one in self.wanted[place]:
            asked = set()
            if one == old or (place in self.shut.get(one, (place,)) and self.give(place, [one], asked)):
                break
            self.shut.update(dict.fromkeys(asked.intersection(self.caps), asked))
        if place not in self.has:
            self.put(place, old)
        self.fixed.add(place)


def paired(caps, wanted):
    """place → inspector; None if not all can be filled. `wanted`: place → who may, the smallest ticket first."""
    made = Places(caps, wanted)
    sys.setrecursionlimit(1_000 + len(wanted))  # who makes room may ask another to
    if not all(made.give(place, some, set()) for place, some in wanted.items()):
        return None
    for place in wanted:
        made.settle(place)
    return made.has


def slip_of(slip):
    """What a firm has at once: its own row and salt, the audit path to the committed root, the notice of the draw."""
    need(fits(SHAPES["slip"], slip), "malformed", "a member of slip")
    plan, said, row, notice = slip["plan"], slip["commitment"], slip["row"], slip.get("notice")
    size, index, path = said["objects"]["count"], slip["index"], [bytes.fromhex(one) for one in slip["path"]]
    need(slip["format"] == "jisheng-draw-slip-1" and digest(plan) == said["plan"], "plan")
    need(ID.fullmatch(row["id"]) and SALT.fullmatch(row["salt"]) and 0 <= index < size, "row", row["id"])
    node = sha(b"\x00" + canonical(row))
    while size > 1:
        if index ^ 1 < size:
            need(path, "proof", "too short")
            node = sha(b"\x01" + (path.pop(0) + node if index & 1 else node + path.pop(0)))
        index, size = index >> 1, (size + 1) >> 1
    need(not path and node.hex() == said["objects"]["root"], "proof", "not a row that was committed")
    check_log(slip["log"])
    logged = [(one["kind"], one["number"], one["digest"]) for one in slip["log"]["entries"]]
    need(("commitment", said["number"], digest(said)) in logged, "commitment", "not logged")
    need(notice is None or ("result", said["number"], digest(notice)) in logged, "notice", "not logged")
    told = f"{row['id']} is row {slip['index'] + 1} of {said['objects']['count']} of draw {said['number']}"
    if notice is None:
        return f"{told}; nothing is drawn yet"
    name, smallest = stratum_of(plan, row), ticket(plan, bytes.fromhex(notice["seed"]), row)
    cutoff = next(one["cutoff"] for one in notice["strata"] if one["id"] == name)
    return f"{told}; its ticket {smallest} is {'DRAWN' if smallest <= cutoff else 'not drawn'} ({name})"


def verify(files, trusted=(), seen=(), randomness=None, before=None):
    """`files`: name → bytes. Returns what was checked, as a sentence; raises Wrong."""
    try:
        if list(files) == ["slip.json"]:
            return slip_of(read(files["slip.json"], "slip"))
        return Draw(files).check(trusted, seen, randomness, before)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, StopIteration) as error:
        raise Wrong("malformed", f"{type(error).__name__} {error}") from error


def archive(path):
    """The files of a bundle (a zip, or the API's JSON), or the one slip."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as opened:
            return {name: opened.read(name) for name in opened.namelist()}
    content = Path(path).read_bytes()
    files = json.loads(content).get("files") if b"jisheng-draw-bundle-1" in content[:200] else None
    return {name: text.encode() for name, text in files.items()} if files else {"slip.json": content}


def unchecked(files, chosen):
    """What this run did not check, said."""
    docs = {name: json.loads(content) for name, content in files.items() if name.endswith(".json")}
    if not chosen.key:
        key = docs.get("log.json", docs.get("slip.json", {}).get("log"))["key"]
        yield f"signed by {key}: compare it with what was published elsewhere"
    if not chosen.before and docs.get("commitment.json", {}).get("number", 1) > 1:
        yield "whoever left the roster since the draw before was not looked for (--before)"
    if any(one["kind"] == "drand" for one in docs.get("values.json", [])):
        how = " (its value was compared)" if chosen.randomness else ""
        yield f"the BLS signature of the drand round was not checked{how}"
    if "void.json" in docs and "values.json" not in docs:
        yield "void before a value was logged: if its value was known by then, look at the reason"


def main(arguments=None):
    shown = argparse.RawDescriptionHelpFormatter
    options = argparse.ArgumentParser(description=__doc__, formatter_class=shown)
    options.add_argument("file")
    options.add_argument("--key", action="append", default=[])
    options.add_argument("--seen", action="append", default=[], metavar="SIZE:ROOT")
    options.add_argument("--before", metavar="ZIP")
    options.add_argument("--randomness", metavar="HEX")
    chosen = options.parse_args(arguments)
    try:
        files, before = archive(chosen.file), archive(chosen.before) if chosen.before else None
        seen = [(int(size), told) for size, _, told in (one.partition(":") for one in chosen.seen)]
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        print(f"cannot be read: {error}", file=sys.stderr)
        return 2
    try:
        print(f"valid: {verify(files, chosen.key, seen, chosen.randomness, before)}")
    except Wrong as wrong:
        print(f"NOT VALID {wrong.args[0]}: {wrong.args[1]}")
        return CODES[wrong.code]
    for one in unchecked(files, chosen):
        print(one)
    return 0


if __name__ == "__main__":
    sys.exit(main())
