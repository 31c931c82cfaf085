"""Makes what stands outside of the decisions, once a container and on first use: stores, clients, keys, what ships with
the code."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from chalicelib import config

if TYPE_CHECKING:
    from chalicelib.clients.aws import Service
    from chalicelib.clients.queues import Queues
    from chalicelib.clients.relays import Relays
    from chalicelib.clients.signing import KmsHeadSigner, KmsSigner
    from chalicelib.domain.contracts import Contracts
    from chalicelib.stores.cases import CaseStore
    from chalicelib.stores.dynamo import Dynamo
    from chalicelib.stores.feed import Feed
    from chalicelib.stores.roots import RootLog
    from chalicelib.stores.subscriptions import SubscriptionStore

SCHEMAS = Path(__file__).resolve().parent.parent / "schemas"


class Parts:
    """One container's stores and clients. Every member is made when it is first asked for: nothing at import."""

    def __init__(self, settings: config.Config) -> None:
        self.config = settings

    @cached_property
    def dynamo(self) -> Dynamo:
        from chalicelib.stores.dynamo import Dynamo, connection_over

        return Dynamo(connection_over(self._service("dynamodb")))

    @cached_property
    def _kms(self) -> Service:
        return self._service("kms")

    @cached_property
    def queues(self) -> Queues:
        from chalicelib.clients.queues import Queues

        return Queues(self._service("sqs"))

    def _service(self, name: str) -> Service:
        from chalicelib.clients.aws import Service

        return Service(name, self.config.region)

    @cached_property
    def vault(self) -> Any:
        from chalicelib.clients.keys import KmsKeys
        from chalicelib.stores.sealing import Vault
        from chalicelib.stores.wrapping import Wrapping

        secrets = self._service("secretsmanager")
        return Vault(Wrapping(KmsKeys(self._kms, self.config.kms_key, secrets, self.config.blind_secret)))

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.config.zone)

    @cached_property
    def definitions(self) -> Any:
        from chalicelib.stores.definitions import DynamoDefinitions

        return DynamoDefinitions(self.dynamo, self.config.tables.definitions)

    @cached_property
    def cases(self) -> CaseStore:
        from chalicelib.stores.cases import CaseStore

        return CaseStore(self.dynamo, self.config.tables, self.vault)

    @cached_property
    def feed(self) -> Feed:
        from chalicelib.stores.feed import Feed

        return Feed(self.dynamo, self.config.tables)

    @cached_property
    def roots(self) -> RootLog:
        from chalicelib.stores.roots import RootLog

        return RootLog(self.dynamo, self.config.tables)

    @cached_property
    def signer(self) -> KmsSigner:
        from chalicelib.clients.signing import KmsSigner

        return KmsSigner(self._kms, self.config.signing_key)

    @cached_property
    def head_signer(self) -> KmsHeadSigner:
        from chalicelib.clients.signing import KmsHeadSigner

        return KmsHeadSigner(self._kms, self.config.draw_key)

    @cached_property
    def relays(self) -> Relays:
        from chalicelib.clients.relays import Relays

        return Relays()

    @cached_property
    def kinds(self) -> Any:
        from chalicelib.stores.schema_files import load_kinds

        return load_kinds(SCHEMAS)

    @cached_property
    def contracts(self) -> Contracts:
        """What outsiders learn of each type of event."""
        from chalicelib.domain.contracts import Contracts
        from chalicelib.stores.schema_files import load_contracts

        return Contracts(load_contracts(SCHEMAS))

    @cached_property
    def subscriptions(self) -> SubscriptionStore:
        from chalicelib.stores.subscriptions import SubscriptionStore

        return SubscriptionStore(self.dynamo, self.config.tables, self.vault)

    @cached_property
    def _tokens(self) -> Any:
        from chalicelib.clients.tokens import Jwks, Tokens

        keys = Jwks(self.config.jwks_url, local=self.config.is_local)
        return Tokens(self.config.jwt_issuer, self.config.jwt_audience, keys)
