"""Reads the list that lies beside this module; needs no network."""

import csv
from collections.abc import Iterator
from enum import StrEnum
from importlib.resources import files

from typing_extensions import override

from argosy.core.market.asset import AssetCategory
from argosy.sources.base import Listed, SymbolList, SymbolSource

_SOURCES = ("yahoo", "coingecko", "binance")


class Group(StrEnum):
    """Some assets that many begin with."""

    ETFS = "etfs"
    MEGA_CAPS = "mega_caps"
    GROWTH = "growth"
    CRYPTO = "crypto"
    COMMODITIES = "commodities"
    BONDS = "bonds"


class BuiltinSource(SymbolSource):
    """Names alone: what some hundred assets are called, where, in which currency, and by whom."""

    def __init__(self) -> None:
        super().__init__("argosy.sources.builtin")

    @override
    async def symbols(self) -> SymbolList:
        """Return the whole list; what is not in it is just not well known."""
        return SymbolList(tuple(_listed(row) for row in _rows()), whole=False)

    def group(self, group: Group) -> tuple[Listed, ...]:
        """Return the assets of a group, in the list's order."""
        return tuple(_listed(row) for row in _rows() if row["group"] == group)


def _rows() -> Iterator[dict[str, str]]:
    text = files(__package__).joinpath("symbols.csv").read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def _listed(row: dict[str, str]) -> Listed:
    return Listed(
        symbol=row["symbol"],
        ticker=row["symbol"],
        name=row["name"],
        category=AssetCategory(row["category"]),
        exchange=row["exchange"] or None,
        currency=row["currency"],
        names={source: row[source] for source in _SOURCES if row[source]},
    )
