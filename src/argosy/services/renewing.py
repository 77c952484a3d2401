"""What has changed of a ledger since an earlier version: lines, or what they depend on."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.ledger.transaction import Transaction, TransactionType, ledger_order
from argosy.core.market.history import NO_HISTORY, MarketFacts, PriceHistory
from argosy.store import ledger_edits, transactions

_COLUMNS = ("days", "mantissas", "scales", "sources", "overrides", "stamps")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """All lines of a ledger now, and those that are others, as they were and as they are."""

    lines: Sequence[Transaction]
    gone: Sequence[Transaction] = ()
    new: Sequence[Transaction] = ()

    @property
    def assets(self) -> set[str | None]:
        """The assets that the edit touches."""
        return {line.asset_id for line in (*self.gone, *self.new)}

    @property
    def books_splits(self) -> bool:
        """Whether a split was booked or unbooked: the market parts its prices by it."""
        return any(line.type is TransactionType.SPLIT for line in (*self.gone, *self.new))


async def lines_since(
    session: AsyncSession,
    lines: Sequence[Transaction],
    portfolio_id: str,
    *,
    since: int,
    until: int,
) -> Edited | None:
    """Return the lines of a later version; None where it is not known what has changed."""
    if since == until:
        return Edited(lines=lines)
    if until < since:
        return None
    places = await ledger_edits.read(session, portfolio_id, since=since, until=until)
    if places is None:
        return None
    new = await transactions.read_lines(session, places)
    if any(line.portfolio_id != portfolio_id for line in new):
        return None  # another ledger is linked with this one now
    return edited(lines, places, new)


def edited(
    lines: Sequence[Transaction], places: Mapping[str, int | None], new: Sequence[Transaction]
) -> Edited | None:
    """Take lines out of a ledger, by the ordinal of their day, and put others in.

    None where a line is not where it should be.
    """
    left, gone = list(lines), list[Transaction]()
    for line_id, day in places.items():
        if day is None:
            continue
        at = bisect_left(left, day, key=_ordinal)
        while at < len(left) and left[at].id != line_id and left[at].day.toordinal() == day:
            at += 1
        if at == len(left) or left[at].id != line_id:
            return None
        gone.append(left.pop(at))
    for line in new:
        left.insert(bisect_right(left, ledger_order(line), key=ledger_order), line)
    return Edited(lines=left, gone=gone, new=new)


def reused(old: MarketFacts, new: MarketFacts) -> tuple[MarketFacts, set[str]] | None:
    """Return new facts with the old objects where they are equal, and the assets that differ.

    None where other rates leave nothing as it was.
    """
    if old.rates != new.rates:
        return None
    histories = dict(new.histories)
    changed: set[str] = set()
    for key in histories.keys() | old.histories.keys():
        before = old.histories.get(key, NO_HISTORY)
        if _same(before, histories.get(key, NO_HISTORY)):
            histories[key] = before
        else:
            changed.add(key)
    for field in ("splits", "doubts"):
        one, other = getattr(old, field), getattr(new, field)
        changed |= {key for key in one.keys() | other.keys() if one.get(key) != other.get(key)}
    facts = MarketFacts(histories=histories, splits=new.splits, doubts=new.doubts, rates=old.rates)
    return facts, changed


def _ordinal(line: Transaction) -> int:
    return line.day.toordinal()


def _same(one: PriceHistory, other: PriceHistory) -> bool:
    return one.source_names == other.source_names and all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in _COLUMNS
    )
