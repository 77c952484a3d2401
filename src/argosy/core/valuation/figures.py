"""Every figure of a holding and of a portfolio at one date, exactly."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from argosy.core.explain import named
from argosy.core.ledger.book import OUTSIDE, Book
from argosy.core.ledger.marks import Marked, mark_on
from argosy.core.ledger.position import Position
from argosy.core.money import MISSING, UNIT, ZERO, exact_context, known
from argosy.core.valuation.kept import Figured, KeptHoldings
from argosy.core.valuation.marks import (
    cash_value_on,
    day_before,
    stale,
    total_of,
    unbooked_splits,
    value_on,
    values_on,
)
from argosy.core.valuation.reasons import holding_reasons, portfolio_reasons
from argosy.core.valuation.statement import HoldingFigures, PortfolioFigures

__all__ = ["HoldingFigures", "PortfolioFigures", "figures"]


def figures(
    book: Book, *, as_of: date, stale_on: date | None = None, kept: KeptHoldings | None = None
) -> PortfolioFigures:
    """Compute every figure of a book at the end of a day.

    Parameters
    ----------
    book : Book
        With no transaction after `as_of`.
    as_of : date
        Prices and rates after it are not looked at.
    stale_on : date, optional
        The day against which prices are called stale; `as_of` unless given.
    kept : KeptHoldings, optional
        What holdings came to in an earlier book that shares some with this one.

    Returns
    -------
    figures : PortfolioFigures
        Totals sum what is known; `flags` and `reasons` name what is lacking.
    """
    with exact_context():
        known = _known(book, as_of, stale_on or as_of, kept)
        moment = _Moment(
            book=book,
            as_of=as_of,
            stale_on=stale_on or as_of,
            values=_values(book, as_of, {key: one.found.value for key, one in known.items()}),
            before=_values(book, day_before(as_of), {k: one.before for k, one in known.items()}),
        )
        holdings: list[HoldingFigures] = []
        for key, position in book.positions.items():
            if key == OUTSIDE:
                continue
            alone = known[key].found if key in known else _holding(moment, position)
            if kept is not None and key not in known:
                kept.keep(book, position, Figured(alone, moment.before[key]))
            holdings.append(_weighted(moment, alone))
        return _portfolio(moment, holdings)


def _known(
    book: Book, as_of: date, stale_on: date, kept: KeptHoldings | None
) -> dict[str, Figured]:
    if kept is None:
        return {}
    kept.turn_to(book, as_of, stale_on)
    found = {
        key: kept.lookup(book, position)
        for key, position in book.positions.items()
        if key != OUTSIDE
    }
    return {key: one for key, one in found.items() if one is not None}


def _values(book: Book, day: date, known: dict[str, Decimal | None]) -> dict[str, Decimal | None]:
    """Return the value of each position and each cash, those that are known already as they are."""
    if not known:
        return values_on(book, day)
    values = {
        key: known[key] if key in known else value_on(book, position, day)
        for key, position in book.positions.items()
    }
    return values | cash_value_on(book, day)


@dataclass(frozen=True, kw_only=True)
class _Moment:
    """What all holdings of one question share: the values at its end, and those a day before."""

    book: Book
    as_of: date
    stale_on: date
    values: dict[str, Decimal | None]
    before: dict[str, Decimal | None]

    @cached_property
    def total(self) -> Decimal | None:
        """The sum of the values that are known."""
        return total_of(self.values)[0]


def _weighted(moment: _Moment, alone: HoldingFigures) -> HoldingFigures:
    """Give a holding its weight, which depends on all others."""
    weight = _weight(alone.value, moment.total)
    if weight is None:
        return alone
    reasons = {name: why for name, why in alone.reasons.items() if name != "weight"}
    return replace(alone, weight=weight, reasons=reasons)


def _holding(moment: _Moment, position: Position) -> HoldingFigures:
    """Compute a holding's figures but for its weight."""
    book, as_of = moment.book, moment.as_of
    quantity, cost, local_cost = position.quantity, position.cost, position.local_cost
    mark = mark_on(book.market, position, as_of) if quantity else None
    value = moment.values[position.asset_id]
    rate = book.market.rates.rate(position.currency, book.rules.currency, as_of)
    unrealized = MISSING if value is None else named(value - cost, "value − cost")
    currency_part = (local_cost * rate - cost).quantize(UNIT) if quantity else ZERO
    realized = position.realized()
    gain = named(
        unrealized + realized + position.income - position.fees_separate,
        "unrealized + realized + income − separate fees",
    )
    found = HoldingFigures(
        asset_id=position.asset_id,
        currency=position.currency,
        quantity=quantity,
        average_cost=_ratio(cost, quantity, "cost ÷ quantity"),
        cost=known(named(cost, "cost")),
        local_cost=known(local_cost),
        price=None if mark is None else mark.price.quantize(UNIT),
        price_on=None if mark is None else mark.day,
        price_at=None if mark is None else mark.at,
        price_source=None if mark is None else mark.source,
        rate=known(rate.quantize(UNIT)),
        value=value,
        local_value=_local_value(quantity, mark),
        weight=None,
        unrealized_gain=known(unrealized),
        unrealized_return=_ratio(unrealized, abs(cost), "unrealized gain ÷ cost"),
        unrealized_price_part=known(unrealized - currency_part),
        unrealized_currency_part=known(currency_part if value is not None else MISSING),
        realized_gain=known(named(realized, "sum of realized gains")),
        income=known(position.income),
        fees=known(position.fees),
        fees_separate=known(position.fees_separate),
        total_gain=known(gain),
        day_change=known(_holding_change(moment, position)),
        flags=_flags(moment, position, mark),
        lots=position.lots(),
    )
    asset = book.market.assets[position.asset_id]
    return replace(found, reasons=holding_reasons(found, asset.symbol, book.rules.currency, as_of))


