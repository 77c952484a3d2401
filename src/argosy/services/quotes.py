"""What assets cost right now, as far as anybody says: live, else kept, else the last stored close.

Sources are asked in the order that loading prices asks them in, many assets in one request; no
session is open meanwhile.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import (
    AmbiguousSymbolError,
    ArgosyError,
    CurrencyMismatchError,
    NotFoundError,
    PriceMissingError,
    SourcesFailedError,
)
from argosy.core.market.asset import Asset, AssetSource
from argosy.core.market.history import PriceHistory
from argosy.core.money import CONTEXT, split_minor_unit
from argosy.runtime.clock import Clock, today
from argosy.services.kept import Kept
from argosy.services.quote_feed import QuoteFeed
from argosy.sources.base import Quote, QuoteSource, midnight
from argosy.sources.manifest import Capability
from argosy.sources.registry import Registry
from argosy.store import asset_sources, assets, prices
from argosy.store.database import Database


class QuoteKind(StrEnum):
    """How much a quote is worth as the price of now."""

    LIVE = "live"
    STALE = "stale"
    CLOSE = "close"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quoted:
    """What is known of an asset's price, in its whole currency.

    Attributes
    ----------
    kind : QuoteKind
        LIVE: a source says so, asked just now or within the settings' time; STALE: it said so
        before, and no source answers now; CLOSE: the last close that is stored, of `day`.
    fetched_at : datetime or None
        When the source was asked; None for a stored close.
    age_s : int or None
        Seconds since then.
    refused : mapping
        The sources that were asked in vain before, and why.
    """

    name: str
    asset: Asset
    kind: QuoteKind
    quote: Quote
    day: date | None
    fetched_at: datetime | None
    age_s: int | None
    refused: Mapping[str, ArgosyError]

    @property
    def currency(self) -> str:
        """The whole currency of all its amounts; the asset's, where the source says none."""
        return self.quote.currency or split_minor_unit(self.asset.currency)[0]


@dataclass(frozen=True, slots=True)
class NotQuoted:
    """A name for which nothing is known, and why."""

    name: str
    error: ArgosyError


class _Way(NamedTuple):
    source: QuoteSource
    symbol: str


@dataclass(slots=True)
class _Wish:
    """An asset that a quote is wanted of: whom to ask, who was asked, and what came of it."""

    asset: Asset
    ways: Sequence[_Way]
    refused: dict[str, ArgosyError] = field(default_factory=dict)
    kept: Kept[Quote] | None = None

    @property
    def next(self) -> _Way | None:
        left = (way for way in self.ways if way.source.name not in self.refused)
        return next(left, None) if self.kept is None else None


