"""Signatures by the vector and by three foreign libraries; addresses that no webhook may go to."""

from __future__ import annotations

import base64
import json
import subprocess
import time

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from chalicelib.domain.addresses import all_ordinary, is_ordinary
from chalicelib.domain.webhook_signatures import key_of, public_of, secret_of, signed
from infra import foreign

OLD, NEW = secret_of(bytes(range(24))), secret_of(bytes(range(64)))
BODY = '{"type":"case.accepted","中":"文"}'.encode()
PYTHON = """
import json, sys
from {library} import Webhook
said = json.load(sys.stdin)
for secret in said["secrets"]:
    Webhook(secret).verify(said["body"], said["headers"])
try:
    Webhook(said["secrets"][0]).verify(said["body"] + " ", said["headers"])
except Exception: print("verified")
"""
NODE = """
const {Webhook} = require("standardwebhooks");
const said = JSON.parse(require("fs").readFileSync(0));
for (const secret of said.secrets) new Webhook(secret).verify(said.body, said.headers);
try { new Webhook(said.secrets[0]).verify(said.body + " ", said.headers); } catch { console.log("verified"); }
"""
SPECIAL = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 169.254.0.1
169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.170 192.0.2.1 192.31.196.1 192.52.193.1
192.88.99.1 192.168.0.1 192.175.48.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1
239.255.255.250 240.0.0.1 255.255.255.255 :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:169.254.169.254
64:ff9b::a9fe:a9fe 64:ff9b:1::1 100::1 2001::1 2001:2::1 2001:20::1 2001:db8::1 2002:7f00:1::
2620:4f:8000::1 3fff::1 5f00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1
"""


def test_the_vector_of_the_standard_is_signed_as_it_says():
    made = signed(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
    )
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize("library", ["standardwebhooks", "svix", "node"])
def test_a_foreign_library_verifies_with_either_secret_and_refuses_an_altered_body(library):
    headers = signed("evt_7ZZZZZZZZZZZZZZZZZZZZZZZZZ", time.time_ns() // 1_000_000_000, BODY, [OLD, NEW])
    said = json.dumps({"body": BODY.decode(), "headers": headers, "secrets": [OLD, NEW]})
    python = [foreign.python(), "-c", PYTHON.replace("{library}", library)]
    command = [foreign.node(), "-e", NODE] if library == "node" else python
    done = subprocess.run(
        command, input=said, capture_output=True, text=True, check=False, cwd=foreign.home()
    )
    assert done.stdout == "verified\n", done.stderr


def test_a_pair_of_keys_signs_so_that_its_public_half_verifies_and_nothing_else_does():
    """RFC 8032 §7.1, test 1: the public half of a known private key."""
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    secret = key_of(seed)
    half = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    assert public_of(secret) == f"whpk_{base64.b64encode(half).decode()}"
    assert public_of(OLD) is None
    headers = signed("evt_1", 1_614_265_330, BODY, [secret, OLD])
    first, second = headers["webhook-signature"].split(" ")
    assert (first[:4], second) == ("v1a,", signed("evt_1", 1_614_265_330, BODY, [OLD])["webhook-signature"])
    public, signature = Ed25519PublicKey.from_public_bytes(half), base64.b64decode(first[4:])
    public.verify(signature, b"evt_1.1614265330." + BODY)
    for other in (
        b"evt_2.1614265330." + BODY,
        b"evt_1.1614265331." + BODY,
        b"evt_1.1614265330." + BODY + b" ",
    ):
        with pytest.raises(InvalidSignature):
            public.verify(signature, other)
    with pytest.raises(ValueError, match="32 bytes"):
        key_of(seed + b"x")


def test_an_id_with_a_dot_and_a_secret_of_another_size_are_refused():
    with pytest.raises(ValueError, match="dot"):
        signed("evt.1", 1, b"", [OLD])
    for size in (23, 65):
        with pytest.raises(ValueError, match="24 to 64"):
            secret_of(bytes(size))


def test_none_of_48_special_purpose_addresses_is_ordinary():
    assert len(set(SPECIAL.split())) == 48
    assert [one for one in SPECIAL.split() if is_ordinary(one)] == []


def test_ordinary_hosts_of_both_families_are():
    assert all_ordinary(["1.1.1.1", "223.5.5.5", "2400:3200::1", "2606:4700:4700::1111"])


def test_one_special_address_spoils_a_mixed_answer_and_an_empty_one_is_none():
    assert not all_ordinary(["1.1.1.1", "127.0.0.1"])
    assert not all_ordinary([])


@pytest.mark.parametrize(
    "text", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "fe80::1%lo", "2400::1%eth0", "localhost", ""]
)
def test_what_is_no_plain_address_is_never_ordinary(text):
    assert not is_ordinary(text)
