"""The catalog: shared assets by name, as the sources list them.

What a person wrote stays: a field is brought up to date only if it is what a source said before.
A symbol alone never becomes ambiguous: a listing whose symbol is taken is left out, a coin takes
its ticker with -USD.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeAlias

from argosy.core.errors import InputError, SourceError
from argosy.core.market.asset import Asset, AssetCategory
from argosy.core.money import parse_currency
from argosy.runtime.clock import Clock, today
from argosy.runtime.ids import new_id
from argosy.services.assets import NAME_MAX, SYMBOL_MAX
from argosy.sources.base import Listed, SymbolList, SymbolSource
from argosy.sources.builtin import BuiltinSource
from argosy.sources.registry import Registry
from argosy.store import assets, versions
from argosy.store import catalog as rows
from argosy.store.assets import key_of
from argosy.store.catalog import Listing
from argosy.store.database import Database

Progress = Callable[[int, int], None]
"""Told after each batch: how many are done, of how many."""

_Change: TypeAlias = tuple[Asset, Listing, Listed | None]
"""An asset, what its source says of it now, and the line of the list, if there still is one."""

BUILTIN = "builtin"
BATCH = 2_000
"""So many listings are stored in one transaction: whoever else writes waits no longer."""

SHRUNK = 10
"""A list that lost more than one in so many of its symbols is not believed about those."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refreshed:
    """What the list of one source brought.

    Attributes
    ----------
    left_out : int
        Listings that have no asset: their symbol means another one, or cannot be a symbol.
    doubted : int
        Symbols that are missing from a list that shrank too much to be believed: they stay.
    error : SourceError or None
        Why there is no list; then nothing was changed.
    """

    source: str
    listed: int = 0
    created: int = 0
    changed: int = 0
    delisted: int = 0
    relisted: int = 0
    left_out: int = 0
    doubted: int = 0
    error: SourceError | None = None


@dataclass(slots=True)
class _Work:
    """One batch: what is stored in one transaction."""

    created: list[Asset] = field(default_factory=list)
    changed: list[tuple[Asset, Asset]] = field(default_factory=list)
    said: list[tuple[str, Listing]] = field(default_factory=list)
    names: list[tuple[str, str, str]] = field(default_factory=list)


async def refresh(
    database: Database,
    sources: Registry,
    *,
    clock: Clock,
    names: Sequence[str] = (),
    progress: Progress | None = None,
) -> list[Refreshed]:
    """Bring the catalog up to date with the lists of all sources that are set up, or of some.

    A source that fails is told, and takes nothing away.
    """
    chosen = [_lister(sources, name) for name in names] or sources.symbols()
    return [
        await _refresh_one(database, sources, source, on=today(clock), progress=progress)
        for source in chosen
    ]


async def is_seeded(database: Database) -> bool:
    """Whether somebody filled the catalog: most of what comes with Argosy is in it, not a group."""
    lines = (await BuiltinSource().symbols()).listed
    async with database.read() as session:
        known = await rows.listed_keys(session, BUILTIN, [line.symbol for line in lines])
    return 2 * len(known) > len(lines)


async def take_in(
    database: Database, sources: Registry, source: SymbolSource, lines: Sequence[Listed]
) -> tuple[list[Asset], set[str]]:
    """Let some lines of a list have assets; return those in their order, and the new ones' ids."""
    merge = await _merge(database, sources, source)
    work = merge.work(merge.arrivals(SymbolList(tuple(lines), whole=False)))
    await _store(database, work)
    async with database.read() as session:
        keys = await rows.listed_keys(session, source.name, [line.symbol for line in lines])
        known = await assets.by_keys(session, list(keys.values())) if keys else []
    found = {asset.key: asset for asset in known}
    ordered = [found[keys[line.symbol]] for line in lines if line.symbol in keys]
    return ordered, {asset.id for asset in work.created}


def order_of(sources: Registry) -> dict[str, int]:
    """Return which of the sources that list symbols is believed before which."""
    return {source.name: place for place, source in enumerate(sources.symbols())}


def agreed(
    asset: Asset,
    before: Sequence[Listing],
    after: Sequence[Listing],
    order: Mapping[str, int],
) -> Asset:
    """Return an asset as its sources have it now, but for what they never said: that is somebody's.

    Of the sources in `order` the first that still lists it has the name. The list that comes with
    Argosy does not know what happened since.
    """
    asked = _asked(after, order)
    voices = _voices(asked, order) or asked
    now = any(one.active for one in voices)
    listing = [one for one in asked if one.active] or asked
    lead = min(listing, key=lambda one: order.get(one.source, len(order)))
    names = {asset.symbol, *(one.name for one in before)}
    kinds = {one.category for one in before}
    knew = _voices(before, order)
    ours = asset.active == (not knew or any(one.active for one in knew))
    days = [one.delisted_on for one in voices if one.delisted_on is not None]
    return replace(
        asset,
        name=lead.name if asset.name in names else asset.name,
        category=lead.category if asset.category in kinds else asset.category,
        active=now if ours else asset.active,
        delisted_on=(None if now else max(days, default=None)) if ours else asset.delisted_on,
    )


