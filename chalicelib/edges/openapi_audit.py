"""Listens to nothing: says, as JSON Schema, what a proof and the log of roots look like."""

from __future__ import annotations

from chalicelib.edges.openapi_schemas import (
    BOOLEAN,
    COUNT,
    INTEGER,
    STRING,
    Schema,
    listed,
    nullable,
    record,
    ref,
)

_HASH: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_MS: Schema = {"type": "integer", "minimum": 0, "description": "UTC milliseconds, as they are hashed"}
_SEALED: Schema = {
    "type": "string",
    "contentEncoding": "base64",
    "description": "as stored, sealed: what is hashed",
}

AUDIT = {
    "Root": record(
        "签名根", "An entry of the log of roots, as it is signed",
        number={"type": "integer", "minimum": 1}, at=_MS, since=_MS, until=_MS, leaves=COUNT, before=_HASH, root=_HASH,
        log={**_HASH, "description": "the root (RFC 6962) over entries 1…number"},
        key={"type": "string", "description": "the key's thumbprint (RFC 7638)"},
        algorithm={"const": "RSASSA_PKCS1_V1_5_SHA_256"}, signature={"type": "string", "contentEncoding": "base64"},
    ),
    "RootPage": record("签名根列表", "Signed roots", roots=listed(ref("Root")), after=nullable(INTEGER)),
    "RootWithLeaves": record(
        "签名根与其叶", "A signed root, and a page of the hashes of its leaves; the first is the root before it",
        root=ref("Root"), leaf_hashes=listed(_HASH), after=nullable(INTEGER),
    ),
    "Consistency": record(
        "一致性证明", "That the newer log begins with the older one (RFC 6962 §2.1.2)",
        old=ref("Root"), new=ref("Root"), proof=listed(_HASH),
    ),
    "KeySet": record(
        "公钥集", "A JWKS (RFC 7517)",
        keys=listed(record("公钥", "A public key", **dict.fromkeys(("kty", "kid", "alg", "use", "n", "e"), STRING))),
    ),
    "CaseProof": record(
        "办件证明", "A case's chain of hashes and its way into a signed root",
        format={"const": "jisheng-case-proof-1"}, case_id=STRING, seq={"type": "integer", "minimum": 1}, hash=_HASH,
        events=listed(record(
            "链上事件", "An event as stored", "outputs", seq={"type": "integer", "minimum": 1}, type=STRING, at=_MS,
            v=INTEGER, prev_hash=_HASH, hash=_HASH, body=_SEALED, outputs=_SEALED,
        )),
        after=nullable(INTEGER),
        covered=nullable(record(
            "已入根", "The newest event that a root vouches for, and the audit path to that root (RFC 6962 §2.1.1)",
            seq=INTEGER, hash=_HASH, erased=BOOLEAN, leaf_index=COUNT, path=listed(_HASH), root=ref("Root"),
        )),
    ),
}  # fmt: skip
