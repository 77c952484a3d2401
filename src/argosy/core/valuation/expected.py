"""Payments that can be expected of what is held. Nothing here books anything."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from argosy.core.ledger.book import OUTSIDE, Book
from argosy.core.ledger.position import Position
from argosy.core.ledger.proposals import entitled_shares, paid_on, payable
from argosy.core.ledger.state import amount_of
from argosy.core.ledger.transaction import Transaction, TransactionType
from argosy.core.market.asset import Dividend
from argosy.core.money import UNIT, ZERO, exact_context, known

AHEAD_DAYS = 365
"""The calendar reaches so far."""

NEAR_DAYS = 45
"""An announced dividend takes the place of a forecast whose ex-day is at most so far from it."""


class Certainty(StrEnum):
    """How much is known of a payment to come."""

    ANNOUNCED = "announced"
    FORECAST = "forecast"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A payment to come, before any tax.

    Attributes
    ----------
    ex_on, pay_on : date
        When it goes ex, and when it is paid; the ex-day where nobody says when.
    per_share, amount : Decimal
        In `currency`; the amount in its minor units.
    shares : Decimal
        Held when the ex-day began, or held now where that is to come.
    value : Decimal or None
        The amount in the portfolio's currency at the newest rate.
    """

    asset_id: str
    certainty: Certainty
    ex_on: date
    pay_on: date
    currency: str
    per_share: Decimal
    shares: Decimal
    amount: Decimal
    value: Decimal | None
    reasons: dict[str, str] = field(default_factory=dict)


def expected_payments(
    book: Book,
    dividends: Mapping[str, Sequence[Dividend]],
    booked: Iterable[Transaction],
    *,
    today: date,
) -> tuple[Expected, ...]:
    """Return what will be paid after today, as announced, or as it was in the last year.

    Parameters
    ----------
    book : Book
        Of all lines up to today.
    dividends : mapping of str to sequence of Dividend
        What is known of each asset, past and to come, one entry an event.
    booked : iterable of Transaction
        The portfolio's own lines; those of dividends count.
    today : date

    Returns
    -------
    expected : tuple of Expected
        Of the next 365 days by day of payment. What is announced is paid for the shares of the
        ex-day. A forecast repeats each dividend of the last 365 days a year later, per share of
        today, for the shares of today; where nobody states dividends, those that the ledger
        booked.
    """
    last = today + timedelta(days=AHEAD_DAYS)
    lines: dict[str, list[Transaction]] = {}
    for line in booked:
        if line.type is TransactionType.DIVIDEND and 0 <= (today - line.day).days < AHEAD_DAYS:
            lines.setdefault(line.asset_id or OUTSIDE, []).append(line)
    found: list[Expected] = []
    with exact_context():
        for asset_id, position in book.positions.items():
            if asset_id == OUTSIDE:
                continue
            stated = list(dividends.get(asset_id, ()))
            announced = [one for one in stated if paid_on(one) > today]
            past = [one for one in stated if 0 <= (today - one.day).days < AHEAD_DAYS]
            past = past or list(_booked(book, lines.get(asset_id, ())))
            repeated = list(_repeated(book, asset_id, past, announced, today=today))
            found += [
                _expected(book, position, one, Certainty.ANNOUNCED, today=today)
                for one in announced
            ]
            found += [
                _expected(book, position, one, Certainty.FORECAST, today=today) for one in repeated
            ]
    due = [one for one in found if one.shares > 0 and today < one.pay_on <= last]
    return tuple(sorted(due, key=lambda one: (one.pay_on, one.ex_on, one.asset_id)))


def _repeated(
    book: Book,
    asset_id: str,
    past: Iterable[Dividend],
    announced: Sequence[Dividend],
    *,
    today: date,
) -> Iterator[Dividend]:
    """Move the dividends of the last year a year on, but for those that are announced already."""
    year = timedelta(days=AHEAD_DAYS)
    for one in past:
        day = one.day + year
        if any(abs((other.day - day).days) <= NEAR_DAYS for other in announced):
            continue
        pay_on = None if one.pay_on is None else one.pay_on + year
        amount = _per_share_now(book, asset_id, one, today)
        yield Dividend(day, amount, one.currency, pay_on)


def _per_share_now(book: Book, asset_id: str, one: Dividend, today: date) -> Decimal:
    """Return what was paid per share in shares of today."""
    amount = one.amount
    for split in book.market.splits.get(asset_id, ()):
        if one.day < split.priced_on <= today:
            amount = amount * split.old / split.new
    return amount.quantize(UNIT)


def _booked(book: Book, lines: Iterable[Transaction]) -> Iterator[Dividend]:
    """Return what the ledger booked, per share held on its day."""
    for line in lines:
        held = entitled_shares(book, line.asset_id or OUTSIDE, line.day)
        if held > 0:
            per_share = (amount_of(line) / held).quantize(UNIT)
            yield Dividend(line.day, per_share, line.currency, line.day)


def _expected(
    book: Book, position: Position, one: Dividend, certainty: Certainty, *, today: date
) -> Expected:
    shares = position.quantity_on(today)
    if certainty is Certainty.ANNOUNCED and one.day <= today:
        shares = entitled_shares(book, position.asset_id, one.day)
    amount = payable(one, max(shares, ZERO))
    rate = book.market.rates.rate(one.currency, book.rules.currency, today)
    value = known((amount * rate).quantize(UNIT))
    why = f"There is no rate {one.currency}/{book.rules.currency}."
    return Expected(
        asset_id=position.asset_id,
        certainty=certainty,
        ex_on=one.day,
        pay_on=paid_on(one),
        currency=one.currency,
        per_share=one.amount,
        shares=shares,
        amount=amount,
        value=value,
        reasons={} if value is not None else {"value": why},
    )
