"""Functions do all that they are for with the rights that they have, and a role without a right is refused.

One stack with roles enforced (`--enforce-roles`), as the one that every other test of the stack and the demo run on:
a permit from application to service and everything else that uses a right; then rights taken away, and each role
tried with everything.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from account import Account, may, probes
from granted import REVIEWED, THROUGH, reviewed

from infra.local.stack import Stack, start_stack, wait_until
from tests.builders import (
    FOOD,
    GRANT,
    TO_DECISION,
    Api,
    Firm,
    approved_case,
    clearances,
    new_uscc,
    ok,
    states,
    walk,
)
from tests.builders_webhooks import receiver

pytestmark = pytest.mark.stack

SCHEDULED = {"version": "0", "id": "by-hand", "source": "aws.events", "detail-type": "Scheduled Event",
             "account": "000000000000", "region": "us-east-1", "time": "2026-03-02T01:00:00Z",
             "resources": [], "detail": {}}  # fmt: skip
IMAGE = {"pk": {"S": "cas_none"}, "sk": {"S": "E#00000001"}, "seq": {"N": "1"}}
STREAMED = {"Records": [{"eventID": "1", "eventName": "INSERT", "awsRegion": "us-east-1", "eventSource": "aws:dynamodb",
                         "eventSourceARN": "arn:aws:dynamodb:us-east-1:000000000000:table/cases/stream/1",
                         "dynamodb": {"Keys": {"pk": IMAGE["pk"], "sk": IMAGE["sk"]}, "NewImage": IMAGE}}]}  # fmt: skip
QUEUED = {"Records": [{"messageId": "1", "receiptHandle": "1", "body": "0", "eventSource": "aws:sqs"}]}
ASKED = {"Records": [QUEUED["Records"][0] | {"body": json.dumps({"work": "trial", "id": "trl_none"})}]}
NOWHERE = {"deliveries": [["sub_none", f"dlv_{0:026d}"]]}
EVENTS = {
    "Relay": STREAMED,
    "Work": ASKED,
    "Tick": SCHEDULED,
    "Sweep": QUEUED,
    "Deliver": {"Records": [QUEUED["Records"][0] | {"body": json.dumps(NOWHERE)}]},
    "Root": SCHEDULED,
    "SweepFeed": SCHEDULED,
    "Seed": {},
}
ROLES = sorted(REVIEWED["roles"])


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with start_stack(tmp_path_factory.mktemp("roles"), enforce_roles=True) as started:
        yield started


@pytest.fixture(scope="module")
def account(running: Stack) -> Account:
    return Account(running)


@pytest.fixture(scope="module")
def used(running: Stack, account: Account) -> list[dict[str, Any]]:
    """What the roles were asked for while the platform did all that it does, by logical names."""
    with Api(running.url) as api:
        _let_time_pass(api, account, api.MORNING)
        approved_case(api)
        everything_else(api, account)
    logical = {physical: name for name, physical in account.made.items()}
    lines = [json.loads(line) for line in (running.data / "rights.jsonl").read_text().splitlines()]
    return [
        line | {"role": logical[line["role"]], "resource": _logical(line["resource"], logical)}
        for line in lines
    ]


def everything_else(api: Api, account: Account) -> None:
    """What a permit does not need: lists, drafts, releases, registers, the feed, silence, the hourly functions."""
    firm, window = Firm(api), api.staff("window")
    case = firm.applies()
    ok(window.get("/v1/queues/market-regulation.food"))
    ok(window.get(f"/v1/cases/{case['number']}"))
    ok(firm.person.get("/v1/cases"))
    draft = ok(firm.person.post(f"/v1/items/{FOOD}/drafts", {"form": {}}), 201)
    ok(firm.person.delete(f"/v1/drafts/{draft['draft_id']}"), 204)
    ok(clearances(api, uscc := new_uscc()), 201)
    ok(api.staff("tax-handler").get(f"/v1/registers/clearances/records/{uscc}/versions"))
    _release(api)
    walk(api, case, [*TO_DECISION, GRANT])
    walk(api, Firm(api).applies(), TO_DECISION[:1])
    scheduled = _scheduled(api, "2026-03-04T00:00:00+08:00")
    silent = Firm(api)
    waiting = silent.applies()
    # Accepted: what its intake was due for is found when nothing is due, and set anew.
    _let_time_pass(api, account, "2026-03-06T09:00:00+08:00")
    _is_released(api, account, scheduled)
    # Five working days of silence: accepted, by the sweep.
    _let_time_pass(api, account, "2026-03-12T09:00:00+08:00")
    assert states(silent.person.see(waiting)) != states(waiting)
    ok(api.person("system:reader", "integrator", via="integrator").get("/v1/events"))
    _webhooks(api)
    _draw(api, account)
    _tell(api, account)
    # What is younger than ten seconds is not rooted yet.
    _let_time_pass(api, account, "2026-03-12T09:30:00+08:00")
    assert wait_until(lambda: not _rows_of(account, "WNEW#"), 120)  # deliveries are watched no longer
    assert not account.invoke("Root", SCHEDULED)
    for path in ("/v1/audit/roots", "/v1/audit/keys", "/v1/audit/roots/1"):
        ok(api.anybody.get(path))
    _forget_the_feed(account)
    assert not account.invoke("SweepFeed", SCHEDULED)
    for function in ("APIHandler", "Seed"):  # another worker, which has unwrapped no key yet
        account.client("lambda").update_function_configuration(
            FunctionName=account.made[function], MemorySize=1025
        )
    assert not account.invoke("Seed", {})
    silent.person.see(waiting)


def _webhooks(api: Api) -> None:
    """A delivery that fails once and arrives, one more of it, and an endpoint that wants nothing more."""
    hooks = api.person("system:hooks", "integrator", via="integrator")
    with receiver(500) as there:
        one = ok(hooks.post("/v1/webhooks/subscriptions", {"url": there.url}), 201)
        path = f"/v1/webhooks/subscriptions/{one['subscription_id']}"
        sent = ok(hooks.post(f"{path}/tests", {}), 202)
        assert wait_until(lambda: len(there.heard) == 1, 60)
        there.says(204)
        assert wait_until(lambda: len(there.heard) == 2, 60)  # five seconds later
        line = f"{path}/deliveries/{sent['delivery_id']}"
        assert wait_until(lambda: ok(hooks.get(line))["state"] == "ok", 20)
        replay = ok(hooks.post(f"{path}/replays", {"ids": [sent["delivery_id"]]}), 202)
        assert wait_until(lambda: len(there.heard) == 3, 60)
        assert ok(hooks.get(f"{path}/replays/{replay['replay_id']}"))["sent"] == 1
        there.says(410)
        ok(hooks.post(f"{path}/tests", {}), 202)
        assert wait_until(lambda: ok(hooks.get(path))["state"] == "disabled", 60)


def _draw(api: Api, account: Account) -> None:
    """A draw that is on its way, and is declared void before its value is known."""
    series = "/v1/draws/joint-random-inspection"

    def is_committed() -> bool:
        assert not account.invoke("Tick", SCHEDULED)
        said = api.anybody.get(series)
        return said.is_success and (said.json()["current"] or {}).get("step") == "committed"

    assert wait_until(is_committed, 120, every=1)
    ok(api.admin.post(f"{series}/acts", {"act": "declare-void", "reason": "名册有误"}))


def _tell(api: Api, account: Account) -> None:
    """An event of this very hour, in the feed."""
    before = len(_feed(account))
    Firm(api).applies()
    assert wait_until(lambda: len(_feed(account)) > before, 20)


def _feed(account: Account) -> list[dict[str, Any]]:
    return _rows_of(account, "F#")


def _rows_of(account: Account, prefix: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = account.client("dynamodb").scan(TableName=account.made["DeliveriesTable"])[
        "Items"
    ]
    return [row for row in rows if row["pk"]["S"].startswith(prefix)]


def _let_time_pass(api: Api, account: Account, until: str) -> None:
    """Move the clock and wait for the sweeps, longer than the front door does: this stack's workers are all new."""
    ok(api.http.post("/v1/dev/clock", json={"now": until}))
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    ask = account.client("sqs").get_queue_attributes
    queue = {"QueueUrl": account.made["TimersQueue"], "AttributeNames": names}
    assert wait_until(
        lambda: not any(int(count) for count in ask(**queue)["Attributes"].values()), 120, every=0.2
    )


