"""What the assets of a ledger are made of: all that an allocation needs beside the ledger."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import InputError
from argosy.core.ledger.book import OUTSIDE
from argosy.core.market.asset import Asset
from argosy.core.valuation.allocation import Allocation, Axis, Dimension, Weights, allocate
from argosy.core.valuation.exposures import STATED, Exposure, described, in_force
from argosy.services.books import Ledger
from argosy.services.figures import figures_on
from argosy.services.tags import TAXONOMY, check_taxonomy
from argosy.store import assets as asset_store
from argosy.store import exposures, tags, versions

AXES_MAX = 3
"""How deep slices lie inside each other at most."""

_SCOPES = (exposures.SCOPE, tags.SCOPE)

_Made = dict[Axis, dict[str, dict[str, Decimal]]]


def parse_axis(text: str) -> Axis:
    """Read a dimension: category, tag or tag:strategy.

    Raises
    ------
    InputError
        If it is none.
    """
    name, _, taxonomy = text.strip().partition(":")
    known = ", ".join(Dimension)
    try:
        dimension = Dimension(name.strip().lower())
    except ValueError:
        raise InputError(f"by: {text[:40]!r} is none of {known}.") from None
    if dimension is Dimension.TAG:
        return Axis(dimension, check_taxonomy(taxonomy or TAXONOMY))
    if taxonomy:
        raise InputError(f"by: only tag has a taxonomy, not {dimension}.")
    return Axis(dimension)


def parse_axes(text: str) -> tuple[Axis, ...]:
    """Read dimensions with commas between them, the outermost first."""
    axes = tuple(parse_axis(part) for part in text.split(",") if part.strip())
    if not 1 <= len(set(axes)) == len(axes) <= AXES_MAX:
        raise InputError(f"by: one to {AXES_MAX} different dimensions are needed.")
    return axes


async def version(session: AsyncSession) -> tuple[int, ...]:
    """Return a number for each thing that is read here; assets count with the ledger."""
    found = await versions.read(session, _SCOPES)
    return tuple(found[scope] for scope in _SCOPES)


async def of_ledger(
    session: AsyncSession, ledger: Ledger, axes: Sequence[Axis], on: date
) -> Weights:
    """Return what is known of the ledger's assets on a day, as the portfolio's owner sees it."""
    owner = ledger.portfolio.user_id
    had = [ledger.assets[key] for key in ledger.book.positions if key != OUTSIDE]
    made: _Made = {axis: {} for axis in axes}
    if any(axis.dimension in STATED for axis in axes):
        metadata = await asset_store.metadata_of_many(session, [asset.id for asset in had])
        stated = await exposures.read(session, [asset.key for asset in had], viewer=owner)
        for asset in had:
            found = _known(asset, metadata.get(asset.id, {}), stated.get(asset.key, ()), on)
            for axis in axes:
                if axis.dimension in found:
                    made[axis][asset.id] = found[axis.dimension]
    if any(axis.dimension is Dimension.TAG for axis in axes):
        for tag in await tags.of_user(session, owner):
            for asset_id, weight in tag.weights.items():
                known = made.get(Axis(Dimension.TAG, tag.taxonomy), {})
                known.setdefault(asset_id, {})[tag.name] = weight
    return made


def _known(
    asset: Asset, metadata: dict[str, object], stated: Sequence[Exposure], on: date
) -> dict[Dimension, dict[str, Decimal]]:
    counts = {one: dict(found.weights) for one, found in in_force(stated, on).items()}
    return described(asset, metadata) | counts


def allocation_on(
    ledger: Ledger, as_of: date | None, axes: Sequence[Axis], weights: Weights, *, today: date
) -> tuple[date, Allocation]:
    """Part a portfolio's value at the end of a day; the day is the latest known one if none."""
    found = figures_on(ledger, as_of, today=today)
    return found.as_of, allocate(ledger.book_on(found.as_of), found, axes, weights)
