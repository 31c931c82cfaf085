"""Answers GET /v1/items/{item_id} as a plain service would: the alternative of `cold-start`.

Chalice, boto3, a PynamoDB model with mapped attributes, `jsonschema` and powertools, each as its own manual shows
it: clients, validators and the logger are made at import. It reads one item of one table and checks it.
"""

import json
import os

import boto3
import jsonschema
from aws_lambda_powertools import Logger
from chalice import Chalice, NotFoundError
from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

app = Chalice(app_name="plain")
logger = Logger(service="plain")
files = boto3.resource("dynamodb").Table(os.environ["TABLE_PLAIN"])  # what another module of it would use

SHAPE = {
    "type": "object",
    "required": ["id", "title", "form"],
    "properties": {"id": {"type": "string"}, "title": {"type": "object"}, "form": {"type": "object"}},
}
validator = jsonschema.Draft202012Validator(SHAPE)


class Item(Model):
    """A service item."""

    class Meta:
        table_name = os.environ["TABLE_PLAIN"]
        region = os.environ["AWS_REGION"]
        host = os.environ["AWS_ENDPOINT_URL"]

    pk = UnicodeAttribute(hash_key=True)
    sk = UnicodeAttribute(range_key=True)
    revision = NumberAttribute(default=1)
    body = JSONAttribute()


@app.route("/v1/items/{item_id}")
def get_item(item_id):
    """The item, as it is stored."""
    logger.set_correlation_id(app.current_request.context.get("requestId"))
    try:
        item = Item.get(f"ITEM#{item_id}", "NOW", consistent_read=True)
    except Item.DoesNotExist as error:
        raise NotFoundError(item_id) from error
    validator.validate(item.body)
    logger.info("item read", extra={"item": item_id})
    return json.loads(json.dumps(item.body))
