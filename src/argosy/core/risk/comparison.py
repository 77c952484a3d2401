"""Several assets on a common base: the days that all of them have, from zero at the first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

import numpy as np

from argosy.core.errors import PriceMissingError
from argosy.core.market.asset import Asset
from argosy.core.market.history import FloatArray, IntArray
from argosy.core.market.market import Market
from argosy.core.returns.closes import Closes, daily_rates, session_closes, trades_all_week
from argosy.core.risk.asset_metrics import AssetMetrics, measured, sessions_a_year


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """One asset of a comparison.

    Attributes
    ----------
    currency : str
        What its closes are in.
    first_on, last_on : date
        Of its own closes in the span, before only the common days were kept.
    returns : ndarray of float64, shape (n_days,)
        The return from the common start to each day, as a fraction; the first is 0.
    """

    asset: Asset
    currency: str
    first_on: date
    last_on: date
    returns: FloatArray
    metrics: AssetMetrics


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Assets side by side on `days` (ordinals); `missing` says which could not take part, and why.

    `missing` is keyed by asset id.
    """

    days: IntArray
    items: tuple[Compared, ...]
    missing: Mapping[str, str]


def compare(
    assets: Sequence[Asset],
    market: Market,
    *,
    start: date | None = None,
    end: date | None = None,
    currency: str | None = None,
) -> Comparison:
    """Put assets side by side from the first day between two that all of them have a close on.

    Parameters
    ----------
    assets : sequence of Asset
    market : Market
        Knows their closes and splits, and the rates to the currency.
    start, end : date or None
        Both inside.
    currency : str or None
        What all closes are converted to, by the last rate of each day; by default each asset
        stays in its own.

    Returns
    -------
    comparison : Comparison

    Raises
    ------
    PriceMissingError
        If there is no day on which all that have closes at all have one.
    """
    known: list[tuple[Asset, Closes]] = []
    missing: dict[str, str] = {}
    for asset in assets:
        closes = _between(session_closes(market, asset), start, end)
        if not len(closes.days):
            missing[asset.id] = f"{asset.symbol} has no close in this span."
            continue
        closes = _converted(closes, market, asset.currency, currency)
        if not len(closes.days):
            pair = f"{asset.currency}/{currency}"
            missing[asset.id] = f"There is no rate {pair} for {asset.symbol} in this span."
            continue
        known.append((asset, closes))
    if not known:
        raise PriceMissingError(" ".join(missing.values()))
    days = reduce(np.intersect1d, (closes.days for _, closes in known))
    if not len(days):
        names = ", ".join(asset.symbol for asset, _ in known)
        raise PriceMissingError(f"{names} have closes, but no day in common.")
    a_year = sessions_a_year(days, all_week=all(trades_all_week(asset) for asset, _ in known))
    items = tuple(
        _compared(asset, closes, currency or asset.currency, days=days, a_year=a_year)
        for asset, closes in known
    )
    return Comparison(days, items, missing)


def _between(closes: Closes, start: date | None, end: date | None) -> Closes:
    first, last = (start or date.min).toordinal(), (end or date.max).toordinal()
    return closes.take((closes.days >= first) & (closes.days <= last))


def _converted(closes: Closes, market: Market, base: str, quote: str | None) -> Closes:
    """Return closes in another currency, those without a rate left out."""
    if quote is None or quote == base:
        return closes
    rates = daily_rates(market.rates, base, quote, closes.days)
    return Closes(closes.days, closes.values * rates).take(~np.isnan(rates))


def _compared(
    asset: Asset,
    closes: Closes,
    currency: str,
    *,
    days: IntArray,
    a_year: tuple[float, bool] | None,
) -> Compared:
    first, last = (date.fromordinal(int(closes.days[at])) for at in (0, -1))
    common = closes.take(np.isin(closes.days, days))
    opening = date.fromordinal(int(days[0]))
    return Compared(
        asset=asset,
        currency=currency,
        first_on=first,
        last_on=last,
        returns=common.values / common.values[0] - 1.0,
        metrics=measured(common, timeframe="span", opening=opening, a_year=a_year),
    )
