"""Writes what an auditor needs to check the whole past without trusting us: chains, roots with leaves, public keys.

    python -m infra.audit export                                   of the running local instance → bundle.json
    python -m infra.audit export --stack jisheng --region cn-north-1         of a deployment on AWS

Then, with one file that needs nothing of this project: `python infra/verify.py bundle.json`. A bundle holds no readable
personal data: bodies are as stored, sealed; what stands in the clear is case ids, types and times of events. It is made
in memory: about 3 KB an event.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from chalicelib.stores.keys import Tables

OWNER = "000000000000"  # the emulator's account: as an access key it stands for who may do everything there
ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / ".local" / "data"
TABLES = ("Definitions", "Cases", "Timers", "Records", "Deliveries")
FORMAT = "jisheng-audit-1"


def main(arguments: list[str] | None = None) -> int:
    """Write the bundle and say what is in it; 1 if there is nothing to read."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("what", choices=("export",))
    options.add_argument("--data", type=Path, default=DATA, help="the local instance's folder")
    options.add_argument("--stack", help="a CloudFormation stack on AWS instead")
    options.add_argument("--region", help="of that stack")
    options.add_argument("--out", type=Path, default=Path("bundle.json"))
    chosen = options.parse_args(arguments)
    try:
        if chosen.stack:
            dynamo, tables = client(region=chosen.region), tables_of(deployed(chosen.stack, chosen.region))
        else:
            dynamo, tables = client(local_endpoint(chosen.data)), tables_of(local_outputs(chosen.data))
    except FileNotFoundError as error:
        print(
            f"no instance runs on {chosen.data} ({error.filename} is not there): `make run` first",
            file=sys.stderr,
        )
        return 1
    made = bundle(dynamo, tables)
    chosen.out.write_text(json.dumps(made, indent=1) + "\n")
    counted = ", ".join(f"{number} {name}" for name, number in made["counts"].items())
    print(f"wrote {chosen.out}: {counted}\ncheck it with: python infra/verify.py {chosen.out}")
    return 0


def bundle(dynamo: Any, tables: Tables) -> dict[str, Any]:
    """All roots, then all chains: so a chain that grows meanwhile is longer than its root says, never shorter."""
    from chalicelib.stores.roots import RootLog

    log = RootLog(dynamo, tables)
    roots = list(_roots(log))
    chains = [_chain(dynamo, tables, head) for head in _heads(dynamo, tables)]
    counts = {
        "roots": len(roots), "leaves": sum(len(entry["heads"]) for entry in roots), "chains": len(chains),
        "events": sum(len(chain["events"]) for chain in chains),
    }  # fmt: skip
    return {
        "format": FORMAT,
        "counts": counts,
        "keys": {"keys": log.keys()},
        "roots": roots,
        "chains": chains,
    }


def _roots(log: Any) -> Iterator[dict[str, Any]]:
    from chalicelib.actions.auditing import shown

    after = 0
    while page := log.page(after, 100):
        for entry in page:
            heads = [
                [one.case, one.seq, int(one.erased), one.hash.hex()] for one in log.heads_of(entry["root"])
            ]
            yield shown(entry) | {"heads": heads}
        after = page[-1]["number"]


def _heads(dynamo: Any, tables: Tables) -> Iterator[dict[str, Any]]:
    yield from (
        row for row in rows(dynamo, tables.cases) if row["sk"] == "HEAD" and row["pk"].startswith("cas_")
    )


def _chain(dynamo: Any, tables: Tables, head: Mapping[str, Any]) -> dict[str, Any]:
    """One chain as long as its head said when that was read."""
    from chalicelib.stores.roots import event_as_stored

    events = [event_as_stored(item) for item in dynamo.every(tables.cases, str(head["pk"]), prefix="E#")]
    return {
        "case": str(head["pk"]), "head": {"seq": int(head["seq"]), "hash": bytes(head["h"]).hex()},
        "events": [event for event in events if event["seq"] <= head["seq"]],
    }  # fmt: skip


def rows(dynamo: Any, table: str) -> Iterator[dict[str, Any]]:
    """Every row of a table, by a scan."""
    after, more = None, True
    while more:
        page = dynamo.scan(table, "pk <> :nobody", {}, {":nobody": "-"}, after)
        yield from page.items
        after, more = page.after, page.after is not None


def client(endpoint: str | None = None, *, region: str | None = None) -> Any:
    """DynamoDB at an address of the local instance, or a region's with the caller's own credentials."""
    from botocore.credentials import Credentials

    from chalicelib.clients.aws import Service
    from chalicelib.stores.dynamo import Dynamo, connection_over

    owner = Credentials(OWNER, "local") if endpoint else None
    service = Service("dynamodb", region or "us-east-1", endpoint, credentials=owner, seconds=30)
    return Dynamo(connection_over(service))


def tables_of(outputs: Mapping[str, str]) -> Tables:
    return Tables(*(outputs[f"Table{name}"] for name in TABLES))


def local_endpoint(data: Path) -> str:
    return f"http://127.0.0.1:{(data / 'port').read_text()}"


def local_outputs(data: Path) -> dict[str, str]:
    outputs: dict[str, str] = json.loads((data / "deployed.json").read_text())["outputs"]
    return outputs


def deployed(stack: str, region: str | None) -> dict[str, str]:
    """The outputs of a CloudFormation stack."""
    from botocore.session import get_session

    answer = get_session().create_client("cloudformation", region).describe_stacks(StackName=stack)
    return {one["OutputKey"]: one["OutputValue"] for one in answer["Stacks"][0]["Outputs"]}


if __name__ == "__main__":
    sys.exit(main())
