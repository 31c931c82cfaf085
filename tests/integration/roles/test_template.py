"""What CloudFormation would get is what a reviewer passes, in both partitions: walked resource by resource."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib import telemetry
from infra import lint

Template = dict[str, Any]

# Service principals of both partitions: the same names serve in China; only CloudWatch Logs' is by region and suffix.
PRINCIPALS = {
    "apigateway.amazonaws.com",
    "cloudwatch.amazonaws.com",
    "events.amazonaws.com",
    "lambda.amazonaws.com",
    "logs.${AWS::Region}.${AWS::URLSuffix}",
}
OWNER = "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"
KEPT = {
    "AWS::DynamoDB::Table",
    "AWS::KMS::Key",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
}
ANEW = {"TimersQueue", "DeliveriesQueue", "RetriesQueue"}  # their messages are sent anew


def of(template: Template, kind: str) -> dict[str, Any]:
    """Logical id → properties of every resource of a type."""
    return {
        name: one.get("Properties", {})
        for name, one in template["Resources"].items()
        if one["Type"] == f"AWS::{kind}"
    }


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from (str(name), *strings(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def principals(value: Any) -> Iterator[str]:
    """Every principal that is named anywhere: in policies, and in permissions to call a function."""
    if isinstance(value, list):
        for inner in value:
            yield from principals(inner)
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "Principal":
                for one in inner.values() if isinstance(inner, dict) and "Fn::Sub" not in inner else [inner]:
                    yield from (text for text in strings(one) if text != "Fn::Sub")
            else:
                yield from principals(inner)


# --- partitions -------------------------------------------------------------------------------------------


def test_no_arn_names_a_partition_an_account_or_a_region(plain: Template) -> None:
    found = [text for text in strings(plain) if "arn:" in text]
    assert len(found) > 30
    assert [text for text in found if re.search(r"arn:(?!\$\{AWS::Partition\}:)", text)] == []
    assert [text for text in found if re.search(r"\d{12}|(us|cn|eu|ap)-[a-z]+-\d", text)] == []


def test_every_principal_is_one_of_both_partitions(plain: Template) -> None:
    found = list(principals(plain["Resources"]))
    assert set(found) == PRINCIPALS | {OWNER, "*"}
    allowed_to_all = [
        statement
        for policy in _policies(plain)
        for statement in policy["Statement"]
        if statement.get("Principal") == "*" and statement["Effect"] != "Deny"
    ]
    assert allowed_to_all == []


def test_no_other_host_of_aws_is_named(plain: Template) -> None:
    """China's hosts end otherwise: an address is made with AWS::URLSuffix."""
    hosts = [text for text in strings(plain) if "amazonaws.com" in text and text not in PRINCIPALS]
    assert hosts == ["dynamodb.${AWS::Region}.amazonaws.com"] * 8  # beside it stands the one with the suffix


def test_a_planted_principal_and_a_planted_arn_are_seen(plain: Template) -> None:
    bad = copy.deepcopy(plain)
    bad["Resources"]["FilesPolicy"]["Properties"]["PolicyDocument"]["Statement"][0] |= {"Effect": "Allow"}
    bad["Resources"]["Tick"]["Properties"]["Role"] = "arn:aws:iam::000000000000:role/x"
    bad["Resources"]["TickRole"]["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] = {
        "Service": "lambda.amazonaws.com.cn"
    }
    for test in (
        test_no_arn_names_a_partition_an_account_or_a_region,
        test_every_principal_is_one_of_both_partitions,
    ):
        with pytest.raises(AssertionError):
            test(bad)


def _policies(template: Template) -> Iterator[dict[str, Any]]:
    for one in template["Resources"].values():
        properties = one.get("Properties", {})
        yield from (properties[name] for name in ("PolicyDocument", "KeyPolicy") if name in properties)


# --- cfn-lint ---------------------------------------------------------------------------------------------


def test_cfn_lint_finds_nothing_as_written_and_as_transformed(prod: Template) -> None:
    assert lint.findings(prod, lint.transformed(prod, "cn-northwest-1")) == ""


def test_cfn_lint_would_find_a_slip_and_a_service_that_china_lacks(prod: Template) -> None:
    bad = copy.deepcopy(prod)
    bad["Resources"]["TimersQueue"]["Properties"]["VisibilityTimeOut"] = 180
    bad["Resources"]["Runner"] = {
        "Type": "AWS::AppRunner::Service",
        "Properties": {"SourceConfiguration": {}},
    }
    found = lint.findings(bad)
    assert "VisibilityTimeOut" in found
    assert re.search(r"AWS::AppRunner::Service.*cn-north", found)


# --- data -------------------------------------------------------------------------------------------------


