"""Decides which file of the site answers a path, and with which headers: the landing page at /, the console at /admin/,
the public page of draws at /draws/.

The bucket and its distribution answer so on AWS (`site.yaml`).
"""

from __future__ import annotations

from pathlib import Path

CONSOLE, DRAWS = "/admin/", "/draws/"
BUILT = Path("console") / "dist"  # in `admin/`
# Styles may stand in the page because antd writes them there; scripts never, and nothing is ever evaluated.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
GUARDED = {"Content-Security-Policy": POLICY, "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY"}
FRESH = {"Cache-Control": "no-cache"}
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}  # its name is a hash of what it holds


def answer(admin: Path, path: str) -> tuple[Path, dict[str, str]] | None:
    """Return the file under `admin/` that answers `path`, and its headers; None where there is none."""
    if path.startswith(DRAWS):
        found = _inside(admin / "draws", path.removeprefix(DRAWS) or "index.html")
        return (found, FRESH) if found else None
    if path == "/admin" or path.startswith(CONSOLE):
        return _console(admin / BUILT, path.removeprefix("/admin").lstrip("/")) or _landing(admin, path)
    return _file(admin, path.lstrip("/")) if path.count("/") == 1 and path != "/" else _landing(admin, path)


def _console(built: Path, relative: str) -> tuple[Path, dict[str, str]] | None:
    if found := _inside(built, relative):
        return found, (FOR_EVER if relative.startswith("assets/") else FRESH)
    index = built / "index.html"
    is_page = "." not in relative.rpartition("/")[2]  # a page of the console, which knows its own routes
    return (index, FRESH | GUARDED) if is_page and index.is_file() else None


def _landing(admin: Path, path: str) -> tuple[Path, dict[str, str]] | None:
    index = admin / "index.html"
    return (index, FRESH) if path in ("/", "/admin", CONSOLE) and index.is_file() else None


def _file(folder: Path, relative: str) -> tuple[Path, dict[str, str]] | None:
    """Only what lies beside the landing page: sources and packages below are nobody's business."""
    found = _inside(folder, relative)
    shown = found is not None and found.suffix in (".css", ".js", ".html", ".svg")
    return (found, {}) if found and shown else None


def _inside(folder: Path, relative: str) -> Path | None:
    found = (folder / relative).resolve()
    within = found.is_relative_to(folder.resolve())
    return found if relative and within and found.is_file() else None
