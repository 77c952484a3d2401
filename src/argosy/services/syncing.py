"""One asset brought up to date on request: what it is, and its prices.

Sources are asked while nothing is open; then all of it is stored in one transaction.
"""

from collections.abc import Awaitable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import (
    ArgosyError,
    ConflictError,
    InputError,
    NotAtSourceError,
    NotFoundError,
    SourceError,
    SourcesFailedError,
    TooSoonError,
)
from argosy.core.market.asset import Asset, AssetCategory, AssetSource
from argosy.core.market.exchanges import exchange_name
from argosy.core.money import plain
from argosy.runtime.clock import Clock, today
from argosy.runtime.ids import new_id
from argosy.runtime.locks import Locks
from argosy.services import asset_metrics, assets, catalog, refresh
from argosy.services.assets import DESCRIPTION_MAX, NAME_MAX, SYMBOL_MAX, Described
from argosy.services.finding import Finder
from argosy.services.prices import check_interval
from argosy.services.refresh import Loaded, Wanted
from argosy.sources.base import DAY, Found, History, HistorySource, Profile, ProfileSource
from argosy.sources.manifest import Capability
from argosy.sources.registry import Registry
from argosy.store import asset_sources, latest, stored_days, versions
from argosy.store import assets as asset_rows
from argosy.store import catalog as catalog_rows
from argosy.store.catalog import Listing
from argosy.store.database import Database
from argosy.store.types import read_id

T = TypeVar("T")

