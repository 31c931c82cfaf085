#!/usr/bin/env python3
"""Checks what the platform says of its past: chains of events, the log of roots over them, the signatures.

It stands alone, one file (hence its length), nothing but Python's standard library (3.9 or newer): copy it to wherever
an auditor works.

    python verify.py bundle.json            everything that `python -m infra.audit export` wrote
    python verify.py proof.json --keys keys.json          the answer of /v1/cases/{case_id}/proof
    python verify.py extends.json --keys keys.json        the answer of /v1/audit/roots/{number}/consistency

    --key=KID          trust no other key than this one (may be repeated): compare it with what was published
    --seen=NUMBER:LOG  the log must begin with what one saw before (entry's number and `log`)
    --whole            every event must be covered by a root; else those of the last hour are only counted

Exit code 0: valid. 1: not valid, each finding on a line. 2: the file cannot be read. Whatever was not checked is not
valid: nothing verified of something claimed is a finding, never a success.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
from pathlib import Path

SAID = ("number", "at", "since", "until", "leaves", "before", "root")
SIGNED = (*SAID, "log", "key", "algorithm")
ALGORITHM = "RSASSA_PKCS1_V1_5_SHA_256"
SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")  # RFC 8017 §9.2, note 1
GENESIS = "00" * 32
COUNTED = ("roots", "leaves", "chains", "events")


class Report:
    """What was checked, and every sentence about what does not hold."""

    def __init__(self):
        self.checked = dict.fromkeys(COUNTED, 0)
        self.findings = []
        self.uncovered = 0
        self.keys = set()

    @property
    def valid(self):
        return not self.findings

    def need(self, holds, where, what):
        if not holds:
            self.findings.append(f"{where}: {what}")
        return holds

    def told(self):
        counted = ", ".join(f"{number} {name}" for name, number in self.checked.items())
        later = f"; {self.uncovered} events are younger than the last root" if self.uncovered else ""
        return f"checked {counted}; signed by {', '.join(sorted(self.keys)) or 'nobody'}{later}"


# --- hashes: the chain of a case, the tree of RFC 6962 -------------------------------------------------------------


def link(case, previous, event):
    """SHA-256 over domain, predecessor, the clear parts and the sealed bytes, as stored."""
    body, outputs = _bytes(event.get("body", "")), _bytes(event.get("outputs", ""))
    clear = [case, event["seq"], event["type"], event["at"], event["v"], len(body)]
    said = "".join(f"{one}\x1f" for one in clear).encode()
    return _sha(b"jisheng-event-1\x00" + bytes.fromhex(previous) + said + body + outputs).hex()


def leaf_hash(content):
    return _sha(b"\x00" + content)


def head_leaf(case, seq, erased, hash_):
    return leaf_hash(f"{case}\x1f{seq}\x1f{erased}\x1f".encode() + bytes.fromhex(hash_))


def root_of(hashes):
    """The root over hashes of leaves, level by level; an odd one at the end goes up as it is."""
    level = list(hashes)
    while len(level) > 1:
        pairs = [_sha(b"\x01" + a + b) for a, b in zip(level[::2], level[1::2])]  # noqa: B905  Python 3.9
        level = pairs + ([level[-1]] if len(level) % 2 else [])
    return level[0] if level else _sha(b"")


def root_by_path(index, size, leaf, path):
    """RFC 9162 §2.1.3.2; None if the path has not the length that index and size want."""
    place, last, made = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            made = _sha(b"\x01" + sibling + made)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            made = _sha(b"\x01" + made + sibling)
        place, last = place >> 1, last >> 1
    return made if last == 0 else None


def extends(old, new, old_root, new_root, proof):
    """RFC 9162 §2.1.4.2: whether the tree of `new` leaves begins with that of `old` ones."""
    if old == new:
        return old > 0 and not proof and old_root == new_root
    nodes = ([old_root] if old & (old - 1) == 0 else []) + list(proof)
    return 1 <= old < new and bool(nodes) and _both(old - 1, new - 1, nodes) == (old_root, new_root)


def _both(place, last, nodes):
    """The roots of the shorter and of the longer tree; None if there are too few or too many nodes."""
    while place & 1:
        place, last = place >> 1, last >> 1
    first = second = nodes[0]
    for node in nodes[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            first, second = _sha(b"\x01" + node + first), _sha(b"\x01" + node + second)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            second = _sha(b"\x01" + second + node)
        place, last = place >> 1, last >> 1
    return (first, second) if last == 0 else None


def _sha(content):
    return hashlib.sha256(content).digest()


def _bytes(text):
    """Base64 in its one canonical form: what could be written in two ways could be changed unseen."""
    raw = base64.b64decode(text, validate=True)
    if base64.b64encode(raw).decode() != text:
        raise ValueError("base64 that is not canonical")
    return raw


def _whole(*numbers):
    """JSON's `"3"` and `true` would be hashed like 3 and True: only integers are numbers here."""
    return all(type(one) is int and one >= 0 for one in numbers)


# --- signatures ----------------------------------------------------------------------------------------------------


