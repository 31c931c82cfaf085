"""Decides whether an item's own wording of documents stands in for documents that its process issues."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.domain.definitions import Definition
from chalicelib.domain.problems import Finding, Text


def findings(item: Definition, process: Definition, _context: object = None) -> Iterator[Finding]:
    """Wording for a document that the process never issues would be nobody's."""
    steps = [process.get("opening", {}), *process["moves"].values(), *process.get("internal", {}).values()]
    issued = {document for step in steps for document in step.get("issues", ())}
    for document in item.get("wording", {}):
        if document not in issued:
            said = Text(f"流程不出具文书 {document}", f"the process never issues {document}")
            yield Finding(f"/wording/{document}", "wording-unused", said)