def _asked(said: Sequence[Listing], order: Mapping[str, int]) -> Sequence[Listing]:
    return [one for one in said if one.source in order] or said


def _voices(said: Sequence[Listing], order: Mapping[str, int]) -> list[Listing]:
    """Return those who know what happened to an asset since."""
    return [one for one in _asked(said, order) if one.source != BUILTIN]


def _lister(sources: Registry, name: str) -> SymbolSource:
    source = sources.get(name.strip().lower())
    if not isinstance(source, SymbolSource):
        known = ", ".join(one.name for one in sources.symbols())
        raise InputError(f"The source {source.name} lists no symbols; those that do are {known}.")
    return source


async def _refresh_one(
    database: Database,
    sources: Registry,
    source: SymbolSource,
    *,
    on: date,
    progress: Progress | None,
) -> Refreshed:
    try:
        with sources.asking(source, "symbols", regardless=True):
            found = await source.symbols()
    except SourceError as error:
        return Refreshed(source=source.name, error=error)
    merge = await _merge(database, sources, source)
    # Ten thousands of lines take a while: in a thread, so that the event loop goes on.
    changes = await asyncio.to_thread(merge.changes, found, on=on)
    for start in range(0, len(changes), BATCH):
        work = await asyncio.to_thread(merge.work, changes[start : start + BATCH])
        await _store(database, work)
        if progress is not None:
            progress(min(start + BATCH, len(changes)), len(changes))
    return replace(merge.result, listed=len(found.listed))


async def _merge(database: Database, sources: Registry, source: SymbolSource) -> "_Merge":
    async with database.read() as session:
        return _Merge(
            sources,
            source,
            assets=await rows.shared_assets(session),
            listings=await rows.listings(session),
            called=await rows.called(session, source.name),
        )


async def _store(database: Database, work: _Work) -> None:
    async with database.write() as session:
        keys = await rows.add_assets(session, work.created)
        await rows.change_assets(session, work.changed)
        keys |= {old.id: old.key for old, _ in work.changed}
        said = [
            replace(one, asset_key=one.asset_key or keys[id_])
            for id_, one in work.said
            if one.asset_key or id_ in keys
        ]
        await rows.put_listings(session, said)
        stored = {id_: one.asset_key for id_, one in work.said if one.asset_key} | keys
        await rows.call_assets(
            session,
            [(stored[id_], name, there) for id_, name, there in work.names if id_ in stored],
        )
        if work.created or work.changed:
            await versions.bump(session, ["assets"])


