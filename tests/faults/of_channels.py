"""Faults of channels: providers told apart by nothing, addresses that nobody may reach, fields that no register has."""

from __future__ import annotations

from tests.faults.planting import Body, Clean, Place, Random, fault


@fault("channels", "provider-twice")
def provider_that_is_there_already(channel: Body, clean: Clean, rng: Random) -> Place:
    channel["providers"].append(dict(rng.choice(channel["providers"])))
    return f"/providers/{len(channel['providers']) - 1}/id"


@fault("channels", "provider-url-refused")
def provider_that_is_reached_without_encryption(channel: Body, clean: Clean, rng: Random) -> Place:
    one = {"id": "plain", "title": channel["title"], "adapter": "http", "url": "http://sms.example.cn/send"}
    channel["providers"].append(one)
    return f"/providers/{len(channel['providers']) - 1}/url"


@fault("channels", "record-field-unknown")
def address_in_a_field_that_no_record_has(channel: Body, clean: Clean, rng: Random) -> Place:
    if not channel.get("records"):
        return None
    channel["records"][0]["field"] = "/carrier_pigeon"
    return "/records/0/field"


@fault("channels", "shape")
def provider_without_an_address(channel: Body, clean: Clean, rng: Random) -> Place:
    channel["providers"][0] = {"id": "nowhere", "title": channel["title"], "adapter": "http"}
    return "/providers/0"


@fault("notices", "channel-undeclared")
def notice_by_a_channel_that_nobody_declares(notice: Body, clean: Clean, rng: Random) -> Place:
    notice["channels"] = ["pigeon", *notice["channels"]]
    return "/channels/0"


@fault("notices", "quiet-legal-service")
def legal_service_that_waits_for_the_morning(notice: Body, clean: Clean, rng: Random) -> Place:
    if not notice.get("quiet_hours"):
        return None
    notice["purpose"] = "legal-service"
    return "/quiet_hours"
