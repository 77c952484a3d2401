"""Which assets are fetched by themselves and how, as one document that people keep in a file."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import AmbiguousSymbolError, ArgosyError, InputError, NotFoundError
from argosy.core.market.asset import Asset, AssetSource
from argosy.runtime.clock import Clock
from argosy.services import asset_sources, assets, tracking
from argosy.services.assets import AssetDraft
from argosy.services.tracking import Fetching, Tracked
from argosy.sources.base import Listed, SymbolSource
from argosy.sources.registry import Registry
from argosy.store import asset_sources as source_rows
from argosy.store import assets as asset_rows
from argosy.store import tracking as rows

WORDS = {"minute": 1, "hourly": 60, "daily": 1440}
"""How often, in a word; any other number of minutes is one."""

_ADAPTERS = {"yahoofinance": "yahoo", "polygon": "massive", "fks_data": "remote"}
_COINS = ["binance", "coingecko", "coinmarketcap"]
_SHARES = ["yahoo", "massive", "alphavantage"]
_WELL_KNOWN = "builtin"


_BEGIN_WITH = (("BTC ETH", "SPY"), ("SOL BNB", "QQQ"), ("ADA AVAX", ""))
DEFAULTS: Mapping[str, dict[str, Any]] = {
    symbol: {
        "symbol": symbol,
        "enabled": True,
        "priority": priority,
        "adapters": adapters,
        "collection_interval": "daily",
        "last_collected": None,
    }
    for priority, kinds in enumerate(_BEGIN_WITH, 1)
    for symbols, adapters in zip(kinds, (_COINS, _SHARES), strict=True)
    for symbol in symbols.split()
}
"""What a house without any configuration may begin with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """How one asset is fetched; `adapters` are sources in their order."""

    name: str
    fetching: Fetching
    adapters: tuple[str, ...] | None = None
    symbols: Mapping[str, str] = field(default_factory=dict)


async def export(session: AsyncSession) -> dict[str, dict[str, Any]]:
    """Return the document: every shared asset that was ever tracked, by symbol."""
    stored = await rows.configured(session)
    known = await asset_rows.get_many(session, [one.asset_id for one in stored])
    shared = [one for one in stored if known[one.asset_id].owner is None]
    keys = [known[one.asset_id].key for one in shared]
    called = await source_rows.of_assets(session, keys)
    found: dict[str, dict[str, Any]] = {}
    for one in shared:
        asset = known[one.asset_id]
        name = await _name(session, asset)
        found[name] = _written(name, one, called.get(asset.key, ()))
    return dict(sorted(found.items(), key=lambda item: (item[1]["priority"], item[0])))


def parse(text: bytes) -> object:
    """Return what JSON says, or refuse it: also where an object has a name twice."""
    twice: list[str] = []

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        counted = Counter(name for name, _ in pairs)
        twice.extend(name for name, count in counted.items() if count > 1)
        return dict(pairs)

    try:
        document: object = json.loads(text, object_pairs_hook=once)
    except (ValueError, RecursionError) as error:  # not UTF-8, no JSON, or deeper than any
        raise InputError(f"This is no JSON: {error}.") from error
    if twice:
        raise InputError(f"There are several of {', '.join(dict.fromkeys(twice))}; keep one.")
    return document


def read(document: object) -> list[Entry]:
    """Read a document, or refuse it with all that is wrong."""
    if not isinstance(document, dict):
        raise InputError("An object is needed: {SYMBOL: {enabled, priority, adapters, …}}.")
    entries: list[Entry] = []
    problems: list[str] = []
    for name, fields in document.items():
        try:
            entries.append(_entry(name, fields))
        except InputError as error:
            problems.append(f"{name}: {error}")
    counted = Counter(entry.name.strip().upper() for entry in entries)
    problems += [f"{name}: there are several of it." for name, n in counted.items() if n > 1]
    if problems:
        raise InputError(" ".join(problems))
    return entries


async def put(
    session: AsyncSession,
    sources: Registry,
    entries: Sequence[Entry],
    *,
    clock: Clock,
) -> list[tuple[Asset, Tracked]]:
    """Store a document: all of it, or nothing. What is well known is made where it is missing."""
    stored: list[tuple[Asset, Tracked]] = []
    problems: list[str] = []
    known = await _well_known(sources)
    for entry in entries:
        try:
            asset = await _asset(session, entry.name, known)
            await _put_sources(session, asset, entry, sources=sources)
            found = await tracking.configure(session, sources, asset, entry.fetching, clock=clock)
        except ArgosyError as error:
            problems.append(f"{entry.name}: {error}")
        else:
            stored.append((asset, found))
    if problems:
        raise InputError(" ".join(problems))
    return stored


