"""Realized gains lot by lot: what each disposal brought, and how long it was held.

The lots of a disposal add up to it exactly, in every figure.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from argosy.core.ledger.basis import Piece, share_out
from argosy.core.ledger.book import Book
from argosy.core.ledger.position import Disposal, Position
from argosy.core.money import UNIT, ZERO, exact_context, known

LONG_TERM_DAYS = 365
"""What is held for more days than this is long-term, unless somebody says otherwise."""

AMOUNTS = ("proceeds", "cost", "gain", "price_part", "currency_part")
"""What is added up of gains: gain = proceeds − cost = price part + currency part."""


class Term(StrEnum):
    """Whether something was held for long; unknown where nothing was acquired, or given up."""

    SHORT = "short"
    LONG = "long"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class LotGain:
    """What one acquisition had to do with a disposal. Money in the portfolio's currency.

    Attributes
    ----------
    piece : Piece
        The shares with their cost.
    days_held : int
        From the acquisition to the disposal; negative where `uk_pool` matched a later one.
    """

    piece: Piece
    days_held: int
    term: Term
    proceeds: Decimal
    local_proceeds: Decimal
    gain: Decimal
    price_part: Decimal
    currency_part: Decimal
    fees: Decimal

    @property
    def cost(self) -> Decimal:
        """Relieved cost."""
        return self.piece.cost


@dataclass(frozen=True, slots=True, kw_only=True)
class RealizedGain:
    """One disposal with its numbers worked out, in the portfolio's currency.

    Attributes
    ----------
    fees : Decimal
        Fees and taxes of the disposal itself; they are off the proceeds already where the
        portfolio counts them so.
    lots : tuple of LotGain
        Empty where money came back without shares leaving.
    """

    disposal: Disposal
    gain: Decimal
    price_part: Decimal
    currency_part: Decimal
    fees: Decimal
    lots: tuple[LotGain, ...]

    @property
    def proceeds(self) -> Decimal:
        """What it brought."""
        return self.disposal.proceeds

    @property
    def cost(self) -> Decimal:
        """Relieved cost."""
        return self.disposal.cost

    @property
    def acquired(self) -> date | None:
        """The oldest acquisition."""
        return min((lot.piece.day for lot in self.lots), default=None)

    @property
    def days_held(self) -> int | None:
        """Days from the oldest acquisition to the disposal."""
        return max((lot.days_held for lot in self.lots), default=None)

    @property
    def term(self) -> Term:
        """That of its lots; unknown where they differ, or there are none."""
        terms = {lot.term for lot in self.lots}
        return terms.pop() if len(terms) == 1 else Term.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class GainTotals:
    """Gains added up; None where one of them is unknown.

    `gains` and `losses` are the sums of the lots above and below zero.
    """

    count: int
    proceeds: Decimal | None
    cost: Decimal | None
    gain: Decimal | None
    price_part: Decimal | None
    currency_part: Decimal | None
    gains: Decimal | None
    losses: Decimal | None
    fees: Decimal | None


def realized_gains(
    book: Book,
    start: date,
    end: date,
    *,
    long_term_days: int = LONG_TERM_DAYS,
    only: Collection[str] | None = None,
) -> list[RealizedGain]:
    """Return every disposal of a span, first and last day inclusive, oldest first.

    Parameters
    ----------
    book : Book
        Of the whole ledger: `uk_pool` matches a sale with later purchases.
    start, end : date
    long_term_days : int
        A lot held for more days than this is long-term. What covers a short sale is short-term,
        however long it was owed.
    only : collection of str, optional
        The ids of the assets that are wanted.
    """
    with exact_context():
        found = [
            _realized(disposal, charges, long_term_days)
            for key, position in book.positions.items()
            if only is None or key in only
            if (some := [one for one in position.disposals() if start <= one.day <= end])
            for charges in [_charges(position)]
            for disposal in some
        ]
    return sorted(found, key=lambda one: one.disposal.day)


def totals(found: Iterable[RealizedGain]) -> GainTotals:
    """Add disposals up."""
    some = list(found)
    with exact_context():
        return _totals(some)


def totals_by_term(found: Iterable[RealizedGain]) -> dict[Term, GainTotals]:
    """Add lots up by term; what has none is unknown. The three add up to the disposals."""
    parts: dict[Term, list[LotGain | RealizedGain]] = {term: [] for term in Term}
    for one in found:
        if not one.lots:
            parts[Term.UNKNOWN].append(one)
        for lot in one.lots:
            parts[lot.term].append(lot)
    with exact_context():
        return {term: _totals(some) for term, some in parts.items()}


def _totals(some: Sequence[LotGain | RealizedGain]) -> GainTotals:
    names = (*AMOUNTS, "fees")
    sums = {name: known(sum((getattr(one, name) for one in some), ZERO)) for name in names}
    lots = [
        one.gain
        for whole in some
        for one in (whole.lots or [whole] if isinstance(whole, RealizedGain) else [whole])
    ]
    return GainTotals(
        count=len(some),
        gains=known(sum((max(gain, ZERO) for gain in lots), ZERO)),
        losses=known(sum((min(gain, ZERO) for gain in lots), ZERO)),
        **sums,
    )


def cost_on(position: Position, day: date) -> Decimal:
    """Return the cost of what is held at the end of a day; of a short below zero."""
    index = bisect_right(position.steps, day.toordinal(), key=lambda step: step[0]) - 1
    return position.steps[index][2] if index >= 0 else ZERO


def _charges(position: Position) -> dict[str, tuple[Decimal, Decimal]]:
    """Return the fees of each line with the quantity it was about, 0 where it had none."""
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for line, amount in position.charges:
        before = found.get(line.id, (ZERO, ZERO))[0]
        found[line.id] = (before + amount, line.quantity or ZERO)
    return found


def _fees(disposal: Disposal, charges: dict[str, tuple[Decimal, Decimal]]) -> Decimal:
    """Return the part of a line's fees that belongs to what it disposed of."""
    fees, quantity = charges.get(disposal.transaction_id, (ZERO, ZERO))
    if not fees or not quantity or quantity <= disposal.quantity:
        return fees
    return (fees * disposal.quantity / quantity).quantize(UNIT)