def lines(kind, entry, names):
    return "".join(f"{one}\n" for one in (kind, *(entry[name] for name in names))).encode()


def entry_leaf(entry):
    return leaf_hash(lines("jisheng-entry-1", entry, SAID))


def signed(entry, keys, report, where):
    """The signature is right, by a key that is named by its own thumbprint."""
    key = keys.get(entry["key"])
    good = entry["algorithm"] == ALGORITHM and key is not None
    good = good and _rsa(key, lines("jisheng-root-1", entry, SIGNED), _bytes(entry["signature"]))
    report.keys.add(str(entry["key"]))
    return report.need(good, where, "the signature does not hold")


def _rsa(key, message, signature):
    modulus, exponent = key
    size = (modulus.bit_length() + 7) // 8
    filled = (
        b"\x00\x01" + b"\xff" * (size - 3 - len(SHA256_INFO) - 32) + b"\x00" + SHA256_INFO + _sha(message)
    )
    return len(signature) == size and pow(
        int.from_bytes(signature, "big"), exponent, modulus
    ) == int.from_bytes(filled, "big")


def usable(key_set, trusted, report):
    """kid → (modulus, exponent) of each key that is what it says and that is trusted."""
    found = {}
    for key in key_set["keys"]:
        where = f"key {key.get('kid')}"
        members = {name: key[name] for name in ("e", "kty", "n")}
        print_ = _sha(json.dumps(members, sort_keys=True, separators=(",", ":")).encode())
        modulus, exponent = _number(key["n"]), _number(key["e"])
        said = key["kty"] == "RSA" and key.get("alg") == "RS256" and key.get("use") == "sig"
        report.need(said and exponent == 65537 and modulus.bit_length() >= 2048, where, "not a key for this")
        if report.need(_unpadded(print_) == key["kid"], where, "its name is not its thumbprint"):
            found[key["kid"]] = (modulus, exponent)
    return {kid: key for kid, key in found.items() if not trusted or kid in trusted}


