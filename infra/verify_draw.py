#!/usr/bin/env python3
"""Checks a published draw from its commitment to its replacements: `draw-<number>.zip`, as verify_draw.md describes it.

It stands alone, one file (hence its length), nothing but Python's standard library (3.9 or newer), no network.

    python verify_draw.py draw-7.zip
    python verify_draw.py slip.json       what one firm was given: that it was in the roster, and whether it was drawn

    --key=VERIFIER     trust this key alone (`name+hash+base64`): compare it with what was published elsewhere
    --seen=SIZE:ROOT   the log must begin with the checkpoint that one saw before (root in hex; may be repeated)
    --before=ZIP       the draw before: whoever was in its roster and is no longer must have left with a reason
    --randomness=HEX   the drand value of the round as one read it from another relay

Exit code 0: valid. Else the code of the first thing that does not hold, see CODES. The BLS signature of a drand round
is not checked here, which is said: read the round at a relay of drand and give it as --randomness.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
import unicodedata
import zipfile
from collections import Counter, deque
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
    None: ["commitment"], "commitment": ["nonces", "values", "void"], "nonces": ["values", "void"],
    "values": ["result"], "result": ["replacement", "void", "reveal"],
    "replacement": ["replacement", "void", "reveal"], "void": ["reveal"], "reveal": [],
}  # fmt: skip
ENDED = ("result", "replacement", "void", "reveal")
# Which members the protocol reads, and their types: the same text as in verify_draw.md, and in the other verifier.
SHAPES = {
  "plan": {"algo": "text", "series": "text", "weights": {"field": "text", "of": {"*": "integer"}},
    "strata": [{"id": "text", "where": {"*": ["text"]},
      "quota": {"num": "integer", "den": "integer", "min": "integer", "max": "integer"}}],
    "slots": [{"role": "text", "department?": "text", "certificates?": ["text"]}],
    "cap": "integer", "pools": "integer", "lead_ms": "integer",
    "beacons": {"primary": ["@beacon"], "fallback": ["@beacon"]}},
  "beacon drand": {"chain": {"genesis": "integer", "period": "integer"}},
  "beacon lottery": {"game": "text", "numbers": "integer"},
  "beacon nonces": {"departments": ["text"]},
  "commitment": {"series": "text", "number": "integer", "previous": "hash", "plan": "hash",
    "objects": {"count": "integer", "root": "hash", "strata": {"*": "integer"}},
    "inspectors": {"count": "integer", "root": "hash"}, "conflicts": {"count": "integer", "root": "hash"},
    "departures": {"count": "integer", "root": "hash"},
    "committed_at": "integer", "not_before": "integer", "source": "text", "beacons": ["@named"]},
  "named drand": {"round": "integer"},
  "named lottery": {"issue": "text", "at": "integer"},
  "named nonces": {"sealed": {"*": "hash"}, "until": "integer"},
  "nonces": "@value",
  "values": ["@value"],
  "value drand": {"round": "integer", "signature": "text", "randomness": "hash"},
  "value lottery": {"issue": "text", "entries": {"*": "text"}},
  "value nonces": {"nonces": {"*": "hash"}},
  "notice": {"series": "text", "number": "integer", "seed": "hash", "pool": "integer|null", "result": "hash",
    "strata": [{"id": "text", "size": "integer", "quota": "integer", "cutoff": "text"}]},
  "result": {"series": "text", "number": "integer", "seed": "hash", "pool": "integer|null",
    "visits": [{"object": "text", "stratum": "text", "ticket": "hash", "team": [["integer", "text"]]}]},
  "replacements": [{"ordinal": "integer", "object": "text", "slot": "integer", "recused": "text",
    "replacement": "text", "reason": "text", "approver": "text", "at": "integer"}],
  "void": {"number": "integer", "reason": "text", "approver": "text", "would_be": "hash|null"},
  "log": {"origin": "text", "checkpoint": "text", "key": "text",
    "entries": [{"kind": "text", "number": "integer", "at": "integer", "digest": "hash"}]},
  "objects": {"district?": "text", "departments?": ["text"]},
  "inspectors": {"department?": "text", "certificates?": ["text"], "districts?": ["text"], "pool?": "integer",
    "cap?": "integer"},
  "conflicts": {},
  "departures": {"reason": "text"},
  "slip": {"format": "text", "plan": "@@plan", "commitment": "@@commitment", "row": {"id": "text", "salt": "text"},
    "index": "integer", "path": ["hash"], "notice?": "@@notice", "log": "@@log"}
}  # fmt: skip
ID, SALT = re.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,63}"), re.compile("[0-9a-f]{32}")
HEX32, HEX48 = re.compile("[0-9a-f]{64}"), re.compile("[0-9a-f]{96}")
NUMBERS = re.compile(r"[0-9]{1,2}( [0-9]{1,2})*")


class Wrong(Exception):
    """The first thing that does not hold: one of CODES, and a sentence."""

    def __init__(self, code, said=""):
        super().__init__(f"{code}: {said}")
        self.code = code


def need(holds, code, said=""):
    if not holds:
        raise Wrong(code, said)


def sha(content):
    return hashlib.sha256(content).digest()


# --- canonical JSON: RFC 8785 without floats, |n| < 2^53, text in NFC, keys in ASCII ---------------------------------

ENCODE = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode


def no_float(text):
    raise Wrong("float", text)


DECODE = json.JSONDecoder(parse_float=no_float, parse_constant=no_float).decode


def canonical(value):
    return ENCODE(value).encode()


def digest(value):
    return sha(canonical(value)).hex()


def read(content, where):
    """The value of canonical bytes."""
    try:
        text = content.decode()
        value = DECODE(text)
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
    elif isinstance(value, list):
        for one in value:
            profile(one, where)
    elif isinstance(value, dict):
        for key, one in value.items():
            need(key.isascii(), "not-canonical", where)
            profile(one, where)


def shaped(name, value, code="malformed"):
    need(fits(SHAPES[name], value), code, f"{name}: a member is missing, or of another type")


def fits(shape, value):
    if isinstance(shape, dict):
        return isinstance(value, dict) and all(member(name, one, value) for name, one in shape.items())
    if isinstance(shape, list) and len(shape) == 1:
        return isinstance(value, list) and all(fits(shape[0], one) for one in value)
    if isinstance(shape, list):
        same = isinstance(value, list) and len(value) == len(shape)
        return same and all(fits(one, each) for one, each in zip(shape, value))  # noqa: B905  Python 3.9
    if shape.startswith("@@"):
        return fits(SHAPES[shape[2:]], value)
    if shape.startswith("@"):
        of = SHAPES.get(f"{shape[1:]} {value.get('kind')}" if isinstance(value, dict) else "")
        return of is not None and fits(of, value)
    return TYPES[shape](value)


def member(name, shape, value):
    if name == "*":
        return all(fits(shape, one) for one in value.values())
    if name.endswith("?"):
        return value.get(name[:-1]) is None or fits(shape, value[name[:-1]])
    return name in value and fits(shape, value[name])


TYPES = {
    "text": lambda value: isinstance(value, str),
    "integer": lambda value: type(value) is int,  # true is none
    "hash": lambda value: isinstance(value, str) and bool(HEX32.fullmatch(value)),
    "integer|null": lambda value: value is None or type(value) is int,
    "hash|null": lambda value: value is None or TYPES["hash"](value),
}


# --- trees (RFC 6962), signatures (RFC 8032), the log ----------------------------------------------------------------


class Tree:
    def __init__(self):
        self.count, self.peaks = 0, []

    def add(self, content):
        node, number = sha(b"\x00" + content), self.count
        while number & 1:
            node, number = sha(b"\x01" + self.peaks.pop() + node), number >> 1
        self.peaks.append(node)
        self.count += 1

    def root(self):
        made = self.peaks[-1] if self.peaks else sha(b"")
        for peak in self.peaks[-2::-1]:
            made = sha(b"\x01" + peak + made)
        return made


Q = 2**255 - 19
D = -121665 * pow(121666, Q - 2, Q) % Q
L = 2**252 + 27742317777372353535851937790883648493


def point(data):
    """32 bytes → a point of edwards25519 in extended coordinates; None if it is none."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    square = (y * y - 1) * pow(D * y * y + 1, Q - 2, Q) % Q
    x = pow(square, (Q + 3) // 8, Q)
    if (x * x - square) % Q:
        x = x * pow(2, (Q - 1) // 4, Q) % Q
    if y >= Q or (x * x - square) % Q or (x == 0 and sign):
        return None
    x = Q - x if x & 1 != sign else x
    return (x, y, 1, x * y % Q)


def plus(a, b):
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % Q, (a[1] + a[0]) * (b[1] + b[0]) % Q
    g, h = 2 * a[3] * b[3] * D % Q, 2 * a[2] * b[2] % Q
    e, f, g, h = f - e, h - g, h + g, f + e
    return (e * f % Q, g * h % Q, f * g % Q, e * h % Q)


def times(number, a):
    made = (0, 1, 1, 0)
    while number:
        made = plus(made, a) if number & 1 else made
        a, number = plus(a, a), number >> 1
    return made


def ed25519(key, message, signature):
    base = point((4 * pow(5, Q - 2, Q) % Q).to_bytes(32, "little"))
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L or len(signature) != 64:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    left, right = times(s, base), plus(r, times(h, a))
    return not any((left[n] * right[2] - right[n] * left[2]) % Q for n in (0, 1))


def check_log(log, trusted, seen):
    """The checkpoint is signed and covers the entries; each entry may follow the one before it."""
    need(not trusted or log["key"] in trusted, "key", f"signed by {log['key']}")
    name, hash_, key = log["key"].split("+", 2)
    raw, lines = base64.b64decode(key, validate=True), log["checkpoint"].split("\n")
    need(
        len(raw) == 33 and raw[0] == 1 and sha(name.encode() + b"\n" + raw)[:4].hex() == hash_, "key", "hash"
    )
    shaped = len(lines) == 6 and lines[3] == lines[5] == "" and lines[4].startswith(f"— {name} ")
    need(shaped, "checkpoint", "form")
    signed = base64.b64decode(lines[4].rpartition(" ")[2], validate=True)
    body = "\n".join([*lines[:3], ""]).encode()
    need(signed[:4].hex() == hash_ and ed25519(raw[1:], body, signed[4:]), "signature", "of the checkpoint")
    tree, roots, entries = Tree(), {}, log["entries"]
    for one in entries:
        tree.add(canonical(one))
        roots[tree.count] = tree.root().hex()
    said = [log["origin"], str(tree.count), base64.b64encode(tree.root()).decode()]
    need(tree.count and lines[:3] == said, "checkpoint", "the log is not the one that was signed")
    for size, root in seen:
        need(roots.get(size) == root, "seen", f"size {size} was another log")
    last, at = {}, 0
    for one in entries:
        number, kind = one["number"], one["kind"]
        need(one["at"] >= at, "log-time", f"{kind} {number}")
        need(not (kind == "commitment" and number in last), "second-commitment", str(number))
        if kind == "commitment":
            need(number == len(last) + 1, "missing-number", f"{number} after {len(last)}")
            need(number == 1 or last[number - 1] in ENDED, "unfinished", str(number - 1))
        need(kind in FOLLOWS[last.get(number)], "log-order", f"{kind} {number}")
        last[number], at = kind, one["at"]


# --- the commitment and the public value -----------------------------------------------------------------------------


def check_commitment(docs, entries, own):
    plan, said = docs["plan"], docs["commitment"]
    need(
        own.get("commitment", [{}])[0] == entry("commitment", said, said["committed_at"], said),
        "commitment",
        "logged",
    )
    before = [
        one["digest"]
        for one in entries
        if one["kind"] == "commitment" and one["number"] == said["number"] - 1
    ]
    need(said["previous"] == (before or ["00" * 32])[0], "previous")
    need(said["plan"] == digest(plan) and said["series"] == plan["series"], "plan")
    ids = [one["id"] for one in plan["strata"]]
    sound = plan["algo"] == "jisheng-draw-1" and ids and len(set(ids)) == len(ids) and plan["slots"]
    quotas, counted = (
        [one["quota"] for one in plan["strata"]],
        plan["beacons"]["primary"] + plan["beacons"]["fallback"],
    )
    counts = [one["chain"]["period"] for one in counted if one["kind"] == "drand"]
    counts += [one["numbers"] for one in counted if one["kind"] == "lottery"]
    sound = sound and min(plan["cap"], plan["pools"], plan["lead_ms"]) >= 0 and all(one > 0 for one in counts)
    sound = sound and all(
        0 <= q["num"] <= q["den"] and q["den"] and 0 <= q["min"] <= q["max"] for q in quotas
    )
    need(sound and all(1 <= one <= 1000 for one in plan["weights"]["of"].values()), "plan-shape")


def entry(kind, of, at, document):
    return {"kind": kind, "number": of["number"], "at": at, "digest": digest(document)}


def check_values(docs, own, randomness):
    """The seed. What was named was the first after the lead, what came is what was named, and not before its time."""
    said, values, times_ = docs["commitment"], docs["values"], {}
    start, sources = said["not_before"], docs["plan"]["beacons"][said["source"]]
    need(start >= said["committed_at"] + docs["plan"]["lead_ms"], "lead")
    kinds = [one["kind"] for one in said["beacons"]]
    need(kinds == [one["kind"] for one in sources], "beacon", "not those of the plan")
    need(kinds and set(kinds) not in ({"lottery"}, {"nonces"}), "beacon", "one that cannot stand alone")
    need(len(values) == len(kinds) and own["values"][0]["digest"] == digest(values), "values")
    given = []
    for source, named, value in zip(sources, said["beacons"], values):  # noqa: B905  Python 3.9
        need(value["kind"] == named["kind"], "values", "another kind")
        due, drawn = {"drand": drand, "lottery": lottery, "nonces": nonces}[named["kind"]](
            source, named, value, start
        )
        times_[named["kind"]] = due
        given.append({"kind": named["kind"], "value": drawn})
        need(named["kind"] != "drand" or randomness in (None, drawn), "randomness", "not what the relay says")
    opened = times_.pop("nonces", None)
    if opened is not None:
        need(
            said["committed_at"] <= opened < min(times_.values()),
            "nonce",
            "to be opened after another is known",
        )
        logged = own.get("nonces", [{"at": opened + 1, "digest": ""}])[0]
        need(
            logged["at"] <= opened and logged["digest"] == digest(docs["nonces"]), "nonce", "opened too late"
        )
        need(docs["nonces"] == values[kinds.index("nonces")], "nonce", "not what was opened")
    need(own["values"][0]["at"] >= max(times_.values()), "early")
    return sha(canonical({"beacons": given, "commitment": digest(said)}))


def drand(source, named, value, start):
    chain = source["chain"]
    first = max(1, -(-(start - chain["genesis"] * 1000) // (chain["period"] * 1000)) + 1)
    need(named["round"] == first and value["round"] == first, "round", f"the first is {first}")
    signature = value["signature"]
    need(
        HEX48.fullmatch(signature) and sha(bytes.fromhex(signature)).hex() == value["randomness"],
        "randomness",
    )
    return (chain["genesis"] + (first - 1) * chain["period"]) * 1000, value["randomness"]


def lottery(source, named, value, start):
    typed = set(value["entries"].values())
    need(named["at"] >= start and value["issue"] == named["issue"], "lottery", "issue")
    need(len(value["entries"]) >= 2 and len(typed) == 1, "lottery", "two people must have typed the same")
    said = typed.pop()
    need(NUMBERS.fullmatch(said) and len(said.split(" ")) == source["numbers"], "lottery", said)
    return named["at"], f"{source['game']} {named['issue']} {said}"


def nonces(source, named, value, _):
    need(
        sorted(named["sealed"]) == sorted(source["departments"]) == sorted(value["nonces"]),
        "nonce",
        "departments",
    )
    for one, nonce in value["nonces"].items():
        made = b"jisheng-nonce-1\x00" + one.encode() + b"\x00"
        good = HEX32.fullmatch(nonce) and sha(made + bytes.fromhex(nonce)).hex() == named["sealed"][one]
        need(good, "nonce", one)
    return named["until"], value["nonces"]


# --- rosters and selection -------------------------------------------------------------------------------------------


def rows_of(roster, lines, commitment, each):
    """Every row in order through `each`; count and root are those of the commitment."""
    tree, before, said = Tree(), None, commitment[roster]
    for number, content in enumerate(lines):
        row = read(content, f"{roster} row {number + 1}")
        need(isinstance(row, dict) and not any(isinstance(one, dict) for one in row.values()), "row", roster)
        key = [row.get(name) for name in KEYS[roster]]
        need(all(isinstance(one, str) and ID.fullmatch(one) for one in key), "row", f"{roster} {key}")
        shaped(roster, row, "row")
        need(isinstance(row.get("salt"), str) and SALT.fullmatch(row["salt"]), "row-salt", f"{roster} {key}")
        need(before is None or before < key, "row-order", f"{roster} {key}")
        tree.add(content)
        each(row)
        before = key
    need(tree.count >= said["count"], "row-missing", f"{roster}: {tree.count} of {said['count']}")
    need(tree.count <= said["count"], "row-added", f"{roster}: {tree.count} of {said['count']}")
    need(tree.root().hex() == said["root"], roster, "the rows are not those that were committed")


def select(docs, seed, lines):
    """Rows that are drawn, by stratum: `[(ticket, id, row)]`, from one pass over all of them."""
    plan, said, looks = docs["plan"], docs["commitment"]["objects"], {}
    sizes = dict.fromkeys((one["id"] for one in plan["strata"]), 0)
    kept, quotas = {name: [] for name in sizes}, quotas_of(plan, said["strata"])
    bounds = dict.fromkeys(sizes, b"\xff" * 33)
    fields = sorted({name for one in plan["strata"] for name in one["where"]})
    start = hashlib.sha256(seed + b"\x00obj\x00")

    def each(row):
        look = repr([row.get(name) for name in fields])
        if look not in looks:
            looks[look] = [
                s["id"] for s in plan["strata"] if all(row.get(n) in v for n, v in s["where"].items())
            ]
            need(len(looks[look]) == 1, "strata", row["id"])
        weight = plan["weights"]["of"].get(row.get(plan["weights"]["field"]))
        need(weight, "weight", row["id"])
        stratum, best = looks[look][0], b"\xff" * 33
        for j in range(weight):
            hashed = start.copy()
            hashed.update(bytes.fromhex(row["salt"]) + j.to_bytes(2, "big"))
            best = min(best, hashed.digest())
        sizes[stratum] += 1
        if best <= bounds[stratum] and quotas[stratum]:
            kept[stratum].append((best, row["id"], row))
            if len(kept[stratum]) > 2 * quotas[stratum] + 64:
                cut(stratum)

    def cut(stratum):
        kept[stratum] = sorted(kept[stratum], key=lambda one: one[:2])[: quotas[stratum]]
        bounds[stratum] = (
            kept[stratum][-1][0] if len(kept[stratum]) == quotas[stratum] > 0 else bounds[stratum]
        )

    rows_of("objects", lines, docs["commitment"], each)
    need(sizes == said["strata"], "strata", "sizes")
    for stratum in kept:
        cut(stratum)
    return kept


def quotas_of(plan, sizes):
    made = {}
    for one in plan["strata"]:
        quota, size = one["quota"], sizes.get(one["id"], 0)
        made[one["id"]] = min(size, quota["max"], max(quota["min"], -(-size * quota["num"] // quota["den"])))
    return made


def check_selection(docs, seed, drawn):
    """The visits are the smallest tickets, in their order; the notice gives the last that is in."""
    result, notice = docs["result"], docs["notice"]
    need(result["seed"] == notice["seed"] == seed.hex(), "seed")
    for stratum, some in drawn.items():
        visits = [one for one in result["visits"] if one["stratum"] == stratum]
        need(len(visits) == len(some), "quota", f"{stratum}: {len(visits)} visits, {len(some)} are due")
        need({one["object"] for one in visits} == {id_ for _, id_, _ in some}, "selection", stratum)
        tickets = {id_: ticket.hex() for ticket, id_, _ in some}
        need(all(tickets[one["object"]] == one["ticket"] for one in visits), "ticket", stratum)
    order = [(one["ticket"], one["object"]) for one in result["visits"]]
    need(order == sorted(set(order)) and len(order) == sum(map(len, drawn.values())), "visit-order")
    for one in notice["strata"]:
        some = drawn[one["id"]]
        need(one["cutoff"] == (some[-1][0].hex() if some else ""), "cutoff", one["id"])
        good = one["quota"] == len(some) and one["size"] == docs["commitment"]["objects"]["strata"][one["id"]]
        need(good, "notice", one["id"])
    need(len(notice["strata"]) == len(drawn), "notice", "strata")


# --- teams -----------------------------------------------------------------------------------------------------------


class Ground:
    """Who may take which place. A place is (object, number of the slot)."""

    def __init__(self, plan, seed, drawn, inspectors, apart):
        self.plan, self.seed, self.inspectors, self.apart, self.able = plan, seed, inspectors, apart, {}
        self.objects = {id_: row for some in drawn.values() for _, id_, row in some}
        caps = {one: row.get("cap") for one, row in inspectors.items()}
        self.caps = {one: plan["cap"] if cap is None else min(plan["cap"], cap) for one, cap in caps.items()}

    def places(self, order):
        for one in order:
            due = self.objects[one].get("departments") or []
            for slot, said in enumerate(self.plan["slots"]):
                if said.get("department") is None or said["department"] in due:
                    yield one, slot

    def eligible(self, place, pool):
        slot, district = self.plan["slots"][place[1]], self.objects[place[0]].get("district")
        look = (place[1], district, pool)
        if look not in self.able:
            self.able[look] = [
                one
                for one, row in self.inspectors.items()
                if (row.get("pool") or 0) <= pool
                and slot.get("department") in (None, row.get("department"))
                and set(slot.get("certificates") or ()) <= set(row.get("certificates") or ())
                and (not row.get("districts") or district in row["districts"])
            ]
        return [one for one in self.able[look] if (place[0], one) not in self.apart]

    def ticket(self, place, one):
        salts = bytes.fromhex(self.objects[place[0]]["salt"]), bytes.fromhex(self.inspectors[one]["salt"])
        return sha(self.seed + b"\x00pair\x00" + salts[0] + place[1].to_bytes(2, "big") + salts[1]), one


class Flow:
    """Who holds which place, while others may still be moved. `shut`: full inspectors that only these can have."""

    def __init__(self, ground, places, pool):
        self.caps, self.can = ground.caps, {place: ground.eligible(place, pool) for place in places}
        self.has, self.held, self.load = {}, {}, {one: {} for one in ground.caps}
        self.fixed, self.shut = set(), {}

    def put(self, place, one):
        self.has[place], self.held[place[0], one], self.load[one][place] = one, place, 1

    def lift(self, place):
        one = self.has.pop(place)
        del self.held[place[0], one], self.load[one][place]
        return one

    def give(self, place, choice):
        """Breadth first through who would have to move; False if nobody can make room."""
        came, full, queue = {place: None}, set(), deque([(place, choice)])
        while queue:
            at, options = queue.popleft()
            # Whoever is free is looked for first: asking who would have to move is what costs.
            for one in options:
                if (at[0], one) not in self.held and len(self.load[one]) < self.caps[one]:
                    self.shift(at, one, came)
                    return True
            for one in options:
                for mover in self.movers(one, self.held.get((at[0], one)), full):
                    if mover not in came and mover not in self.fixed:
                        came[mover] = (at, one)
                        queue.append((mover, self.can[mover]))
        self.shut.update(dict.fromkeys(full, came))
        return False

    def movers(self, one, twin, full):
        if twin is not None:
            return [twin]
        if one in full:
            return []
        full.add(one)
        return list(self.load[one])

    def shift(self, at, one, came):
        moves = [(at, one)]
        while came[at]:
            at, taken = came[at]
            moves.append((at, taken))
        for move, _ in moves:
            if move in self.has:
                self.lift(move)
        for move, to in moves:
            self.put(move, to)

    def settle(self, place, wanted):
        """The first of these who can have it; the place is not moved again."""
        old = self.lift(place)
        for one in wanted:
            if one == old:
                self.put(place, old)
                break
            if (one not in self.shut or place in self.shut[one]) and self.give(place, [one]):
                break
        self.fixed.add(place)


def pair(ground, places, pool):
    """place → inspector; None if it cannot be done with this pool."""
    flow = Flow(ground, places, pool)
    for (
        place,
        able,
    ) in flow.can.items():  # by ticket from the start: hardly anybody has to move when places are settled
        flow.can[place] = [one for _, one in sorted(ground.ticket(place, each) for each in able)]
    if not all(flow.give(place, flow.can[place]) for place in places):
        return None
    flow.shut.clear()
    for place in places:
        flow.settle(place, flow.can[place])
    return flow.has


def check_teams(docs, ground):
    result, pool, teams = docs["result"], 0, None
    places = list(ground.places([one["object"] for one in result["visits"]]))
    while pool <= docs["plan"]["pools"] and teams is None:
        teams = pair(ground, places, pool)
        pool += 1
    need(result["pool"] == docs["notice"]["pool"] == (None if teams is None else pool - 1), "pool")
    said = {(one["object"], slot): inspector for one in result["visits"] for slot, inspector in one["team"]}
    need(not any((place[0], one) in ground.apart for place, one in said.items()), "conflict")
    held = list(said.values())
    need(all(held.count(one) <= ground.caps.get(one, 0) for one in set(held)), "cap")
    need(said == (teams or {}) and sum(len(one["team"]) for one in result["visits"]) == len(said), "pairing")
    return said


def check_replacements(docs, own, ground, teams):
    """Each is the next smallest ticket of who still can, in the order of the log."""
    made, recused, logged = docs["replacements"], {}, own.get("replacement", [])
    need(len(made) == len(logged), "replacement", f"{len(made)} of {len(logged)}")
    for number, (one, line) in enumerate(zip(made, logged), 1):  # noqa: B905  Python 3.9
        place, said = (one["object"], one["slot"]), f"{number}"
        need(
            line == entry("replacement", docs["commitment"], one["at"], one),
            "replacement",
            f"{said} in the log",
        )
        need(one["ordinal"] == number and teams.get(place) == one["recused"] is not None, "replacement", said)
        recused.setdefault(one["object"], set()).add(one["recused"])
        able = stand_ins(docs, ground, teams, place, recused[one["object"]])
        first = min((ground.ticket(place, each) for each in able), default=(b"", None))[1]
        need(first == one["replacement"] is not None, "replacement", said)
        need(one["reason"] and one["approver"], "replacement", f"{said} without a reason")
        teams[place] = one["replacement"]


def stand_ins(docs, ground, teams, place, recused):
    """Who can take the place now: of the pool of the result, else of the first wider one that has somebody."""
    load = Counter(teams.values())
    barred = recused | {one for (object_, _), one in teams.items() if object_ == place[0]}
    barred |= {one for one, held in load.items() if held >= ground.caps[one]}
    for pool in range(docs["result"]["pool"], docs["plan"]["pools"] + 1):
        able = [one for one in ground.eligible(place, pool) if one not in barred]
        if able:
            return able
    return []


# --- the whole -------------------------------------------------------------------------------------------------------


def verify(files, trusted=(), seen=(), randomness=None, before=None):
    """`files`: name → bytes. Returns what was checked, as a sentence; raises Wrong."""
    try:
        return _slip(files["slip.json"]) if list(files) == ["slip.json"] else _verify(
            files, trusted, seen, randomness, before
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
        raise Wrong("malformed", f"{type(error).__name__} {error}") from error


def _verify(files, trusted, seen, randomness, before):
    docs = {name[:-5]: read(files[name], name) for name in sorted(files) if name.endswith(".json")}
    for name in FORMATS:
        need(name not in docs or docs[name]["format"] == f"jisheng-draw-{name}-1", "malformed", name)
    for name, said in docs.items():
        if name in SHAPES:
            shaped(name, said)
    check_log(docs["log"], trusted, seen)
    said, own = docs["commitment"], {}
    for one in docs["log"]["entries"]:
        if one["number"] == said["number"]:
            own.setdefault(one["kind"], []).append(one)
    check_commitment(docs, docs["log"]["entries"], own)
    seed = check_values(docs, own, randomness) if "values" in own else b""
    lines = {roster: files[f"{roster}.jsonl"].split(b"\n") for roster in KEYS}
    need(all(some.pop() == b"" for some in lines.values()), "malformed", "a line without an end")
    inspectors, apart, gone, drawn = {}, set(), set(), select(docs, seed, lines["objects"])
    rows_of("inspectors", lines["inspectors"], said, lambda row: inspectors.update({row["id"]: row}))
    rows_of("conflicts", lines["conflicts"], said, lambda row: apart.add((row["object"], row["inspector"])))
    rows_of("departures", lines["departures"], said, lambda row: row["reason"] and gone.add(row["id"]))
    need(len(gone) == said["departures"]["count"], "departures", "one without a reason")
    check_dropped(docs, lines["objects"], gone, before)
    if "result" in own:
        check_result(docs, own, Ground(docs["plan"], seed, drawn, inspectors, apart), seed, drawn)
    check_void(docs, own)
    counts = {name: said[name]["count"] for name in KEYS}
    told = (
        f"draw {said['number']} of {docs['plan']['series']}{' (VOID)' if 'void' in own else ''}: {counts}, "
    )
    visits = len(docs["result"]["visits"]) if "result" in own else "no"
    return told + f"{visits} visits, {len(docs['log']['entries'])} entries of the log"


def check_result(docs, own, ground, seed, drawn):
    notice, number = docs["notice"], docs["commitment"]["number"]
    check_selection(docs, seed, drawn)
    teams = check_teams(docs, ground)
    logged = own["result"][0]["digest"] == digest(notice)
    need(notice["result"] == digest(docs["result"]) and logged, "notice", "logged")
    need(all(docs[name]["number"] == number for name in ("notice", "result")), "notice", "of another draw")
    check_replacements(docs, own, ground, teams)
    need(
        docs["result"]["pool"] is not None or "void" in own, "void", "nobody can be sent, and it is not void"
    )


def check_void(docs, own):
    """A void draw says why, and by a hash what it would have been: null only where no value was logged."""
    declared = [one["digest"] for one in own.get("void", [])]
    need(declared == ([digest(docs["void"])] if "void" in docs else []), "void", "logged")
    need(declared or "result" in own, "unfinished", "neither a result nor void")
    if declared:
        would_be = digest(docs["result"]) if "result" in own else None
        need(
            docs["void"]["would_be"] == would_be and docs["void"]["reason"], "void", "what it would have been"
        )
        need(docs["void"]["number"] == docs["commitment"]["number"], "void", "of another draw")


def check_dropped(docs, lines, gone, before):
    """Against the bundle of the draw before: nobody has left its roster without a reason."""
    if before is None:
        return
    need(
        docs["commitment"]["previous"] == digest(read(before["commitment.json"], "before")),
        "previous",
        "--before",
    )
    now = {json.loads(one)["id"] for one in lines}
    earlier = [json.loads(one)["id"] for one in before["objects.jsonl"].splitlines()]
    for one in earlier:
        need(one in now or one in gone, "dropped", one)


def _slip(content):
    """What a firm has at once: its own row and salt, the audit path to the committed root, the notice of the draw."""
    slip = read(content, "slip")
    shaped("slip", slip)
    said, row = slip["commitment"], slip["row"]
    need(slip["format"] == "jisheng-draw-slip-1" and digest(slip["plan"]) == said["plan"], "plan")
    good = (
        ID.fullmatch(row["id"])
        and SALT.fullmatch(row["salt"])
        and 0 <= slip["index"] < said["objects"]["count"]
    )
    need(good, "row", row["id"])
    node = climb(sha(b"\x00" + canonical(row)), slip["index"], said["objects"]["count"], slip["path"])
    need(node == said["objects"]["root"], "proof", "the row is not in the roster that was committed")
    check_logged(slip)
    told = f"{row['id']} is row {slip['index'] + 1} of {said['objects']['count']} of draw {said['number']}"
    if slip.get("notice") is None:
        return f"{told}; nothing is drawn yet"
    (name,) = [s["id"] for s in slip["plan"]["strata"] if all(row.get(n) in v for n, v in s["where"].items())]
    cut = next(one for one in slip["notice"]["strata"] if one["id"] == name)
    start = bytes.fromhex(slip["notice"]["seed"]) + b"\x00obj\x00" + bytes.fromhex(row["salt"])
    weight = slip["plan"]["weights"]["of"][row[slip["plan"]["weights"]["field"]]]
    ticket = min(sha(start + j.to_bytes(2, "big")).hex() for j in range(weight))
    return f"{told}; its ticket {ticket} is {'DRAWN' if ticket <= cut['cutoff'] else 'not drawn'} ({name})"


def check_logged(slip):
    """The documents are entries of a log whose signed head the firm can compare with what others were shown."""
    log = slip["log"]
    check_log(log, (), ())
    digests = {(one["kind"], one["number"], one["digest"]) for one in log["entries"]}
    number = slip["commitment"]["number"]
    need(("commitment", number, digest(slip["commitment"])) in digests, "commitment", "logged")
    need(
        slip.get("notice") is None or ("result", number, digest(slip["notice"])) in digests,
        "notice",
        "logged",
    )


def climb(node, index, size, path):
    """RFC 6962 §2.1.1, nearest sibling first: the root (hex) that this path leads to."""
    last = size - 1
    for one in path:
        if index & 1 or index == last:
            node = sha(b"\x01" + bytes.fromhex(one) + node)
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            node = sha(b"\x01" + node + bytes.fromhex(one))
        index, last = index >> 1, last >> 1
    need(last == 0, "proof", "too short")
    return node.hex()


def archive(path):
    """The files of a bundle (a zip, or the API's JSON), or the one slip."""
    if not zipfile.is_zipfile(path):
        content = Path(path).read_bytes()
        files = json.loads(content).get("files") if b"jisheng-draw-bundle-1" in content[:200] else None
        return {name: text.encode() for name, text in files.items()} if files else {"slip.json": content}
    with zipfile.ZipFile(path) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def main(arguments=None):
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("file")
    options.add_argument("--key", action="append", default=[])
    options.add_argument("--seen", action="append", default=[], metavar="SIZE:ROOT")
    options.add_argument("--before", metavar="ZIP")
    options.add_argument("--randomness", metavar="HEX")
    chosen = options.parse_args(arguments)
    try:
        files, before = archive(chosen.file), archive(chosen.before) if chosen.before else None
        seen = [(int(size), root) for size, _, root in (one.partition(":") for one in chosen.seen)]
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        print(f"cannot be read: {error}", file=sys.stderr)
        return 2
    try:
        print(f"valid: {verify(files, chosen.key, seen, chosen.randomness, before)}")
    except Wrong as wrong:
        print(f"NOT VALID {wrong}")
        return CODES[wrong.code]
    for one in unchecked(files, chosen):
        print(one)
    return 0


def unchecked(files, chosen):
    """What this run did not check, said."""
    docs = {name: json.loads(content) for name, content in files.items() if name.endswith(".json")}
    log = docs["log.json"] if "log.json" in docs else docs["slip.json"]["log"]
    if not chosen.key:
        yield f"signed by {log['key']}: compare it with what was published elsewhere"
    if not chosen.before and docs.get("commitment.json", {}).get("number", 1) > 1:
        yield "whoever left the roster since the draw before was not looked for (--before)"
    if any(one["kind"] == "drand" for one in docs.get("values.json", [])):
        how = " (its value was compared)" if chosen.randomness else ""
        yield f"the BLS signature of the drand round was not checked{how}"
    if "void.json" in docs and "values.json" not in docs:
        yield "void before a value was logged: if its value was known by then, look at the reason"


if __name__ == "__main__":
    sys.exit(main())
