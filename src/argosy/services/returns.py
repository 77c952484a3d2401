"""Returns of the parts of a portfolio, of its months and years, and what they gained."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from argosy.core.ledger.transaction import Transaction
from argosy.core.market.asset import Asset
from argosy.core.money import exact_context
from argosy.core.performance.attribution import attribution
from argosy.core.performance.calendar import Calendar, calendar_of
from argosy.core.performance.part import Part, PartKind, together
from argosy.core.performance.ranges import Range
from argosy.core.performance.summary import Performance
from argosy.services.books import Ledger
from argosy.services.figures import performance_over, reaching
from argosy.services.parting import By, parted

TOGETHER = {By.CATEGORY: PartKind.CATEGORY, By.CURRENCY: PartKind.CURRENCY}
CASH, NAMELESS = "CASH", "NONE"
"""What cash is grouped under by category, and what names no asset."""


@dataclass(frozen=True, slots=True)
class PartReturns:
    """All returns of one part of a portfolio; `key` is an asset's id, a category or a currency."""

    key: str
    assets: tuple[Asset, ...]
    performance: Performance


@dataclass(frozen=True, slots=True)
class Attributed:
    """Where a portfolio's gain comes from: parts that add up to the total."""

    performance: Performance
    parts: tuple[Part, ...]
    total: Part


def returns_by(ledger: Ledger, by: By, span: Range, *, today: date) -> list[PartReturns]:
    """Compute all returns of each part, the largest gain first; what had no part is left out."""
    found = []
    for part in parted(ledger, by):
        performance = performance_over(
            part.ledger, name=None, start=span.start, end=span.end, today=today
        )
        if performance is not None and took_part(performance):
            found.append(PartReturns(part.key, part.assets, performance))
    return sorted(found, key=lambda one: _falling(one.performance.gain))


def took_part(found: Performance) -> bool:
    """Tell whether there was anything of a part in a range."""
    money = (found.value_start, found.value_end, found.money_in, found.money_out)
    return any(amount is None or amount != 0 for amount in money)


def _falling(gain: Decimal | None) -> tuple[bool, Decimal]:
    return gain is None, Decimal(0) if gain is None else -gain


def calendar_over(ledger: Ledger, span: Range) -> Calendar:
    """Compute the returns of each month and year of a range that holds days of the portfolio."""
    return calendar_of(reaching(ledger, span.end), span)


def attributed(ledger: Ledger, by: By, span: Range, *, today: date) -> Attributed:
    """Part a range's gain and return; the range holds days of the portfolio."""
    whole = performance_over(ledger, name=None, start=span.start, end=span.end, today=today)
    assert whole is not None, "the range holds days of the portfolio"
    span = Range(whole.start, whole.end)
    parts = attribution(
        ledger.book, reaching(ledger, span.end), span, own_rates=_at_own_rates(ledger)
    )
    names = {(part.kind, part.key): _name(ledger, part) for part in parts if part.gain is None}
    total = _total(together(PartKind.TOTAL, "", parts, names), whole)
    if by is not By.HOLDING:
        parts = _grouped(ledger, by, parts, names)
    ordered = sorted(parts, key=lambda part: _falling(part.gain))
    return Attributed(whole, tuple(ordered), total)


def _at_own_rates(ledger: Ledger) -> list[Transaction]:
    own = ledger.portfolio.id
    return [
        line
        for line in ledger.transactions
        if line.fx_rate is not None and line.portfolio_id == own
    ]


def _name(ledger: Ledger, part: Part) -> str:
    asset = ledger.assets.get(part.key)
    return part.key if asset is None else asset.symbol


def _total(summed: Part, whole: Performance) -> Part:
    """Put the portfolio's own figures beside the sums: what differs is residual."""
    parts = (summed.price_part, summed.currency_part, summed.income, summed.fees)
    reasons = dict(summed.reasons)
    residual = None
    with exact_context():
        known = [part for part in parts if part is not None]
        if whole.gain is not None and len(known) == len(parts):
            residual = whole.gain - sum(known)
    for name in ("value_start", "flows", "value_end", "gain"):
        reasons.pop(name, None)
        if name in whole.reasons:
            reasons[name] = whole.reasons[name]
    if whole.twr is None:
        reasons["contribution"] = whole.reasons["twr"]
    else:
        reasons.pop("contribution", None)
    return Part(
        kind=PartKind.TOTAL,
        key="",
        value_start=whole.value_start,
        flows=None if whole.flows.is_nan() else whole.flows,
        value_end=whole.value_end,
        gain=whole.gain,
        price_part=summed.price_part,
        currency_part=summed.currency_part,
        income=summed.income,
        fees=summed.fees,
        residual=residual,
        contribution=whole.twr,
        reasons=reasons,
    )


def _grouped(
    ledger: Ledger, by: By, parts: tuple[Part, ...], names: dict[tuple[PartKind, str], str]
) -> tuple[Part, ...]:
    groups: dict[str, list[Part]] = {}
    for part in parts:
        groups.setdefault(_group(ledger, by, part), []).append(part)
    return tuple(together(TOGETHER[by], key, some, names) for key, some in groups.items())


def _group(ledger: Ledger, by: By, part: Part) -> str:
    if part.kind is PartKind.HOLDING:
        return by.key(ledger.assets[part.key])
    if part.kind is PartKind.CASH:
        return CASH if by is By.CATEGORY else part.key
    return NAMELESS if by is By.CATEGORY else ledger.portfolio.rules.currency
