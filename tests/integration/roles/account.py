"""Looks into the account of a running stack: clients, what CloudFormation made, sessions of roles, one call a right."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import botocore.config
import botocore.session
from botocore.exceptions import ClientError

from infra.local.stack import Stack

ROW = {"pk": {"S": "PROBE"}, "sk": {"S": "0"}}
REFUSED = {"AccessDenied", "AccessDeniedException"}


class Account:
    """What the account's owner sees; `session` says as whom calls are made."""

    def __init__(self, running: Stack, session: dict[str, str] | None = None) -> None:
        self.running = running
        self._session = session or {"AccessKeyId": "000000000000", "SecretAccessKey": "local"}
        self._clients: dict[str, Any] = {}
        self._roles: dict[str, Account] = {}

    def client(self, service: str) -> Any:
        """A client that never repeats a request by itself."""
        if service not in self._clients:
            once = botocore.config.Config(retries={"total_max_attempts": 1}, read_timeout=30)
            self._clients[service] = botocore.session.get_session().create_client(
                service,
                region_name="us-east-1",
                endpoint_url=self.running.endpoint,
                aws_access_key_id=self._session["AccessKeyId"],
                aws_secret_access_key=self._session["SecretAccessKey"],
                aws_session_token=self._session.get("SessionToken"),
                config=once,
            )
        return self._clients[service]

    @cached_property
    def made(self) -> dict[str, str]:
        """Logical id → physical id."""
        found = self.client("cloudformation").describe_stack_resources(StackName="jisheng")
        return {one["LogicalResourceId"]: one["PhysicalResourceId"] for one in found["StackResources"]}

    def invoke(self, function: str, event: Any) -> str:
        """Run a function; "" when it worked, else its error message."""
        answer = self.client("lambda").invoke(FunctionName=self.made[function], Payload=json.dumps(event))
        told = json.loads(answer["Payload"].read() or "null")
        return str(told["errorMessage"]) if "FunctionError" in answer else ""

    def as_role(self, role: str) -> Account:
        """The same account, in a session of the role (the emulator lets the account's owner stand in for Lambda)."""
        if role not in self._roles:
            arn = f"arn:aws:iam::000000000000:role/{self.made[role]}"
            taken = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="probe")["Credentials"]
            self._roles[role] = Account(self.running, taken)
            self._roles[role].made = self.made
        return self._roles[role]

    @contextmanager
    def without(self, role: str, action: str, resource: str) -> Iterator[None]:
        """Take one right away from a role, and give it back."""
        iam, name = self.client("iam"), self.made[role]
        (policy,) = iam.list_role_policies(RoleName=name)["PolicyNames"][:1]
        before = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
        after = json.loads(json.dumps(before))
        owner = self.made[resource.partition("/")[0]].rpartition("/")[2]  # a queue's id is its address
        hit = [
            one
            for one in after["Statement"]
            if action in one["Action"] and owner in json.dumps(one["Resource"])
        ]
        assert hit, f"{role} has no {action} on {resource}"
        for statement in hit:
            statement["Action"].remove(action)
        after["Statement"] = [one for one in after["Statement"] if one["Action"]]
        iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(after))
        try:
            yield
        finally:
            iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(before))


def may(call: Callable[[], Any]) -> bool:
    """Whether a call is let in, whatever comes of it then."""
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"] not in REFUSED
    return True