def _realized(
    disposal: Disposal, charges: dict[str, tuple[Decimal, Decimal]], long_term_days: int
) -> RealizedGain:
    fees = _fees(disposal, charges)
    return RealizedGain(
        disposal=disposal,
        gain=disposal.gain,
        price_part=disposal.price_part,
        currency_part=disposal.currency_part,
        fees=fees,
        lots=_lots(disposal, fees, long_term_days),
    )


def _lots(disposal: Disposal, fees: Decimal, long_term_days: int) -> tuple[LotGain, ...]:
    pieces = disposal.pieces
    quantities = [piece.quantity for piece in pieces]
    whole = sum(quantities, ZERO)
    if not whole:
        return ()
    proceeds = share_out(disposal.proceeds, quantities, whole)
    locals_ = share_out(disposal.local_proceeds, quantities, whole)
    charged = share_out(fees, quantities, whole)
    currency = _currency_parts(disposal, pieces, proceeds, locals_)
    found: list[LotGain] = []
    for index, piece in enumerate(pieces):
        days = (disposal.day - piece.day).days
        gain = proceeds[index] - piece.cost
        lot = LotGain(
            piece=piece,
            days_held=days,
            term=Term.LONG if days > long_term_days and not disposal.covers else Term.SHORT,
            proceeds=proceeds[index],
            local_proceeds=locals_[index],
            gain=gain,
            price_part=gain - currency[index],
            currency_part=currency[index],
            fees=charged[index],
        )
        found.append(lot)
    return tuple(found)


def _currency_parts(
    disposal: Disposal,
    pieces: Sequence[Piece],
    proceeds: Sequence[Decimal],
    local_proceeds: Sequence[Decimal],
) -> list[Decimal]:
    """Return each lot's own currency part; the last one takes what rounding left."""
    rate = disposal.rate
    if disposal.covers:
        pairs = zip(proceeds, local_proceeds, strict=True)
        parts = [(brought - local * rate).quantize(UNIT) for brought, local in pairs]
    else:
        parts = [(piece.local_cost * rate - piece.cost).quantize(UNIT) for piece in pieces]
    return [*parts[:-1], disposal.currency_part - sum(parts[:-1], ZERO)]
