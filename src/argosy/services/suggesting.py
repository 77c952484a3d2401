"""Which assets a portfolio could add to be more diversified: those known here or in the catalog."""

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.market.asset import Asset
from argosy.core.risk.categories import CATEGORIES
from argosy.store import assets, latest


async def suggestible(session: AsyncSession, user_id: str) -> dict[str, tuple[Asset, str]]:
    """Return what the categories name: `here` if it has a close, else of the `catalog`."""
    symbols = [symbol for one in CATEGORIES for symbol in one.symbols]
    matches = await assets.match(session, user_id, [(symbol, None) for symbol in symbols])
    found = {name: some[0] for (name, _), some in matches.items() if some}
    priced = await latest.read_latest(session, [one.key for one in found.values()])
    return {name: (one, "here" if one.key in priced else "catalog") for name, one in found.items()}