async def put_order(
    session: AsyncSession, sources: Registry, asset: Asset, order: Sequence[str]
) -> None:
    """Let an asset's sources be asked in this order, before all others."""
    called = {one.source: one.symbol for one in await asset_sources.of_asset(session, asset)}
    names = [sources.get(name.strip().lower()).name for name in order]
    ranked = [
        AssetSource(source=name, symbol=called.get(name), rank=rank)
        for rank, name in enumerate(names, 1)
    ]
    rest = [
        AssetSource(source=name, symbol=symbol)
        for name, symbol in called.items()
        if name not in names and symbol is not None
    ]
    await asset_sources.put(session, asset, [*ranked, *rest], registry=sources, by=None)


async def _put_sources(
    session: AsyncSession, asset: Asset, entry: Entry, *, sources: Registry
) -> None:
    stored = await asset_sources.of_asset(session, asset)
    for source, symbol in entry.symbols.items():
        stored = asset_sources.changed(stored, source, symbol=symbol)
    if entry.symbols:
        await asset_sources.put(session, asset, stored, registry=sources, by=None)
    if entry.adapters is not None:
        await put_order(session, sources, asset, entry.adapters)


async def _name(session: AsyncSession, asset: Asset) -> str:
    """Return the shortest name that means an asset alone."""
    try:
        await asset_rows.get(session, None, asset.symbol)
    except AmbiguousSymbolError:
        return asset_rows.address(asset)
    return asset.symbol


def _written(name: str, one: Tracked, called: Sequence[AssetSource]) -> dict[str, Any]:
    words = {minutes: word for word, minutes in WORDS.items()}
    minutes = one.interval_minutes
    return {
        "symbol": name,
        "enabled": one.enabled,
        "priority": one.priority,
        "adapters": [source.source for source in called if source.rank is not None],
        "collection_interval": None if minutes is None else words.get(minutes, minutes),
        "last_collected": None if one.last_collected is None else one.last_collected.isoformat(),
        "symbols": {source.source: source.symbol for source in called if source.symbol},
    }


def _entry(name: object, fields: object) -> Entry:
    if not isinstance(name, str) or not isinstance(fields, dict):
        raise InputError("an object is needed.")
    unknown = fields.keys() - _written("", Tracked(asset_id=""), ()).keys()
    if unknown:
        raise InputError(f"there is no {', '.join(sorted(map(str, unknown)))}.")
    enabled, priority = fields.get("enabled", True), fields.get("priority")
    if not isinstance(enabled, bool):
        raise InputError("enabled is true or false.")
    if priority is not None and (not isinstance(priority, int) or isinstance(priority, bool)):
        raise InputError("priority is 1, 2 or 3.")
    adapters, symbols = fields.get("adapters"), fields.get("symbols") or {}
    if adapters is not None and not _are_texts(adapters):
        raise InputError("adapters is a list of sources.")
    if not isinstance(symbols, dict) or not _are_texts([*symbols, *symbols.values()]):
        raise InputError("symbols is an object: what each source calls the asset.")
    return Entry(
        name=str(fields.get("symbol") or name),
        fetching=Fetching(
            enabled=enabled,
            priority=priority,
            interval_minutes=_minutes(fields.get("collection_interval")),
        ),
        adapters=None if adapters is None else tuple(map(_adapter, adapters)),
        symbols={_adapter(source): symbol for source, symbol in symbols.items()},
    )


def _are_texts(values: object) -> bool:
    return isinstance(values, list) and all(isinstance(one, str) for one in values)


def _adapter(name: str) -> str:
    key = name.strip().lower()
    return _ADAPTERS.get(key, key)


def _minutes(said: object) -> int | None:
    if said is None:
        return None
    if isinstance(said, str) and said in WORDS:
        return WORDS[said]
    if isinstance(said, int) and not isinstance(said, bool):
        return said
    raise InputError(f"collection_interval is {', '.join(WORDS)}, or a number of minutes.")


async def _well_known(sources: Registry) -> dict[str, Listed]:
    listing = next((one for one in sources if one.name == _WELL_KNOWN), None)
    if not isinstance(listing, SymbolSource):
        return {}
    return {one.ticker: one for one in reversed((await listing.symbols()).listed)}


async def _asset(session: AsyncSession, name: str, known: Mapping[str, Listed]) -> Asset:
    try:
        return (await assets.get(session, None, name)).asset
    except NotFoundError:
        listed = known.get(name.strip().upper())
        if listed is None:
            raise InputError("make it first: argosy asset create.") from None
    draft = AssetDraft(
        symbol=listed.ticker,
        exchange=listed.exchange,
        name=listed.name,
        category=listed.category,
        currency=listed.currency,
    )
    made = (await assets.create(session, draft, owner=None, by=None)).asset
    await source_rows.put(
        session,
        made.key,
        [AssetSource(source=source, symbol=symbol) for source, symbol in listed.names.items()],
    )
    return made
