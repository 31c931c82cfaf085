"""Decides whether something fills every mark of a template: what a case can say (outputs), in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.domain import templates
from chalicelib.domain.problems import Finding, finding

# The members of `outputs.view_of`; None where the case, the form or the move decides what there is.
KNOWN: Mapping[str, frozenset[str] | None] = {
    "case": frozenset({"number", "submitted_on", "accepted_on", "decided_on"}),
    "item": frozenset({"title"}),
    "applicant": frozenset({"name", "id"}),
    "department": frozenset({"title", "phone", "address"}),
    "review_body": frozenset({"title"}),
    "document": frozenset({"number", "issued_on"}),
    "hold": frozenset({"title", "basis", "until"}),
    "materials": frozenset({"title", "copies"}),
    "deadlines": None,
    "form": None,
    "input": None,
    "event": None,
}


def findings(definition: Mapping[str, Any]) -> Iterator[Finding]:
    """Marks that nothing fills, and marks that only one language has; the templates can be parsed.

    A notice that names its `values` is filled by whoever sends it, with them alone: none beyond what is printed.
    """
    given = definition.get("values")
    known = KNOWN if given is None else dict.fromkeys(given)
    used: dict[str, set[str]] = {}
    for language in templates.LANGUAGES:
        paths = list(templates.uses(definition["template"][language]))
        used[language] = {path for path, _ in paths}
        for path, around in dict.fromkeys(paths):
            if not _is_known(path, around, known):
                zh, en = f"没有内容可以填入 {path}", f"nothing fills {path}"
                yield finding(f"/template/{language}", "placeholder-unknown", zh, en, path=path)
    for index, name in enumerate(given or ()):
        if not any(path.split(".")[0] == name for path in used["zh"] | used["en"]):
            zh, en = f"模板没有用到 {name}", f"the template does not use {name}"
            yield finding(f"/values/{index}", "notice-value-unused", zh, en, value=name)
    for path in sorted(used["zh"] ^ used["en"]):
        language = "en" if path in used["zh"] else "zh"
        zh, en = f"只有一种语言用到 {path}", f"only one of the languages uses {path}"
        yield finding(f"/template/{language}", "languages-differ", zh, en, path=path)


def _is_known(path: str, around: tuple[str, ...], known: Mapping[str, frozenset[str] | None]) -> bool:
    root, *members = path.split(".")
    if root in known:
        named = known[root]
        return named is None or not members or members[0] in named
    # Inside a section a name may be a member of what opened it.
    return any(_opens(section, root, known) for section in around if section != path)


def _opens(section: str, name: str, known: Mapping[str, frozenset[str] | None]) -> bool:
    named = known.get(section.partition(".")[0])
    return named is None or name in named


def not_given(document: Mapping[str, Any], given: Mapping[str, Any] | None) -> set[str]:
    """Members of a move's input (a JSON Schema, or None) that the document prints and the move never asks for."""
    asked = (given or {}).get("properties", {})
    optional = document.get("optional", ())
    return {
        path
        for language in templates.LANGUAGES
        for path, around in templates.uses(document["template"][language])
        if path.startswith("input.") and path.split(".")[1] not in asked and path not in optional
        if not any(path.startswith(section) for section in around)
    }