def _release(api: Api) -> None:
    """Two releases, checked and then released, and the case that began under the first moved to the second."""
    path, applied = f"/v1/definitions/items/{FOOD}", ok(api.anybody.get(f"/v1/items/{FOOD}"))["release"]
    body = ok(api.admin.get(path))["definition"] | {
        "description": {"zh": "改一句", "en": "one sentence changed"}
    }
    drafted = ok(api.admin.post(f"{path}/drafts", {"body": body}), 201)["draft_id"]
    api.admin.awaited(api.admin.post(f"{path}/drafts/{drafted}/checks", {}))
    ok(api.releaser.post(f"{path}/drafts/{drafted}/releases", {"note": "测试"}), 201)
    ok(api.releaser.get("/v1/release-sets?limit=1"))
    asked = {"item": FOOD, "from": applied, "reason": "测试"}
    dry = api.admin.awaited(api.admin.post("/v1/migrations", asked), 120)
    api.releaser.awaited(api.releaser.post(f"/v1/migrations/{dry['migration_id']}/approvals", {}), 120)


def _scheduled(api: Api, due: str) -> str:
    """A release that a worker carries out."""
    path = "/v1/definitions/facts/food-category"
    body = ok(api.admin.get(path))["definition"] | {"description": {"zh": "定时", "en": "scheduled"}}
    drafted = ok(api.admin.post(f"{path}/drafts", {"body": body}), 201)["draft_id"]
    asked = ok(api.releaser.post(f"{path}/drafts/{drafted}/schedules", {"due": due}), 201)
    return str(asked["schedule_id"])


