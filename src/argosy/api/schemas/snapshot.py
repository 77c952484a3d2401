"""What a portfolio was worth at the end of each day, and what it held."""

from datetime import date
from typing import Self

from argosy.api.schemas.fields import DecimalOut, Out
from argosy.services.snapshots import Snapshot


class SnapshotPositionOut(Out):
    """What was held of an asset, or of a currency (without `asset_id`)."""

    asset_id: str | None
    symbol: str
    currency: str
    quantity: str
    price: str | None
    value: str | None


class SnapshotOut(Out):
    """A portfolio at the end of a day (UTC); values are null where nothing has a price."""

    date: date
    total_value: DecimalOut | None
    total_value_usd: DecimalOut | None
    positions: list[SnapshotPositionOut]
    flags: list[str]

    @classmethod
    def of(cls, snapshot: Snapshot) -> Self:
        lacking = any(one["value"] is None for one in snapshot.positions)
        return cls(
            date=snapshot.day,
            total_value=snapshot.total_value,
            total_value_usd=snapshot.total_value_usd,
            positions=[SnapshotPositionOut(**one) for one in snapshot.positions],
            flags=["incomplete"] if lacking else [],
        )


class SnapshotsOut(Out):
    """Snapshots of a span, oldest first, and the cursor that asks for the next ones."""

    start: date | None
    end: date | None
    currency: str
    scope: str
    method: str
    flags: list[str]
    reasons: dict[str, str]
    items: list[SnapshotOut]
    next_cursor: str | None

    @classmethod
    def of(cls, items: list[Snapshot], *, currency: str, next_cursor: str | None) -> Self:
        made = [SnapshotOut.of(one) for one in items]
        reasons = {} if made else {"items": "No day of this span is over."}
        return cls(
            start=items[0].day if items else None,
            end=items[-1].day if items else None,
            currency=currency,
            scope="portfolio",
            method="end of day, UTC",
            flags=["incomplete"] if any(one.flags for one in made) else [],
            reasons=reasons,
            items=made,
            next_cursor=next_cursor,
        )
