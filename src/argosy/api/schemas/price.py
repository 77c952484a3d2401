"""Bodies and answers about prices and splits."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Self

from pydantic import (
    ConfigDict,
    Field,
    PlainValidator,
    SkipValidation,
    StringConstraints,
    WithJsonSchema,
)

from argosy.api.schemas.fields import DayIn, DecimalOut, In, InstantOut, Out
from argosy.api.schemas.rows import Ratio, read_each
from argosy.core.errors import RowProblem, plain
from argosy.core.market.asset import Split
from argosy.core.market.bars import UpsertCounts
from argosy.services.prices import DAILY, MANUAL, BarDraft, StoredBar
from argosy.services.series import AdjustedClose
from argosy.services.splits import SplitDraft

_LENGTH_MAX = 100
ROWS_MAX = 2_000_000


def _read_price(value: object) -> Decimal:
    """Read a price exactly wherever its point stands; a tiny coin's has more than 18 decimals."""
    number = isinstance(value, str | int | Decimal) and not isinstance(value, bool)
    text = str(value).strip()
    if not number or len(text) > _LENGTH_MAX or "_" in text or not text.isascii():
        raise ValueError(f"{text[:40]!r} is not a number")
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text[:40]!r} is not a number") from None


PriceIn = Annotated[
    Decimal,
    PlainValidator(_read_price),
    WithJsonSchema(
        {
            "anyOf": [{"type": "string", "format": "decimal"}, {"type": "number"}],
            "description": "A price of up to 18 digits, wherever its point stands.",
            "examples": ["187.25"],
        }
    ),
]
SourceName = Annotated[str, StringConstraints(max_length=50)]


class BarIn(In):
    """One bar, as traded, in the asset's own unit; a close alone will do."""

    timestamp: Annotated[str, Field(max_length=60, examples=["2024-01-05"])]
    close: PriceIn
    open: PriceIn | None = None
    high: PriceIn | None = None
    low: PriceIn | None = None
    volume: PriceIn | None = None


class PricesIn(In):
    """Bars of one asset from one source; rows that cannot be true are rejected one by one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "source": "manual",
                    "interval": "1d",
                    "bars": [{"timestamp": "2024-01-05", "close": "181.18"}],
                }
            ]
        }
    )

    source: SourceName = MANUAL
    interval: Annotated[str, StringConstraints(max_length=10)] = DAILY
    bars: Annotated[list[SkipValidation[BarIn]], Field(max_length=ROWS_MAX)]


def read_bars(body: PricesIn) -> tuple[list[BarDraft], list[RowProblem]]:
    """Turn rows into drafts, and say of each other one what is wrong with it."""

    def draft(row: int, given: object) -> BarDraft:
        bar = BarIn.model_validate(given)
        return BarDraft(row, bar.timestamp, bar.close, bar.open, bar.high, bar.low, bar.volume)

    return read_each(body.bars, draft)


class RejectedOut(Out):
    """A row that was not stored, counted from 0, and why."""

    row: int
    reason: str


class PutOut(Out):
    """What storing rows did; equal ones are unchanged, and wrong ones rejected."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"created": 1, "updated": 0, "unchanged": 0, "rejected": []}]
        }
    )

    created: int
    updated: int
    unchanged: int
    rejected: list[RejectedOut]

    @classmethod
    def of(cls, counts: UpsertCounts, rejected: Sequence[RowProblem]) -> Self:
        return cls(
            created=counts.created,
            updated=counts.updated,
            unchanged=counts.unchanged,
            rejected=[RejectedOut(row=one.row, reason=one.reason) for one in rejected],
        )


class BarOut(Out):
    """A bar as it is stored; `override` marks one's own price of a shared asset."""

    timestamp: InstantOut
    day: date
    interval: str
    open: DecimalOut | None
    high: DecimalOut | None
    low: DecimalOut | None
    close: DecimalOut
    volume: DecimalOut | None
    source: str
    fetched_at: InstantOut
    override: bool
    status: str | None = Field(
        description="suspect or rejected: it is not used; accepted; null: nobody doubts it."
    )

    @classmethod
    def of(cls, stored: StoredBar) -> Self:
        bar = stored.bar
        return cls(
            timestamp=bar.at,
            day=bar.day,
            interval=stored.interval,
            open=bar.open,
            high=bar.high,
            low=bar.low,
            close=bar.close,
            volume=bar.volume,
            source=stored.source,
            fetched_at=stored.fetched_at,
            override=stored.override,
            status=stored.status,
        )


class BarPage(Out):
    """Some bars, oldest first, and the cursor that asks for the next ones."""

    items: list[BarOut]
    next_cursor: str | None


class CloseOut(Out):
    """The close that speaks for a day, adjusted as it was asked for."""

    timestamp: InstantOut
    day: date
    close: DecimalOut
    source: str
    override: bool

    @classmethod
    def of(cls, close: AdjustedClose) -> Self:
        return cls(
            timestamp=close.at,
            day=close.day,
            close=close.close,
            source=close.source,
            override=close.override,
        )


class ClosePage(Out):
    """Some closes, oldest first, and the cursor that asks for the next ones."""

    items: list[CloseOut]
    next_cursor: str | None


class SplitIn(In):
    """From `date` on each share is new / old shares; 2:1 doubles them, 1:10 is a reverse split."""

    date: DayIn
    ratio: Ratio


class SplitsIn(In):
    """All splits of an asset that one states; those stated before and not named here go."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"splits": [{"date": "2020-08-31", "ratio": "4:1"}]}]}
    )

    splits: Annotated[list[SplitIn], Field(max_length=10_000)]

    def drafts(self) -> list[SplitDraft]:
        return [SplitDraft(one.date, one.ratio) for one in self.splits]


class SplitOut(Out):
    """A split of an asset."""

    date: date
    ratio: str

    @classmethod
    def of(cls, split: Split) -> Self:
        return cls(date=split.day, ratio=f"{plain(split.new)}:{plain(split.old)}")
