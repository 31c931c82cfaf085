"""From a step of a case to a subscriber: relay, deliveries, log, replay, rotation, over HTTP and real sockets."""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import pytest

from chalicelib.domain import canonical
from chalicelib.domain.subscriptions import OVERLAP
from chalicelib.domain.views import rfc3339
from infra import foreign
from tests.builders import application
from tests.builders_app import House
from tests.builders_relay import relays, stream, works
from tests.builders_webhooks import EVERY, Heard, Office, made, receiver, subscribed, subscriber
from tests.unit.test_webhook_signing import NODE, PYTHON

FOOD, CODE = "food-licence", "91430112MA4DEM010Y"
FIRM = f"enterprise:{CODE}"
DAY = 86_400_000


def apply(up: House, key: str = "one") -> dict[str, Any]:
    """A firm applies for a food licence: one event, or a few."""
    by = {**up.bearer(FIRM, "citizen"), "Idempotency-Key": key}
    return made(up.call("POST", f"/v1/items/{FOOD}/cases", application(FOOD, CODE), by))


def told(post: Office, times: int = 1) -> list[str]:
    """The stream reaches the relay, workers announce, and what was queued is delivered; the outcomes."""
    for _ in range(times):
        works(post.up, relays(post.up, stream(post.up)))
    return post.deliver()


def log(post: Office, by: dict[str, str], one: dict[str, Any], query: str = "") -> list[dict[str, Any]]:
    path = f"{EVERY}/{one['subscription_id']}/deliveries{query}"
    found: list[dict[str, Any]] = made(post.up.call("GET", path, None, by))["deliveries"]
    return found


def verified(heard: Heard, secret: str, library: str) -> bool:
    """Whether a foreign library accepts the delivery as it arrived."""
    said = json.dumps({"body": heard.body.decode(), "headers": dict(heard.headers), "secrets": [secret]})
    python = [foreign.python(), "-c", PYTHON.replace("{library}", library)]
    command = [foreign.node(), "-e", NODE] if library == "node" else python
    done = subprocess.run(
        command, input=said, capture_output=True, text=True, check=False, cwd=foreign.home()
    )
    return done.stdout == "verified\n"


def test_a_step_of_a_case_arrives_once_as_the_feed_tells_it_however_often_the_stream_says_so(post):
    up, by = post.up, subscriber(post.up)
    with receiver() as there:
        subscribed(up, by, there.url)
        case = apply(up)
        told(post, times=3)
        bodies = {heard.id: json.loads(heard.body) for heard in there.heard}
        assert len(there.heard) == len(bodies) > 0
        up.app.at += 20_000
        feed = [
            one
            for one in made(up.call("GET", "/v1/events", None, by))["events"]
            if one["case"] == case["case_id"]
        ]
        assert [bodies[one["id"]] for one in feed] == feed
        assert all(heard.body == canonical.dumps(json.loads(heard.body)) for heard in there.heard)
        schema = json.loads(up.call("GET", "/v1/event-types/case.submitted").text)
        first = next(one for one in bodies.values() if one["type"] == "case.submitted")
        assert jsonschema_rs.validator_for(schema).is_valid(first)


def test_the_relay_hands_on_only_what_somebody_waits_for(post):
    up, by = post.up, subscriber(post.up)
    apply(up)
    work = [json.loads(one)["work"] for one in relays(up, stream(up))]
    assert "webhooks" not in work
    subscribed(up, by, "https://hooks.example.cn/", types=["case.withdrawn"])
    work = [json.loads(one)["work"] for one in relays(up, stream(up))]
    assert "webhooks" not in work
    subscribed(up, by, "https://hooks.example.cn/", types=["case.submitted"])
    messages = [json.loads(one) for one in relays(up, stream(up))]
    assert sum(one["work"] == "webhooks" for one in messages) == 1