def test_what_holds_something_is_kept_when_the_stack_goes(plain: Template) -> None:
    kept = {name: one for name, one in plain["Resources"].items() if one["Type"] in KEPT}
    assert len(kept) > 15
    for name, one in kept.items():
        wanted = "Delete" if name in ANEW else "Retain"
        assert (one["DeletionPolicy"], one["UpdateReplacePolicy"]) == (wanted, wanted), name


def test_every_table_is_sealed_by_our_key_recoverable_and_protected(plain: Template) -> None:
    tables = of(plain, "DynamoDB::Table")
    assert len(tables) == 5
    for table in tables.values():
        key = {"Fn::GetAtt": ["DataKey", "Arn"]}
        assert table["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert table["DeletionProtectionEnabled"] is True


def test_tables_whose_rows_say_when_they_end_are_told_so(plain: Template) -> None:
    """Idempotency and drafts in cases, the read log in records, the feed in deliveries: each row carries `ttl`."""
    told = {
        name for name, table in of(plain, "DynamoDB::Table").items() if "TimeToLiveSpecification" in table
    }
    assert told == {"CasesTable", "RecordsTable", "DeliveriesTable"}
    for name in told:
        wanted = {"AttributeName": "ttl", "Enabled": True}
        assert of(plain, "DynamoDB::Table")[name]["TimeToLiveSpecification"] == wanted


def test_keys_turn_and_nobody_from_outside_comes_near_the_key_of_peoples_data(plain: Template) -> None:
    keys = of(plain, "KMS::Key")
    assert set(keys) == {"DataKey", "DrawKey", "OperationsKey", "RootKey"}
    assert all(key["PendingWindowInDays"] == 30 for key in keys.values())
    # An asymmetric key cannot turn: a new one is made, and the old one's public half stays in the log of roots.
    assert {name for name, key in keys.items() if key.get("EnableKeyRotation")} == {
        "DataKey",
        "OperationsKey",
    }
    for name in ("DataKey", "DrawKey", "RootKey"):
        (only,) = keys[name]["KeyPolicy"]["Statement"]
        assert only["Principal"] == {"AWS": {"Fn::Sub": OWNER}}
    _, logs, alarms = keys["OperationsKey"]["KeyPolicy"]["Statement"]
    assert all(":log-group:" in one["Fn::Sub"] for one in next(iter(logs["Condition"]["ArnLike"].values())))
    assert alarms["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert set(alarms["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey"}


def test_files_go_by_tls_only_and_are_never_public(plain: Template) -> None:
    bucket = of(plain, "S3::Bucket")["FilesBucket"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    encryption = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"][0][
        "ServerSideEncryptionByDefault"
    ]
    assert encryption["KMSMasterKeyID"] == {"Fn::GetAtt": ["DataKey", "Arn"]}
    (policy,) = of(plain, "S3::BucketPolicy").values()
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert len(statement["Resource"]) == 2  # the bucket and what is in it


def test_every_queue_is_encrypted_and_by_tls_only(plain: Template) -> None:
    queues = of(plain, "SQS::Queue")
    assert all(queue["SqsManagedSseEnabled"] for queue in queues.values())
    (policy,) = of(plain, "SQS::QueuePolicy").values()
    assert {one["Ref"] for one in policy["Queues"]} == set(queues)
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Condition"]) == (
        "Deny",
        {"Bool": {"aws:SecureTransport": "false"}},
    )


# --- the gateway and logs ---------------------------------------------------------------------------------


def test_the_api_is_regional_with_one_stage_that_is_throttled_and_logged(plain: Template) -> None:
    (api,) = of(plain, "ApiGateway::RestApi").values()
    assert api["EndpointConfiguration"] == {"Types": ["REGIONAL"]}
    (stage,) = of(plain, "ApiGateway::Stage").values()
    (deployment,) = of(plain, "ApiGateway::Deployment").values()
    assert "StageName" not in deployment  # SAM would make a second stage, named "Stage", with none of this
    (every,) = stage["MethodSettings"]
    assert (every["HttpMethod"], every["ResourcePath"], every["LoggingLevel"]) == ("*", "/*", "ERROR")
    assert every["DataTraceEnabled"] is False
    for name in ("ThrottleRate", "ThrottleBurst"):
        assert every[f"Throttling{name.removeprefix('Throttle')}Limit"] == {"Ref": name}


def test_the_access_log_names_no_person_and_no_query(plain: Template) -> None:
    (stage,) = of(plain, "ApiGateway::Stage").values()
    line = json.loads(stage["AccessLogSetting"]["Format"])
    assert set(line.values()) == {
        "$context.requestId", "$context.requestTimeEpoch", "$context.httpMethod", "$context.resourcePath",
        "$context.status", "$context.responseLength", "$context.responseLatency", "$context.integrationLatency",
        "$context.error.responseType",
    }  # fmt: skip
    assert "${AccessLog}" in stage["AccessLogSetting"]["DestinationArn"]["Fn::Sub"]


def test_logs_are_kept_six_months_or_longer_under_a_key(plain: Template) -> None:
    groups = of(plain, "Logs::LogGroup")
    assert len(groups) == 11
    for group in groups.values():
        assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}
        assert group["KmsKeyId"] == {"Fn::GetAtt": ["OperationsKey", "Arn"]}
    days = plain["Parameters"]["LogRetentionDays"]
    assert min([days["Default"], *days["AllowedValues"]]) >= 184  # July to December


