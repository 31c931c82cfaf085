"""Listens for what is not HTTP: the stream, the schedules, the queue, the deployment's hook."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from chalicelib import telemetry, wiring

Pair = tuple[str, int]  # case, seq
Answer = dict[str, Any]


def relay(event: Mapping[str, Any], context: Any) -> Answer:
    """Events of a stream batch go to the triggers and into the feed, changes of records to the triggers. It raises on
    failure: the stream then sends the batch again."""
    from chalicelib.actions import record_triggering, relaying

    app, changes = wiring.app(), list[record_triggering.Told]()
    types, of_groups, unasked = dict[Pair, str](), set[Pair](), set[Pair]()
    for record in event["Records"]:
        image = record["dynamodb"].get("NewImage", {})
        if image.get("sk", {}).get("S", "").startswith("E#") and image["pk"]["S"].startswith("cas_"):
            pair = (image["pk"]["S"], int(image["seq"]["N"]))
            types[pair] = image.get("t", {}).get("S", "")
            if "g" in image:
                of_groups.add(pair)
            if "u" in image:
                unasked.add(pair)
        elif image.get("sk", {}).get("S") == "NOW" and image["pk"]["S"].startswith("R#"):
            changes.append(_changed(image))
    with telemetry.job("relay", context) as line:
        if changes:
            later = app.hand_over if app.config.work_queue else None
            line["records_to_triggers"] = record_triggering.hand_on(app.kit, later, changes)
        ahead = _ahead(app, types, of_groups, unasked, line)
        line["told"] = relaying.relay(app.kit, app.feed, list(types), ahead)
    return {"batchItemFailures": []}


def _changed(image: Mapping[str, Any]) -> Any:
    """What the row of a record says in the clear (`stores.keys.record_pk`)."""
    from chalicelib.actions.record_triggering import Told

    _, register, record_id = image["pk"]["S"].split("#", 2)
    case = image.get("case", {}).get("S")
    seq = int(image["seq"]["N"]) if case and "seq" in image else None
    root = image.get("root", {}).get("S")
    depth = int(image.get("depth", {}).get("N", 0))
    return Told(register, record_id, int(image["rev"]["N"]), case, seq, root, depth)


def _ahead(
    app: wiring.App,
    types: Mapping[Pair, str],
    of_groups: Collection[Pair],
    unasked: Collection[Pair],
    line: Answer,
) -> Any:
    """Hands events on to whom they concern before the feed hears of them; says how many in `line`."""
    from chalicelib.actions import announcing, membership, noticing, triggering

    later = app.hand_over if app.config.work_queue else None

    def ahead(pairs: Sequence[tuple[str, int]]) -> None:
        line["to_triggers"] = triggering.hand_on(app.kit, later, pairs, types)
        line["to_groups"] = membership.hand_on(app.kit, later, pairs, types, of_groups)
        line["to_notices"] = noticing.hand_on(app.kit, later, pairs, types, unasked)
        tell = app.announce_later if later else None
        line["to_webhooks"] = announcing.hand_on(app.subscriptions, tell, pairs, types)

    return ahead


def tick(_event: Mapping[str, Any], context: Any) -> Answer:
    """One message a shard, all at once: a worker never feeds its own queue (decisions 21). Six more have workers look
    for what is due once every period, who waits for what is free, draws, deliveries whose time has come, days that are
    to be reconciled, and releases that were scheduled."""
    from chalicelib.actions import campaigning, drawing, promoting, reconciling, redelivering, scheduling
    from chalicelib.stores.keys import TIMER_SHARDS

    app = wiring.app()
    with telemetry.job("tick", context) as line:
        app.enqueue([str(shard) for shard in range(TIMER_SHARDS)])
        if app.config.work_queue:
            kinds = (
                campaigning.KIND, promoting.WORK, drawing.KIND, redelivering.SWEEP, reconciling.WORK, scheduling.WORK,
            )  # fmt: skip
            app.hand_over([json.dumps({"work": kind}) for kind in kinds])
        line["shards"] = TIMER_SHARDS
    return {"shards": TIMER_SHARDS}


def sweep(event: Mapping[str, Any], context: Any) -> Answer:
    """Sweep the shards that the messages name; a shard in which a case failed comes back."""
    from chalicelib.actions import sweeping

    app, failures = wiring.app(), []
    for record in event["Records"]:
        with telemetry.job("sweep", context) as line:
            swept = sweeping.sweep(app.kit, int(record["body"]))
            line.update(shard=swept.shard, found=swept.found, fired=swept.fired)
            line.update(failed=list(swept.failed), dead=list(swept.dead))
            told = {"DeadTimers": len(swept.dead)}
            if swept.shard == 0:  # one of sixteen: once a minute is enough for a year
                told["CalendarDaysLeft"] = _days_left(app)
            line.update(telemetry.metrics(told))
        if swept.failed:
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def _days_left(app: wiring.App) -> int:
    """Days from today to the last one that a notice covers; past it, deadlines are provisional."""
    office = app.kit.office()
    return int((app.catalogue.calendar(office.pointer).horizon - office.today).days)


def work(event: Mapping[str, Any], context: Any) -> Answer:
    """Do the long work that messages ask for; what fails comes back, and after five times to the dead letters."""
    from chalicelib.actions import working

    for record in event["Records"]:
        with telemetry.job("work", context) as line:
            done = working.work(wiring.app().press, record["body"])
            line.update(done)
            if "too_deep" in done:
                line.update(telemetry.metric("TriggersTooDeep", done["too_deep"]))
    return {"batchItemFailures": []}


def deliver(event: Mapping[str, Any], context: Any) -> Answer:
    """Send webhooks and notices, a batch side by side; a message that could not be handled comes back alone."""
    from chalicelib.actions import delivering

    app, records = wiring.app(), event["Records"]
    slow = bool(records) and records[0].get("eventSourceARN", "").rpartition(":")[2] == app.slow_lane
    with telemetry.job("deliver", context) as line:
        done = delivering.deliver_all(app.postroom, [one["body"] for one in records], slow=slow)
        every = [one for attempts in done for one in attempts]
        line["outcomes"] = dict(Counter(one.error or one.outcome for one in every))
        dead, disabled = sum(one.outcome == "dead" for one in every), sum(one.disabled for one in every)
        if dead or disabled:
            line.update(telemetry.metrics({"DeadDeliveries": dead, "WebhooksDisabled": disabled}))
    failed = [one for one, its in zip(records, done, strict=True) if any(a.outcome == "error" for a in its)]
    return {"batchItemFailures": [{"itemIdentifier": record["messageId"]} for record in failed]}


def sweep_feed(event: Mapping[str, Any], context: Any) -> Answer:
    """Tell what the stream missed; with `{"since": ms}` by a pass over all events (the embedded stack's start)."""
    from chalicelib.actions import relaying, reprojecting

    app, since = wiring.app(), event.get("since")
    with telemetry.job("sweep_feed", context) as line:
        ahead = _ahead(app, {}, (), (), line)
        if since is None:
            line["told"] = relaying.sweep_open(app.kit, app.feed, ahead)
        else:
            line["told"] = relaying.sweep_all(app.kit, app.feed, int(since), ahead)
    if app.config.work_queue:  # look for dates that nobody told anew
        app.hand_over([json.dumps({"work": reprojecting.KIND})])
    return {"told": line["told"]}


def root(_event: Mapping[str, Any], context: Any) -> Answer:
    """The hourly root over the chain heads that the feed saw, signed."""
    from chalicelib.actions import rooting

    app = wiring.app()
    with telemetry.job("root", context) as line:
        done = rooting.write_roots(app.kit, app.feed, app.roots, app.signer)
        line.update(entries=len(done.entries), leaves=done.leaves, missing=list(done.missing))
        line.update(telemetry.metric("MissingHeads", len(done.missing)))
    return {"entries": [entry["number"] for entry in done.entries], "leaves": done.leaves}


def seed(_event: Mapping[str, Any], context: Any) -> Answer:
    """Release the pack that this package ships; a draft is left where an official's work differs."""
    from chalicelib.actions import packs
    from chalicelib.stores.schema_files import load_pack

    app, pack = wiring.app(), load_pack(wiring.SCHEMAS)
    with telemetry.job("seed", context) as line:
        line["records"] = packs.seed_records(app.kit, pack, app.now())
        seeded = packs.seed(app.press, pack)
        line["set"] = seeded.set
    findings = [[one.pointer, one.code, one.message.en] for one in seeded.findings]
    return {
        "set": seeded.set,
        "released": list(seeded.released),
        "offered": list(seeded.offered),
        "findings": findings,
    }
