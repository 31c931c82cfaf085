"""Stands in for the platform's code with the same handlers, so that the stack is tested apart from it."""

import json
import os
import time
import urllib.request
from pathlib import Path

from chalice import Chalice, Rate, Response

app = Chalice(app_name="jisheng")
app.api.binary_types = ["application/octet-stream", "image/png"]
STREAM = "arn:aws:dynamodb:us-east-1:000000000000:table/placeholder/stream/placeholder"
TYPES = ["application/json", "application/octet-stream", "text/csv"]
RELAYED = {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "RELAYED"}}}
made = {}


def log(**words):
    print(json.dumps(words), flush=True)


def client(service):
    if service not in made:
        import botocore.session

        made[service] = botocore.session.get_session().create_client(service)
    return made[service]


def put(table, pk, sk):
    client("dynamodb").put_item(TableName=os.environ[table], Item={"pk": {"S": pk}, "sk": {"S": sk}})


def rows(operation, **arguments):
    for page in client("dynamodb").get_paginator(operation).paginate(**arguments):
        yield from page["Items"]


def keys_of(url):
    with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310
        return json.load(answer)


def offset():
    key = {"pk": {"S": "DEV#CLOCK"}, "sk": {"S": "OFFSET"}}
    item = client("dynamodb").get_item(TableName=os.environ["TABLE_DEFINITIONS"], Key=key).get("Item")
    return int(item["ms"]["N"]) if item else 0


def round_trip_of_a_key():
    made_key = client("kms").generate_data_key(KeyId=os.environ["KMS_KEY_ID"], KeySpec="AES_256")
    return (
        client("kms").decrypt(CiphertextBlob=made_key["CiphertextBlob"])["Plaintext"] == made_key["Plaintext"]
    )


def presigned():
    where = {"Bucket": os.environ["BUCKET_FILES"], "Key": "up/甲 1.bin"}
    make = client("s3").generate_presigned_url
    return {"put": make("put_object", Params=where), "get": make("get_object", Params=where)}


@app.route("/v1/{what}", methods=["GET"])
def read(what):
    log(read=what)
    if what == "slow":
        time.sleep(60)
    if what == "png":
        return Response(b"\x89PNG\x00\xff", headers={"Content-Type": "image/png"})
    secret = client("secretsmanager").get_secret_value
    answers = {
        "health": lambda: {"ok": True, "stage": os.environ["STAGE"], "zone": os.environ["ZONE"]},
        "headers": lambda: dict(app.current_request.headers),
        "query": lambda: app.current_request.query_params,
        "jwks": lambda: keys_of(os.environ["JWKS_URL"]),
        "jwt": lambda: {"issuer": os.environ["JWT_ISSUER"], "audience": os.environ["JWT_AUDIENCE"]},
        "kms": lambda: {"same": round_trip_of_a_key()},
        "secret": lambda: {"length": len(secret(SecretId=os.environ["BLIND_SECRET_ID"])["SecretString"])},
        "offset": lambda: {"ms": offset()},
        "presigned": presigned,
        "large": lambda: {"text": "x" * 6_500_000},
    }
    return answers[what]()


@app.route("/v1/{what}", methods=["POST", "PUT"], content_types=TYPES)
def write(what):
    log(wrote=what)
    if what == "echo":
        body = app.current_request.raw_body
        return {"bytes": len(body), "hex": body[:32].hex()}
    put("TABLE_CASES", what, "HEAD")
    return {"id": what}


@app.on_dynamodb_record(stream_arn=STREAM, name="relay")
def relay(event):
    for record in event:
        put("TABLE_DELIVERIES", "RELAYED", record.keys["pk"]["S"])
    log(relayed=True)


@app.schedule(Rate(1, unit=Rate.MINUTES), name="tick")
def tick(event):
    for shard in range(16):
        client("sqs").send_message(QueueUrl=os.environ["QUEUE_TIMERS"], MessageBody=str(shard))
    log(ticked=event.event_id)


@app.on_sqs_message(queue="timers", name="sweep", batch_size=1)
def sweep(event):
    for record in event:
        put("TABLE_TIMERS", f"SWEPT#{offset()}", record.body)
    log(swept=True)


@app.on_sqs_message(queue="work", name="work", batch_size=1)
def work(event):
    log(worked=True)


@app.schedule(Rate(1, unit=Rate.HOURS), name="root")
def root(event):
    log(root=event.event_id)


@app.schedule(Rate(1, unit=Rate.HOURS), name="sweep_feed")
def sweep_feed(event):
    told = {item["sk"]["S"] for item in rows("query", TableName=os.environ["TABLE_DELIVERIES"], **RELAYED)}
    for item in rows("scan", TableName=os.environ["TABLE_CASES"]):
        if item["pk"]["S"] not in told:
            put("TABLE_DELIVERIES", "RELAYED", item["pk"]["S"])
    log(caught_up=event.event_id)


@app.lambda_function(name="seed")
def seed(event, context):
    log(seeded=True)
    put("TABLE_DEFINITIONS", "SEEDED", context.aws_request_id)
    found = sorted(p.name for p in (Path(__file__).parent / "schemas").rglob("*.json"))
    return {"definitions": found}


@app.on_sqs_message(queue="deliveries", name="deliver", batch_size=10)
def deliver(event):
    log(delivered=True)
