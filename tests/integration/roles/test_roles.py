"""The roles in the template are the reviewed table, and nothing that the table cannot say is broad."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from granted import REVIEWED, functions, granted, listed, reviewed

Template = dict[str, Any]


def test_the_roles_that_go_to_aws_are_the_reviewed_table(prod: Template) -> None:
    assert granted(prod) == reviewed("roles")


def test_the_local_stage_may_more_by_what_the_table_says_and_nothing_else(local: Template) -> None:
    assert granted(local) == reviewed("roles", "local")


def test_one_right_more_or_less_is_seen(prod: Template) -> None:
    for change in ("append", "remove"):
        altered = copy.deepcopy(prod)
        statement = altered["Resources"]["RelayRole"]["Properties"]["Policies"][0]["PolicyDocument"][
            "Statement"
        ][2]
        getattr(statement["Action"], change)("dynamodb:PutItem" if change == "remove" else "dynamodb:Scan")
        assert granted(altered) != reviewed("roles")


def test_each_function_has_a_role_of_its_own(plain: Template) -> None:
    roles = functions(plain)
    assert len(roles) == len(set(roles.values())) == 9
    assert set(roles.values()) == set(REVIEWED["roles"])


def test_no_right_is_for_all_actions_or_all_resources(prod: Template) -> None:
    rights = granted(prod)
    actions = [one for role in rights.values() for named in role.values() for one in named]
    assert len(actions) > 60
    assert not [one for one in actions if "*" in one]
    stars = {resource for role in rights.values() for resource in role if "*" in resource}
    # the label of a table's one stream is a time
    assert stars == {"CasesTable/stream/*", "RecordsTable/stream/*"}


def test_a_table_is_scanned_by_nobody_on_aws(prod: Template) -> None:
    assert not [
        r for role in granted(prod).values() for r, actions in role.items() if "dynamodb:Scan" in actions
    ]


def test_definitions_are_written_by_the_api_seed_and_long_work_only(prod: Template) -> None:
    writes = {"dynamodb:PutItem", "dynamodb:BatchWriteItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}
    writers = {
        role for role, rights in granted(prod).items() if rights.get("DefinitionsTable", set()) & writes
    }
    assert writers == {
        "ApiRole",
        "SeedRole",
        "WorkRole",
    }  # work: the findings of checks and trials, releases that were scheduled


def test_a_function_writes_to_its_own_log_group_only(prod: Template) -> None:
    for function, role in functions(prod).items():
        group = prod["Resources"][function]["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]
        logs = {
            r for r, actions in granted(prod)[role].items() if any(one.startswith("logs:") for one in actions)
        }
        assert logs == {group}


def test_functions_take_no_managed_policy(plain: Template) -> None:
    roles = {
        name: one["Properties"] for name, one in plain["Resources"].items() if one["Type"] == "AWS::IAM::Role"
    }
    managed = {name: role["ManagedPolicyArns"] for name, role in roles.items() if "ManagedPolicyArns" in role}
    by_aws = "arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
    assert managed == {"GatewayRole": [{"Fn::Sub": by_aws}]}
    assert not [one for one in plain["Resources"].values() if one["Type"] == "AWS::IAM::ManagedPolicy"]


@pytest.mark.parametrize("role", [*REVIEWED["roles"], "GatewayRole"])
def test_a_role_is_taken_by_its_service_only(plain: Template, role: str) -> None:
    (trust,) = plain["Resources"][role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    service = "apigateway.amazonaws.com" if role == "GatewayRole" else "lambda.amazonaws.com"
    assert trust == {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": service}}


def test_lambdas_own_calls_have_their_rights(prod: Template) -> None:
    """What the emulator does for a function without asking its role, AWS asks it for."""
    rights, stream = (
        granted(prod),
        {"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"},
    )
    for table in ("CasesTable", "RecordsTable"):
        assert rights["RelayRole"][f"{table}.StreamArn"] == stream
        assert rights["RelayRole"][f"{table}/stream/*"] == {"dynamodb:ListStreams"}
    assert rights["RelayRole"]["RelayFailures"] == {"sqs:SendMessage"}
    received = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
    assert rights["SweepRole"]["TimersQueue"] == received
    assert rights["WorkRole"]["WorkQueue"] == received | {
        "sqs:SendMessage"
    }  # and its own: a coordinator's chunks
    assert rights["WorkRole"]["AnnouncementsQueue"] == received


def test_who_uses_a_table_may_use_its_key_through_dynamodb_and_no_one_else(prod: Template) -> None:
    for role, rights in granted(prod).items():
        uses = any("Table" in resource for resource in rights)
        assert ("DataKey through DynamoDB" in rights) == uses, role
    policies = prod["Resources"]["ApiRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    (through,) = [one for one in policies if "Condition" in one]
    assert [one["Fn::Sub"] for one in listed(through["Condition"]["StringEquals"]["kms:ViaService"])] == [
        "dynamodb.${AWS::Region}.amazonaws.com",
        "dynamodb.${AWS::Region}.${AWS::URLSuffix}",
    ]
