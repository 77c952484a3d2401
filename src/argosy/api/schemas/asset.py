"""Bodies and answers about assets."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints

from argosy.api.schemas.fields import CurrencyIn, In, Out, any_case
from argosy.api.schemas.metadata import MetadataIn
from argosy.core.market.asset import Asset, AssetCategory, AssetSource
from argosy.core.market.bars import UpsertCounts
from argosy.services.asset_sources import RANK_MAX
from argosy.services.asset_sources import SYMBOL_MAX as SYMBOL_THERE_MAX
from argosy.services.assets import (
    DESCRIPTION_MAX,
    NAME_MAX,
    SYMBOL_MAX,
    AssetDraft,
    Described,
    draft_of,
)
from argosy.services.finding import Found
from argosy.services.refresh import Loaded
from argosy.services.syncing import Synced

Symbol = Annotated[str, StringConstraints(min_length=1, max_length=SYMBOL_MAX)]
Exchange = Annotated[
    str,
    StringConstraints(max_length=SYMBOL_MAX),
    Field(description="Any name; known ones give the day and the sessions."),
]
Name = Annotated[str, StringConstraints(max_length=NAME_MAX)]
Description = Annotated[str, StringConstraints(max_length=DESCRIPTION_MAX)]
Category = Annotated[AssetCategory, any_case]
_APPLE: dict[str, Any] = {
    "symbol": "AAPL",
    "exchange": "NASDAQ",
    "name": "Apple Inc.",
    "category": "STOCK",
    "currency": "USD",
}


class AssetIn(In):
    """A new asset, private to whoever makes it."""

    model_config = ConfigDict(json_schema_extra={"examples": [_APPLE]})

    symbol: Symbol
    exchange: Exchange | None = None
    name: Name | None = None
    category: Category = AssetCategory.STOCK
    currency: CurrencyIn = "USD"
    description: Description | None = None
    active: bool = True
    metadata: MetadataIn | None = None

    def draft(self) -> AssetDraft:
        return AssetDraft(**{name: getattr(self, name) for name in type(self).model_fields})


class AssetPatch(In):
    """Some fields of an asset; what is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Apple Inc."}]})

    symbol: Symbol | None = None
    exchange: Exchange | None = None
    name: Name | None = None
    category: Category | None = None
    currency: CurrencyIn | None = None
    description: Description | None = None
    active: bool | None = None
    metadata: MetadataIn | None = None

    def onto(self, old: Asset) -> AssetDraft:
        """Return the whole of what the asset shall be; only texts can be taken away by null."""
        empties = {"exchange", "name", "description"}
        given = {name: getattr(self, name) for name in self.model_fields_set}
        kept = {key: value for key, value in given.items() if value is not None or key in empties}
        return replace(draft_of(old), **kept)


class AssetOut(Out):
    """An asset as its reader sees it; `owned` tells whether it is private."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01890a5d-ac96-774b-bcce-b302099a8059",
                    **_APPLE,
                    "description": None,
                    "active": True,
                    "delisted_on": None,
                    "owned": False,
                }
            ]
        }
    )

    id: str
    symbol: str
    exchange: str | None
    name: str
    category: AssetCategory
    currency: str
    description: str | None
    active: bool
    delisted_on: date | None
    owned: bool

    @classmethod
    def of(cls, asset: Asset) -> Self:
        return cls(**_fields(asset))


class AssetDetailOut(AssetOut):
    """An asset with what else is known about it."""

    metadata: dict[str, Any]

    @classmethod
    def of_described(cls, found: Described) -> Self:
        return cls(**_fields(found.asset), metadata=dict(found.metadata))


class SourceHitOut(Out):
    """A symbol that a source has, and Argosy does not: `POST /assets/{symbol}/sync` makes it."""

    in_database: Literal[False]
    source: str
    symbol: str
    exchange: str | None
    name: str
    category: AssetCategory

    @classmethod
    def of(cls, found: Found) -> Self:
        return cls(
            in_database=False,
            source=found.source,
            symbol=found.symbol,
            exchange=found.exchange,
            name=found.name,
            category=found.category,
        )


class CountsOut(Out):
    """What storing rows did."""

    created: int
    updated: int
    unchanged: int

    @classmethod
    def of(cls, counts: UpsertCounts) -> Self:
        return cls(created=counts.created, updated=counts.updated, unchanged=counts.unchanged)


class SyncedPricesOut(Out):
    """The prices that a sync brought."""

    source: str
    first_on: date | None
    last_on: date | None
    bars: CountsOut
    splits: CountsOut
    dividends: CountsOut
    rejected: int

    @classmethod
    def of(cls, loaded: Loaded) -> Self:
        return cls(
            source=loaded.source,
            first_on=loaded.first_on,
            last_on=loaded.last_on,
            bars=CountsOut.of(loaded.bars),
            splits=CountsOut.of(loaded.splits),
            dividends=CountsOut.of(loaded.dividends),
            rejected=len(loaded.rejected),
        )


class NotSyncedOut(Out):
    """What a sync could not have (`profile`, `prices`, an interval), and why."""

    what: str
    code: str
    reason: str


class SyncOut(Out):
    """An asset after a sync, and what that did."""

    asset: AssetDetailOut
    created: bool
    profile_source: str | None
    prices: SyncedPricesOut | None
    intervals: dict[str, SyncedPricesOut]
    failed: list[NotSyncedOut]

    @classmethod
    def of_synced(cls, synced: Synced) -> Self:
        return cls(
            asset=AssetDetailOut.of_described(synced.described),
            created=synced.created,
            profile_source=synced.profile_source,
            prices=None if synced.loaded is None else SyncedPricesOut.of(synced.loaded),
            intervals={
                name: SyncedPricesOut.of(loaded) for name, loaded in synced.intervals.items()
            },
            failed=[
                NotSyncedOut(what=what, code=error.code, reason=str(error))
                for what, error in synced.failed.items()
            ],
        )


class AssetPage(Out):
    """Some assets by symbol, and the cursor that asks for the next ones."""

    items: list[AssetOut]
    next_cursor: str | None


class AssetSourceIn(In):
    """How one source is asked for an asset; without a symbol by the asset's own."""

    source: Annotated[str, StringConstraints(max_length=50)]
    symbol: Annotated[str, StringConstraints(max_length=SYMBOL_THERE_MAX)] | None = None
    rank: Annotated[int, Field(ge=1, le=RANK_MAX, description="1 is asked first.")] | None = None


class AssetSourcesIn(In):
    """All that is said of an asset's sources; what was said before and is not named here goes."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"sources": [{"source": "binance", "symbol": "BTCUSDT", "rank": 1}]}]
        }
    )

    sources: Annotated[list[AssetSourceIn], Field(max_length=100)]

    def wanted(self) -> list[AssetSource]:
        return [AssetSource(**one.model_dump()) for one in self.sources]


class AssetSourceOut(Out):
    """How one source is asked for an asset; `rank` is null where the category decides."""

    source: str
    symbol: str | None
    rank: int | None

    @classmethod
    def of(cls, stored: AssetSource) -> Self:
        return cls(source=stored.source, symbol=stored.symbol, rank=stored.rank)


def _fields(asset: Asset) -> dict[str, Any]:
    return {
        "id": asset.id,
        "symbol": asset.symbol,
        "exchange": asset.exchange,
        "name": asset.name,
        "category": asset.category,
        "currency": asset.currency,
        "description": asset.description,
        "active": asset.active,
        "delisted_on": asset.delisted_on,
        "owned": asset.owner is not None,
    }
