"""Listens for draws: anybody reads what is public, a firm its own slip, officials seal, open, type, recuse."""

from __future__ import annotations

from chalicelib import wiring
from chalicelib.domain import canonical
from chalicelib.domain.problems import Text, not_found
from chalicelib.edges.http import Reply, Request, Routes, whole
from chalicelib.edges.late import Late
from chalicelib.edges.reading import NUMBER, TEXT, calendar_year, members, sequence

reading, acts, coverage = Late("draw_reading"), Late("draw_acts"), Late("draw_coverage")
route = Routes(__name__)

WORDS = "department sealed nonce issue numbers signature randomness object recused reason"
ACT = dict.fromkeys(WORDS.split(), TEXT) | dict.fromkeys(("at", "until", "round", "slot"), NUMBER)
FIRM = "enterprise:"


@route("GET", "/v1/draws")
def list_draws(_: Request) -> Reply:
    return Reply({"draws": reading.listed(wiring.app().drawer)})


@route("GET", "/v1/draws/{series_id}")
def get_series(request: Request) -> Reply:
    """The log of a series as it is signed; the draw on its way."""
    return Reply(reading.series(wiring.app().drawer, request.path["series_id"]))


@route("GET", "/v1/draws/{series_id}/coverage")
def get_coverage(request: Request) -> Reply:
    """What a year's draws have reached, and how often firms were visited; of this year if none is named."""
    return Reply(coverage.of_year(wiring.app().drawer, request.path["series_id"], calendar_year(request)))


@route("GET", "/v1/draws/{series_id}/{draw_number}")
def get_draw(request: Request) -> Reply:
    return Reply(reading.one(wiring.app().drawer, *_which(request)))


@route("GET", "/v1/draws/{series_id}/{draw_number}/bundle")
def get_bundle(request: Request) -> Reply:
    """Every file as text, for `verify_draw.py`: what is told after the last visit."""
    return Reply(reading.bundle_of(wiring.app().drawer, *_which(request)))


@route("GET", "/v1/draws/{series_id}/{draw_number}/rosters/{roster}")
def get_roster(request: Request) -> Reply:
    """A chunk of rows with their salts; `after` is the number of the next one."""
    chunk = sequence(request)
    return Reply(reading.rows(wiring.app().drawer, *_which(request), request.path["roster"], chunk))


@route("GET", "/v1/draws/{series_id}/{draw_number}/slip")
def get_slip(request: Request) -> Reply:
    """A firm's own row and salt; who is no firm of the roster is told that there is none."""
    person = request.person()
    firm = person.subject.removeprefix(FIRM) if person.subject.startswith(FIRM) else ""
    if not firm or person.acts_for_another:
        raise not_found(Text("名册中的此企业", "such firm in the roster"), firm)
    slip = reading.slip(wiring.app().drawer, *_which(request), firm)
    # Members in order: what is answered is, saved as it is, the file `slip.json` that a verifier takes.
    return Reply(canonical.loads(canonical.dumps(slip)), headers={"Cache-Control": "no-store"})


@route("POST", "/v1/draws/{series_id}/acts")
def act(request: Request) -> Reply:
    asked = members(request, {"act": TEXT}, ACT)
    app = wiring.app()
    return Reply(acts.act(app.drawer, app.press.permit, request.person(), request.path["series_id"], asked))


def _which(request: Request) -> tuple[str, int]:
    return request.path["series_id"], whole(request.path["draw_number"]) or 0