def _is_released(api: Api, account: Account, schedule_id: str) -> None:
    def status() -> str:
        assert not account.invoke("Tick", SCHEDULED)
        (found,) = [
            one
            for one in ok(api.releaser.get("/v1/scheduled-releases"))["scheduled"]
            if one["schedule_id"] == schedule_id
        ]
        return str(found["status"])

    assert wait_until(lambda: status() == "released", 120, every=1)


def _forget_the_feed(account: Account) -> None:
    db, table = account.client("dynamodb"), account.made["DeliveriesTable"]
    for row in _feed(account):
        db.delete_item(TableName=table, Key={"pk": row["pk"], "sk": row["sk"]})


def _logical(arn: str, logical: dict[str, str]) -> str:
    last = arn.rpartition(":")[2] if ":table/" not in arn else arn.partition(":table/")[2]
    for physical, name in logical.items():
        inner = physical.rpartition("/")[2] or physical
        if last.removeprefix("key/").startswith(inner):
            return name + last.removeprefix("key/")[len(inner) :].partition("-")[0]
    return arn


def test_the_platform_does_all_that_it_is_for_and_asks_for_nothing_that_it_has_not(used) -> None:
    assert [line for line in used if not line["allowed"]] == []
    assert {line["role"] for line in used} == set(ROLES)


def test_every_right_that_the_emulator_judges_is_used_or_says_why_it_is_there(used) -> None:
    asked = {(line["role"], f"{line['resource']} {line['action']}") for line in used}
    judged = {
        (role, f"{resource} {action}")
        for role, rights in reviewed("roles", "local").items()
        for resource, actions in rights.items()
        for action in actions
        if not _unseen(role, resource, action)
    }
    excused = {(role, right) for role, rights in REVIEWED["unused"].items() for right in rights}
    assert sorted(judged - asked - excused) == []  # unused
    assert sorted(excused - (judged - asked)) == []  # excused, but used or not there


def _unseen(role: str, resource: str, action: str) -> bool:
    """What the emulator does not judge (the head of rights.toml)."""
    by_lambda = (role, resource) in {
        ("SweepRole", "TimersQueue"),
        ("WorkRole", "WorkQueue"),
        ("WorkRole", "AnnouncementsQueue"),
        ("RelayRole", "RelayFailures"),
        ("DeliverRole", "DeliveriesQueue"),
        ("DeliverRole", "RetriesQueue"),
    }
    ours = resource in {"WorkQueue", "RetriesQueue"} and action == "sqs:SendMessage"
    return (
        (by_lambda and not ours)
        or resource.startswith(("CasesTable.", "RecordsTable."))
        or "/stream/" in resource
        or THROUGH in resource
        or (action.startswith("logs:"))
    )


