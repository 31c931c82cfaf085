"""Deploys the artefact to the emulator through CloudFormation, and calls what was deployed."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import aiohttp

STACK, BUCKET, REGION, ACCOUNT = "jisheng", "jisheng-artefacts", "us-east-1", "000000000000"
PATIENCE = 60.0  # seconds for CloudFormation


class DeploymentError(Exception):
    """The stack could not be made; the sentence carries CloudFormation's reason."""


class Emulator:
    """Speaks the few calls of AWS that the launcher needs; the SDK would take half a second to import."""

    def __init__(self, session: aiohttp.ClientSession, endpoint: str) -> None:
        self.session, self.endpoint = session, endpoint

    async def json(self, service: str, target: str, body: dict[str, Any]) -> dict[str, Any]:
        """Call an AWS JSON service (`dynamodb`, `sqs`) and return its answer."""
        headers = {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.0", **_identity(service)}
        async with self.session.post(self.endpoint, data=json.dumps(body), headers=headers) as answer:
            text = await answer.text()
            if answer.status != 200:
                raise DeploymentError(f"{target}: {text}")
            return json.loads(text) if text else {}

    async def cloudformation(self, action: str, **parameters: str) -> ElementTree.Element:
        """Call CloudFormation's query protocol and return the answer's root without namespaces."""
        form = {"Action": action, "Version": "2010-05-15", **parameters}
        async with self.session.post(self.endpoint, data=form, headers=_identity("cloudformation")) as answer:
            text = await answer.text()
        root = ElementTree.fromstring(text)  # noqa: S314  our own child's answer
        for element in root.iter():
            element.tag = element.tag.rpartition("}")[2]
        message = root.findtext(".//Error/Message")
        if message:
            raise DeploymentError(message)
        return root

    async def put(self, key: str, body: bytes) -> None:
        """Store an object in the artefacts' bucket, which is made on first use."""
        async with self.session.put(f"{self.endpoint}/{BUCKET}", headers=_identity("s3")):
            pass
        url = f"{self.endpoint}/{BUCKET}/{key}"
        async with self.session.put(url, data=body, headers=_identity("s3")) as answer:
            if answer.status != 200:
                raise DeploymentError(f"the artefact could not be stored: {await answer.text()}")

    async def delete(self, key: str) -> None:
        """Forget an object of the artefacts' bucket."""
        async with self.session.delete(f"{self.endpoint}/{BUCKET}/{key}", headers=_identity("s3")):
            pass

    async def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """Run a function and wait for what it returns; raise with its error if it fails."""
        url = f"{self.endpoint}/2015-03-31/functions/{function}/invocations"
        async with self.session.post(url, data=json.dumps(event), headers=_identity("lambda")) as answer:
            text = await answer.text()
            if answer.status != 200 or "X-Amz-Function-Error" in answer.headers:
                raise DeploymentError(f"{function} failed (see functions.log): {text[-2000:]}")
            return json.loads(text) if text else None

    async def read_streams(self) -> None:
        """Have it begin to look at streams."""
        async with self.session.get(f"{self.endpoint}/_stack/streams") as answer:
            await answer.read()

    async def save(self) -> bool:
        """Have the emulator write all of its state now; True if that worked or nothing is kept."""
        async with self.session.get(f"{self.endpoint}/_stack/save") as answer:
            return answer.status == 200


def _identity(service: str) -> dict[str, str]:
    scope = f"{ACCOUNT}/20260101/{REGION}/{service}/aws4_request"
    return {"Authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=local"}


def scheduled_event() -> dict[str, Any]:
    """Return what EventBridge sends to a scheduled function."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return {"version": "0", "id": "by-hand", "source": "aws.events", "detail-type": "Scheduled Event", "detail": {},
            "account": ACCOUNT, "region": REGION, "time": now, "resources": []}  # fmt: skip


Load = Callable[[Emulator, dict[str, str]], Awaitable[None]]


async def deploy(
    emulator: Emulator, package: Path, data: Path, parameters: dict[str, str], load: Load
) -> dict[str, str]:
    """Create or update the stack and `load` its data, if package or parameters changed; return its outputs."""
    archive = (package / "deployment.zip").read_bytes()
    template = json.loads((package / "template.json").read_text())
    key = hashlib.sha256(archive).hexdigest() + ".zip"
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = {"Bucket": BUCKET, "Key": key}
    body = json.dumps(template).encode()
    wanted = hashlib.sha256(body + json.dumps(parameters, sort_keys=True).encode()).hexdigest()
    record = data / "deployed.json"
    before = json.loads(record.read_text()) if record.exists() else {}
    if before.get("wanted") == wanted:
        return before["outputs"]
    record.unlink(missing_ok=True)
    await emulator.put(key, archive)
    await emulator.put("template.json", body)
    await _apply(emulator, f"{emulator.endpoint}/{BUCKET}/template.json", parameters)
    outputs = await _settled(emulator)
    if before.get("key") not in (None, key):
        await emulator.delete(before["key"])
    await load(emulator, outputs)
    if not await emulator.save():
        raise DeploymentError("the deployed stack could not be saved (see emulator.log)")
    record.write_text(json.dumps({"wanted": wanted, "key": key, "outputs": outputs}, indent=1))
    return outputs


async def _apply(emulator: Emulator, template_url: str, parameters: dict[str, str]) -> None:
    form = {"StackName": STACK, "TemplateURL": template_url}
    form |= {"Capabilities.member.1": "CAPABILITY_IAM", "Capabilities.member.2": "CAPABILITY_AUTO_EXPAND"}
    for number, (name, value) in enumerate(parameters.items(), 1):
        form[f"Parameters.member.{number}.ParameterKey"] = name
        form[f"Parameters.member.{number}.ParameterValue"] = value
    try:
        await emulator.cloudformation("DescribeStacks", StackName=STACK)
    except DeploymentError:
        await emulator.cloudformation("CreateStack", **form)
        return
    try:
        await emulator.cloudformation("UpdateStack", **form)
    except DeploymentError as error:
        if "No updates" not in str(error):
            raise


async def _settled(emulator: Emulator) -> dict[str, str]:
    for _ in range(int(PATIENCE / 0.05)):
        stack = (await emulator.cloudformation("DescribeStacks", StackName=STACK)).find(".//Stacks/member")
        status = stack.findtext("StackStatus", "") if stack is not None else ""
        if stack is not None and status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            members = stack.findall("Outputs/member")
            return {m.findtext("OutputKey", ""): m.findtext("OutputValue", "") for m in members}
        if "ROLLBACK" in status or "FAILED" in status:
            raise DeploymentError(f"CloudFormation says {status}: {await _reasons(emulator)}")
        await asyncio.sleep(0.05)
    raise DeploymentError(f"CloudFormation did not finish in {PATIENCE:.0f} s")


async def _reasons(emulator: Emulator) -> str:
    events = await emulator.cloudformation("DescribeStackEvents", StackName=STACK)
    told = []
    for event in events.findall(".//StackEvents/member"):
        if "FAILED" in event.findtext("ResourceStatus", ""):
            told.append(f"{event.findtext('LogicalResourceId')}: {event.findtext('ResourceStatusReason')}")
    return "; ".join(told)
