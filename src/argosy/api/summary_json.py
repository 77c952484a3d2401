"""All portfolios of a user as JSON values."""

from argosy.api.figures_json import text
from argosy.api.performance_json import Values, performance_values
from argosy.services.households import Member, Summary

SCOPE = "all"
"""What the scope of a summary is called: it is of no single portfolio."""

NO_PORTFOLIO = "There is no portfolio with transactions in this range."


def summary_values(found: Summary) -> Values:
    """Write all portfolios together and one by one."""
    values = performance_values(found.performance, found.currency, SCOPE)
    if found.performance is None:
        values["reasons"] = dict.fromkeys(values["reasons"], NO_PORTFOLIO)
    return {
        **values,
        "as_of": found.as_of.isoformat(),
        "total_value": text(found.total_value),
        "total_gain": text(found.total_gain),
        "day_change": text(found.day_change),
        "portfolios": [_member(one, found.currency) for one in found.members],
        "flags": [*dict.fromkeys((*found.flags, *values["flags"]))],
        "reasons": {**values["reasons"], **found.reasons},
    }


def _member(one: Member, currency: str) -> Values:
    portfolio, figures = one.ledger.portfolio, one.figures
    values = performance_values(one.performance, currency, one.ledger.scope)
    names = ("total_value", "total_gain", "day_change")
    reasons = {name: why for name, why in figures.reasons.items() if name in names}
    if one.weight is None:
        reasons["weight"] = reasons.get("total_value", "The sum of all values is not above zero.")
    return {
        "id": portfolio.id,
        "name": portfolio.name,
        "own_currency": one.own_currency,
        "is_demo": portfolio.is_demo,
        **{name: text(getattr(figures, name)) for name in names},
        "weight": one.weight,
        **values,
        "flags": [*dict.fromkeys((*figures.flags, *values["flags"]))],
        "reasons": {**values["reasons"], **reasons},
    }


COLUMNS = (
    *("id", "name", "own_currency", "is_demo", "currency", "total_value", "weight", "total_gain"),
    *("day_change", "start", "end", "days", "value_start", "value_end", "money_in", "money_out"),
    *("flows", "gain", "twr", "annualized_twr", "mwr", "mwr_annual", "modified_dietz"),
    *("total_return", "flags"),
)