@pytest.mark.usefixtures("used")
@pytest.mark.parametrize(
    ("function", "action", "resource"),
    [
        ("Relay", "dynamodb:PutItem", "DeliveriesTable"),
        ("Tick", "sqs:SendMessage", "TimersQueue"),
        ("Sweep", "dynamodb:Query", "TimersTable"),
        ("Work", "dynamodb:BatchGetItem", "DefinitionsTable"),
        ("Root", "kms:Sign", "RootKey"),
        ("SweepFeed", "dynamodb:Query", "CasesTable"),
        ("Seed", "dynamodb:BatchGetItem", "DefinitionsTable"),
    ],
)
def test_a_function_whose_role_lost_one_right_is_refused(
    account: Account, function, action, resource
) -> None:
    if function == "SweepFeed":  # something must be missing
        _forget_the_feed(account)
    with account.without(f"{function}Role", action, resource):
        error = account.invoke(function, EVENTS[function])
    assert action in error
    assert "not authorized" in error
    assert "not authorized" not in account.invoke(function, EVENTS[function])


@pytest.mark.usefixtures("used")
def test_the_api_without_the_right_to_a_list_answers_no_list(running: Stack, account: Account) -> None:
    with Api(running.url) as api:
        person = Firm(api).person
        with account.without("ApiRole", "dynamodb:Query", "CasesTable/index/owner"):
            assert person.get("/v1/cases").status_code == 500
        ok(person.get("/v1/cases"))


@pytest.mark.usefixtures("used")
@pytest.mark.parametrize("role", ROLES)
def test_a_role_can_do_exactly_what_the_table_says(account: Account, role: str) -> None:
    rights, tried = reviewed("roles", "local")[role], probes(account.as_role(role))
    allowed = {right for right, call in tried.items() if may(call)}
    assert allowed == {(resource, action) for resource in rights for action in rights[resource]} & set(tried)


@pytest.mark.parametrize(
    ("role", "resource", "actions"),
    [
        ("RelayRole", "DefinitionsTable", {"PutItem", "BatchWriteItem", "UpdateItem", "DeleteItem"}),
        ("RelayRole", "CasesTable", {"BatchGetItem", "Query", "Scan", "PutItem"}),
        ("TickRole", "CasesTable", {"GetItem", "BatchGetItem", "Query", "Scan"}),
        ("SweepRole", "DefinitionsTable", {"PutItem", "BatchWriteItem"}),
        ("RootRole", "CasesTable", {"PutItem", "UpdateItem", "DeleteItem"}),
        ("SweepFeedRole", "CasesTable", {"PutItem", "UpdateItem", "DeleteItem"}),
        ("SeedRole", "CasesTable", {"BatchGetItem", "Query", "PutItem"}),
        ("ApiRole", "DeliveriesTable", {"PutItem", "UpdateItem", "DeleteItem"}),
        ("DeliverRole", "CasesTable", {"BatchGetItem", "Query", "PutItem"}),
        ("DeliverRole", "DeliveriesTable", {"Query", "Scan"}),
    ],
)
def test_what_must_never_be_is_refused(account: Account, role: str, resource: str, actions: set[str]) -> None:
    tried = probes(account.as_role(role))
    assert {action for action in actions if may(tried[resource, f"dynamodb:{action}"])} == set()


@pytest.mark.parametrize("role", ["RelayRole", "TickRole", "RootRole", "SweepFeedRole"])
def test_who_seals_nothing_opens_nothing(account: Account, role: str) -> None:
    tried = probes(account.as_role(role))
    keys = [right for right in tried if right[0] in ("DataKey", "BlindSecret")]
    assert len(keys) == 6
    assert [right for right in keys if may(tried[right])] == []


def test_no_role_takes_another(account: Account) -> None:
    session = account.as_role("TickRole")
    assert not may(lambda: session.as_role("ApiRole"))


def test_the_probes_tell_an_owner_from_a_stranger(account: Account) -> None:
    """A probe that is refused whatever the rights would prove nothing."""
    harmless = {right: call for right, call in probes(account).items() if right[1].split(":")[1] in HARMLESS}
    assert len(harmless) >= 30
    assert all(may(call) for call in harmless.values())


HARMLESS = {
    "GetItem",
    "BatchGetItem",
    "Query",
    "Scan",
    "GetQueueAttributes",
    "GenerateDataKey",
    "Decrypt",
    "ListBucket",
}
