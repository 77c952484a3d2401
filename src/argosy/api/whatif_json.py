"""What would be, beside what is, as JSON."""

from datetime import date
from decimal import Decimal
from typing import Any

import orjson

from argosy.api import figures_json
from argosy.api.figures_json import text
from argosy.api.performance_json import performance_values
from argosy.core.money import exact_context
from argosy.core.valuation.gains import AMOUNTS, realized_gains, totals
from argosy.core.valuation.statement import PortfolioFigures
from argosy.services import figures
from argosy.services.books import Ledger
from argosy.services.whatif import Compared

METHOD = "replay of a copy"
RANGES = ("1M", "YTD", "1Y", "ALL")
MONEY = (
    "total_value",
    "total_cost",
    "unrealized_gain",
    "realized_gain",
    "income",
    "fees",
    "total_gain",
    "invested",
)


def whatif_json(found: Compared, *, today: date) -> bytes:
    """Write every figure before and after."""
    before, after = (
        figures.figures_on(ledger, found.as_of, today=today)
        for ledger in (found.before, found.after)
    )
    first = found.after.book.first_day or found.before.book.first_day
    reasons = {} if found.reason is None else {"preview": found.reason}
    return orjson.dumps(
        {
            "start": None if first is None else first.isoformat(),
            "end": found.as_of.isoformat(),
            "as_of": found.as_of.isoformat(),
            "currency": found.after.portfolio.rules.currency,
            "scope": "portfolio",
            "method": METHOD,
            "before": _side(found.before, before, today=today),
            "after": _side(found.after, after, today=today),
            "difference": _difference(found, before, after),
            "preview": found.preview,
            "flags": sorted({*before.flags, *after.flags}),
            "reasons": reasons,
        }
    )


def _side(ledger: Ledger, found: PortfolioFigures, *, today: date) -> dict[str, Any]:
    currency = ledger.portfolio.rules.currency
    gains = totals(realized_gains(ledger.book, date.min, date.max))
    return {
        "portfolio": orjson.Fragment(figures_json.portfolio_json(ledger, found)),
        "holdings": orjson.Fragment(
            figures_json.holdings_json(found, ledger.assets, lots=True, closed=True)
        ),
        "gains": {name: text(getattr(gains, name)) for name in AMOUNTS},
        "performance": {
            name: performance_values(
                figures.performance_over(ledger, name=name, start=None, end=None, today=today),
                currency,
                ledger.scope,
            )
            for name in RANGES
        },
    }


def _difference(
    found: Compared, before: PortfolioFigures, after: PortfolioFigures
) -> dict[str, str | None]:
    """Subtract what is known on both sides, in one currency."""
    same = found.before.portfolio.rules.currency == found.after.portfolio.rules.currency
    changes: dict[str, str | None] = {}
    with exact_context():
        for name in MONEY:
            one: Decimal | None = getattr(before, name)
            other: Decimal | None = getattr(after, name)
            if not same or one is None or other is None:
                changes[name] = None
            else:
                changes[name] = text(other - one)
    return changes
