"""What parts of portfolios shall weigh."""

from collections.abc import Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.valuation.allocation import Axis, Dimension
from argosy.core.valuation.drift import Target
from argosy.store import versions
from argosy.store.tables.target import PortfolioTargetRow as Row

SCOPE = "targets"
"""The version scope of targets."""


async def read(session: AsyncSession, portfolio_id: str) -> tuple[Target, ...]:
    """Return the targets of a portfolio whose owner was checked, in their order."""
    columns = (Row.dimension, Row.unit, Row.weight, Row.band, Row.relative)
    query = select(*columns).where(Row.portfolio_id == portfolio_id).order_by(Row.place)
    return tuple(
        Target(axis=_axis(dimension), unit=unit, weight=weight, band=band, relative=relative)
        for dimension, unit, weight, band, relative in await session.execute(query)
    )


async def put(session: AsyncSession, portfolio_id: str, targets: Sequence[Target]) -> None:
    """Let these be all the targets of a portfolio whose owner was checked."""
    await session.execute(delete(Row).where(Row.portfolio_id == portfolio_id))
    rows = [
        {
            "portfolio_id": portfolio_id,
            "dimension": one.axis.text,
            "unit": one.unit,
            "weight": one.weight,
            "band": one.band,
            "relative": one.relative,
            "place": place,
        }
        for place, one in enumerate(targets)
    ]
    if rows:
        await session.execute(insert(Row), rows)
    await versions.bump(session, [SCOPE])


def _axis(text: str) -> Axis:
    dimension, _, taxonomy = text.partition(":")
    return Axis(Dimension(dimension), taxonomy)
