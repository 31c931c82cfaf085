"""Listens on every route: mounts the blueprints, one a room of the API."""

from __future__ import annotations

from chalice import Chalice

from chalicelib.edges import (
    api_accounts,
    api_audit,
    api_bulletins,
    api_cases,
    api_catalogue,
    api_connectors,
    api_definitions,
    api_desks,
    api_documents,
    api_draws,
    api_dues,
    api_events,
    api_imports,
    api_links,
    api_migrations,
    api_notices,
    api_open_data,
    api_registers,
    api_rules,
    api_triggers,
    api_webhooks,
    http,
)


def mount(app: Chalice) -> None:
    app.register_middleware(http.in_our_words, "http")
    app.api.binary_types = []  # JSON only; files travel by presigned addresses
    for room in (
        api_catalogue,
        api_bulletins,
        api_cases,
        api_documents,
        api_desks,
        api_dues,
        api_notices,
        api_events,
        api_registers,
        api_links,
        api_accounts,
        api_rules,
        api_definitions,
        api_migrations,
        api_triggers,
        api_webhooks,
        api_connectors,
        api_audit,
        api_draws,
        api_imports,
        api_open_data,
    ):
        app.register_blueprint(room.route.blueprint)