def _local_value(quantity: Decimal, mark: Marked | None) -> Decimal | None:
    if not quantity:
        return ZERO
    return None if mark is None else (quantity * mark.price).quantize(UNIT)


def _weight(value: Decimal | None, total: Decimal | None) -> Decimal | None:
    if value is None or total is None or total <= 0:
        return None
    return _ratio(value, total, "value ÷ total value")


def _holding_change(moment: _Moment, position: Position) -> Decimal:
    """Change of value over one day, net of what was paid in and taken out on it."""
    before, after = moment.before[position.asset_id], moment.values[position.asset_id]
    if before is None or after is None:
        return MISSING
    return after - before - position.paid_on(moment.as_of)


def _flags(moment: _Moment, position: Position, mark: Marked | None) -> tuple[str, ...]:
    book = moment.book
    flags = set(position.flags)
    if position.quantity:
        if mark is None:
            flags.add("no_price")
        else:
            flags.update(_mark_flags(book, position, mark, moment.stale_on))
        base = book.rules.currency
        if book.market.rates.rate(position.currency, base, moment.as_of).is_nan():
            flags.add("no_rate")
    if unbooked_splits(book, position, moment.as_of):
        flags.add("split_unbooked")
    return tuple(sorted(flags))


def _mark_flags(book: Book, position: Position, mark: Marked, stale_on: date) -> set[str]:
    flags = set()
    if mark.estimated:
        flags.add("estimated")
    if mark.override:
        flags.add("own_price")
    if stale(book.market, position, mark, stale_on):
        flags.add("stale")
    return flags


