"""Why a figure does not exist: one sentence for each that is null."""

from collections.abc import Sequence
from datetime import date

from argosy.core.valuation.statement import HoldingFigures, PortfolioFigures

_OF_VALUE = (
    "value",
    "unrealized_gain",
    "unrealized_price_part",
    "unrealized_currency_part",
    "unrealized_return",
    "total_gain",
    "weight",
    "day_change",
)
_OF_LEDGER = (
    "cost",
    "local_cost",
    "average_cost",
    "realized_gain",
    "income",
    "fees",
    "fees_separate",
)
_OF_PORTFOLIO = (
    "total_value",
    "total_cost",
    "unrealized_gain",
    "realized_gain",
    "income",
    "fees",
    "fees_separate",
    "total_gain",
    "total_return",
    "day_change",
    "invested",
    "cash_value",
)


def holding_reasons(found: HoldingFigures, symbol: str, base: str, as_of: date) -> dict[str, str]:
    """Return a reason for every figure of a holding that is None.

    Parameters
    ----------
    found : HoldingFigures
    symbol, base : str
        Of the asset; the portfolio's currency.
    as_of : date

    Returns
    -------
    reasons : dict of str to str
    """
    on = as_of.isoformat()
    no_price = f"{symbol} has no price on or before {on}."
    no_rate = f"There is no rate {found.currency}/{base} on or before {on}."
    reasons: dict[str, str] = {}
    if not found.quantity:
        reasons |= dict.fromkeys(("price", "average_cost", "unrealized_return"), "Nothing is held.")
    elif found.price is None:
        reasons |= dict.fromkeys(("price", "local_value", *_OF_VALUE), no_price)
    elif found.value is None:
        reasons |= dict.fromkeys(_OF_VALUE, no_rate)
    reasons["rate"] = no_rate
    if found.value is not None:
        reasons["weight"] = "The value of the whole portfolio is unknown or not above zero."
    for name in (*_OF_LEDGER, *_OF_VALUE):
        reasons.setdefault(name, _of_ledger(found, name, symbol))
    return {name: why for name, why in reasons.items() if getattr(found, name) is None}


def _of_ledger(found: HoldingFigures, name: str, symbol: str) -> str:
    if name == "day_change" and found.cost is not None:
        return f"{symbol} had no price or rate the day before, or what was paid is unknown."
    if name == "unrealized_return" and found.cost is not None:
        return "The cost is zero."
    return f"A transaction in {symbol} has no rate or price on its day."


def portfolio_reasons(found: PortfolioFigures, lacking: Sequence[str]) -> dict[str, str]:
    """Return a reason for every total that is None, and what the total value lacks.

    Parameters
    ----------
    found : PortfolioFigures
    lacking : sequence of str
        What the holdings lack, in sentences.

    Returns
    -------
    reasons : dict of str to str
    """
    words = " ".join(lacking)
    reasons = {"total_value": words} if words else {}
    for name in _OF_PORTFOLIO:
        if getattr(found, name) is None:
            reasons.setdefault(name, _of_total(name, words))
    return reasons


def _of_total(name: str, lacking: str) -> str:
    if name == "invested":
        return "Money that came in has no rate or price on its day."
    if name == "day_change":
        return "A price or rate of the day or of the day before is missing."
    if name == "total_return" and not lacking:
        return "Nothing has been bought yet."
    return lacking or "Nothing is known."
