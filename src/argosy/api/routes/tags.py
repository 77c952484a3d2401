"""One's own words for parts of assets."""

from argosy.api.body import exact_router
from argosy.api.dependencies import CurrentUser, Reading, Viewer, Writing
from argosy.api.idempotency import once
from argosy.api.responses import CHANGING, OWNED, SIGNED_IN
from argosy.api.schemas.allocation import TagIn, TagOut
from argosy.services import tags

router = exact_router(prefix="/tags", tags=["allocation"])


@router.get("", responses=SIGNED_IN)
async def list_tags(user: Viewer, session: Reading) -> list[TagOut]:
    """Return one's own tags, by taxonomy and name."""
    return [TagOut.of(one) for one in await tags.of_user(session, user.id)]


@router.post("", status_code=201, responses=CHANGING, dependencies=[once])
async def create_tag(body: TagIn, user: CurrentUser, session: Writing) -> TagOut:
    """Make a tag; in one taxonomy an asset's weights add up to at most 1."""
    return TagOut.of(await tags.create(session, user.id, body.draft()))


@router.put("/{tag_id}", responses=CHANGING)
async def replace_tag(tag_id: str, body: TagIn, user: CurrentUser, session: Writing) -> TagOut:
    """Give a tag another name, taxonomy and assets; targets set for it follow."""
    return TagOut.of(await tags.change(session, user.id, tag_id, body.draft()))


@router.delete("/{tag_id}", status_code=204, responses=OWNED)
async def delete_tag(tag_id: str, user: CurrentUser, session: Writing) -> None:
    """Forget a tag; assets stay as they are."""
    await tags.delete(session, user.id, tag_id)