def _portfolio(moment: _Moment, holdings: list[HoldingFigures]) -> PortfolioFigures:
    book, as_of, total = moment.book, moment.as_of, moment.total
    positions = book.positions.values()
    flags, lacking = _lacks(book, holdings, as_of)
    held = [holding for holding in holdings if holding.quantity]
    unrealized = _sum([holding.unrealized_gain for holding in held])
    gain = _total(
        [*(holding.total_gain for holding in holdings), *_outside_gain(book)],
        unrealized=unrealized,
    )
    bought = sum((position.bought for position in positions), ZERO)
    whole = gain is not None and not lacking
    found = PortfolioFigures(
        as_of=as_of,
        total_value=None if total is None else named(total, "sum of holdings and cash"),
        total_cost=_sum([holding.cost for holding in held]),
        unrealized_gain=unrealized,
        realized_gain=_sum([holding.realized_gain for holding in holdings]),
        income=_sum([known(position.income) for position in positions]),
        fees=_sum([known(position.fees) for position in positions]),
        fees_separate=_sum([known(position.fees_separate) for position in positions]),
        total_gain=gain,
        total_return=_ratio(gain or ZERO, bought, "total gain ÷ bought") if whole else None,
        day_change=_change(moment),
        invested=known(_invested(book, as_of)),
        bought=known(bought),
        cash=book.cash_on(as_of),
        cash_value=_sum(list(cash_value_on(book, as_of).values())),
        flags=flags,
        reasons={},
        holdings=tuple(holdings),
    )
    return replace(found, reasons=portfolio_reasons(found, lacking))


def _outside_gain(book: Book) -> list[Decimal | None]:
    outside = book.positions.get(OUTSIDE)
    return [] if outside is None else [known(outside.income - outside.fees_separate)]


def _total(parts: list[Decimal | None], *, unrealized: Decimal | None) -> Decimal | None:
    """Sum the gains that are known; unknown if no holding has a known one."""
    if unrealized is None:
        return None
    total = _sum(parts)
    return None if total is None else named(total, "sum of the holdings' gains")


def _invested(book: Book, as_of: date) -> Decimal:
    flows = book.flows.days()
    return sum((flow.money_in for day, flow in flows.items() if day <= as_of), ZERO)


def _change(moment: _Moment) -> Decimal | None:
    before, lacking_before = total_of(moment.before)
    after, lacking_after = total_of(moment.values)
    if before is None or after is None or lacking_before or lacking_after:
        return None
    flow = moment.book.flows.days().get(moment.as_of)
    net = ZERO if flow is None else flow.money_in - flow.money_out
    return known(named(after - before - net, "value − value the day before − net flow"))


def _lacks(
    book: Book, holdings: list[HoldingFigures], as_of: date
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Name all that totals lack or cannot fully trust: as flags, and in words what they lack."""
    flags: list[str] = []
    lacking: list[str] = []
    for holding in holdings:
        symbol = book.market.assets[holding.asset_id].symbol
        flags.extend(f"{flag}:{symbol}" for flag in holding.flags)
        lacking.extend(holding.reasons[name] for name in _SUMMED if name in holding.reasons)
    for currency, value in cash_value_on(book, as_of).items():
        if value is None:
            flags.append(f"no_rate:{currency}")
            lacking.append(f"There is no rate {currency}/{book.rules.currency}.")
    outside = book.positions.get(OUTSIDE)
    if outside is not None and (outside.income + outside.fees).is_nan():
        lacking.append("Interest, a fee or a tax has no rate on its day.")
    if any(amount < 0 for amount in book.cash_on(as_of).values()):
        flags.append("cash_negative")
    if lacking:
        flags.insert(0, "incomplete")
    return tuple(flags), tuple(dict.fromkeys(lacking))


_SUMMED = ("value", "cost", "realized_gain", "income", "fees")


def _sum(parts: list[Decimal | None]) -> Decimal | None:
    """Sum the known parts; None only where there are parts and none is known."""
    found = [part for part in parts if part is not None]
    if parts and not found:
        return None
    return sum(found, ZERO)


def _ratio(part: Decimal, whole: Decimal, label: str) -> Decimal | None:
    if part.is_nan() or whole.is_nan() or not whole:
        return None
    return named((part / whole).quantize(UNIT), label)
