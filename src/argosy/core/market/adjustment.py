"""Daily closes made comparable over time: in today's shares, and less the dividends paid since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import StrEnum

from argosy.core.errors import InputError, RateMissingError, plain
from argosy.core.market.asset import Asset, Dividend
from argosy.core.market.market import Market
from argosy.core.money import ONE, exact_context

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ROUNDED = Context(prec=18, rounding=ROUND_HALF_EVEN)


class Adjustment(StrEnum):
    """What closes are adjusted for."""

    NONE = "none"
    SPLITS = "splits"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustedClose:
    """The close that speaks for a day; `override` is true where it is the viewer's own."""

    day: date
    at: datetime
    close: Decimal
    source: str
    override: bool

    @property
    def decimals(self) -> int:
        """How many digits the close has after the point."""
        exponent = self.close.normalize().as_tuple().exponent
        return max(0, -int(exponent))


def adjusted_closes(
    market: Market,
    asset: Asset,
    adjustment: Adjustment,
    *,
    until: date,
    dividends: Iterable[Dividend] = (),
) -> list[AdjustedClose]:
    """Return an asset's daily closes as they compare with those of the day `until`.

    Splits: a close is expressed in the shares of `until`. Dividends: all closes before an ex-day
    are multiplied by 1 - dividend / last close before it, both in shares of the ex-day, as
    providers' adjusted closes are. The newest close is as traded either way.

    Parameters
    ----------
    market : Market
        Knows the asset's closes and splits, and the rates from its dividends' currencies.
    asset : Asset
    adjustment : Adjustment
    until : date
        Today: a split or dividend of a later day is not in the prices yet.
    dividends : iterable of Dividend
        Looked at for `Adjustment.ALL` alone.

    Returns
    -------
    closes : list of AdjustedClose
        Oldest first; what is adjusted is rounded to 18 digits.

    Raises
    ------
    RateMissingError
        If a dividend is paid in a currency that has no rate to the asset's.
    InputError
        If a dividend is not below the close before it.
    """
    with exact_context():
        one = _Adjusting(market, asset, until)
        factors = one.factors(dividends if adjustment is Adjustment.ALL else ())
        return [
            one.close(at, factor, as_traded=adjustment is Adjustment.NONE)
            for at, factor in enumerate(factors)
        ]


class _Adjusting:
    """One asset's closes on their way to the shares of a day."""

    def __init__(self, market: Market, asset: Asset, until: date) -> None:
        self._market = market
        self._asset = asset
        self._history = market.history(asset.id)
        self._until = until

    def close(self, index: int, factor: Decimal, *, as_traded: bool) -> AdjustedClose:
        history = self._history
        traded = close = history.close(index)
        if not as_traded:
            close = self._in_shares_of(index, max(self._day(index), self._until)) * factor
        return AdjustedClose(
            day=self._day(index),
            at=_EPOCH + timedelta(microseconds=int(history.stamps[index])),
            close=traded if close == traded else _ROUNDED.plus(close),
            source=history.source_names[int(history.sources[index])],
            override=bool(history.overrides[index]),
        )

    def factors(self, dividends: Iterable[Dividend]) -> list[Decimal]:
        """Return what the close at each position is multiplied by."""
        end = len(self._history.days)
        factors, so_far = [ONE] * end, ONE
        for dividend in sorted(dividends, key=lambda one: one.day, reverse=True):
            before = self._history.index_at(dividend.day.toordinal() - 1)
            if dividend.day > self._until or before < 0:
                continue
            factors[before + 1 : end] = [so_far] * (end - before - 1)
            so_far *= self._factor(dividend, before)
            end = before + 1
        factors[:end] = [so_far] * end
        return factors

    def _factor(self, dividend: Dividend, before: int) -> Decimal:
        asset = self._asset
        rate = self._market.rates.rate(dividend.currency, asset.currency, dividend.day)
        if rate.is_nan():
            message = (
                f"{asset.symbol} paid a dividend in {dividend.currency} on {dividend.day}, and no"
                f" rate leads to {asset.currency} by then; adjusted=splits needs none."
            )
            raise RateMissingError(message)
        paid = dividend.amount * rate
        close = self._in_shares_of(before, dividend.day)
        if paid >= close:
            message = (
                f"The dividend of {asset.symbol} on {dividend.day}, {plain(paid)}, is not below"
                f" the close before it, {plain(close)}; adjusted=splits leaves dividends out."
            )
            raise InputError(message)
        return ONE - paid / close

    def _in_shares_of(self, index: int, until: date) -> Decimal:
        close, day = self._history.close(index), self._day(index)
        return self._market.in_shares_of(self._asset.id, close, day, until)

    def _day(self, index: int) -> date:
        return date.fromordinal(int(self._history.days[index]))
