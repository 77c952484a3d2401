"""Dividends as facts about assets: from sources, and users' own."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import delete, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.market.actions import StatedAction
from argosy.core.market.asset import Dividend
from argosy.core.market.bars import UpsertCounts
from argosy.core.market.restated import only_rounded
from argosy.core.money import CONTEXT, LIMIT
from argosy.store import versions
from argosy.store.beliefs import read_orders
from argosy.store.price_rows import DEFAULT_ORDER
from argosy.store.price_sources import source_key, source_names
from argosy.store.splits import in_order
from argosy.store.tables.dividend import AssetDividendRow as Row
from argosy.store.upserts import insert_into

SCOPE = "dividends"
"""The version scope of dividends."""

_Key = tuple[int, str]
_Paid = tuple[Decimal, int | None]


async def put_dividends(
    session: AsyncSession,
    asset_key: int,
    dividends: Iterable[Dividend],
    *,
    source: str,
    owner: str = "",
) -> UpsertCounts:
    """Store dividends of an asset; those that are not named stay.

    Several of one day and currency are one. `owner` '' = shared, else that user's own.
    """
    wanted = _one_a_day(dividends)
    key = {"asset_key": asset_key, "source": await source_key(session, source), "owner": owner}
    same = (Row.asset_key == asset_key, Row.source == key["source"], Row.owner == owner)
    columns = (Row.day, Row.currency, Row.amount, Row.pay_day)
    found = await session.execute(select(*columns).where(*same))
    stored = {(day, currency): (amount, pay) for day, currency, amount, pay in found}
    merged = {one: _merged(stored.get(one), new) for one, new in wanted.items()}
    changed = {one: new for one, new in merged.items() if stored.get(one) != new}
    if changed:
        insert = insert_into(session, Row)
        rows = [
            {**key, "day": day, "currency": currency, "amount": amount, "pay_day": pay}
            for (day, currency), (amount, pay) in sorted(changed.items())
        ]
        await session.execute(
            insert.on_conflict_do_update(
                index_elements=["asset_key", "day", "source", "owner", "currency"],
                set_={
                    "amount": insert.excluded.amount,
                    "pay_day": insert.excluded.pay_day,
                    "updated_at": func.now(),
                },
            ),
            rows,
        )
    days = {day for day, _ in wanted}
    corrected = [one for one in stored.keys() - wanted.keys() if one[0] in days]
    if corrected:
        where = tuple_(Row.day, Row.currency).in_(sorted(corrected))
        await session.execute(delete(Row).where(*same, where))
    if changed or corrected:
        await versions.bump(session, [SCOPE])
    created = len(changed.keys() - stored.keys())
    return UpsertCounts(created, len(changed) - created, len(wanted) - len(changed))


async def read_stated(
    session: AsyncSession,
    asset_keys: Sequence[int],
    *,
    viewer: str | None = None,
) -> dict[int, tuple[StatedAction[Dividend], ...]]:
    """Return what each source says of assets as one user sees it, the most believed first.

    The viewer's own word comes before all sources; no entry where nobody says anything.
    """
    names = await source_names(session)
    columns = (
        Row.asset_key, Row.day, Row.amount, Row.currency, Row.pay_day, Row.source, Row.owner,
    )  # fmt: skip
    mine = or_(Row.owner == "", Row.owner == (viewer or ""))
    rows = await session.execute(select(*columns).where(Row.asset_key.in_(asset_keys), mine))
    found: dict[int, list[StatedAction[Dividend]]] = {}
    for key, day, amount, currency, pay, source, owner in rows:
        paid = None if pay is None else date.fromordinal(pay)
        event = Dividend(date.fromordinal(day), amount, currency, paid)
        found.setdefault(key, []).append(StatedAction(event, names[source], own=bool(owner)))
    orders = await read_orders(session, list(found))
    return {key: in_order(some, orders.get(key, DEFAULT_ORDER)) for key, some in found.items()}


async def next_ex_days(
    session: AsyncSession, asset_keys: Sequence[int], *, since: date
) -> dict[int, date]:
    """Return the first shared ex-day of each asset from a day on; no entry where none is known."""
    wanted = Row.asset_key.in_(asset_keys), Row.owner == "", Row.day >= since.toordinal()
    query = select(Row.asset_key, func.min(Row.day)).where(*wanted).group_by(Row.asset_key)
    return {key: date.fromordinal(day) for key, day in await session.execute(query)}


def _one_a_day(dividends: Iterable[Dividend]) -> dict[_Key, _Paid]:
    """Add up what is paid on one day, such as a regular and a special dividend.

    What is no amount of money is left out: a source that says so says nothing.
    """
    found: dict[_Key, _Paid] = {}
    for one in dict.fromkeys(dividends):  # some sources repeat a row
        if not (one.amount.is_finite() and 0 < one.amount < LIMIT):
            continue
        key = (one.day.toordinal(), one.currency)
        amount, pay = found.get(key, (Decimal(0), None))
        if one.pay_on is not None:
            pay = one.pay_on.toordinal()
        found[key] = (CONTEXT.add(amount, one.amount), pay)
    return found


def _merged(stored: _Paid | None, new: _Paid) -> _Paid:
    """Return what is to be stored of a dividend: not the same amount with fewer digits."""
    if stored is None:
        return new
    amount = stored[0] if only_rounded(stored[0], new[0]) else new[0]
    return amount, stored[1] if new[1] is None else new[1]
