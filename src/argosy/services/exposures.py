"""What assets are made of: stated by users for themselves, or by an asset's owner for all."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import BatchError, InputError, NotFoundError
from argosy.core.importers.exposures_csv import ExposureFile, read_exposures
from argosy.core.importers.lines import Source
from argosy.core.market.asset import Asset
from argosy.core.valuation.allocation import Dimension
from argosy.core.valuation.exposures import STATED, Exposure, add_up, check_weights
from argosy.runtime.clock import Clock, today
from argosy.services.drafts import YEAR_MIN
from argosy.services.prices import Writer, check_source
from argosy.store import exposures as rows

__all__ = ["STATED", "Dimension", "Exposure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureDraft:
    """What somebody says an asset is made of, by dimension; `day` None = from today on."""

    source: str
    day: date | None = None
    weights: Mapping[Dimension, Mapping[str, Decimal]] = field(default_factory=dict)


async def of_asset(session: AsyncSession, user_id: str | None, asset: Asset) -> list[Exposure]:
    """Return all that is stored of an asset as a user sees it, by dimension and day."""
    return list((await rows.read(session, [asset.key], viewer=user_id)).get(asset.key, ()))


async def put(
    session: AsyncSession, writer: Writer, asset: Asset, draft: ExposureDraft, *, clock: Clock
) -> list[Exposure]:
    """Store what the writer states, and return all that the writer sees now."""
    stated = check(draft, clock)
    await rows.put(session, asset.key, stated, owner=writer.owner_of(asset))
    return await of_asset(session, writer.user_id, asset)


def check(draft: ExposureDraft, clock: Clock) -> list[Exposure]:
    """Return what may be stored of a draft, or refuse it."""
    latest = today(clock) + timedelta(days=1)
    day = draft.day or today(clock)
    if day.year < YEAR_MIN or day > latest:
        raise InputError(f"{day.isoformat()} is not between the year {YEAR_MIN} and now.")
    if not draft.weights:
        raise InputError(f"Weights by {', '.join(STATED)} are needed.")
    source = check_source(draft.source)
    return [
        Exposure(
            dimension=dimension, day=day, source=source, weights=check_weights(dimension, weights)
        )
        for dimension, weights in draft.weights.items()
    ]


async def remove(
    session: AsyncSession,
    writer: Writer,
    asset: Asset,
    *,
    dimension: Dimension | None = None,
    day: date | None = None,
) -> None:
    """Take back what the writer stated; what others see of a shared asset stays."""
    owner = writer.owner_of(asset)
    if not await rows.remove(session, asset.key, owner=owner, dimension=dimension, day=day):
        what = "exposure of your own of"
        raise NotFoundError(what, asset.symbol)


async def read_file(source: Source, *, name: str, day: date | None) -> ExposureDraft:
    """Read an issuer's file in a thread: all of it, or nothing.

    Raises
    ------
    ImportFormatError, BatchError
        If it is no such file, or a row of it cannot be read.
    """
    file: ExposureFile = await asyncio.to_thread(read_exposures, source)
    if file.problems:
        raise BatchError([*file.problems])
    weights = {Dimension(one): add_up(found) for one, found in file.rows.items()}
    return ExposureDraft(
        source=name, day=day, weights={one: found for one, found in weights.items() if found}
    )