def _unpadded(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _number(text):
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")


# --- the three things that can be checked ----------------------------------------------------------------------------


def verify_bundle(bundle, *, trusted=(), seen=(), whole=False):
    """Everything of an exported bundle; a Report. What is malformed is a finding, never an exception."""
    return _guarded(_bundle, bundle, trusted, seen, whole)


def verify_proof(proof, key_set, *, trusted=()):
    """One case: its chain, and that a signed root covers it."""
    return _guarded(_proof, proof, key_set, trusted)


def verify_consistency(answer, key_set, *, trusted=()):
    """That the log which ends with the newer entry begins with the log which ended with the older."""
    return _guarded(_consistency, answer, key_set, trusted)


def _guarded(check, *arguments):
    report = Report()
    try:
        check(report, *arguments)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
        report.findings.append(f"malformed: {type(error).__name__} {error}")
    return report


def _bundle(report, bundle, trusted, seen, whole):
    report.need(bundle["format"] == "jisheng-audit-1", "bundle", "not a format that this can check")
    keys = usable(bundle["keys"], trusted, report)
    covered = _roots(report, bundle["roots"], keys, dict(seen))
    chains = {}
    for chain in bundle["chains"]:
        report.need(chain["case"] not in chains, f"case {chain['case']}", "has two chains")
        chains[chain["case"]] = _chain(report, chain)
    for case, heads in covered.items():
        _covers(report, case, heads, chains.get(case, []))
    ends = {case: max(seq for _, seq, _ in heads) for case, heads in covered.items()}
    report.uncovered = sum(max(0, len(hashes) - ends.get(case, 0)) for case, hashes in chains.items())
    report.need(
        not (whole and report.uncovered), "bundle", f"{report.uncovered} events are covered by no root"
    )
    for name in COUNTED:
        of = bundle["counts"][name]
        report.need(
            report.checked[name] == of, "bundle", f"{report.checked[name]} of {of} {name} were checked"
        )
    report.need(report.checked["roots"] > 0, "bundle", "no root was checked, which proves nothing")


def _roots(report, roots, keys, seen):
    """Each entry in order; case → (number of the root, seq, hash) of every leaf that names it."""
    before, log, covered = GENESIS, [], {}
    for number, entry in enumerate(roots, 1):
        where, heads = f"root {number}", entry["heads"]
        report.need(
            _whole(*(entry[name] for name in ("number", "at", "since", "until", "leaves"))), where, "numbers"
        )
        report.need(entry["number"] == number, where, f"says that it is number {entry['number']}")
        report.need(entry["before"] == before, where, "does not name the root before it")
        report.need(entry["leaves"] == len(heads), where, f"has {len(heads)} leaves of {entry['leaves']}")
        hashes = [leaf_hash(bytes.fromhex(entry["before"]))]
        for case, seq, erased, hash_ in heads:
            report.need(_whole(seq) and erased in (0, 1), where, f"leaf of {case} is malformed")
            hashes.append(head_leaf(case, seq, int(erased), hash_))
            covered.setdefault(case, []).append((number, seq, hash_))
            report.checked["leaves"] += 1
        report.need(root_of(hashes).hex() == entry["root"], where, "is not the root over its leaves")
        log.append(entry_leaf(entry))
        report.need(
            root_of(log).hex() == entry["log"], where, "its log is not the tree over the entries up to it"
        )
        report.need(
            seen.pop(number, entry["log"]) == entry["log"], where, "is not the one that was seen before"
        )
        signed(entry, keys, report, where)
        before = entry["root"]
        report.checked["roots"] += 1
    report.need(not seen, "bundle", f"roots {sorted(seen)} were seen before and are gone")
    return covered


def _chain(report, chain, start=0, previous=GENESIS):
    """Walk one chain; the hashes of its events in order, as far as they are right."""
    where, hashes = f"case {chain['case']}", []
    for seq, event in enumerate(chain["events"], start + 1):
        report.checked["events"] += 1
        good = _whole(event["seq"], event["at"], event["v"]) and event["seq"] == seq
        good = good and event["prev_hash"] == previous
        good = good and event["hash"] == link(chain["case"], previous, event)
        if not report.need(good, where, f"event {seq} does not fit"):
            return hashes
        previous = event["hash"]
        hashes.append(previous)
    head = chain["head"]
    report.need(
        _whole(head["seq"]) and head["seq"] == len(hashes), where, f"its head says {head['seq']} events"
    )
    report.need(hashes and head["hash"] == previous, where, "its head is not its end")
    report.checked["chains"] += 1
    return hashes


def _covers(report, case, heads, hashes):
    """Each root that names the case named what is still there, and none is shorter than one before it."""
    longest = 0
    for number, seq, hash_ in heads:
        there = 1 <= seq <= len(hashes) and hashes[seq - 1] == hash_
        report.need(there, f"root {number}", f"vouches for event {seq} of case {case}, which is not there")
        report.need(seq >= longest, f"root {number}", f"case {case} is shorter than in a root before")
        longest = seq


def _proof(report, proof, key_set, trusted):
    report.need(proof["format"] == "jisheng-case-proof-1", "proof", "not a format that this can check")
    head = {"seq": proof["seq"], "hash": proof["hash"]}
    hashes = _chain(report, {"case": proof["case_id"], "events": proof["events"], "head": head})
    covered = proof["covered"]
    if not report.need(covered is not None, "proof", "no root covers this case yet"):
        return
    seq, entry = covered["seq"], covered["root"]
    there = _whole(seq) and 1 <= seq <= len(hashes) and hashes[seq - 1] == covered["hash"]
    report.need(there, "proof", f"event {seq}, which the root vouches for, is not in the chain")
    leaf = head_leaf(proof["case_id"], seq, int(covered["erased"]), covered["hash"])
    path = [bytes.fromhex(one) for one in covered["path"]]
    made = root_by_path(covered["leaf_index"], entry["leaves"] + 1, leaf, path)
    report.checked["leaves"] += 1
    report.need(
        made is not None and made.hex() == entry["root"], "proof", "the path does not lead to the root"
    )
    signed(entry, usable(key_set, trusted, report), report, f"root {entry['number']}")
    report.checked["roots"] += 1
    report.uncovered = len(hashes) - seq


def _consistency(report, answer, key_set, trusted):
    keys = usable(key_set, trusted, report)
    old, new = answer["old"], answer["new"]
    for entry in (old, new):
        signed(entry, keys, report, f"root {entry['number']}")
        report.checked["roots"] += 1
    ends = [bytes.fromhex(entry["log"]) for entry in (old, new)]
    proof = [bytes.fromhex(one) for one in answer["proof"]]
    holds = extends(old["number"], new["number"], *ends, proof)
    report.need(holds, "log", f"{new['number']} entries do not begin with the {old['number']} before")


def main(arguments=None):
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("file", type=Path)
    options.add_argument("--keys", type=Path, help="the key set as /v1/audit/keys answers it")
    options.add_argument("--key", action="append", default=[], metavar="KID")
    options.add_argument("--seen", action="append", default=[], metavar="NUMBER:LOG")
    options.add_argument("--whole", action="store_true")
    chosen = options.parse_args(arguments)
    try:
        given = json.loads(chosen.file.read_text())
        key_set = json.loads(chosen.keys.read_text()) if chosen.keys else given.get("keys", {"keys": []})
        seen = [(int(number), log) for number, _, log in (one.partition(":") for one in chosen.seen)]
    except (OSError, ValueError, AttributeError) as error:
        print(f"cannot be read: {error}", file=sys.stderr)
        return 2
    if "proof" in given:
        report = verify_consistency(given, key_set, trusted=chosen.key)
    elif "covered" in given:
        report = verify_proof(given, key_set, trusted=chosen.key)
    else:
        report = verify_bundle(given, trusted=chosen.key, seen=seen, whole=chosen.whole)
    for finding in report.findings[:20]:
        print(f"NOT VALID {finding}")
    if len(report.findings) > 20:
        print(f"and {len(report.findings) - 20} findings more")
    print(f"{'valid' if report.valid else 'not valid'}: {report.told()}")
    return 0 if report.valid else 1


if __name__ == "__main__":
    sys.exit(main())
