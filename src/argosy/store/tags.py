"""Users' tags, and the part of each asset that belongs to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import NotFoundError
from argosy.store import versions
from argosy.store.tables.portfolio import PortfolioRow
from argosy.store.tables.tag import TagAssetRow, TagRow
from argosy.store.tables.target import PortfolioTargetRow
from argosy.store.types import read_id

SCOPE = "tags"
"""The version scope of tags."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A user's word for parts of assets; `weights` by asset id, each above 0 and up to 1."""

    id: str
    taxonomy: str
    name: str
    weights: Mapping[str, Decimal] = field(default_factory=dict)


async def of_user(session: AsyncSession, user_id: str) -> list[Tag]:
    """Return a user's tags by taxonomy and name."""
    rows = await session.execute(
        select(TagRow.id, TagRow.taxonomy, TagRow.name)
        .where(TagRow.user_id == user_id)
        .order_by(TagRow.taxonomy, TagRow.name_key)
    )
    weights: dict[str, dict[str, Decimal]] = {}
    tagged = await session.execute(
        select(TagAssetRow.tag_id, TagAssetRow.asset_id, TagAssetRow.weight)
        .join(TagRow, TagRow.id == TagAssetRow.tag_id)
        .where(TagRow.user_id == user_id)
        .order_by(TagAssetRow.asset_id)
    )
    for tag_id, asset_id, weight in tagged:
        weights.setdefault(tag_id, {})[asset_id] = weight
    return [
        Tag(id=id_, taxonomy=taxonomy, name=name, weights=weights.get(id_, {}))
        for id_, taxonomy, name in rows
    ]


async def get(session: AsyncSession, user_id: str, tag_id: str) -> Tag:
    """Return one of a user's tags; anybody else's does not exist."""
    known = read_id(tag_id)
    found = next((one for one in await of_user(session, user_id) if one.id == known), None)
    if found is None:
        what = "tag"
        raise NotFoundError(what, tag_id)
    return found


async def create(session: AsyncSession, user_id: str, tag: Tag, *, name_key: str) -> None:
    """Store a new tag."""
    values = {"id": tag.id, "user_id": user_id, "taxonomy": tag.taxonomy, "name": tag.name}
    await session.execute(insert(TagRow).values(**values, name_key=name_key))
    await _put_weights(session, tag)


async def change(session: AsyncSession, user_id: str, old: Tag, new: Tag, *, name_key: str) -> None:
    """Store a tag anew; targets that are set for it follow its name."""
    values = {"taxonomy": new.taxonomy, "name": new.name, "name_key": name_key}
    await session.execute(update(TagRow).where(TagRow.id == old.id).values(**values))
    own = select(PortfolioRow.id).where(PortfolioRow.user_id == user_id)
    await session.execute(
        update(PortfolioTargetRow)
        .where(
            PortfolioTargetRow.portfolio_id.in_(own),
            PortfolioTargetRow.dimension == f"tag:{old.taxonomy}",
            PortfolioTargetRow.unit == old.name,
        )
        .values(dimension=f"tag:{new.taxonomy}", unit=new.name)
    )
    await session.execute(delete(TagAssetRow).where(TagAssetRow.tag_id == old.id))
    await _put_weights(session, new)


async def remove(session: AsyncSession, tag: Tag) -> None:
    """Forget a tag."""
    await session.execute(delete(TagRow).where(TagRow.id == tag.id))
    await versions.bump(session, [SCOPE])


async def _put_weights(session: AsyncSession, tag: Tag) -> None:
    rows = [
        {"tag_id": tag.id, "asset_id": asset_id, "weight": weight}
        for asset_id, weight in tag.weights.items()
    ]
    if rows:
        await session.execute(insert(TagAssetRow), rows)
    await versions.bump(session, [SCOPE])
