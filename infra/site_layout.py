"""Lays out what the site's bucket holds, in .local/package/prod/site.

    python -m infra.site_layout --issuer … --client …

    aws s3 sync .local/package/prod/site s3://<SiteBucket> --delete     (the stack is infra/site.yaml)

The console's `config.json` says how people sign in: by the city's OpenID Connect. Without an issuer it stays as it is
on one's own machine, where demo people sign in, and is no use elsewhere.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / ".local" / "package" / "prod" / "site"
LANDING = ("index.html", "landing.css", "landing.js")


def main() -> int:
    """Copy landing page, console and page of draws, say where they are."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument(
        "--issuer", help="issuer of the city's OIDC tokens, as JwtIssuer of the platform's stack"
    )
    options.add_argument("--client", help="the console's client id there")
    options.add_argument("--out", type=Path, default=OUT)
    chosen = options.parse_args()
    if bool(chosen.issuer) != bool(chosen.client):
        options.error("an issuer and its client id go together")
    lay_out(chosen.out, sign_in(chosen.issuer, chosen.client))
    print(f"site: {chosen.out}")
    return 0


def sign_in(issuer: str | None, client: str | None) -> dict[str, str] | None:
    """Return the console's configuration; None leaves it as built."""
    return {"sign_in": "oidc", "issuer": issuer, "client_id": client} if issuer and client else None


def lay_out(out: Path, config: dict[str, str] | None, admin: Path = ROOT / "admin") -> None:
    """Write the landing page to `out`, the console to `out`/admin, the page of draws to `out`/draws."""
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(admin / "console" / "dist", out / "admin", ignore=shutil.ignore_patterns(".vite"))
    shutil.copytree(admin / "draws", out / "draws")
    for name in LANDING:
        shutil.copyfile(admin / name, out / name)
    if config:
        (out / "admin" / "config.json").write_text(json.dumps(config) + "\n")


if __name__ == "__main__":
    sys.exit(main())
