"""Computes the worked example of infra/verify_draw.md from the first frozen draw, with hashlib and json alone."""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

BUNDLE = Path(__file__).parent / "draw-1.zip"


def sha(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def jcs(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def tree(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        above = [sha(b"\x01" + hashes[n] + hashes[n + 1]) for n in range(0, len(hashes) - 1, 2)]
        hashes = above + hashes[len(hashes) - len(hashes) % 2 :]
    return hashes[0]


def lines() -> list[str]:
    """The example, a line a value, in the order of the page."""
    with zipfile.ZipFile(BUNDLE) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    said = {name: json.loads(content) for name, content in files.items() if name.endswith(".json")}
    rows = files["objects.jsonl"].split(b"\n")[:-1]
    leaves = [sha(b"\x00" + row) for row in rows]
    objects = {row["id"]: row for row in map(json.loads, rows)}
    people = {row["id"]: row for row in map(json.loads, files["inspectors.jsonl"].splitlines())}
    pair = sha(b"\x01" + leaves[0] + leaves[1])
    made = [
        f"plan       SHA-256(plan.json)             {sha(files['plan.json']).hex()}",
        f"row 1      {rows[0].decode()}",
        f"leaf 1     SHA-256(0x00 ‖ row 1)          {leaves[0].hex()}",
        f"leaf 2     SHA-256(0x00 ‖ row 2)          {leaves[1].hex()}",
        f"node 1–2   SHA-256(0x01 ‖ leaf 1 ‖ leaf 2) {pair.hex()}",
        f"objects    root over 80 leaves            {tree(leaves).hex()}",
        f"commitment SHA-256(commitment.json)       {sha(files['commitment.json']).hex()}",
    ]
    value = said["values.json"][0]
    given = {"beacons": [{"kind": "drand", "value": value["randomness"]}]}
    given["commitment"] = sha(files["commitment.json"]).hex()  # type: ignore[assignment]
    seed = sha(jcs(given))
    made += [
        f"signature  of round 1000                  {value['signature']}",
        f"randomness SHA-256(signature)             {sha(bytes.fromhex(value['signature'])).hex()}",
        f"seed of    {jcs(given).decode()}",
        f"seed       SHA-256(of that)               {seed.hex()}",
    ]
    visit = said["result.json"]["visits"][0]
    row = objects[visit["object"]]
    for j in range(said["plan.json"]["weights"]["of"][row["grade"]]):
        hashed = sha(seed + b"\x00obj\x00" + bytes.fromhex(row["salt"]) + j.to_bytes(2, "big"))
        made.append(f"ticket {j}   of {row['id']} ({row['grade']})          {hashed.hex()}")
    made.append(f"ticket     the smallest of them           {visit['ticket']}")
    made += [
        f"cut-off    of {one['id']}: {one['quota']} of {one['size']}             {one['cutoff']}"
        for one in said["notice.json"]["strata"]
    ]
    slot, chosen = visit["team"][0]
    able = [one for one, who in people.items() if who["department"] == "market" and who["certificates"]]
    able = [one for one in able if row["district"] in people[one].get("districts", [row["district"]])]
    apart = {
        tuple(json.loads(one)[n] for n in ("object", "inspector"))
        for one in files["conflicts.jsonl"].splitlines()
    }
    able = [one for one in able if not people[one]["pool"] and (row["id"], one) not in apart]
    base = seed + b"\x00pair\x00" + bytes.fromhex(row["salt"]) + slot.to_bytes(2, "big")
    order = sorted((sha(base + bytes.fromhex(people[one]["salt"])).hex(), one) for one in able)
    made += [f"pair       {row['id']} slot {slot} {one}    {ticket}" for ticket, one in order]
    made.append(f"takes it   {chosen}")
    entries = [sha(b"\x00" + jcs(one)) for one in said["log.json"]["entries"]]
    made += [
        f"result     SHA-256(result.json)           {sha(files['result.json']).hex()}",
        f"notice     SHA-256(notice.json)           {sha(files['notice.json']).hex()}",
        f"entry 1    {jcs(said['log.json']['entries'][0]).decode()}",
        f"leaf       SHA-256(0x00 ‖ entry 1)        {entries[0].hex()}",
        f"log        root over 5 entries, hex       {tree(entries).hex()}",
        f"log        the same in base64             {base64.b64encode(tree(entries)).decode()}",
    ]
    return made


if __name__ == "__main__":
    print("\n".join(lines()))
