"""The newest figures of every portfolio, kept beside the ledgers: a list of all reads these."""

from dataclasses import fields

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import InputError
from argosy.core.performance.ranges import parse_range
from argosy.core.performance.summary import twr_over
from argosy.core.valuation.figures import figures
from argosy.runtime.compute import ComputePool
from argosy.services import views
from argosy.services.books import Ledger
from argosy.services.views import View
from argosy.store import newest as rows
from argosy.store.newest import InUnit, Kept, Newest

__all__ = ["InUnit", "Kept", "Newest"]

USD = "USD"
RANGES = {"day_change": "1D", "week_change": "1W", "month_change": "1M", "year_change": "1Y"}
"""Which range each change is the time-weighted return of."""

UNIT = tuple(field.name for field in fields(InUnit))


async def of_user(session: AsyncSession, user_id: str) -> dict[str, Kept]:
    """Return the newest figures of a user's portfolios as they are kept, by portfolio."""
    return await rows.of_user(session, user_id)


async def in_dollars(
    session: AsyncSession, ledger: Ledger, *, compute: ComputePool
) -> Ledger | None:
    """Return a ledger in dollars; None where there are no rates to them."""
    try:
        return await views.seen(session, ledger, View(USD), compute=compute)
    except InputError:
        return None


def newest_of(ledger: Ledger, dollars: Ledger | None) -> Newest:
    """Compute a portfolio's newest figures, in its own currency and in dollars."""
    own, incomplete = _in_unit(ledger)
    usd = own
    if dollars is not ledger:
        usd = InUnit() if dollars is None else _in_unit(dollars)[0]
    return Newest(
        currency=ledger.portfolio.rules.currency,
        as_of=ledger.latest,
        own=own,
        usd=usd,
        incomplete=incomplete,
    )


def _in_unit(ledger: Ledger) -> tuple[InUnit, bool]:
    """Return figures in a ledger's currency, and whether its value lacks something."""
    first, latest = ledger.book.first_day, ledger.latest
    if first is None or latest is None:
        return InUnit(), False
    found = figures(ledger.book, as_of=latest)
    changes = {
        name: twr_over(ledger.series, parse_range(text, first=first, latest=latest), {})
        for name, text in RANGES.items()
    }
    unit = InUnit(
        current_value=found.total_value,
        total_invested=found.invested,
        day_change_value=found.day_change,
        total_return=None if found.total_return is None else float(found.total_return),
        **changes,
    )
    return unit, "incomplete" in found.flags
