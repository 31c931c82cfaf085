"""Listens at once and thinks later: an action is imported when a request first wants it.

A cold start that answers a read of the catalogue would otherwise make every class of every action (`cold-start`).
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Late:
    """Stands for a module of `chalicelib.actions` until something of it is asked for."""

    def __init__(self, name: str) -> None:
        self._name = f"chalicelib.actions.{name}"

    def __getattr__(self, member: str) -> Any:
        return getattr(import_module(self._name), member)
