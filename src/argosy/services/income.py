"""What a portfolio paid, what it yields, and which payments can be expected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import InputError
from argosy.core.ledger.book import OUTSIDE
from argosy.core.ledger.transaction import DividendPolicy
from argosy.core.market.asset import Dividend
from argosy.core.valuation.expected import Expected, expected_payments
from argosy.core.valuation.income import (
    Income,
    IncomeBy,
    Yield,
    growth_of,
    income_by,
    payments,
    total,
    year_before,
    yields,
)
from argosy.services import actions
from argosy.services.books import Ledger
from argosy.services.figures import figures_on
from argosy.store import dividends, versions

__all__ = ["Income", "IncomeBy", "Yield"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomeReport:
    """Income of a span, and of the twelve months up to its end.

    `last_year` is of the twelve months, `growth` is against the twelve before; None with its
    reason.
    """

    by: IncomeBy
    start: date
    end: date
    rows: tuple[Income, ...]
    total: Income
    last_year: Income
    growth: Decimal | None
    whole: Yield
    yields: tuple[Yield, ...]
    calendar: tuple[Expected, ...]
    flags: tuple[str, ...]
    reasons: dict[str, str]


_ONE_DAY = timedelta(days=1)
Known = Mapping[str, Sequence[Dividend]]


async def known_dividends(session: AsyncSession, ledger: Ledger) -> Known:
    """Return the dividends of a ledger's assets, one entry an event, as its owner sees them."""
    had = [ledger.assets[key] for key in ledger.book.positions if key != OUTSIDE]
    owner = ledger.portfolio.user_id
    stated = await actions.of_assets(session, owner, [asset.key for asset in had])
    return {asset.id: [one.event for one in stated[asset.key].dividends] for asset in had}


async def version(session: AsyncSession) -> int:
    """Return a number for the dividends that are known."""
    return (await versions.read(session, [dividends.SCOPE]))[dividends.SCOPE]


def income_over(
    ledger: Ledger,
    known: Known,
    *,
    by: IncomeBy,
    start: date | None,
    end: date | None,
    today: date,
) -> IncomeReport:
    """Add up what a portfolio paid over a span; the whole history to the latest day if none is.

    Raises
    ------
    InputError
        If the span ends before it starts.
    """
    if start is not None and end is not None and end < start:
        raise InputError(f"The range ends on {end}, before it starts on {start}.")
    latest = ledger.latest or today
    last = min(end, max(today, latest)) if end is not None else latest
    first = min(max(start or date.min, ledger.book.first_day or last), last)
    book = ledger.book
    paid = payments(book, first, last)
    yearly = payments(book, year_before(last) + _ONE_DAY, last)
    before = payments(book, year_before(year_before(last)) + timedelta(days=1), year_before(last))
    last_year = total(yearly, "last_year", "Last twelve months")
    growth, why = growth_of(last_year.net, total(before).net)
    found = figures_on(ledger, last, today=today)
    whole, each = yields(found, yearly)
    reduces = ledger.portfolio.rules.dividend_policy is DividendPolicy.REDUCES_COST
    summed = replace(total(paid), start=first, end=last)
    return IncomeReport(
        by=by,
        start=first,
        end=last,
        rows=income_by(book, paid, by, start=first, end=last) if ledger.book.first_day else (),
        total=summed,
        last_year=last_year,
        growth=growth,
        whole=whole,
        yields=each,
        calendar=_calendar(ledger, known, today),
        flags=("dividends_reduce_cost",) if reduces else (),
        reasons={} if why is None else {"growth": why},
    )


def _calendar(ledger: Ledger, known: Known, today: date) -> tuple[Expected, ...]:
    own = [line for line in ledger.transactions if line.portfolio_id == ledger.portfolio.id]
    return expected_payments(ledger.book_on(today), known, own, today=today)
