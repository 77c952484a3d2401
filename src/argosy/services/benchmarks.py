"""Did it beat holding bitcoin? A portfolio, and each holding, beside an asset or a mix of some."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import InputError, NotFoundError
from argosy.core.market.asset import Asset
from argosy.core.market.history import IntArray
from argosy.core.market.market import Market
from argosy.core.money import parse_decimal
from argosy.core.performance.benchmark import Rebalance
from argosy.core.performance.beside import Benchmark, Beside, beside
from argosy.core.performance.ranges import Range
from argosy.core.returns.closes import carried_closes, trades_all_week
from argosy.core.returns.sessions import BoolArray, held_days
from argosy.core.returns.shared_sessions import common_returns
from argosy.core.risk.asset_metrics import a_year_of
from argosy.core.risk.relative import Relative, relative
from argosy.runtime.compute import ComputePool
from argosy.services.beside import beside as look_beside
from argosy.services.books import Ledger
from argosy.services.figures import performance_over, reaching
from argosy.services.parting import By, parted
from argosy.services.returns import took_part

MOST_ASSETS = 20
_WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A benchmark as it is asked for: names of assets with their weights."""

    names: tuple[tuple[str, Decimal], ...]
    rebalance: Rebalance = Rebalance.DAILY


@dataclass(frozen=True, slots=True)
class Mix:
    """Assets with their weights, which add up to 1, and the market that knows their closes."""

    assets: tuple[tuple[Asset, Decimal], ...]
    rebalance: Rebalance
    market: Market


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """A portfolio beside a benchmark, with statistics on the sessions that both have.

    `flags` say where these are `sparse`, fewer than in an ordinary year, and where some of what is
    compared trades all week and some does not.
    """

    beside: Beside
    relative: Relative
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ComparedHolding:
    """One holding beside a benchmark."""

    asset: Asset
    beside: Beside


def parse_benchmark(asset: str | None, assets: str | None, rebalance: Rebalance) -> Wanted:
    """Read `asset=BTC` or `assets=SPY:0.6,AGG:0.4`; without either it is bitcoin.

    Raises
    ------
    InputError
        If both are given, or the weights do not add up to 1.
    """
    if asset and assets:
        message = "Give either asset or assets, not both."
        raise InputError(message)
    if not assets:
        return Wanted((((asset or "BTC").strip(), _WHOLE),), rebalance)
    names = tuple(_weighted(part) for part in assets.split(",") if part.strip())
    if not 1 <= len(names) <= MOST_ASSETS:
        raise InputError(f"assets: name 1 to {MOST_ASSETS} of them.")
    if len({name.upper() for name, _ in names}) < len(names):
        message = "assets: one of them is named twice."
        raise InputError(message)
    total = sum(weight for _, weight in names)
    if total != _WHOLE:
        message = f"assets: the weights add up to {total}, not to 1."
        raise InputError(message)
    return Wanted(names, rebalance)


def _weighted(text: str) -> tuple[str, Decimal]:
    # A symbol may name its exchange after a colon, too.
    name, found, weight = text.strip().rpartition(":")
    if not found:
        raise InputError(f"assets: {text.strip()[:40]!r} has no weight. Write SPY:0.6,AGG:0.4.")
    share = parse_decimal(weight, field="assets")
    if share <= 0:
        raise InputError(f"assets: the weight of {name[:40]} is not above 0.")
    return name.strip(), share


async def prepare(
    session: AsyncSession, ledger: Ledger, wanted: Wanted, *, compute: ComputePool
) -> Mix:
    """Look up the assets of a benchmark and their closes.

    Raises
    ------
    NotFoundError
        If there is no asset of a name.
    """
    found = await look_beside(session, ledger, [name for name, _ in wanted.names], compute=compute)
    for name, _ in wanted.names:
        if name not in found.assets:
            what = "asset"
            raise NotFoundError(what, name)
    assets = tuple((found.assets[name], weight) for name, weight in wanted.names)
    return Mix(assets, wanted.rebalance, found.market)


def compared(
    ledger: Ledger, mix: Mix, span: Range, *, today: date, risk_free: float = 0.0
) -> Compared:
    """Put a portfolio beside a benchmark over a range that holds days of it."""
    own = performance_over(ledger, name=None, start=span.start, end=span.end, today=today)
    assert own is not None, "the range holds days of the portfolio"
    series = reaching(ledger, own.end)
    found = beside(own, series, _benchmark(ledger, mix, series.days))
    held = held_days(ledger.book, found.days)
    kinds = {trades_all_week(asset) for asset, _ in mix.assets}
    common = common_returns(
        found.days,
        1.0 + found.twr,
        found.growth,
        held=held,
        priced=_priced(mix, found.days),
        all_week=kinds == {True},
    )
    a_year = None
    if common.possible:
        a_year = a_year_of(len(common.days), common.possible, all_week=common.all_week)
    sessions, sparse = a_year or (None, False)
    figures = relative(common.returns, common.others, sessions, risk_free=risk_free)
    mixed = held.mixed or kinds != {held.all_week}
    flags = {"sparse": sparse, "mixed_calendars": mixed}
    return Compared(found, figures, tuple(name for name, is_so in flags.items() if is_so))


def compared_holdings(
    ledger: Ledger, mix: Mix, span: Range | None, *, today: date
) -> list[ComparedHolding]:
    """Put each holding beside a benchmark, the one that beat it by most first."""
    if span is None:
        return []
    whole = reaching(ledger, span.end)
    benchmark = _benchmark(ledger, mix, whole.days)
    found = []
    for part in parted(ledger, By.HOLDING):
        own = performance_over(part.ledger, name=None, start=span.start, end=span.end, today=today)
        if own is None or not took_part(own):
            continue
        series = reaching(part.ledger, own.end)
        skipped = int(series.days[0] - whole.days[0])
        later = replace(benchmark, closes=[one[skipped:] for one in benchmark.closes])
        found.append(ComparedHolding(part.assets[0], beside(own, series, later)))
    return sorted(found, key=_ahead)


def _ahead(one: ComparedHolding) -> tuple[bool, float]:
    ahead = one.beside.gain_difference
    return ahead is None, -(ahead or 0.0)


def _benchmark(ledger: Ledger, mix: Mix, days: IntArray) -> Benchmark:
    currency = ledger.portfolio.rules.currency
    return Benchmark(
        name=", ".join(asset.symbol for asset, _ in mix.assets),
        closes=[carried_closes(mix.market, asset, currency, days) for asset, _ in mix.assets],
        weights=[float(weight) for _, weight in mix.assets],
        rebalance=mix.rebalance,
    )


def _priced(mix: Mix, days: IntArray) -> BoolArray:
    """Tell on which days all assets of a benchmark have a close."""
    known = [np.isin(days, mix.market.history(asset.id).days) for asset, _ in mix.assets]
    return np.asarray(np.all(known, axis=0))
