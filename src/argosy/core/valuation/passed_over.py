"""Newer closes that a holding is not valued at, because they are in doubt."""

from collections.abc import Iterable
from datetime import date

from argosy.core.market.history import DoubtedClose
from argosy.core.valuation.statement import HoldingFigures

MARKED_FIGURES = frozenset(
    {
        "price",
        "value",
        "local_value",
        "weight",
        "unrealized_gain",
        "unrealized_return",
        "unrealized_price_part",
        "unrealized_currency_part",
        "total_gain",
        "total_return",
        "total_value",
        "day_change",
    }
)
"""Figures that depend on the last price, of a holding or of a portfolio."""


def passed_over(
    holding: HoldingFigures, doubts: Iterable[DoubtedClose], *, until: date
) -> tuple[DoubtedClose, ...]:
    """Return the newest close in doubt of each source that is newer than a holding's price.

    Parameters
    ----------
    holding : HoldingFigures
    doubts : iterable of DoubtedClose
        Those of its asset, by day.
    until : date
        Closes after it are not looked at.

    Returns
    -------
    passed : tuple of DoubtedClose
        By day; empty where nothing is held. On the day of an own trade a close of the market would
        count, so one in doubt is told.
    """
    if not holding.quantity:
        return ()
    newest: dict[str, DoubtedClose] = {}
    for one in doubts:
        if one.day <= until and _would_count(holding, one.day):
            newest[one.source] = one
    return tuple(sorted(newest.values()))


def _would_count(holding: HoldingFigures, day: date) -> bool:
    if holding.price_on is None:
        return True
    is_trade = holding.price_source == "trade"
    return day > holding.price_on or (is_trade and day == holding.price_on)
