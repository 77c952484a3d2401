"""What a crisis of the past would do to today's holdings."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from argosy.core.market.asset import Asset, AssetCategory
from argosy.core.market.market import Market
from argosy.core.money import ONE, ZERO, exact_context
from argosy.core.returns.matrix import closes_in
from argosy.core.risk.asset_metrics import LEAST_RETURNS
from argosy.core.risk.crises import Crisis
from argosy.core.risk.relative import beta
from argosy.core.risk.stress import Exposure, Hit, How, Scenario, added_up, hit, unknown_hit

NEAR_DAYS = 7
"""A close stands for a crisis's first or last day if it is at most so many days older."""

BETA_DAYS = 730
_BETA_DIGITS = Decimal("1E-6")

Beta = Callable[[Asset, Asset], Decimal | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What a replay looks things up in.

    `proxies` may stand for what has no closes of the time, by `crypto` or not, best first.
    """

    market: Market
    currency: str
    proxies: dict[bool, Sequence[Asset]]
    beta: Beta

    def rate_move(self, currency: str, start: date, end: date) -> Decimal | None:
        """Return by how much a currency grew against the portfolio's; None without rates."""
        if currency == self.currency:
            return ONE
        rates = [self.market.rates.rate(currency, self.currency, day) for day in (start, end)]
        return None if any(rate.is_nan() for rate in rates) else rates[1] / rates[0]


def betas(market: Market, *, currency: str, until: date) -> Beta:
    """Return a function that says how one asset followed another over `BETA_DAYS` up to a day.

    Parameters
    ----------
    market : Market
    currency : str
        Returns are compared in it.
    until : date

    Returns
    -------
    beta : callable
        None with fewer than 20 common returns; kept once computed.
    """
    kept: dict[tuple[str, str], Decimal | None] = {}
    first, last = until.toordinal() - BETA_DAYS, until.toordinal()

    def found(asset: Asset, index: Asset) -> Decimal | None:
        pair = closes_in(market, (asset, index), currency, first=first, last=last)
        mine, theirs = pair[asset.id], pair[index.id]
        days = np.intersect1d(mine.days, theirs.days, assume_unique=True)
        if len(days) <= LEAST_RETURNS:
            return None
        moves = [one.values[np.searchsorted(one.days, days)] for one in (mine, theirs)]
        value = beta(*(values[1:] / values[:-1] - 1.0 for values in moves))
        return None if value is None else Decimal(repr(value)).quantize(_BETA_DIGITS)

    def once(asset: Asset, index: Asset) -> Decimal | None:
        key = asset.id, index.id
        if key not in kept:
            kept[key] = found(asset, index)
        return kept[key]

    return once


def replay(exposures: Iterable[Exposure], crisis: Crisis, past: Past) -> Scenario:
    """Do to today's holdings what a crisis did.

    Each by its own closes before and after, else by its beta to the first proxy that has closes of
    the time; cash by its exchange rate.

    Parameters
    ----------
    exposures : iterable of Exposure
    crisis : Crisis
    past : Past

    Returns
    -------
    scenario : Scenario
    """
    with exact_context():
        return added_up([_replayed(one, crisis, past) for one in exposures])


def _replayed(exposure: Exposure, crisis: Crisis, past: Past) -> Hit:
    asset = exposure.asset
    if exposure.value is None:
        return unknown_hit(exposure, f"{exposure.symbol} has no value today.")
    if asset is None:
        return _of_cash(exposure, crisis, past)
    own = _move(asset, crisis, past)
    if own is not None:
        change, lacking = own
        return hit(exposure, How.CLOSES, change, reason=lacking)
    crypto = asset.category is AssetCategory.CRYPTO
    for index in past.proxies[crypto]:
        theirs = _move(index, crisis, past)
        if theirs is None:
            continue
        followed = past.beta(asset, index)
        if followed is None:
            few = f"too few to compare with {index.symbol}"
            why = f"{asset.symbol} has no closes of the time, and {few}."
            return unknown_hit(exposure, why)
        change = max(followed * theirs[0], -ONE)
        return hit(exposure, How.PROXY, change, reason=theirs[1], proxy=index.symbol, beta=followed)
    return unknown_hit(
        exposure, f"Neither {asset.symbol} nor a broad index has closes of the time."
    )


def _of_cash(exposure: Exposure, crisis: Crisis, past: Past) -> Hit:
    if exposure.currency == past.currency:
        return hit(exposure, How.RATE, ZERO)
    moved = past.rate_move(exposure.currency, crisis.start, crisis.end)
    if moved is None:
        return unknown_hit(exposure, _no_rate(exposure.currency, past))
    return hit(exposure, How.RATE, moved - ONE)


def _move(asset: Asset, crisis: Crisis, past: Past) -> tuple[Decimal, str | None] | None:
    """Return an asset's change over a crisis in the portfolio's currency, and what it lacks."""
    before, after = (_near(past.market, asset, day) for day in (crisis.start, crisis.end))
    if before is None or after is None or before[0] >= after[0]:
        return None
    (first, start), (last, end) = before, after
    if past.market.splits.get(asset.id):
        start, end = (
            past.market.in_shares_of(asset.id, price, day, date.max)
            for day, price in (before, after)
        )
    if not start:
        return None
    grown = end / start
    moved = past.rate_move(asset.currency, first, last)
    if moved is None:
        return grown - ONE, f"In {asset.currency}: {_no_rate(asset.currency, past)}"
    return grown * moved - ONE, None


def _near(market: Market, asset: Asset, day: date) -> tuple[date, Decimal] | None:
    """Return the last close at or shortly before a day, with its own day."""
    history = market.history(asset.id)
    index = history.index_at(day.toordinal())
    if index < 0 or day.toordinal() - int(history.days[index]) > NEAR_DAYS:
        return None
    return date.fromordinal(int(history.days[index])), history.close(index)


def _no_rate(currency: str, past: Past) -> str:
    return f"there is no rate {currency}/{past.currency} of the time."