class _Merge:
    """Finds the asset of each line of a list, and what of it is new."""

    def __init__(
        self,
        sources: Registry,
        source: SymbolSource,
        *,
        assets: Iterable[Asset],
        listings: dict[int, list[Listing]],
        called: Mapping[str, int],
    ) -> None:
        self.result = Refreshed(source=source.name)
        self._sources = {one.name: one for one in sources}
        self._order = order_of(sources)
        self._source = source
        self._by_key = {asset.key: asset for asset in assets}
        self._by_place = {_place(asset): asset for asset in self._by_key.values()}
        self._taken = {symbol for symbol, _ in self._by_place}
        self._listings = listings
        self._called = called
        self._mine = {
            one.symbol: one
            for said in listings.values()
            for one in said
            if one.source == source.name
        }

    def changes(self, found: SymbolList, *, on: date) -> list[_Change]:
        """Return all that is new about a list."""
        return [*self.arrivals(found, on=on), *self.departures(found, on=on)]

    def arrivals(self, found: SymbolList, *, on: date | None = None) -> list[_Change]:
        """Return the lines of which anything is new, each with its asset: active ones first.

        What is gone since the last list, and nobody says since when, is so since `on`.
        """
        lines: dict[str, Listed] = {}
        for line in sorted(found.listed, key=lambda one: not one.active):
            lines.setdefault(line.symbol, line)
        fresh: list[_Change] = []
        for line in lines.values():
            asset = self._asset(line)
            if asset is None:
                self._count(left_out=1)
                continue
            old, gone = self._mine.get(line.symbol), line.delisted_on
            if not line.active and gone is None and old is not None:
                gone = on if old.active else old.delisted_on
            said = Listing(
                source=self._source.name,
                symbol=line.symbol,
                asset_key=asset.key,
                name=_one_line(line.name)[:NAME_MAX] or line.ticker,
                category=line.category,
                active=line.active,
                delisted_on=gone,
            )
            if old != said:
                fresh.append((asset, said, line))
        return fresh

    def departures(self, found: SymbolList, *, on: date) -> list[_Change]:
        """Return what a whole list does not have any more, unless it lost too much at once."""
        known = {line.symbol for line in found.listed} | found.others
        listed = [one for one in self._mine.values() if one.active]
        missing = [one for one in listed if one.symbol not in known] if found.whole else []
        if len(missing) * SHRUNK > len(listed):
            self._count(doubted=len(missing))
            return []
        return [
            (self._by_key[one.asset_key], replace(one, active=False, delisted_on=on), None)
            for one in missing
            if one.asset_key in self._by_key
        ]

    def work(self, changes: Sequence[_Change]) -> _Work:
        """Return what has to be stored of some changes."""
        work = _Work()
        for asset, said, line in changes:
            work.said.append((asset.id, said))
            if said.symbol not in self._mine and line is not None:
                work.names += [(asset.id, *name) for name in self._names(asset, line)]
            if asset.key == 0:
                work.created.append(asset)
                self._count(created=1)
            else:
                self._bring_up(work, said)
        return work

    def _bring_up(self, work: _Work, said: Listing) -> None:
        old = self._by_key[said.asset_key]
        before = self._listings.get(old.key, [])
        others = [one for one in before if (one.source, one.symbol) != (said.source, said.symbol)]
        self._listings[old.key] = [*others, said]
        new = agreed(old, before, self._listings[old.key], self._order)
        if new != old:
            self._by_key[old.key] = new
            work.changed.append((old, new))
            gone, back = old.active and not new.active, new.active and not old.active
            self._count(delisted=gone, relisted=back, changed=not (gone or back))

    def _asset(self, line: Listed) -> Asset | None:
        """Return the asset that a line means, or a new one; None if it can be neither."""
        mine = self._mine.get(line.symbol)
        key = mine.asset_key if mine is not None else self._called.get(line.symbol)
        if key in self._by_key:
            return self._by_key[key]
        place = (key_of(line.ticker), key_of(line.exchange or ""))
        is_coin = line.category is AssetCategory.CRYPTO
        found = self._by_place.get(place)
        if found is None and not is_coin:  # somebody made it without its exchange
            found = self._by_place.get((place[0], ""))
        if found is not None and is_coin and not self._is_called(found, line.name):
            return None  # tickers are shared by many coins: it may be another one
        if found is not None and _may_be(found, line):
            # Two symbols of one source cannot be one asset: the first has it.
            return found if not self._is_listed(found) else None
        symbol = place[0]
        if symbol in self._taken and is_coin and line.exchange is None:
            symbol = f"{symbol}-{line.currency}"
        return None if symbol in self._taken else self._new(line, symbol)

    def _is_called(self, asset: Asset, name: str) -> bool:
        """Whether a list has an asset by a name; of one that is in none nobody can say."""
        said = self._listings.get(asset.key, ())
        names = {one.name for one in said} | ({asset.name} if said or asset.key == 0 else {name})
        return key_of(name) in map(key_of, names)

    def _is_listed(self, asset: Asset) -> bool:
        said = self._listings.get(asset.key, ())
        return asset.key == 0 or any(one.source == self._source.name for one in said)

    def _new(self, line: Listed, symbol: str) -> Asset | None:
        try:
            currency = parse_currency(line.currency)
        except InputError:
            return None
        if len(symbol) > SYMBOL_MAX or not symbol.isprintable() or not symbol:
            return None
        asset = Asset(
            id=new_id(),
            key=0,
            symbol=symbol,
            exchange=line.exchange,
            name=_one_line(line.name)[:NAME_MAX] or symbol,
            category=line.category,
            currency=currency,
            active=line.active,
            delisted_on=line.delisted_on,
        )
        self._by_place[_place(asset)] = asset
        self._taken.add(symbol)
        return asset

    def _names(self, asset: Asset, line: Listed) -> list[tuple[str, str]]:
        """Return what sources call the asset, where that is not what they are asked for anyway."""
        said = {self._source.name: line.symbol, **line.names}
        said.pop(BUILTIN, None)
        return [
            (name, symbol)
            for name, symbol in said.items()
            if name in self._sources and self._sources[name].symbol_of(asset) != symbol
        ]

    def _count(self, **more: int) -> None:
        counts = {name: getattr(self.result, name) + int(more[name]) for name in more}
        self.result = replace(self.result, **counts)


def _may_be(asset: Asset, line: Listed) -> bool:
    """Whether an asset of this symbol and place is the thing that is listed."""
    coins = (asset.category is AssetCategory.CRYPTO) == (line.category is AssetCategory.CRYPTO)
    return coins and asset.currency == line.currency


def _place(asset: Asset) -> tuple[str, str]:
    return key_of(asset.symbol), key_of(asset.exchange or "")


def _one_line(text: str) -> str:
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