@pytest.mark.parametrize("library", ["standardwebhooks", "svix", "node"])
def test_each_of_three_foreign_libraries_verifies_a_delivery_as_it_arrived(post, library):
    with receiver() as there:
        one = subscribed(post.up, subscriber(post.up), there.url)
        apply(post.up)
        told(post)
        heard = there.heard[0]
        assert abs(int(heard.headers["webhook-timestamp"]) - time.time_ns() // 1_000_000_000) < 60
    assert verified(heard, one["secret"], library)
    assert not verified(heard, "whsec_" + "A" * 43 + "=", library)


def test_a_retry_has_the_same_id_and_bytes_and_a_later_timestamp(post):
    up, by = post.up, subscriber(post.up)
    up.app.__dict__["postroom"] = replace(post.room, seconds=lambda: up.app.at // 1000)
    with receiver(503) as there:
        one = subscribed(up, by, there.url, types=["case.submitted"])
        apply(up)
        assert told(post) == ["retry"]
        ((_, wait),) = post.slow  # five seconds and a fifth at most: the queue keeps so short a wait
        assert 5 <= wait <= 7
        post.slow.clear()
        assert post.minute(7_000) == ["retry"]  # that message was lost; the sweep found the delivery
        there.says(204)
        assert post.minute(361_000) == ["ok"]
        assert len({(heard.id, heard.body) for heard in there.heard}) == 1
        times = [int(heard.headers["webhook-timestamp"]) for heard in there.heard]
        assert [later - times[0] for later in times] == [0, 7, 368]
        assert len({heard.headers["webhook-signature"] for heard in there.heard}) == 3
        line = log(post, by, one)[0]
        attempts = made(
            up.call("GET", f"{EVERY}/{one['subscription_id']}/deliveries/{line['delivery_id']}", None, by)
        )
        assert [attempt["status"] for attempt in attempts["attempts"]][-1] == 204
        assert line["attempt"] == len(there.heard)


def test_after_a_rotation_both_secrets_sign_for_a_day_and_then_the_new_one_alone(post):
    up, by = post.up, subscriber(post.up)
    with receiver() as there:
        one = subscribed(up, by, there.url)
        path = f"{EVERY}/{one['subscription_id']}"
        new = made(up.call("POST", f"{path}/secrets", {}, by))["secret"]

        def sent() -> Heard:
            made(up.call("POST", f"{path}/tests", {}, by))
            assert post.deliver() == ["ok"]
            return there.heard[-1]

        both = sent()
        assert len(both.headers["webhook-signature"].split()) == 2
        assert verified(both, new, "standardwebhooks")
        assert verified(both, one["secret"], "standardwebhooks")
        up.app.at += OVERLAP
        alone = sent()
        assert len(alone.headers["webhook-signature"].split()) == 1
        assert verified(alone, new, "standardwebhooks")
        assert not verified(alone, one["secret"], "standardwebhooks")


def test_lesson_16_a_replay_after_more_steps_sends_the_old_bytes_under_the_old_id_with_the_current_secret(
    post,
):
    up, by = post.up, subscriber(post.up)
    with receiver() as there:
        one = subscribed(up, by, there.url, types=["case.submitted"])
        path = f"{EVERY}/{one['subscription_id']}"
        case = apply(up)
        told(post)
        (first,) = there.heard
        clerk = {**up.bearer("person:demo-food-window", "staff", via="window"), "Idempotency-Key": "a"}
        made(up.call("POST", f"/v1/cases/{case['case_id']}/moves", {"move": "accept", "input": {}}, clerk))
        new = made(up.call("POST", f"{path}/secrets", {}, by))["secret"]
        up.app.at += 2 * OVERLAP
        (line,) = log(post, by, one)
        asked = up.call("POST", f"{path}/replays", {"ids": [line["delivery_id"]]}, by)
        assert asked.status == 202
        assert made(up.call("GET", asked.headers["location"], None, by))["sent"] == 1
        assert post.deliver() == ["ok"]
        again = there.heard[-1]
        assert (again.id, again.body) == (first.id, first.body)
        assert verified(again, new, "standardwebhooks")
        assert not verified(again, one["secret"], "standardwebhooks")
        assert log(post, by, one)[0]["replayed"] is True


def test_a_replay_by_range_and_filter_is_spread_ten_a_second_and_does_not_touch_health(post):
    up, by = post.up, subscriber(post.up)
    with receiver() as there:
        one = subscribed(up, by, there.url)
        path = f"{EVERY}/{one['subscription_id']}"
        made(up.call("PUT", f"{path}/state", {"state": "paused"}, by))
        for number in range(3):
            apply(up, f"k{number}")
        assert told(post) == []
        skipped = log(post, by, one, "?state=skipped&limit=100")
        assert len(skipped) >= 3
        span = {"from": rfc3339(up.app.at - DAY, up.app.zone)}
        assert up.call("POST", f"{path}/replays", span, by).code == "subscription-not-active"
        made(up.call("PUT", f"{path}/state", {"state": "active"}, by))
        there.says(500)
        before = made(up.call("GET", path, None, by))["health"]
        done = made(up.call("POST", f"{path}/replays", {**span, "types": ["case.submitted"]}, by))
        replay = made(up.call("GET", f"{path}/replays/{done['replay_id']}", None, by))
        assert (replay["state"], replay["sent"]) == ("done", 3)
        due = sorted(int(row["due"]) for row in up.rows("deliveries") if row.get("st") == "retry")
        assert [later - due[0] for later in due] == [0, 100, 200]
        up.app.at += 1_000
        assert set(post.deliver()) == {"retry"}
        assert made(up.call("GET", path, None, by))["health"] == before
        there.says(204)
        post.minute(10 * 60_000)
        assert sum(line["state"] == "ok" for line in log(post, by, one, "?limit=100")) == 3


def test_what_is_older_than_fourteen_days_is_not_replayed(post):
    up, by = post.up, subscriber(post.up)
    with receiver() as there:
        one = subscribed(up, by, there.url, types=["case.submitted"])
        path = f"{EVERY}/{one['subscription_id']}"
        apply(up)
        told(post)
        (line,) = log(post, by, one)
        up.app.at += 14 * DAY + 1
        for asked, missing in (
            ({"ids": [line["delivery_id"]]}, 1),
            ({"from": "2026-03-01T00:00:00Z", "states": ["ok"]}, 0),
        ):
            begun = made(up.call("POST", f"{path}/replays", asked, by))["replay_id"]
            found = made(up.call("GET", f"{path}/replays/{begun}", None, by))
            assert (found["sent"], found["missing"]) == (0, missing)


def test_the_log_is_searched_by_state_type_case_and_time_page_after_page(post):
    up, by = post.up, subscriber(post.up)
    with receiver() as there:
        one = subscribed(up, by, there.url)
        cases, begun = [], up.app.at
        for number in range(3):
            cases.append(apply(up, f"k{number}")["case_id"])
            up.app.at += DAY + 60_000
        told(post)
        every = log(post, by, one, "?limit=100")
        assert [line["at"] for line in every] == sorted((line["at"] for line in every), reverse=True)
        assert {line["case"] for line in log(post, by, one, f"?case={cases[1]}")} == {cases[1]}
        assert {line["type"] for line in log(post, by, one, "?type=case.submitted")} == {"case.submitted"}
        assert log(post, by, one, "?state=dead") == []
        between = quote(rfc3339(begun + DAY, up.app.zone))
        later = log(post, by, one, f"?from={between}&limit=100")
        assert {line["case"] for line in later} == set(cases[1:])
        until = log(post, by, one, f"?to={between}&limit=100")
        assert {line["case"] for line in until} == set(cases[:1])
        found, after = list[dict[str, Any]](), ""
        for _ in range(50):
            path = f"{EVERY}/{one['subscription_id']}/deliveries?limit=1{after and f'&after={after}'}"
            page = made(up.call("GET", path, None, by))
            found += page["deliveries"]
            after = page["after"]
            if after is None:
                break
        assert found == every
        for wrong in ("?from=yesterday", "?from=2026-03-01", "?after=%23"):
            answer = up.call("GET", f"{EVERY}/{one['subscription_id']}/deliveries{wrong}", None, by)
            assert answer.status == 422


def test_lesson_15_what_a_webhook_carries_authorises_nothing(post):
    up = post.up
    with receiver() as there:
        one = subscribed(up, subscriber(up), there.url)
        case = apply(up)
        told(post)
        heard = there.heard[0]
    carried = [*heard.headers.values(), heard.body.decode(), one["secret"], heard.id, case["case_id"]]
    for text in carried:
        for scheme in ("Bearer ", ""):
            answer = up.call(
                "POST", f"/v1/cases/{case['case_id']}/moves", {"move": "withdraw", "input": {}},
                {"Authorization": scheme + text, "Idempotency-Key": "k"},
            )  # fmt: skip
            assert answer.status == 401


def test_a_handler_of_the_queue_sends_back_only_what_could_not_be_handled(post, monkeypatch):
    """The batch as Lambda hands it over: one good message, and one that nobody can read."""
    from chalicelib.edges import background

    up, by = post.up, subscriber(post.up)
    with receiver() as there:
        subscribed(up, by, there.url, types=["case.submitted"])
        apply(up)
        works(up, relays(up, stream(up)))
        ((message, _),) = post.fast
        arn = "arn:aws:sqs:us-east-1:0:deliveries"
        records = [
            {"messageId": "good", "body": message, "eventSourceARN": arn},
            {
                "messageId": "bad",
                "body": json.dumps({"deliveries": [["sub_x", "no id"]]}),
                "eventSourceARN": arn,
            },
        ]
        answer = background.deliver({"Records": records}, None)
        assert answer == {"batchItemFailures": [{"itemIdentifier": "bad"}]}
        assert len(there.heard) == 1