def probes(account: Account) -> dict[tuple[str, str], Callable[[], Any]]:
    """(resource, action) → a call that needs exactly this right: all that is done with data, keys, queues, files."""
    found: dict[tuple[str, str], Callable[[], Any]] = {}
    for table in ("DefinitionsTable", "CasesTable", "TimersTable", "RecordsTable", "DeliveriesTable"):
        found |= {(table, f"dynamodb:{action}"): call for action, call in _on_table(account, table).items()}
    for index, hashed in (("queue", "qpk"), ("owner", "opk"), ("open", "rpk"), ("number", "npk")):
        found[f"CasesTable/index/{index}", "dynamodb:Query"] = _query(account, "CasesTable", hashed, index)
    for queue in (
        "TimersQueue", "TimersDeadLetters", "WorkQueue", "WorkDeadLetters", "RelayFailures", "AnnouncementsQueue",
        "DeliveriesQueue",
        "RetriesQueue", "DeliveriesDeadLetters",
    ):  # fmt: skip
        found |= {(queue, f"sqs:{action}"): call for action, call in _on_queue(account, queue).items()}
    signing, heads = account.made["RootKey"], account.made["DrawKey"]
    kms, key, secret = account.client("kms"), account.made["DataKey"], account.made["BlindSecret"]
    secrets, s3 = account.client("secretsmanager"), account.client("s3")
    files = {"Bucket": account.made["FilesBucket"]}
    return found | {
        ("DataKey", "kms:GenerateDataKey"): lambda: kms.generate_data_key(KeyId=key, KeySpec="AES_256"),
        ("DataKey", "kms:Decrypt"): lambda: kms.decrypt(KeyId=key, CiphertextBlob=b"nothing"),
        ("DataKey", "kms:Encrypt"): lambda: kms.encrypt(KeyId=key, Plaintext=b"nothing"),
        ("DataKey", "kms:DisableKey"): lambda: kms.disable_key(KeyId=key),
        ("RootKey", "kms:GetPublicKey"): lambda: kms.get_public_key(KeyId=signing),
        ("RootKey", "kms:Sign"): lambda: kms.sign(
            KeyId=signing, Message=b"0", MessageType="RAW", SigningAlgorithm="RSASSA_PSS_SHA_256"
        ),
        ("DrawKey", "kms:GetPublicKey"): lambda: kms.get_public_key(KeyId=heads),
        ("DrawKey", "kms:Sign"): lambda: kms.sign(
            KeyId=heads, Message=b"0", MessageType="RAW", SigningAlgorithm="ED25519_SHA_512"
        ),
        ("RootKey", "kms:DisableKey"): lambda: kms.disable_key(KeyId=signing),
        ("BlindSecret", "secretsmanager:GetSecretValue"): lambda: secrets.get_secret_value(SecretId=secret),
        ("BlindSecret", "secretsmanager:PutSecretValue"): lambda: secrets.put_secret_value(
            SecretId=secret, SecretString="another"
        ),
        ("FilesBucket", "s3:PutObject"): lambda: s3.put_object(**files, Key="probe", Body=b""),
        ("FilesBucket", "s3:GetObject"): lambda: s3.get_object(**files, Key="probe"),
        ("FilesBucket", "s3:ListBucket"): lambda: s3.list_objects_v2(**files),
    }


def _on_table(account: Account, table: str) -> dict[str, Callable[[], Any]]:
    db, name = account.client("dynamodb"), account.made[table]
    check = {"TableName": name, "Key": ROW, "ConditionExpression": "attribute_not_exists(nothing)"}
    return {
        "GetItem": lambda: db.get_item(TableName=name, Key=ROW),
        "BatchGetItem": lambda: db.batch_get_item(RequestItems={name: {"Keys": [ROW]}}),
        "Query": _query(account, table, "pk"),
        "Scan": lambda: db.scan(TableName=name, Limit=1),
        "PutItem": lambda: db.put_item(TableName=name, Item=ROW),
        "UpdateItem": lambda: db.update_item(TableName=name, Key=ROW),
        "DeleteItem": lambda: db.delete_item(TableName=name, Key=ROW),
        "BatchWriteItem": lambda: db.batch_write_item(RequestItems={name: [{"PutRequest": {"Item": ROW}}]}),
        "ConditionCheckItem": lambda: db.transact_write_items(TransactItems=[{"ConditionCheck": check}]),
        "UpdateTable": lambda: db.update_table(TableName=name, DeletionProtectionEnabled=True),
        "DeleteTable": lambda: db.delete_table(TableName=name),
    }


def _query(account: Account, table: str, hashed: str, index: str | None = None) -> Callable[[], Any]:
    arguments = {"TableName": account.made[table], "KeyConditionExpression": f"{hashed} = :p", "Limit": 1,
                 "ExpressionAttributeValues": {":p": {"S": "PROBE"}}}  # fmt: skip
    named = {"IndexName": index} if index else {}
    return lambda: account.client("dynamodb").query(**arguments, **named)


def _on_queue(account: Account, queue: str) -> dict[str, Callable[[], Any]]:
    sqs, url = account.client("sqs"), account.made[queue]
    return {
        "SendMessage": lambda: sqs.send_message(QueueUrl=url, MessageBody="0"),
        "ReceiveMessage": lambda: sqs.receive_message(QueueUrl=url, VisibilityTimeout=0),
        "DeleteMessage": lambda: sqs.delete_message(QueueUrl=url, ReceiptHandle="none"),
        "GetQueueAttributes": lambda: sqs.get_queue_attributes(QueueUrl=url),
        "PurgeQueue": lambda: sqs.purge_queue(QueueUrl=url),
    }
