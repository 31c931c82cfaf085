#!/usr/bin/env python3
"""Checks `slip.json`, what one firm is given of a draw at once: that it was in the roster, and whether it was drawn.

It needs verify_draw.py beside it and nothing else; verify_draw.md is the format (§4), its exit codes are the same.

    python verify_slip.py slip.json
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from verify_draw import (
    CODES,
    ENCODE,
    ID,
    SALT,
    SHAPE,
    Wrong,
    check_log,
    digest,
    fits,
    need,
    read,
    sha,
    ticket,
)


def led(leaf, index, size, path):
    """The root to which an audit path (RFC 6962 §2.1.1) leads from a leaf, nearest sibling first."""
    node, siblings = leaf, [bytes.fromhex(one) for one in path]
    while size > 1:
        if index ^ 1 < size:  # else it has no sibling, and goes up as it is
            need(siblings, "proof", "too short")
            pair = siblings.pop(0) + node if index & 1 else node + siblings.pop(0)
            node = sha(b"\x01" + pair)
        index, size = index >> 1, (size + 1) >> 1
    need(not siblings, "proof", "too long")
    return node


def check(slip, trusted):
    """Row, commitment and notice are in the tree and in the signed log; what they say of the firm, as a sentence."""
    need(fits(SHAPE["slip"], slip), "malformed", "a member of the slip")
    plan, said, row, notice, log = slip.plan, slip.commitment, slip.row, slip.notice, slip.log
    need(digest(plan) == said.plan, "plan", "not the one that was committed")
    numbered = 0 <= slip.index < said.objects.count
    need(numbered and ID.fullmatch(row.id) and SALT.fullmatch(row.salt), "row", row.id)
    reached = led(sha(b"\x00" + ENCODE(row).encode()), slip.index, said.objects.count, slip.path)
    need(reached.hex() == said.objects.root, "proof", "not a row that was committed")
    check_log(log, trusted)
    logged = [(one.kind, one.number, one.digest) for one in log.entries]
    need(("commitment", said.number, digest(said)) in logged, "commitment", "not logged")
    need(notice is None or ("result", said.number, digest(notice)) in logged, "notice", "not logged")
    told = f"{row.id} is row {slip.index + 1} of {said.objects.count} of draw {said.number}"
    signed = f"signed by {log.key}: compare it with what was published elsewhere"
    if notice is None:
        return f"{told}; nothing is drawn yet\n{signed}"
    stratum, smallest = ticket(plan, bytes.fromhex(notice.seed), row)
    cutoff = next(one.cutoff for one in notice.strata if one.id == stratum)
    drawn = "DRAWN" if smallest <= cutoff else "not drawn"
    return f"{told}; its ticket {smallest} is {drawn} ({stratum})\n{signed}"


def verify(content, trusted=()):
    """What the slip (bytes) says, as a sentence; raises Wrong."""
    try:
        return check(read(content, "slip"), trusted)
    except (LookupError, TypeError, ValueError, AttributeError, StopIteration) as error:
        raise Wrong("malformed", f"{type(error).__name__} {error}") from error


if __name__ == "__main__":
    try:
        print("valid:", verify(Path(sys.argv[1]).read_bytes()))
    except (OSError, IndexError) as error:
        print(f"cannot be read: {error}", file=sys.stderr)
        sys.exit(2)
    except Wrong as wrong:
        print(f"NOT VALID {wrong.args[0]}: {wrong.args[1]}")
        sys.exit(CODES[wrong.args[0]])
