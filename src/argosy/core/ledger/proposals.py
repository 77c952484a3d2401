"""Splits and dividends of what was held that a ledger does not book yet, as proposals.

Nothing here books anything. A proposal goes when a line of the ledger means the same event; what
somebody put away stays, and says so.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from argosy.core.errors import InputError, OversoldError
from argosy.core.ledger.book import Book
from argosy.core.ledger.transaction import Transaction, TransactionType
from argosy.core.market.actions import Action, AssetActions, same_days
from argosy.core.market.asset import Dividend, Split
from argosy.core.market.market import same_split
from argosy.core.money import UNIT, ZERO, exact_context, minor_digits

BOOKED_BEFORE_DAYS = 3
BOOKED_AFTER_DAYS = 60
"""A line means a dividend if it stands so many days before to so many days after the ex-day."""

PAID_LATE_DAYS = 10
"""Where the pay day is known, a line may also stand up to so many days after it."""

PAYMENTS = frozenset(
    {TransactionType.DIVIDEND, TransactionType.RETURN_OF_CAPITAL, TransactionType.INTEREST}
)
"""What a distribution of an asset may be booked as."""

_ONE_DAY = timedelta(days=1)

Again = Callable[[Sequence[tuple[str, Split]]], Book]
"""Makes the book anew, with further splits of assets."""


class ProposalKey(NamedTuple):
    """What a proposal is called: its kind, the event's day, the asset, a dividend's currency."""

    type: TransactionType
    day: date
    asset_id: str
    currency: str = ""

    @property
    def text(self) -> str:
        """The key as one word; the external id of the line that it becomes."""
        parts = (self.type.lower(), self.day.isoformat(), self.currency, self.asset_id)
        return "_".join(part for part in parts if part)

    @classmethod
    def of(cls, asset_id: str, event: Split | Dividend) -> "ProposalKey":
        """Return the key of an event of an asset."""
        if isinstance(event, Split):
            return cls(TransactionType.SPLIT, event.day, asset_id)
        return cls(TransactionType.DIVIDEND, event.day, asset_id, event.currency)

    @classmethod
    def read(cls, text: str) -> "ProposalKey | None":
        """Return the key that a word is; None if it is none.

        Examples
        --------
        >>> key = ProposalKey(TransactionType.DIVIDEND, date(2024, 2, 9), "a1", "USD")
        >>> ProposalKey.read(key.text) == key, ProposalKey.read("nothing") is None
        (True, True)
        """
        try:
            kind, day, *currency, asset_id = text.split("_")
            found = cls(TransactionType(kind.upper()), date.fromisoformat(day), asset_id, *currency)
        except (ValueError, TypeError):
            return None
        return found if found.text == text else None

    def means(self, other: "ProposalKey") -> bool:
        """Tell whether two keys mean one event: its day may be corrected by its source."""
        apart = abs((self.day - other.day).days)
        days = same_days(Split if self.type is TransactionType.SPLIT else Dividend)
        return self._replace(day=other.day) == other and apart <= days


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A line that a ledger may lack.

    Attributes
    ----------
    key : ProposalKey
    action : Action
        What happened, and who says so.
    shares : Decimal
        Held when the event's day began, in the shares of that day; negative when short (of a
        split alone).
    amount : Decimal or None
        Of a dividend: per share · shares, in minor units of its currency; before tax.
    on : date
        The day of the line: when a dividend is paid, as far as that is known.
    dismissed : bool
        Somebody put it away.
    """

    key: ProposalKey
    action: Action[Split] | Action[Dividend]
    shares: Decimal
    amount: Decimal | None
    on: date
    dismissed: bool


def propose(
    book: Book,
    lines: Sequence[Transaction],
    actions: Mapping[str, AssetActions],
    *,
    again: Again,
    until: date,
    dismissed: Iterable[str] = (),
) -> tuple[Proposal, ...]:
    """Return what a portfolio held through and does not book, newest first.

    A dividend's shares are counted as if the splits proposed here were booked, but for those put
    away: booking them afterwards changes no amount.

    Parameters
    ----------
    book : Book
        The portfolio's, of all its lines.
    lines : sequence of Transaction
        Its own lines and no others, in any order.
    actions : mapping of str to AssetActions
        What is known of the assets in the book, by asset id.
    again : callable
        Returns the portfolio's book with further splits in its ledger.
    until : date
        The last day that counts: an event after it is not proposed yet, nor one paid after it.
    dismissed : iterable of str
        Keys of what was put away.
    """
    away = [key for text in dismissed if (key := ProposalKey.read(text)) is not None]
    with exact_context():
        splits = _splits(book, actions, until=until, away=away)
        book = _with(book, [one for one in splits if not one.dismissed], again)
        splits = [replace(one, shares=_held(book, one.key.asset_id, one.key.day)) for one in splits]
        paid = _dividends(book, lines, actions, until=until, away=away)
        return tuple(sorted([*splits, *paid], key=lambda one: one.key[1:3], reverse=True))


