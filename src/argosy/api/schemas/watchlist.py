"""Bodies and answers about watchlists."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints

from argosy.api.schemas.asset import AssetOut
from argosy.api.schemas.asset_metrics import MetricsOut
from argosy.api.schemas.fields import DecimalOut, In, InstantOut, Out
from argosy.services.portfolios import NAME_MAX
from argosy.services.watchlists import ITEMS_MAX, NOTE_MAX, WATCHLISTS_MAX, Watched, Watchlist

Name = Annotated[str, StringConstraints(min_length=1, max_length=NAME_MAX)]
Note = Annotated[str, StringConstraints(max_length=NOTE_MAX)]
AssetName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200),
    Field(description="An asset's id, `SYMBOL` or `SYMBOL:EXCHANGE`."),
]
_OF_PRICE = ("price", "price_on", "price_at", "source", "quality")
_OF_CHANGE = ("day_change", "day_change_fraction", "since")
Position = Annotated[int, Field(ge=0, le=ITEMS_MAX, description="Its place; the first is 0.")]


class WatchlistIn(In):
    """A new list; it becomes the last one."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Miners", "note": "Before the halving"}]}
    )

    name: Name
    note: Note | None = None


class WatchlistPatch(In):
    """Some fields of a list; what is left out stays, a note of null is taken away."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"position": 0}]})

    name: Name | None = None
    note: Note | None = None
    position: Annotated[int, Field(ge=0, le=WATCHLISTS_MAX)] | None = None

    def note_onto(self, old: Watchlist) -> str | None:
        return self.note if "note" in self.model_fields_set else old.note


class WatchedIn(In):
    """An asset for a list; one that is on it already gets this note and place."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"asset": "BTC", "note": "Below 50,000"}]}
    )

    asset: AssetName
    note: Note | None = None
    position: Position | None = None


class OrderIn(In):
    """All assets of a list in the order wanted."""

    asset_ids: Annotated[
        list[str],
        Field(max_length=ITEMS_MAX, examples=[["0195f2c4-7e1a-7c3e-9a55-0f6d2b8c4e11"]]),
    ]


class WatchlistOut(Out):
    """A list and its place among its user's."""

    id: str
    name: str
    note: str | None
    position: int
    size: int = Field(description="How many assets are on it.")

    @classmethod
    def of(cls, one: Watchlist) -> Self:
        return cls(id=one.id, name=one.name, note=one.note, position=one.position, size=one.items)


class WatchedOut(Out):
    """An asset on a list; its price is in `currency`, the asset's own unit, as traded.

    `day_change` is since the last close before the day of the price, null with a reason.
    `metrics` is null while those that are stored are not of the newest prices.
    """

    asset: AssetOut
    position: int
    note: str | None
    price: DecimalOut | None
    currency: str
    price_on: date | None
    price_at: InstantOut | None
    source: str | None
    quality: Literal["live", "close"] | None
    day_change: DecimalOut | None
    day_change_fraction: float | None
    since: date | None = Field(description="The day of the close that it changed from.")
    metrics: list[MetricsOut] | None
    reasons: dict[str, str]

    @classmethod
    def of(cls, one: Watched) -> Self:
        last, change = one.last, one.change
        fraction = change.fraction
        reasons = _reasons(one)
        return cls(
            asset=AssetOut.of(one.asset),
            position=one.item.position,
            note=one.item.note,
            price=None if last is None else last.price,
            currency=one.asset.currency,
            price_on=None if last is None else last.day,
            price_at=None if last is None else last.at,
            source=None if last is None else last.source,
            quality=None if last is None else "live" if last.live else "close",
            day_change=change.amount,
            day_change_fraction=None if fraction is None else float(fraction),
            since=change.since,
            metrics=None
            if one.metrics is None
            else [MetricsOut.model_validate(some) for some in one.metrics],
            reasons=reasons,
        )


def _reasons(one: Watched) -> dict[str, str]:
    found: dict[str, str] = {}
    if one.change.reason is not None:
        unknown = [*(_OF_PRICE if one.last is None else ()), *_OF_CHANGE]
        found = dict.fromkeys(unknown, one.change.reason)
    if one.metrics is None:
        found["metrics"] = "They are not computed for the newest prices yet."
    return found


class WatchlistDetailOut(WatchlistOut):
    """A list with what is on it."""

    items: list[WatchedOut]

    @classmethod
    def of_watched(cls, one: Watchlist, items: list[Watched]) -> Self:
        listed = WatchlistOut.of(one)
        return cls(**listed.model_dump(), items=[WatchedOut.of(item) for item in items])
