"""A server that answers like an Argosy (docs/api.md): below `/bare` it has prices and no more.

`test_remote.py` asks a real Argosy too.
"""

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.simulator.market import Listing, RawBar, within
from tests.simulator.wire import Reply, Request, json_reply

if TYPE_CHECKING:
    from tests.simulator.server import Simulator

TOKEN = "a-token-of-theirs"
PAGE_MAX = 400
"""In truth 10,000: here a small world has several pages."""

STEPS = {"1m": 1_440, "1h": 24}
FETCHED, FETCHED_LATER = "2025-01-01T06:00:00Z", "2025-01-02T06:00:00.5Z"


def reply(simulator: "Simulator", request: Request) -> Reply:
    """Answer one request as an Argosy would."""
    if request.headers.get("authorization", f"Bearer {TOKEN}") != f"Bearer {TOKEN}":
        return json_reply({"detail": "Sign in first.", "code": "unauthorized"}, 401)
    match unquote(request.path).removeprefix("/bare").strip("/").split("/"):
        case ["assets", name, "prices"]:
            pass
        case ["assets", name, *_] if not request.path.startswith("/bare"):
            pass
        case _:
            return json_reply({"detail": "Not Found", "code": "not_found"}, 404)
    listing = simulator.listings.get(name.partition(":")[0])
    if listing is None:
        return json_reply({"detail": f"There is no asset {name}.", "code": "not_found"}, 404)
    if request.path.endswith("/prices"):
        return _prices(listing, request.query)
    if request.path.endswith("/splits"):
        splits = listing.splits.items()
        return json_reply(
            [{"date": str(day), "ratio": f"{new}:{old}"} for day, (new, old) in splits]
        )
    return json_reply({"symbol": listing.symbol, "currency": listing.currency, "metadata": {}})


def _prices(listing: Listing, query: dict[str, str]) -> Reply:
    rows = [row for row in _rows(listing, query["interval"]) if _between(row["day"], query)]
    place, limit = int(query.get("cursor", 0)), min(int(query.get("limit", 1_000)), PAGE_MAX)
    more = str(place + limit) if place + limit < len(rows) else None
    return json_reply({"items": rows[place : place + limit], "next_cursor": more})


def _between(day: str, query: dict[str, str]) -> bool:
    return query.get("start", "") <= day <= query.get("end", "9999")


def _rows(listing: Listing, interval: str) -> list[dict[str, Any]]:
    """Each bar twice from the third on: a source that is worse was asked later, but not lately."""
    rows = []
    for number, (at, bar) in enumerate(_bars(listing, interval)):
        row = _row(at, bar, interval) | {"source": "yahoo", "fetched_at": FETCHED_LATER}
        worse = row | {"close": "1", "source": "csvfile", "fetched_at": FETCHED}
        if number == 1:  # one's own, though it is older
            own = row | {"source": "manual", "fetched_at": FETCHED, "override": True}
            rows += [own, row | {"close": "2"}]
        else:
            rows += [row, worse] if number % 2 else [worse, row]
    return rows


def _bars(listing: Listing, interval: str) -> list[tuple[datetime, RawBar]]:
    if interval not in STEPS:
        return [(_midnight(bar.day), bar) for bar in listing.bars]
    return [
        (
            datetime.fromtimestamp(_midnight(bar.day).timestamp() + number * 86_400 // steps, UTC),
            part,
        )
        for bar in listing.bars[-3:]
        for steps in (STEPS[interval],)
        for number, part in enumerate(within(bar, steps))
    ]


def _row(at: datetime, bar: RawBar, interval: str) -> dict[str, Any]:
    return {
        "timestamp": at.isoformat().replace("+00:00", "Z"),
        "day": bar.day.isoformat(),
        "interval": interval,
        "open": str(bar.open),
        "high": str(bar.high),
        "low": str(bar.low),
        "close": str(bar.close),
        "volume": str(bar.volume),
        "override": False,
    }


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