def _splits(
    book: Book,
    actions: Mapping[str, AssetActions],
    *,
    until: date,
    away: Sequence[ProposalKey],
) -> list[Proposal]:
    """Return the splits that the market applies and the book does not; what is one, once."""
    found: list[Proposal] = []
    for asset_id, known in actions.items():
        applied = book.market.asset_splits.get(asset_id, ())
        taken = list(book.splits.get(asset_id, ()))
        for action in known.splits:
            split = action.event
            unknown = split not in applied or split.day > until
            if unknown or any(same_split(split, other) for other in taken):
                continue
            shares = _held(book, asset_id, split.day)
            if shares:
                taken.append(split)
                found.append(_proposal(asset_id, action, shares, on=split.day, away=away))
    return found


def _dividends(
    book: Book,
    lines: Sequence[Transaction],
    actions: Mapping[str, AssetActions],
    *,
    until: date,
    away: Sequence[ProposalKey],
) -> list[Proposal]:
    found: list[Proposal] = []
    for asset_id, known in actions.items():
        shares = {
            ProposalKey.of(asset_id, action.event): (action, held)
            for action in known.dividends
            if paid_on(action.event) <= until
            and (held := entitled_shares(book, asset_id, action.event.day)) > 0
        }
        paid = [line for line in lines if line.asset_id == asset_id and line.type in PAYMENTS]
        for key in _unbooked([action.event for action, _ in shares.values()], paid, asset_id):
            action, held = shares[key]
            on = paid_on(action.event)
            found.append(_proposal(asset_id, action, held, on=on, away=away))
    return found


def _proposal(
    asset_id: str,
    action: Action[Split] | Action[Dividend],
    shares: Decimal,
    *,
    on: date,
    away: Sequence[ProposalKey],
) -> Proposal:
    event = action.event
    key = ProposalKey.of(asset_id, event)
    return Proposal(
        key=key,
        action=action,
        shares=shares,
        amount=payable(event, shares) if isinstance(event, Dividend) else None,
        on=on,
        dismissed=any(key.means(other) for other in away),
    )


def _unbooked(
    events: Iterable[Dividend], paid: Sequence[Transaction], asset_id: str
) -> list[ProposalKey]:
    """Return the dividends that no line means: each line means one, the nearest to its pay day."""
    lacking = {ProposalKey.of(asset_id, event): event for event in events}
    free = {line.id: line for line in paid}
    by_text = {key.text: key for key in lacking}
    for line in paid:
        key = by_text.get(line.external_id or "")
        if key in lacking:
            del lacking[key], free[line.id]
    pairs = [
        (abs((line.day - paid_on(event)).days), key, line.id)
        for key, event in lacking.items()
        for line in free.values()
        if _may_mean(line, event)
    ]
    for _, key, line_id in sorted(pairs):
        if key in lacking and line_id in free:
            del lacking[key], free[line_id]
    return list(lacking)


def _may_mean(line: Transaction, event: Dividend) -> bool:
    last = event.day + timedelta(days=BOOKED_AFTER_DAYS)
    if event.pay_on is not None:
        last = max(last, event.pay_on + timedelta(days=PAID_LATE_DAYS))
    return event.day - timedelta(days=BOOKED_BEFORE_DAYS) <= line.day <= last


def paid_on(event: Dividend) -> date:
    """Return the day a dividend is booked on: when it is paid, else when it went ex."""
    return event.day if event.pay_on is None else max(event.pay_on, event.day)


def _held(book: Book, asset_id: str, day: date) -> Decimal:
    """Return the shares held when a day began."""
    position = book.positions.get(asset_id)
    return ZERO if position is None else position.quantity_on(day - _ONE_DAY)


def entitled_shares(book: Book, asset_id: str, day: date) -> Decimal:
    """Return the shares that a dividend is paid for, in the shares of `day`, when it goes ex.

    Must run inside `exact_context`, like `payable`.
    """
    shares = _held(book, asset_id, day)
    for split in book.splits.get(asset_id, ()):
        if split.day == day:
            shares = (shares * split.new / split.old).quantize(UNIT)
    return shares


def payable(event: Dividend, shares: Decimal) -> Decimal:
    """Return per share · shares as it is paid; unrounded where that would be nothing."""
    whole = event.amount * shares
    return whole.quantize(Decimal(1).scaleb(-minor_digits(event.currency))) or whole.quantize(UNIT)


def _with(book: Book, proposed: Sequence[Proposal], again: Again) -> Book:
    """Return the book with proposed splits; without those that what follows does not allow."""
    wanted = [
        (one.key.asset_id, one.action.event)
        for one in sorted(proposed, key=lambda one: one.key.day)
        if isinstance(one.action.event, Split)
    ]
    if not wanted:
        return book
    try:
        return again(wanted)
    except (OversoldError, InputError):
        possible: list[tuple[str, Split]] = []
    for split in wanted:
        try:
            book = again([*possible, split])
        except (OversoldError, InputError):
            continue
        possible.append(split)
    return book