def test_every_function_writes_to_a_group_of_its_own(plain: Template) -> None:
    groups = [one["LoggingConfig"]["LogGroup"]["Ref"] for one in of(plain, "Lambda::Function").values()]
    assert len(groups) == len(set(groups)) == 9


# --- alarms -----------------------------------------------------------------------------------------------


def watched(template: Template) -> set[tuple[str, str]]:
    """(metric, what it is measured of) of every alarm."""
    found = set()
    for alarm in of(template, "CloudWatch::Alarm").values():
        plain = [one["MetricStat"]["Metric"] for one in alarm.get("Metrics", ()) if "MetricStat" in one]
        for metric in plain or [alarm]:
            for dimension in metric.get("Dimensions") or [{"Value": "-"}]:
                value = dimension["Value"]
                names = next(iter(value.values())) if isinstance(value, dict) else value
                found.add((metric["MetricName"], names[0] if isinstance(names, list) else names))
    return found


def test_every_function_table_and_dead_letter_has_its_alarms(plain: Template) -> None:
    wanted = {(metric, name) for metric in ("Errors", "Throttles") for name in of(plain, "Lambda::Function")}
    wanted |= {
        (metric, name)
        for metric in ("ReadThrottleEvents", "WriteThrottleEvents")
        for name in (*of(plain, "DynamoDB::Table"), "queue", "owner", "open", "number")
    }
    dead = {name for name in of(plain, "SQS::Queue") if name.endswith(("DeadLetters", "Failures"))}
    wanted |= {("ApproximateNumberOfMessagesVisible", name) for name in dead}
    wanted |= {
        ("IteratorAge", "Relay"),
        ("Invocations", "Tick"),
        ("ApproximateAgeOfOldestMessage", "TimersQueue"),
    }
    wanted |= {(metric, where) for metric in ("5XXError", "Latency") for where in ("jisheng", "api")}
    assert watched(plain) == wanted | {
        (name, "-")
        for name in ("DeadTimers", "TriggersTooDeep", "MissingHeads", "CalendarDaysLeft", "WebhooksDisabled")
    }


def test_every_alarm_tells_the_topic_and_says_its_end(plain: Template) -> None:
    for name, alarm in of(plain, "CloudWatch::Alarm").items():
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlarmTopic"}], name
        assert alarm["TreatMissingData"] == ("breaching" if name == "ClockStopped" else "notBreaching"), name
    (topic,) = of(plain, "SNS::Topic").values()
    assert topic["KmsMasterKeyId"] == {"Fn::GetAtt": ["OperationsKey", "Arn"]}
    (told,) = of(plain, "SNS::Subscription").values()
    assert told["Endpoint"] == {"Ref": "AlarmEndpoint"}


@pytest.mark.parametrize(
    ("name", "metric"), [("DeadTimers", "DeadTimers"), ("CalendarEnds", "CalendarDaysLeft")]
)
def test_alarms_on_our_own_metrics_look_where_the_code_writes_them(plain: Template, name, metric) -> None:
    alarm = of(plain, "CloudWatch::Alarm")[name]
    written = telemetry.metric(metric, 1)["_aws"]["CloudWatchMetrics"][0]
    assert (alarm["Namespace"], "Dimensions" in alarm) == (
        written["Namespace"],
        bool(written["Dimensions"][0]),
    )
    assert written["Metrics"][0]["Name"] == alarm["MetricName"]
    assert {
        value
        for stage in of(plain, "ApiGateway::RestApi").values()
        for value in [stage["Body"]["info"]["title"]]
    } == {
        "jisheng"  # the name by which the gateway's metrics go
    }


def test_a_figure_that_nobody_gave_says_so(plain: Template) -> None:
    ours = [one for name, one in plain["Parameters"].items() if name.startswith(("Throttle", "Alarm", "Log"))]
    figures = [one for one in ours if one["Type"] == "Number"]
    assert len(figures) == 6
    assert all("sample default, not from the plan" in one["Description"] for one in figures)


def test_the_dashboard_is_one_that_can_be_drawn(plain: Template) -> None:
    (dashboard,) = of(plain, "CloudWatch::Dashboard").values()
    widgets = json.loads(dashboard["DashboardBody"]["Fn::Sub"])["widgets"]
    assert len(widgets) == 4
    assert {widget["properties"]["region"] for widget in widgets} == {"${AWS::Region}"}
