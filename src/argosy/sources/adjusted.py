"""Taking splits out of prices again: many sources divide the past by each split that came later."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal

from argosy.core.market.asset import Split
from argosy.core.market.bars import Bar
from argosy.core.money import CONTEXT
from argosy.sources.base import scaled_bar


def _same(value: Decimal) -> Decimal:
    return value


def as_traded(
    bar: Bar, splits: Iterable[Split], *, digits: Callable[[Decimal], Decimal] = _same
) -> Bar:
    """Return a bar with prices as paid then, and its volume in the shares of then.

    Parameters
    ----------
    bar : Bar
        Adjusted for every split after its day; `adjusted_close` stays as it is.
    splits : iterable of Split
        All there ever were.
    digits : callable, optional
        Takes a price back to the digits that its source has: a product shows more.
    """
    factor = split_factor(splits, since=bar.day)
    if factor == 1:
        return bar
    traded = scaled_bar(bar, factor)

    def rounded(value: Decimal | None) -> Decimal | None:
        return None if value is None else digits(value)

    return replace(
        traded,
        close=digits(traded.close),
        open=rounded(traded.open),
        high=rounded(traded.high),
        low=rounded(traded.low),
        adjusted_close=bar.adjusted_close,
        volume=None if bar.volume is None else _whole(CONTEXT.divide(bar.volume, factor)),
    )


def split_factor(splits: Iterable[Split], *, since: date) -> Decimal:
    """Return how many shares of today one share of a day became."""
    factor = Decimal(1)
    for split in splits:
        if split.day > since:
            factor = CONTEXT.divide(CONTEXT.multiply(factor, split.new), split.old)
    return factor


def _whole(value: Decimal) -> Decimal:
    return value.quantize(Decimal(1), context=CONTEXT)
