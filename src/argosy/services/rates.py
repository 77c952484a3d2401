"""Exchange rates in and out: as they are stated, and crossed where they are asked for."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import InputError, RateMissingError, RowProblem
from argosy.core.importers.draft import ImportProblem
from argosy.core.importers.lines import Source
from argosy.core.importers.rates_csv import RateBatch, read_rates
from argosy.core.market.bars import UpsertCounts
from argosy.core.market.rates import FoundRate, Rates
from argosy.core.market.stated_rates import Said, StatedRate, check_rates
from argosy.core.money import ONE, exact, exact_context, parse_currency, split_minor_unit
from argosy.runtime.clock import Clock, today
from argosy.services.drafts import read_day
from argosy.services.prices import Put
from argosy.store import rates
from argosy.store.database import Database

DOLLAR = "USD"


@dataclass(frozen=True, slots=True)
class RateDraft:
    """A rate as somebody says it: units of `quote` for one `base`."""

    row: int
    base: str
    quote: str
    timestamp: str
    rate: Decimal


@dataclass(frozen=True, slots=True)
class Checked:
    """The rates that can be stored, and what is wrong with the others.

    `known` counts those that say what is always so: a dollar is a dollar.
    """

    rates: list[StatedRate]
    rejected: list[RowProblem]
    known: int = 0


def check(drafts: Sequence[RateDraft], clock: Clock, said: Said | None = None) -> Checked:
    """Check rates, also against what was `said` in the same file; problems name their rows."""
    stated: list[StatedRate] = []
    rows: list[int] = []
    rejected: list[RowProblem] = []
    known = 0
    for draft in drafts:
        try:
            rate = _stated(draft, today(clock))
        except InputError as error:
            rejected.append(RowProblem(draft.row, str(error)))
            continue
        if rate.base == rate.quote and rate.rate == ONE:
            known += 1
            continue
        stated.append(rate)
        rows.append(draft.row)
    checked = check_rates(stated, latest=today(clock) + timedelta(days=1), said=said)
    rejected += [RowProblem(rows[one.row], one.reason, one.code) for one in checked.rejected]
    return Checked(checked.rates, sorted(rejected, key=lambda one: one.row), known)


async def put(session: AsyncSession, checked: Checked, *, source: str, owner: str) -> Put:
    """Store rates: shared ones where `owner` is empty, else that user's own."""
    counts = await rates.upsert_rates(session, checked.rates, source=source, owner=owner)
    return Put(counts + UpsertCounts(unchanged=checked.known), checked.rejected)


async def find(
    session: AsyncSession, user_id: str | None, pair: tuple[str, str], on: date
) -> FoundRate:
    """Return the rate of a pair on a day as a user sees it, with the path that leads to it."""
    base, quote = pair
    wholes = {split_minor_unit(unit)[0] for unit in pair}
    rows = await rates.read_rates(session, wholes, viewer=user_id) if len(wholes) > 1 else ()
    with exact_context():
        found = Rates(rows).find(base, quote, on)
        if found is None:
            raise RateMissingError(
                f"No rates connect {base} with {quote} at or before {on.isoformat()}."
            )
        return FoundRate(exact(found.rate), found.legs, found.on)


def _stated(draft: RateDraft, day: date) -> StatedRate:
    base, quote = (_whole(draft.base), _whole(draft.quote))
    on, at = read_day(draft.timestamp, None, day)
    return StatedRate(base, quote, at or datetime.combine(on, time(), UTC), on, draft.rate)


def _whole(text: str) -> str:
    code = parse_currency(text)
    whole, units = split_minor_unit(code)
    if units != 1:
        raise InputError(f"{code} is a part of {whole}; give the rate of {whole}.")
    return whole


Progress = Callable[[int], None]
"""Told after each batch how many rows were read."""


async def import_file(
    database: Database,
    source: Source,
    *,
    source_name: str,
    pair: tuple[str, str] | None,
    clock: Clock,
    progress: Progress,
) -> Put:
    """Store a file's rates as shared ones: read first, then stored by one transaction."""
    good: list[StatedRate] = []
    problems: list[RowProblem] = []
    said: Said = {}
    known = 0
    for batch in read_rates(source, pair=pair):
        checked = await asyncio.to_thread(_check_batch, batch, clock, said)
        good += checked.rates
        problems += [*batch.problems, *checked.rejected]
        known += checked.known
        progress(len(good) + len(problems))
    problems.sort(key=lambda problem: problem.row)
    async with database.write() as session:
        return await put(session, Checked(good, problems, known), source=source_name, owner="")


def _check_batch(batch: RateBatch, clock: Clock, said: Said) -> Checked:
    drafts = [
        RateDraft(place, *fields)
        for place, fields in enumerate(
            zip(batch.bases, batch.quotes, batch.timestamps, batch.rates, strict=True)
        )
    ]
    checked = check(drafts, clock, said)
    placed: list[RowProblem] = [
        ImportProblem(batch.rows[one.row], one.reason, one.code, line=batch.lines[one.row])
        for one in checked.rejected
    ]
    return Checked(checked.rates, placed, checked.known)
