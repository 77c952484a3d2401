"""A user's own words for parts of assets: tags, in taxonomies whose tags exclude each other."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import ConflictError, DuplicateError, InputError, plain
from argosy.core.market.asset import Asset
from argosy.core.money import ONE, ZERO, exact_context
from argosy.core.valuation.allocation import UNKNOWN
from argosy.runtime.ids import new_id
from argosy.services.users import letter_key
from argosy.store import assets, tags
from argosy.store.tags import Tag

__all__ = ["Tag"]

TAXONOMY = "default"
"""The taxonomy of tags that name none."""

NAME_MAX = 100
ASSETS_MAX = 2_000
TAGS_MAX = 1_000
_TAXONOMY = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class TagDraft:
    """What somebody says of a tag; `parts` are assets by id or symbol, None = the whole asset."""

    name: str
    taxonomy: str = TAXONOMY
    parts: tuple[tuple[str, Decimal | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Tagged:
    """A tag with its assets."""

    tag: Tag
    assets: Mapping[str, Asset]


def check_taxonomy(text: str) -> str:
    """Return a taxonomy's name in one form, or refuse it."""
    name = text.strip().lower()
    if not _TAXONOMY.fullmatch(name):
        raise InputError("taxonomy: 1 to 40 letters, digits, - and _ are needed.")
    return name


async def of_user(session: AsyncSession, user_id: str) -> list[Tagged]:
    """Return a user's tags by taxonomy and name."""
    found = await tags.of_user(session, user_id)
    known = await assets.get_many(session, [key for tag in found for key in tag.weights])
    return [Tagged(tag, {key: known[key] for key in tag.weights}) for tag in found]


async def create(session: AsyncSession, user_id: str, draft: TagDraft) -> Tagged:
    """Make a tag."""
    others = await tags.of_user(session, user_id)
    if len(others) >= TAGS_MAX:
        raise ConflictError(f"There are {TAGS_MAX} tags already; delete one first.")
    checked = await _checked(session, user_id, draft, tag_id=new_id(), others=others)
    await tags.create(session, user_id, checked.tag, name_key=letter_key(checked.tag.name))
    return checked


async def change(session: AsyncSession, user_id: str, tag_id: str, draft: TagDraft) -> Tagged:
    """Give a tag another name, taxonomy and weights; targets set for it follow."""
    old = await tags.get(session, user_id, tag_id)
    others = [one for one in await tags.of_user(session, user_id) if one.id != old.id]
    checked = await _checked(session, user_id, draft, tag_id=old.id, others=others)
    await tags.change(session, user_id, old, checked.tag, name_key=letter_key(checked.tag.name))
    return checked


async def delete(session: AsyncSession, user_id: str, tag_id: str) -> None:
    """Forget a tag; assets stay as they are."""
    await tags.remove(session, await tags.get(session, user_id, tag_id))


async def _checked(
    session: AsyncSession, user_id: str, draft: TagDraft, *, tag_id: str, others: list[Tag]
) -> Tagged:
    name = " ".join(draft.name.split())
    if not 1 <= len(name) <= NAME_MAX or not name.isprintable():
        raise InputError(f"A tag's name has 1 to {NAME_MAX} printable characters.")
    taxonomy = check_taxonomy(draft.taxonomy)
    beside = [one for one in others if one.taxonomy == taxonomy]
    if name.casefold() == UNKNOWN or any(
        letter_key(one.name) == letter_key(name) for one in beside
    ):
        raise DuplicateError(f"There is a tag {name} in {taxonomy} already.")
    if len(draft.parts) > ASSETS_MAX:
        raise InputError(f"A tag has up to {ASSETS_MAX} assets.")
    weights: dict[str, Decimal] = {}
    known: dict[str, Asset] = {}
    for said, part in draft.parts:
        asset = await assets.get(session, user_id, said)
        weight = ONE if part is None else part
        if not 0 < weight <= 1:
            raise InputError(f"{asset.symbol}: a weight is above 0 and up to 1.")
        if asset.id in weights:
            raise InputError(f"{asset.symbol} is named twice.")
        weights[asset.id], known[asset.id] = weight, asset
        _fits(asset, weight, beside)
    return Tagged(Tag(id=tag_id, taxonomy=taxonomy, name=name, weights=weights), known)


def _fits(asset: Asset, weight: Decimal, beside: list[Tag]) -> None:
    """Refuse to give more than the whole of an asset to the tags of one taxonomy."""
    with exact_context():
        taken = sum((one.weights.get(asset.id, ZERO) for one in beside), ZERO)
        if taken + weight > ONE:
            names = ", ".join(one.name for one in beside if asset.id in one.weights)
            raise ConflictError(
                f"{asset.symbol} belongs to {names} by {plain(taken)} already; "
                "its weights in one taxonomy add up to at most 1."
            )
