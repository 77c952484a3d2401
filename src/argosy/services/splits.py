"""Splits of an asset as facts: stated by a user for himself, or by the asset's owner."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import BatchError, InputError, RowProblem
from argosy.core.importers.draft import parse_ratio
from argosy.core.market.asset import Asset, Split
from argosy.runtime.clock import Clock, today
from argosy.services import judging
from argosy.services.drafts import YEAR_MIN
from argosy.services.prices import MANUAL, Writer
from argosy.store import splits


@dataclass(frozen=True, slots=True)
class SplitDraft:
    """A split as somebody says it: "new:old"."""

    day: date
    ratio: str


async def put(
    session: AsyncSession,
    writer: Writer,
    asset: Asset,
    drafts: Sequence[SplitDraft],
    *,
    clock: Clock,
) -> tuple[Split, ...]:
    """Let these be all the splits that the writer states; return those the writer sees now.

    Prices that all see are judged anew: a split explains what looked like an error.
    """
    stated = _checked(drafts, today(clock) + timedelta(days=1))
    owner = writer.owner_of(asset)
    await splits.put_splits(session, asset.key, stated, source=MANUAL, owner=owner, replace=True)
    if not owner:
        await judging.judge_days(session, [asset], judging.ALL_DAYS)
    return await of_asset(session, writer.user_id, asset)


async def of_asset(session: AsyncSession, user_id: str | None, asset: Asset) -> tuple[Split, ...]:
    """Return the splits of an asset as a user sees them, oldest first."""
    return (await splits.read_splits(session, [asset.key], viewer=user_id)).get(asset.key, ())


def _checked(drafts: Sequence[SplitDraft], latest: date) -> list[Split]:
    found: dict[date, Split] = {}
    problems: list[RowProblem] = []
    for row, draft in enumerate(drafts):
        try:
            split = _split(draft, latest)
        except InputError as error:
            problems.append(RowProblem(row, str(error)))
            continue
        if draft.day in found:
            reason = f"{draft.day.isoformat()} has a split already; give one a day."
            problems.append(RowProblem(row, reason))
        found[draft.day] = split
    if problems:
        raise BatchError(problems)
    return list(found.values())


def _split(draft: SplitDraft, latest: date) -> Split:
    if draft.day.year < YEAR_MIN or draft.day > latest:
        raise InputError(f"{draft.day.isoformat()} is not between the year {YEAR_MIN} and now.")
    return Split(draft.day, *parse_ratio(draft.ratio))