PROFILE, PRICES = "profile", "prices"
SHORT = timedelta(days=7)
"""So far back bars of other intervals than a day are asked for."""
_RECENT = timedelta(days=7)
_FIELDS = ("sector", "industry", "country", "website", "isin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """What one sync stored.

    Attributes
    ----------
    created : bool
        Whether the asset is new.
    profile_source : str or None
        Who said what it is; None if nobody did.
    loaded : Loaded or None
        What was stored of its prices; None if there are none to be had.
    intervals : mapping
        What was stored of bars of other intervals, as far as they were asked for.
    failed : mapping
        What could not be had (`profile`, `prices`, an interval), and why; the rest is stored.
    """

    described: Described
    created: bool
    profile_source: str | None
    loaded: Loaded | None
    intervals: Mapping[str, Loaded]
    failed: Mapping[str, ArgosyError]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fetched:
    """What sources said of an asset; None where they said nothing."""

    profile: Profile | None
    history: History | None
    bars: Mapping[str, History]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    """The asset as it is before, or as it will be made; `key` 0."""

    asset: Asset
    stored: tuple[AssetSource, ...] = ()
    profile: Profile | None = None

    @property
    def is_new(self) -> bool:
        return self.asset.key == 0


class Syncs:
    """Brings assets up to date, each once at a time and not too often."""

    def __init__(
        self,
        database: Database,
        sources: Registry,
        finder: Finder,
        *,
        locks: Locks,
        clock: Clock,
        pause: timedelta,
    ) -> None:
        self._database = database
        self._sources = sources
        self._finder = finder
        self._locks = locks
        self._clock = clock
        self._pause = pause

    async def sync(
        self,
        user_id: str | None,
        name: str,
        *,
        is_admin: bool = False,
        intervals: Sequence[str] = (),
    ) -> Synced:
        """Fetch what an asset is and its prices, and store both; an unknown one is made first.

        Prices are asked for from the last stored day on, bars of other `intervals` where one is
        named, of the last seven days. A new asset is shared where a source lists it, or an
        administrator asks; else it is the user's own.

        Raises
        ------
        NotFoundError
            If neither Argosy nor any source knows the name.
        ConflictError
            While the same asset is being synced.
        TooSoonError
            If that was less than the settings' time ago.
        SourceError, CurrencyMismatchError
            If nothing at all could be had.
        """
        known = await self._known(user_id, name)
        what = name.strip().upper() if known is None else known.id
        async with self._locks.hold(f"sync:{what}", wait_s=0) as held:
            if not held:
                raise ConflictError(f"{name[:100]} is being synced already.")
            known = await self._known(user_id, name)
            if known is None:
                subject = await self._unknown(name, owner=None if is_admin else user_id)
            else:
                subject = await self._due(known)
            return await self._sync(subject, by=user_id, intervals=intervals)

    async def _known(self, user_id: str | None, name: str) -> Asset | None:
        async with self._database.read() as session:
            try:
                return await asset_rows.get(session, user_id, name)
            except NotFoundError:
                if read_id(name) is not None:
                    raise
                return None

    async def _due(self, asset: Asset) -> _Subject:
        async with self._database.read() as session:
            last = await asset_rows.synced_at(session, asset.key)
            stored = (await asset_sources.of_assets(session, [asset.key])).get(asset.key, ())
        left = timedelta(0) if last is None else last + self._pause - self._clock.now()
        if left > timedelta(0):
            message = f"{asset.symbol} was synced a moment ago."
            raise TooSoonError(message, retry_after_s=left.total_seconds())
        return _Subject(asset=asset, stored=stored)

    async def _unknown(self, name: str, *, owner: str | None) -> _Subject:
        """Return an asset that is not here yet, as a source has it."""
        if len(name.strip()) > SYMBOL_MAX or not name.isprintable():  # nobody need be asked
            raise NotFoundError("asset", name)
        listed = await self._finder.listed(name)
        if listed:
            source = self._sources.get(listed[0].source)
            profile = None
            if isinstance(source, ProfileSource):
                with suppress(SourceError):
                    profile = await self._finder.profile(source, listed[0].symbol)
            return await self._made(name, profile or _bare(listed[0]), owner=None)
        failed: dict[str, ArgosyError] = {}
        for one in self._sources:
            if isinstance(one, ProfileSource) and one.lacks is None:
                try:
                    profile = await self._finder.profile(one, name.strip().upper())
                except NotAtSourceError:
                    continue
                except SourceError as error:
                    failed[one.name] = error
                    continue
                return await self._made(name, profile, owner=owner)
        if failed:  # who does not answer may know it
            raise _one_error(failed)
        raise NotFoundError("asset", name)

    async def _currency(self, profile: Profile) -> str:
        """Return what a symbol is quoted in; where its profile is silent, its newest prices say."""
        source = self._sources.get(profile.source)
        currency = profile.currency
        if currency is None and isinstance(source, HistorySource):
            since = today(self._clock) - _RECENT
            with self._sources.asking(source, "history"):
                currency = (await source.history(profile.symbol, start=since)).currency
        if currency is None:
            message = (
                f"{source.name} does not say what {profile.symbol} is quoted in; make it first."
            )
            raise InputError(message)
        return currency

    async def _made(self, name: str, profile: Profile, *, owner: str | None) -> _Subject:
        category = profile.category or AssetCategory.STOCK
        is_coin = category is AssetCategory.CRYPTO
        asset = Asset(
            id=new_id(),
            key=0,
            symbol=name.strip().upper(),
            exchange=None if is_coin else exchange_name(profile.exchange),
            name=profile.name[:NAME_MAX],
            category=category,
            currency=await self._currency(profile),
            owner=owner,
        )
        source = self._sources.get(profile.source)
        called = AssetSource(source=source.name, symbol=profile.symbol)
        told = () if source.symbol_of(asset) == profile.symbol else (called,)
        return _Subject(asset=asset, stored=told, profile=profile)

    async def _sync(self, subject: _Subject, *, by: str | None, intervals: Sequence[str]) -> Synced:
        made = subject.profile
        profile = await _or_error(self._profile(subject)) if made is None else made
        history = await _or_error(self._history(subject))
        bars = {length: await _or_error(self._bars(subject, length)) for length in intervals}
        asked = {PROFILE: profile, PRICES: history, **bars}
        failed = {what: had for what, had in asked.items() if isinstance(had, ArgosyError)}
        if len(failed) == len(asked):
            raise failed[PRICES]
        fetched = _Fetched(
            profile=None if isinstance(profile, ArgosyError) else profile,
            history=None if isinstance(history, ArgosyError) else history,
            bars={name: had for name, had in bars.items() if not isinstance(had, ArgosyError)},
        )
        described, loaded, more = await self._store(subject, fetched, by=by)
        if loaded is not None and loaded.changed:
            await asset_metrics.renew(self._database, [described.asset.key])
        return Synced(
            described=described,
            created=subject.is_new,
            profile_source=None if fetched.profile is None else fetched.profile.source,
            loaded=loaded,
            intervals=more,
            failed=failed,
        )

    async def _profile(self, subject: _Subject) -> Profile:
        """Return what the first source that knows the asset says of it."""
        asset = subject.asset
        ranked = [one.source for one in subject.stored if one.rank is not None]
        symbols = {one.source: one.symbol for one in subject.stored}
        refused: dict[str, ArgosyError] = {}
        for source in self._sources.choose(Capability.PROFILE, asset.category, preferred=ranked):
            symbol = symbols.get(source.name) or source.symbol_of(asset)
            if isinstance(source, ProfileSource) and symbol is not None:
                try:
                    return await self._finder.profile(source, symbol)
                except SourceError as error:
                    refused[source.name] = error
        if not refused:
            raise InputError(f"No source that is set up describes {asset.symbol}.")
        raise _one_error(refused)

    async def _history(self, subject: _Subject) -> History:
        """Return the prices from the last stored day on; all there are of a new asset."""
        asset = subject.asset
        async with self._database.read() as session:
            last = (await latest.read_latest(session, [asset.key])).get(asset.key)
        wanted = Wanted(symbol=asset.id, start=None if last is None else last.day)
        return await refresh.fetch_prices(self._sources, asset, wanted, stored=subject.stored)

    async def _bars(self, subject: _Subject, interval: str) -> History:
        """Return shorter or longer bars of the last days, from the last stored day on."""
        asset, since = subject.asset, today(self._clock) - SHORT
        async with self._database.read() as session:
            stored = await stored_days.first_and_last(session, [asset.key], interval=interval)
        if asset.key in stored:
            since = max(since, stored[asset.key].last)
        wanted = Wanted(symbol=asset.id, start=since, interval=interval)
        return await refresh.fetch_prices(self._sources, asset, wanted, stored=subject.stored)

    async def _store(
        self, subject: _Subject, fetched: _Fetched, *, by: str | None
    ) -> tuple[Described, Loaded | None, dict[str, Loaded]]:
        asset, loaded, more = subject.asset, None, dict[str, Loaded]()
        day = today(self._clock)
        async with self._database.write() as session:
            if subject.is_new:
                draft = assets.draft_of(asset)
                asset = (await assets.create(session, draft, owner=asset.owner, by=by)).asset
                await asset_sources.put(session, asset.key, subject.stored)
            else:
                asset = await asset_rows.get(session, by, asset.id)
            if fetched.profile is not None:
                asset = await self._describe(session, asset, fetched.profile)
            if fetched.history is not None:
                loaded = await refresh.store_prices(session, asset, fetched.history, today=day)
            for interval, bars in fetched.bars.items():
                more[interval] = await refresh.store_prices(session, asset, bars, today=day)
            await asset_rows.mark_synced(session, asset.key, at=self._clock.now())
            described = Described(asset, await asset_rows.metadata_of(session, asset.id))
            return described, loaded, more

    async def _describe(self, session: AsyncSession, asset: Asset, profile: Profile) -> Asset:
        """Store what a source says an asset is, but for what a person has said of it."""
        said = await catalog_rows.profiles(session, asset.key)
        before = (await catalog_rows.listings(session, [asset.key])).get(asset.key, [])
        own = _own(before, asset, profile)
        others = [one for one in before if (one.source, one.symbol) != (own.source, own.symbol)]
        new = catalog.agreed(asset, before, [*others, own], catalog.order_of(self._sources))
        if asset.description in {None, said.get("description")} and profile.description:
            new = replace(new, description=profile.description[:DESCRIPTION_MAX])
        fields, metadata = _fields(profile), await asset_rows.metadata_of(session, asset.id)
        told = {
            name: value
            for name, value in fields.items()
            if name not in metadata or metadata[name] == said.get(name)
        }
        if asset.owner is None:  # what a private asset is called is no news to anybody else
            kept = {**fields, "description": new.description}
            await catalog_rows.put_listings(session, [own], profile=kept)
        if new == asset and told.items() <= metadata.items():
            return asset
        await versions.bump(session, ["assets"])
        return await asset_rows.change(session, new, metadata={**metadata, **told})


def intervals_of(text: str) -> list[str]:
    """Return the intervals that a list names; days come anyway."""
    named = (part for part in text.split(",") if part.strip())
    return [one for one in dict.fromkeys(map(check_interval, named)) if one != DAY]


def _one_error(errors: Mapping[str, ArgosyError]) -> ArgosyError:
    return SourcesFailedError(errors) if len(errors) > 1 else next(iter(errors.values()))


async def _or_error(asked: Awaitable[T]) -> T | ArgosyError:
    """Return what was asked for, or why it cannot be had."""
    try:
        return await asked
    except ArgosyError as error:
        return error


def _own(before: Sequence[Listing], asset: Asset, profile: Profile) -> Listing:
    """Return what the profile's source says now, on top of what its list says."""
    place = (profile.source, profile.symbol)
    old = next((one for one in before if (one.source, one.symbol) == place), None)
    old = old or Listing(
        source=profile.source,
        symbol=profile.symbol,
        asset_key=asset.key,
        name=profile.name,
        category=asset.category,
    )
    category = profile.category or old.category
    return replace(old, name=profile.name[:NAME_MAX], category=category)


def _fields(profile: Profile) -> dict[str, Any]:
    """Return what goes into an asset's metadata."""
    found = {name: getattr(profile, name) for name in _FIELDS}
    if profile.market_cap is not None:
        found["market_cap"] = plain(profile.market_cap)
        found["market_cap_currency"] = profile.currency
    return {name: value for name, value in found.items() if value is not None}


def _bare(found: Found) -> Profile:
    """Return what a search says, where nothing more is known."""
    return Profile(
        source=found.source,
        symbol=found.symbol,
        name=found.name,
        category=found.category,
        exchange=found.exchange,
    )
