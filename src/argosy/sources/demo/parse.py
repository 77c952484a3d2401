"""The small files of facts as values. Pure."""

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from argosy.core.importers.draft import parse_ratio
from argosy.core.market.asset import Split
from argosy.core.market.bars import Bar
from argosy.sources.base import DividendEvent, midnight


@dataclass(frozen=True, slots=True)
class Events:
    """What a company did to its shares, oldest first."""

    splits: tuple[Split, ...]
    dividends: tuple[DividendEvent, ...]


def parse_closes(text: str) -> tuple[Bar, ...]:
    """Read `date,close`, one line a day."""
    return tuple(
        _bar(date.fromisoformat(row["date"]), Decimal(row["close"]))
        for row in csv.DictReader(text.splitlines())
    )


def parse_events(text: str, symbol: str) -> Events:
    """Read the lines of one symbol out of `symbol,date,type,value`."""
    rows = [row for row in csv.DictReader(text.splitlines()) if row["symbol"] == symbol]
    return Events(
        splits=tuple(
            Split(date.fromisoformat(row["date"]), *parse_ratio(row["value"]))
            for row in rows
            if row["type"] == "split"
        ),
        dividends=tuple(
            DividendEvent(date.fromisoformat(row["date"]), Decimal(row["value"]))
            for row in rows
            if row["type"] == "dividend"
        ),
    )


def _bar(day: date, close: Decimal) -> Bar:
    return Bar(at=midnight(day), day=day, close=close)