class Quotes:
    """Finds the price of now, or what comes nearest."""

    def __init__(
        self, database: Database, sources: Registry, feed: QuoteFeed, clock: Clock
    ) -> None:
        self._database = database
        self._sources = sources
        self._feed = feed
        self._clock = clock

    async def one(self, user_id: str | None, name: str) -> Quoted:
        """Return the quote of one asset, as a user sees it.

        Raises
        ------
        NotFoundError, AmbiguousSymbolError
        PriceMissingError
            If no source is asked for such assets, and no close is stored.
        SourceError, CurrencyMismatchError
            What the only source said, if no close is stored; `SourcesFailedError` of several.
        """
        (answer,) = await self.many(user_id, [name])
        if isinstance(answer, NotQuoted):
            raise answer.error
        return answer

    async def many(self, user_id: str | None, names: Iterable[str]) -> list[Quoted | NotQuoted]:
        """Return the quotes of assets in their order, each name once; none stops the others."""
        named, failed = await self._named(user_id, dict.fromkeys(names))
        answers = {**failed, **await self._answers(user_id, named)}
        return [answers[name] for name in dict.fromkeys(names)]

    async def of_assets(self, wanted: Iterable[Asset]) -> dict[str, Quoted | NotQuoted]:
        """Return the quotes of assets by their ids, as everybody sees them."""
        found = {asset.id: asset for asset in wanted}
        async with self._database.read() as session:
            named = await self._wishes(session, found)
        return await self._answers(None, named)

    async def kept(self, wanted: Iterable[Asset]) -> dict[str, Quote]:
        """Return the newest quotes that are kept, by asset, asking nobody; no entry where none."""
        async with self._database.read() as session:
            named = await self._wishes(session, {asset.id: asset for asset in wanted})
        found = {id_: await self._stale(wish) for id_, wish in named.items()}
        return {id_: one.value for id_, one in found.items() if one is not None and one.value}

    async def _answers(
        self, user_id: str | None, named: Mapping[str, _Wish]
    ) -> dict[str, Quoted | NotQuoted]:
        wishes = {wish.asset.id: wish for wish in named.values()}
        await self._ask(list(wishes.values()))
        stale = {id_: kept for id_, wish in wishes.items() if (kept := await self._stale(wish))}
        dry = [wish.asset for id_, wish in wishes.items() if wish.kept is None and id_ not in stale]
        closes = await self._closes(user_id, dry)
        return {
            name: self._answer(name, wish, stale.get(wish.asset.id), closes)
            for name, wish in named.items()
        }

    async def _named(
        self, user_id: str | None, names: Iterable[str]
    ) -> tuple[dict[str, _Wish], dict[str, NotQuoted]]:
        found: dict[str, Asset] = {}
        failed: dict[str, NotQuoted] = {}
        async with self._database.read() as session:
            for name in names:
                try:
                    found[name] = await assets.get(session, user_id, name)
                except (NotFoundError, AmbiguousSymbolError) as error:
                    failed[name] = NotQuoted(name, error)
            return await self._wishes(session, found), failed

    async def _wishes(self, session: AsyncSession, named: Mapping[str, Asset]) -> dict[str, _Wish]:
        keys = [asset.key for asset in named.values()]
        stored = await asset_sources.of_assets(session, keys)
        wishes = {
            asset.id: _Wish(asset, self._ways(asset, stored.get(asset.key, ())))
            for asset in named.values()
        }
        return {name: wishes[asset.id] for name, asset in named.items()}

    def _ways(self, asset: Asset, stored: Sequence[AssetSource]) -> list[_Way]:
        ranked = [one.source for one in stored if one.rank is not None]
        able = self._sources.choose(Capability.QUOTES, asset.category, preferred=ranked)
        symbols = {one.source: one.symbol for one in stored}
        return [
            _Way(source, symbol)
            for source in able
            if isinstance(source, QuoteSource)
            and (symbol := symbols.get(source.name) or source.symbol_of(asset)) is not None
        ]

    async def _ask(self, wishes: Sequence[_Wish]) -> None:
        """Ask each asset's best source, then the next for those that have no answer yet."""
        while True:
            rounds: dict[str, list[tuple[_Wish, _Way]]] = {}
            for wish in wishes:
                way = wish.next
                if way is not None:
                    rounds.setdefault(way.source.name, []).append((wish, way))
            if not rounds:
                return
            await asyncio.gather(*map(self._ask_one, rounds.values()))

    async def _ask_one(self, asked: Sequence[tuple[_Wish, _Way]]) -> None:
        """Ask one source for all who have it next."""
        source = asked[0][1].source
        answers = await self._feed.ask(source, dict.fromkeys(way.symbol for _, way in asked))
        for wish, way in asked:
            answer = answers[way.symbol]
            if isinstance(answer, Kept):
                error = _mismatch(answer, wish.asset)
                if error is None:
                    wish.kept = answer
                else:
                    wish.refused[source.name] = error
            else:
                wish.refused[source.name] = answer

    async def _stale(self, wish: _Wish) -> Kept[Quote] | None:
        """Return the newest answer that is kept of an asset whose sources all fail."""
        if wish.kept is not None:
            return None
        kept = [await self._feed.kept(way.source, way.symbol) for way in wish.ways]
        usable = [
            one
            for one in kept
            if one is not None and one.value is not None and _mismatch(one, wish.asset) is None
        ]
        return max(usable, key=lambda one: one.fetched_at, default=None)

    async def _closes(
        self, user_id: str | None, wanted: Sequence[Asset]
    ) -> dict[int, PriceHistory]:
        if not wanted:
            return {}
        async with self._database.read() as session:
            keys = [asset.key for asset in wanted]
            return await prices.read_histories(session, keys, viewer=user_id)

    def _answer(
        self, name: str, wish: _Wish, stale: Kept[Quote] | None, closes: Mapping[int, PriceHistory]
    ) -> Quoted | NotQuoted:
        kept = wish.kept or stale
        if kept is None:
            return self._last_close(name, wish, closes.get(wish.asset.key))
        assert kept.value is not None, "what is unknown is refused"
        return Quoted(
            name=name,
            asset=wish.asset,
            kind=QuoteKind.STALE if wish.kept is None else QuoteKind.LIVE,
            quote=kept.value,
            day=None,
            fetched_at=kept.fetched_at,
            age_s=max(int((self._clock.now() - kept.fetched_at).total_seconds()), 0),
            refused=wish.refused,
        )

    def _last_close(
        self, name: str, wish: _Wish, history: PriceHistory | None
    ) -> Quoted | NotQuoted:
        index = -1 if history is None else history.index_at(today(self._clock).toordinal())
        if history is None or index < 0:
            return NotQuoted(name, _reason(wish))
        currency, parts = split_minor_unit(wish.asset.currency)
        day = date.fromordinal(int(history.days[index]))
        quote = Quote(
            source=history.source_names[history.sources[index]],
            symbol=wish.asset.symbol,
            price=CONTEXT.divide(history.close(index), parts),
            currency=currency,
            at=midnight(day),
        )
        return Quoted(
            name=name,
            asset=wish.asset,
            kind=QuoteKind.CLOSE,
            quote=quote,
            day=day,
            fetched_at=None,
            age_s=None,
            refused=wish.refused,
        )


def _mismatch(kept: Kept[Quote], asset: Asset) -> CurrencyMismatchError | None:
    """Return what is wrong with a quote in another currency; one without any is in the asset's."""
    quote = kept.value
    whole, _ = split_minor_unit(asset.currency)
    if quote is None or quote.currency in {None, whole}:
        return None
    message = f"{quote.source} quotes {quote.symbol} in {quote.currency}, not in {whole}."
    return CurrencyMismatchError(message)


def _reason(wish: _Wish) -> ArgosyError:
    if not wish.refused:
        category, symbol = wish.asset.category.value, wish.asset.symbol
        reason = f"No source is asked for quotes of {category}, and no price of {symbol} is stored."
        return PriceMissingError(reason)
    if len(wish.refused) > 1:
        return SourcesFailedError(wish.refused)
    return next(iter(wish.refused.values()))
