"""All portfolios of a user as one: what they are worth, gained and returned together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.money import ZERO, exact_context
from argosy.core.performance.household import Household, household
from argosy.core.performance.ranges import Range, parse_range
from argosy.core.performance.summary import Performance
from argosy.core.valuation.figures import PortfolioFigures
from argosy.runtime.compute import ComputePool
from argosy.services import books, views
from argosy.services.books import Known, Ledger, LedgerCache
from argosy.services.figures import figures_on, performance_over, reaching
from argosy.services.views import View
from argosy.store import portfolios as portfolio_store
from argosy.store import versions

DEFAULT_CURRENCY = "USD"


@dataclass(frozen=True, slots=True)
class Member:
    """One portfolio among the others; `own_currency` is what it is kept in."""

    ledger: Ledger
    own_currency: str
    figures: PortfolioFigures
    performance: Performance | None
    weight: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """All portfolios of a user in one currency; money None where unknown, with `reasons`.

    `total_value` sums what is known and `flags` name what it lacks. `performance` is that of all of
    them over the range; transfers between them are no flows.
    """

    currency: str
    as_of: date
    total_value: Decimal | None
    total_gain: Decimal | None
    day_change: Decimal | None
    performance: Performance | None
    members: tuple[Member, ...]
    flags: tuple[str, ...]
    reasons: dict[str, str]


async def known_of(session: AsyncSession, user_id: str) -> list[Known]:
    """Return a user's portfolios with the versions of all that their figures depend on."""
    found = await versions.read(session, books.SCOPES)
    marks = tuple(found[scope] for scope in books.SCOPES)
    return [Known(one, marks) for one in await portfolio_store.of_user(session, user_id)]


def currency_of(members: Sequence[Known]) -> str:
    """Return what a summary is in unless it is said: the oldest portfolio's currency."""
    return members[0].portfolio.rules.currency if members else DEFAULT_CURRENCY


async def load(
    session: AsyncSession,
    members: Sequence[Known],
    currency: str,
    *,
    cache: LedgerCache,
    compute: ComputePool,
) -> list[Ledger]:
    """Return the ledgers of portfolios, each in one currency.

    Raises
    ------
    InputError
        If the currency has neither rates nor an asset of its name.
    """
    found = []
    for one in members:
        ledger = await books.load(session, one, cache=cache, compute=compute)
        found.append(await views.seen(session, ledger, View(currency), compute=compute))
    return found


def summary(
    ledgers: Sequence[Ledger],
    own_currencies: Sequence[str],
    currency: str,
    *,
    span: str,
    today: date,
) -> Summary:
    """Put portfolios together over a named range that ends on the latest day of them all.

    Raises
    ------
    InputError
        If the range is none.
    """
    used = [one for one in ledgers if one.book.first_day is not None]
    as_of = max((one.latest for one in used if one.latest is not None), default=today)
    first = min((one.book.first_day for one in used if one.book.first_day), default=today)
    inside = parse_range(span, first=first, latest=as_of)
    figures = [figures_on(one, as_of, today=today) for one in ledgers]
    whole = [one for one, of in zip(figures, ledgers, strict=True) if of in used]
    total, day_change = None, None
    if used:
        family = _family(used, as_of)
        total = family.performance(inside, whole=whole if inside.start <= first else None)
        day_change = family.performance(Range(as_of, as_of))
    with exact_context():
        value = _known_sum([one.total_value for one in figures])
        gain = _known_sum([one.total_gain for one in figures])
    reasons = dict(_reasons(figures))
    if day_change is not None and day_change.gain is None:
        reasons["day_change"] = day_change.reasons["gain"]
    return Summary(
        currency=ledgers[0].portfolio.rules.currency if ledgers else currency,
        as_of=as_of,
        total_value=value,
        total_gain=gain,
        day_change=ZERO if day_change is None else day_change.gain,
        performance=total,
        members=tuple(
            Member(one, own, found, _of_member(one, inside, today), _weight(found, value))
            for one, own, found in zip(ledgers, own_currencies, figures, strict=True)
        ),
        flags=tuple(dict.fromkeys(flag for one in figures for flag in one.flags)),
        reasons=reasons,
    )


def _family(ledgers: Sequence[Ledger], as_of: date) -> Household:
    return household(
        {one.portfolio.id: one.book for one in ledgers},
        {one.portfolio.id: reaching(one, as_of) for one in ledgers},
    )


def _of_member(ledger: Ledger, inside: Range, today: date) -> Performance | None:
    return performance_over(ledger, name=None, start=inside.start, end=inside.end, today=today)


def _known_sum(values: Sequence[Decimal | None]) -> Decimal | None:
    """Sum what is known; None only where there is something and nothing of it is known."""
    found = [value for value in values if value is not None]
    return None if values and not found else sum(found, ZERO)


def _weight(found: PortfolioFigures, total: Decimal | None) -> float | None:
    if found.total_value is None or total is None or total <= 0:
        return None
    return float(found.total_value / total)


def _reasons(figures: Sequence[PortfolioFigures]) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for one in figures:
        for name in ("total_value", "total_gain"):
            if name in one.reasons:
                found.setdefault(name, []).append(one.reasons[name])
    return {name: " ".join(dict.fromkeys(why)) for name, why in found.items()}
