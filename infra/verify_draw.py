#!/usr/bin/env python3
"""Checks a published draw, `draw-<number>.zip`, as verify_draw.md describes it; verify_slip.py checks a firm's slip.

One file, nothing but Python's standard library (3.9 or newer), no network. Plan and rosters are committed to, in a
signed log, before a public value exists. The seed is the hash of commitment and value; an object's ticket a hash of
the seed and of its committed salt; of each stratum the smallest are drawn; inspectors go by pair tickets, as far as
all places can be filled. So nothing is left to choose, and all of it is computed again here. Exit code 0: valid;
2: cannot be read; else the number in CODES of the first thing that does not hold.
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

NAMES = re.findall("[a-z-]+", """malformed float integer not-nfc not-canonical key signature checkpoint seen log-order
  log-time second-commitment missing-number unfinished commitment previous plan plan-shape lead beacon round early
  values randomness nonce lottery seed row row-salt row-order row-missing row-added objects inspectors conflicts
  departures dropped weight strata quota selection ticket visit-order cutoff pool conflict cap pairing notice
  replacement void proof""")  # fmt: skip
CODES = {name: number for number, name in enumerate(NAMES, 10)}
KEYS = {"objects": ["id"], "inspectors": ["id"], "conflicts": ["object", "inspector"], "departures": ["id"]}
ENDED = ("result", "replacement", "void", "reveal")
FOLLOWS = {
    "commitment": ["nonces", "values", "void"], "nonces": ["values", "void"], "values": ["result"],
    "result": ["replacement", "void", "reveal"], "replacement": ["replacement", "void", "reveal"],
    "void": ["reveal"], "reveal": [], None: ["commitment"],
}  # fmt: skip
# Which members the protocol reads, and their types: the text of the page (§2), read as JSON without its quotes.
SHAPES = """{
  plan: {format: =jisheng-draw-plan-1, algo series: text, weights: {field: text, of: {*: integer}},
    strata: [{id: text, where: {*: [text]}, quota: {num den min max: integer}}], cap pools lead_ms: integer,
    slots: [{role: text, department?: text, certificates?: [text]}], beacons: {primary fallback: [@beacon]}},
  beacon drand: {chain: {genesis period: integer}}, beacon lottery: {game: text, numbers: integer},
  beacon nonces: {departments: [text]},
  commitment: {format: =jisheng-draw-commitment-1, series source: text, number committed_at not_before: integer,
    previous plan: hash, beacons: [@named], objects: {count: integer, root: hash, strata: {*: integer}},
    inspectors conflicts departures: {count: integer, root: hash}},
  named drand: {round: integer}, named lottery: {issue: text, at: integer},
  named nonces: {sealed: {*: hash}, until: integer}, nonces: @value, values: [@value],
  value drand: {round: integer, signature: text, randomness: hash}, value nonces: {nonces: {*: hash}},
  value lottery: {issue: text, entries: {*: text}},
  notice: {format: =jisheng-draw-notice-1, series: text, number: integer, pool: integer|null, seed result: hash,
    strata: [{id cutoff: text, size quota: integer}]},
  result: {format: =jisheng-draw-result-1, series: text, number: integer, pool: integer|null, seed: hash,
    visits: [{object stratum: text, ticket: hash, team: [[integer, text]]}]},
  replacements: [{object recused replacement reason approver: text, ordinal slot at: integer}],
  void: {format: =jisheng-draw-void-1, number: integer, reason approver: text, would_be: hash|null},
  log: {origin checkpoint key: text, entries: [{kind: text, number at: integer, digest: hash}]},
  objects: {district?: text, departments?: [text]}, conflicts: {}, departures: {reason: text},
  inspectors: {department?: text, certificates? districts?: [text], pool? cap?: integer},
  slip: {format: =jisheng-draw-slip-1, plan: @@plan, commitment: @@commitment, row: {id salt: text}, index: integer,
    path: [hash], notice?: @@notice, log: @@log}
}"""
SHAPE = json.loads(re.sub(r"[^\s{}\[\]:,][^{}\[\]:,]*", r'"\g<0>"', SHAPES))
ID, SALT = re.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,63}"), re.compile("[0-9a-f]{32}")
HASH, SIGNATURE, NUMBERS = map(re.compile, ("[0-9a-f]{64}", "[0-9a-f]{96}", "[0-9]{1,2}( [0-9]{1,2})*"))
ENCODE = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # Ed25519: its field, its order
D = -121665 * pow(121666, -1, P) % P


class Wrong(Exception):
    """The first thing that does not hold: one of CODES, and what was seen."""


class Record(dict):
    """A JSON object: `record.name` is its member, None if there is none."""

    __getattr__ = dict.get


def need(holds, code, *seen):
    if not holds:
        raise Wrong(code, " ".join(map(str, seen)))


def sha(content):
    return hashlib.sha256(content).digest()


def digest(value):
    return sha(ENCODE(value).encode()).hex()


def root(level):
    """Of the hashes of leaves (RFC 6962): an odd node goes up as it is."""
    while len(level) > 1:
        above = [sha(b"\x01" + level[n] + level[n + 1]) for n in range(0, len(level) - 1, 2)]
        level = above + level[2 * len(above) :]
    return level[0] if level else sha(b"")


def read(content, where):
    """The value of canonical JSON: RFC 8785, no floats, |n| < 2^53, text in NFC, names of members in ASCII."""
    floats, integers, names = [], [], []
    hooks = {
        "parse_float": floats.append, "parse_constant": int,  # which NaN is not
        "parse_int": lambda text: integers.append(int(text[:18])) or integers[-1],
        "object_pairs_hook": lambda members: names.extend(name for name, _ in members) or Record(members),
    }  # fmt: skip
    try:
        value = json.loads(text := content.decode(), **hooks)
        again = ENCODE(value)
    except (ValueError, RecursionError) as error:
        raise Wrong("malformed", f"{where}: {error}") from error
    need(not floats, "float", where)
    need(all(abs(one) < 2**53 for one in integers), "integer", where)
    need(unicodedata.is_normalized("NFC", again), "not-nfc", where)
    need(again == text and all(map(str.isascii, names)), "not-canonical", where)
    return value


def fits(shape, value):
    """Whether a value has a shape, in the notation of the page."""
    if isinstance(shape, list):
        many = isinstance(value, list) and len(shape) in (1, len(value))
        return many and all(fits(shape[n % len(shape)], one) for n, one in enumerate(value))
    if isinstance(shape, dict):
        if not isinstance(value, dict) or "*" in shape:
            return isinstance(value, dict) and all(fits(shape["*"], one) for one in value.values())
        members = [(name, one) for names, one in shape.items() for name in names.split()]
        absent = [name for name, _ in members if name[-1] == "?" and value.get(name[:-1]) is None]
        return all(name in absent or fits(one, value.get(name.rstrip("?"), ...)) for name, one in members)
    if shape[0] == "@":
        kind = value.get("kind") if isinstance(value, dict) else None
        shape = SHAPE.get(shape[2:] if shape[1] == "@" else f"{shape[1:]} {kind}")
        return shape is not None and fits(shape, value)
    if isinstance(value, str):
        return shape in ("text", f"={value}") or ("hash" in shape and HASH.fullmatch(value) is not None)
    return (value is None and "null" in shape) or (type(value) is int and "integer" in shape)  # true is none


def ed25519(key, message, signature):
    """RFC 8032 §5.1.7: whether s·B = R + h·A on the curve −x² + y² = 1 + d·x²·y²."""

    def plus(a, b):
        (x, y), (u, v) = a, b
        cross = D * x * y * u * v
        return (x * v + y * u) * pow(1 + cross, -1, P) % P, (y * v + x * u) * pow(1 - cross, -1, P) % P

    def times(number, a):
        return plus(times(number >> 1, plus(a, a)), a if number & 1 else (0, 1)) if number else (0, 1)

    def point(data):
        sign, y = divmod(int.from_bytes(data, "little"), 2**255)
        square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
        x = pow(square, (P + 3) // 8, P)
        x = x if x * x % P == square else x * pow(2, (P - 1) // 4, P) % P
        need(y < P and x * x % P == square and (x or not sign), "signature", "no point of the curve")
        return (x if x % 2 == sign else P - x), y

    r, s, base = signature[:32], int.from_bytes(signature[32:], "little"), point(b"\x58" + b"\x66" * 31)
    h = int.from_bytes(hashlib.sha512(r + key + message).digest(), "little") % L
    return len(signature) == 64 and s < L and times(s, base) == plus(point(r), times(h, point(key)))


def check_log(log, trusted=(), seen=()):
    """The checkpoint is signed and covers the entries; each entry may follow the one before it."""
    need(not trusted or log.key in trusted, "key", "signed by", log.key)
    (name, hashed, key), lines = log.key.split("+", 2), log.checkpoint.split("\n")
    raw, owner = base64.b64decode(key, validate=True), f"{name}\n".encode()
    need(len(raw) == 33 and raw[0] == 1 and sha(owner + raw)[:4].hex() == hashed, "key", "its hash")
    formed = len(lines) == 6 and lines[3] == lines[5] == "" and lines[4].startswith(f"— {name} ")
    need(formed, "checkpoint", "its form")
    signed, body = base64.b64decode(lines[4].rpartition(" ")[2], validate=True), "\n".join([*lines[:3], ""])
    need(signed[:4].hex() == hashed and ed25519(raw[1:], body.encode(), signed[4:]), "signature")
    leaves = [sha(b"\x00" + ENCODE(one).encode()) for one in log.entries]
    due = [log.origin, f"{len(leaves)}", base64.b64encode(root(leaves)).decode()]
    need(leaves and lines[:3] == due, "checkpoint", "the log is not the one that was signed")
    for size, earlier in seen:
        need(0 < size <= len(leaves) and root(leaves[:size]).hex() == earlier, "seen", "another at", size)
    last, at = {}, 0  # number of a draw → the kind of its last entry
    for one in log.entries:
        need(one.at >= at, "log-time", one.kind, one.number)
        if one.kind == "commitment":
            need(one.number not in last, "second-commitment", one.number)
            need(one.number == len(last) + 1, "missing-number", len(last) + 1)
            need(one.number == 1 or last[one.number - 1] in ENDED, "unfinished", one.number - 1)
        need(one.kind in FOLLOWS[last.get(one.number)], "log-order", one.kind, one.number)
        last[one.number], at = one.kind, one.at


def given(source, named, value, start):
    """When a public value was known, and what it gives to the seed. It is the one named, and in time."""
    if source.kind == "drand":
        genesis, period = source.chain.genesis * 1000, source.chain.period * 1000
        first = max(1, -(-(start - genesis) // period) + 1)
        need(named.round == value.round == first, "round", first, "is the first")
        hashed = SIGNATURE.fullmatch(value.signature) and sha(bytes.fromhex(value.signature)).hex()
        need(hashed == value.randomness, "randomness", "not of the signature")
        return genesis + (first - 1) * period, value.randomness
    if source.kind == "lottery":
        typed = list(value.entries.values())
        need(named.at >= start and value.issue == named.issue, "lottery", "issue", named.issue)
        need(len(typed) >= 2 and len(set(typed)) == 1, "lottery", "two people must have typed the same")
        need(NUMBERS.fullmatch(typed[0]) and len(typed[0].split()) == source.numbers, "lottery", typed[0])
        return named.at, f"{source.game} {named.issue} {typed[0]}"
    need(sorted(named.sealed) == sorted(value.nonces) == sorted(source.departments), "nonce", "departments")
    for one, nonce in value.nonces.items():
        sealed = sha(b"jisheng-nonce-1\x00" + one.encode() + b"\x00" + bytes.fromhex(nonce)).hex()
        need(sealed == named.sealed[one], "nonce", one)
    return named.until, value.nonces


def ticket(plan, seed, row):
    """(stratum, ticket) of an object."""
    found = [one.id for one in plan.strata if all(row.get(name) in some for name, some in one.where.items())]
    need(len(found) == 1, "strata", row.id, found)
    grade = row.get(plan.weights.field)
    weight = plan.weights.of.get(grade) if isinstance(grade, str) else None
    need(weight, "weight", row.id)
    start = seed + b"\x00obj\x00" + bytes.fromhex(row.salt)
    return found[0], min([sha(start + j.to_bytes(2, "big")) for j in range(weight)]).hex()


class Teams:
    """`has`: place → inspector. A place is (object, slot); `wanted`: place → who may take it, by pair ticket."""

    def __init__(self, caps, wanted):
        self.caps, self.wanted, self.has, self.fixed, self.shut = caps, wanted, {}, set(), {}
        self.holds = {one: {} for one in caps}  # inspector → object → place: two places of it need two people

    def put(self, place, one):
        if place in self.has:
            del self.holds[self.has[place]][place[0]]
        self.has[place], self.holds[one][place[0]] = one, place
        return True

    def give(self, place, options, asked):
        """Whether one of these can take it, others moving if they must. `asked`: places and people, once each."""
        asked.add(place)
        for one in options:
            if place[0] not in self.holds[one] and len(self.holds[one]) < self.caps[one]:
                return self.put(place, one)
        for one in options:
            twin = self.holds[one].get(place[0])
            movers = [twin] if twin else [] if one in asked else list(self.holds[one].values())
            asked.update(() if twin else (one,))
            for other in movers:
                free = other not in asked and other not in self.fixed
                if free and self.give(other, self.wanted[other], asked):
                    return self.put(place, one)
        return False

    def settle(self, place):
        """It goes to the first of those wanted with whom all can still be filled, and is not moved again."""
        old = self.has.pop(place)
        del self.holds[old][place[0]]
        for one in self.wanted[place]:
            asked = set()
            if one == old or (place in self.shut.get(one, [place]) and self.give(place, [one], asked)):
                break
            self.shut.update(
                dict.fromkeys(asked.intersection(self.caps), asked)
            )  # no other place can have them
        self.put(place, self.has.get(place, old))
        self.fixed.add(place)

    def filled(self):
        """Whether everybody has the place that is theirs: all can be filled, and then go in order."""
        sys.setrecursionlimit(1_000 + len(self.wanted))  # who makes room may ask another to
        full = all(self.give(place, some, set()) for place, some in self.wanted.items())
        for place in self.wanted if full else ():
            self.settle(place)
        return full


class Draw:
    """A bundle that is being checked: its documents, what the log has of it, and what follows from them."""

    def __init__(self, files):
        self.files, self.seed, self.fitting = files, b"", {}
        names = [name for name in sorted(files) if name.endswith(".json")]
        self.docs = Record((name[:-5], read(files[name], name)) for name in names)
        for name, document in self.docs.items():
            need(name not in SHAPE or fits(SHAPE[name], document), "malformed", "a member of", name)

    def check(self, trusted, seen, randomness, before):
        """All of it in the order of the page (§3); what was checked, as a sentence."""
        self.plan, self.said, log = (self.docs[name] for name in ("plan", "commitment", "log"))
        check_log(log, trusted, seen)
        own = [one for one in log.entries if one.number == self.said.number]
        self.own = {kind: [one for one in own if one.kind == kind] for kind in FOLLOWS}
        self.check_commitment(self.plan, self.said)
        if self.own["values"]:
            self.check_values(self.said, self.docs["values"], randomness)
        self.check_rosters(before)
        result, void = self.docs["result"] if self.own["result"] else None, self.docs.void
        if result:
            self.check_result(result, self.docs["notice"])
            self.check_replacements(self.docs["replacements"], result.pool)
            need(self.own["void"] or result.pool is not None, "void", "nobody can be sent")
        declared = [one.digest for one in self.own["void"]]
        need(declared == ([digest(void)] if void else []), "void", "not as logged")
        need(void or result, "unfinished", "neither a result nor void")
        if void:
            need(void.would_be == (digest(result) if result else None), "void", "what it would have been")
            need(void.reason and void.number == self.said.number, "void", "its reason or number")
        counts, visits = [self.said[name].count for name in KEYS], len(result.visits) if result else "no"
        told = f"draw {self.said.number} of {self.plan.series}{' (VOID)' if void else ''}: "
        told += f"{dict(zip(KEYS, counts))}, {visits} visits, {len(log.entries)} entries of the log"  # noqa: B905
        drand, alone = any(one.kind == "drand" for one in self.said.beacons), before is None
        notes = {
            f"signed by {log.key}: compare it with what was published elsewhere": not trusted,
            "the BLS signature of the drand round was not checked": drand and self.seed,
            "who left since the draw before was not looked for (--before)": alone and self.said.number > 1,
            "void before a value was logged: was it known by then? look at the reason": not self.seed,
        }
        return "\n".join([told, *(note for note, due in notes.items() if due)])

    def entry(self, kind, at, document):
        return {"kind": kind, "number": self.said.number, "at": at, "digest": digest(document)}

    def check_commitment(self, plan, said):
        """It is in the log, and of this plan; the plan can be computed with in one way only."""
        need(self.own["commitment"] == [self.entry("commitment", said.committed_at, said)], "commitment")
        earlier = {one.number: one.digest for one in self.docs.log.entries if one.kind == "commitment"}
        need(said.previous == earlier.get(said.number - 1, "00" * 32), "previous")
        need(said.plan == digest(plan) and said.series == plan.series, "plan")
        ids, counts = [one.id for one in plan.strata], [plan.cap + 1, plan.pools + 1, plan.lead_ms + 1]
        for one in plan.beacons.primary + plan.beacons.fallback:
            counts += [one.chain.period] if one.kind == "drand" else [one.numbers] * (one.kind == "lottery")
        named = plan.algo == "jisheng-draw-1" and ids and len(set(ids)) == len(ids) and plan.slots
        quotas = [one.quota for one in plan.strata]
        exact = all(0 <= q.num <= q.den > 0 and 0 <= q.min <= q.max for q in quotas)
        light = all(1 <= one <= 1000 for one in plan.weights.of.values())
        need(named and exact and light and min(counts) > 0, "plan-shape")

    def check_values(self, said, values, randomness):
        """The seed. Named is the first value after the lead; what came is what was named, and not before."""
        sources, kinds = self.plan.beacons[said.source], [one.kind for one in said.beacons]
        need(said.not_before >= said.committed_at + self.plan.lead_ms, "lead")
        need(kinds == [one.kind for one in sources], "beacon", "not those of the plan")
        need(kinds and set(kinds) not in ({"lottery"}, {"nonces"}), "beacon", "one that cannot stand alone")
        logged, opened, known, until, parts = self.own["values"][0], self.own["nonces"], [], None, []
        need(len(values) == len(kinds) and logged.digest == digest(values), "values", "not as logged")
        for source, named, value, kind in zip(sources, said.beacons, values, kinds):  # noqa: B905  Python 3.9
            need(value.kind == kind, "values", "another kind")
            at, part = given(source, named, value, said.not_before)
            until, known = (at, known) if kind == "nonces" else (until, [*known, at])
            parts.append({"kind": kind, "value": part})
            need(kind != "drand" or randomness in (None, part), "randomness", "not what the relay says")
        if "nonces" in kinds:
            need(said.committed_at <= until < min(known), "nonce", "when it is to be opened")
            on_time = opened and opened[0].at <= until and opened[0].digest == digest(self.docs["nonces"])
            need(on_time and self.docs.nonces == values[kinds.index("nonces")], "nonce", "not opened so")
        need(logged.at >= max(known), "early")
        self.seed = bytes.fromhex(digest({"beacons": parts, "commitment": digest(said)}))

    def rows(self, roster):
        """(row, its line), one by one; after the last, count and root are those of the commitment."""
        leaves, before, said = [], [], self.said[roster]
        for number, line in enumerate(self.files[f"{roster}.jsonl"].split(b"\n")[:-1], 1):
            where = f"{roster} row {number}"
            row = read(line, where)
            flat = isinstance(row, dict) and not any(isinstance(one, dict) for one in row.values())
            key = [row.get(name) for name in KEYS[roster]] if flat else [None]
            named = all(isinstance(one, str) and ID.fullmatch(one) for one in key)
            need(named and fits(SHAPE[roster], row), "row", where)
            need(isinstance(row.salt, str) and SALT.fullmatch(row.salt), "row-salt", where)
            need(before < key, "row-order", where)
            leaves.append(sha(b"\x00" + line))
            before = key
            yield row, line
        need(len(leaves) >= said.count, "row-missing", roster, len(leaves), "of", said.count)
        need(len(leaves) <= said.count, "row-added", roster, len(leaves), "of", said.count)
        need(root(leaves).hex() == said.root, roster, "not the rows that were committed")

    def check_rosters(self, before):
        """`drawn`: (ticket, id, stratum) of the smallest of each stratum, in order; `objects`: their rows."""
        for name in KEYS:
            need(self.files[f"{name}.jsonl"][-1:] in (b"", b"\n"), "malformed", name, "a line without an end")
        found, lines, self.drawn = {one.id: [] for one in self.plan.strata}, {}, []
        for row, lines[row.id] in self.rows("objects"):
            stratum, smallest = ticket(self.plan, self.seed, row)
            found[stratum].append((smallest, row.id, stratum))
        sizes = {name: len(some) for name, some in found.items()}
        need(sizes == self.said.objects.strata, "strata", sizes)
        self.inspectors = {row.id: row for row, _ in self.rows("inspectors")}
        self.apart = {(row.object, row.inspector) for row, _ in self.rows("conflicts")}
        gone = {row.id for row, _ in self.rows("departures") if row.reason}
        need(len(gone) == self.said.departures.count, "departures", "one without a reason")
        if before is not None:
            last = digest(read(before["commitment.json"], "before"))
            need(self.said.previous == last, "previous", "not the draw before")
            for one in map(json.loads, before["objects.jsonl"].splitlines()):
                need(one["id"] in lines or one["id"] in gone, "dropped", one["id"])
        for one in self.plan.strata:
            size, q = sizes[one.id], one.quota
            quota = min(size, q.max, max(q.min, -(-size * q.num // q.den)))
            self.drawn += sorted(found[one.id])[:quota]
        self.drawn.sort()
        self.objects = {one: Record(json.loads(lines[one])) for _, one, _ in self.drawn}

    def able(self, place, pool):
        """Who may take a place, the smallest pair ticket first."""
        row, slot = self.objects[place[0]], self.plan.slots[place[1]]
        look = (place[1], row.district, pool)
        if look not in self.fitting:
            self.fitting[look] = [
                (one, bytes.fromhex(who.salt)) for one, who in self.inspectors.items()
                if (who.pool or 0) <= pool and slot.department in (None, who.department)
                and set(slot.certificates or ()) <= set(who.certificates or ())
                and (not who.districts or row.district in who.districts)
            ]  # fmt: skip
        start = self.seed + b"\x00pair\x00" + bytes.fromhex(row.salt) + place[1].to_bytes(2, "big")
        some = sorted((sha(start + salt), one) for one, salt in self.fitting[look])
        return [one for _, one in some if (place[0], one) not in self.apart]

    def pairing(self):
        """(pool, place → inspector), at the first pool that is wide enough; (None, {}) if none is."""
        cap, pools = self.plan.cap, {0, *(who.pool or 0 for who in self.inspectors.values())}
        caps = {one: who.cap for one, who in self.inspectors.items()}
        self.caps = {one: cap if own is None else min(cap, own) for one, own in caps.items()}
        self.pools = sorted(pool for pool in pools if 0 <= pool <= self.plan.pools)  # where somebody joins
        needs = [(number, slot.department) for number, slot in enumerate(self.plan.slots)]
        due = {one: [None, *(row.departments or [])] for one, row in self.objects.items()}
        places = [(one, number) for one in due for number, whose in needs if whose in due[one]]
        for pool in self.pools:
            teams = Teams(self.caps, {one: self.able(one, pool) for one in places})
            if teams.filled():
                return pool, teams.has
        return None, {}

    def check_result(self, result, notice):
        """The visits are the smallest tickets in order, the teams those that follow; the notice says the same."""
        need(result.seed == notice.seed == self.seed.hex(), "seed")
        told = [(one.ticket, one.object, one.stratum) for one in result.visits]
        held, due = (Counter(name for _, _, name in some) for some in (told, self.drawn))
        strata, sizes = [one.id for one in self.plan.strata], self.said.objects.strata
        need(all(held[name] == due[name] for name in strata), "quota", dict(held), "instead of", dict(due))
        need({one[1:] for one in told} >= {one[1:] for one in self.drawn}, "selection")
        need(set(told) >= set(self.drawn), "ticket")
        need(told == self.drawn, "visit-order")
        last = {name: smallest for smallest, _, name in self.drawn}
        need([one.cutoff for one in notice.strata] == [last.get(name, "") for name in strata], "cutoff")
        noticed = [(one.id, one.size, one.quota) for one in notice.strata]
        need(noticed == [(name, sizes[name], due[name]) for name in strata], "notice", "strata")
        pool, self.teams = self.pairing()
        need(result.pool == notice.pool == pool, "pool", pool, "is the first")
        pairs = [((one.object, slot), who) for one in result.visits for slot, who in one.team]
        need(not any((place[0], who) in self.apart for place, who in pairs), "conflict")
        loads = Counter(who for _, who in pairs)
        need(all(load <= self.caps.get(who, 0) for who, load in loads.items()), "cap")
        need(pairs == list(self.teams.items()), "pairing")
        need(notice.result == digest(result), "notice", "of another result")
        need(self.own["result"][0].digest == digest(notice), "notice", "not as logged")
        need(notice.number == result.number == self.said.number, "notice", "of another draw")

    def check_replacements(self, made, pool):
        """Each is the smallest ticket of who still can, in the order of the log, at the first pool with one."""
        logged, recused = self.own["replacement"], {}
        need(len(made) == len(logged), "replacement", len(made), "of", len(logged))
        for number, one in enumerate(made, 1):
            place, out = (one.object, one.slot), recused.setdefault(one.object, set())
            same = logged[number - 1] == self.entry("replacement", one.at, one)
            need(same and one.ordinal == number, "replacement", number, "not as logged")
            need(self.teams.get(place) == one.recused, "replacement", number, "who holds the place")
            out.add(one.recused)
            barred = out | {who for (visit, _), who in self.teams.items() if visit == place[0]}
            barred |= {who for who, load in Counter(self.teams.values()).items() if load >= self.caps[who]}
            wider = [pool, *(one for one in self.pools if one > pool)]
            free = (who for one in wider for who in self.able(place, one) if who not in barred)
            self.teams[place] = next(free, None)
            need(one.replacement == self.teams[place], "replacement", number, self.teams[place], "is next")
            need(one.reason and one.approver, "replacement", number, "without a reason")


def verify(files, trusted=(), seen=(), randomness=None, before=None):
    """`files`: name → bytes. Returns what was checked, as a sentence; raises Wrong."""
    try:
        return Draw(files).check(trusted, seen, randomness, before)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise Wrong("malformed", f"{type(error).__name__} {error}") from error


def archive(path):
    """The files of a bundle: a zip, or the API's JSON."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as opened:
            return {name: opened.read(name) for name in opened.namelist()}
    told = json.loads(Path(path).read_bytes())
    if "row" in told:
        raise ValueError("it is a slip, which verify_slip.py checks")
    return {name: text.encode() for name, text in told["files"].items()}


def main():
    shown = argparse.RawDescriptionHelpFormatter
    options = argparse.ArgumentParser(description=__doc__, formatter_class=shown)
    options.add_argument("file", help="draw-<number>.zip, or the API's JSON")
    options.add_argument("--key", action="append", help="trust this alone: as it was published elsewhere")
    options.add_argument("--seen", action="append", default=[], help="SIZE:ROOT of a checkpoint seen earlier")
    options.add_argument("--before", help="the draw before: whoever has left must have left with a reason")
    options.add_argument("--randomness", help="the value of the drand round (hex) as read at another relay")
    chosen = options.parse_args()
    try:
        files, before = archive(chosen.file), archive(chosen.before) if chosen.before else None
        seen = [(int(size), told) for size, _, told in (one.partition(":") for one in chosen.seen)]
        print("valid:", verify(files, chosen.key, seen, chosen.randomness, before))
    except Wrong as wrong:
        print(f"NOT VALID {wrong.args[0]}: {wrong.args[1]}")
        sys.exit(CODES[wrong.args[0]])
    except (OSError, ValueError, LookupError, TypeError, zipfile.BadZipFile) as error:
        options.error(f"cannot be read: {error}")  # exits with 2


if __name__ == "__main__":
    main()
