"""Which assets the rows of a request mean: asked for once, answered many times."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import InputError, NotFoundError, UnknownAssetError
from argosy.core.importers.draft import TransactionDraft
from argosy.core.market.asset import Asset
from argosy.store import assets
from argosy.store.assets import Name
from argosy.store.types import read_id


@dataclass(frozen=True, slots=True)
class Mentioned:
    """How somebody names an asset: by id, or by symbol and perhaps exchange."""

    asset_id: str | None = None
    symbol: str | None = None
    exchange: str | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing is named."""
        return not (self.asset_id or self.symbol)

    @property
    def names(self) -> tuple[Name, ...]:
        """What the symbol can mean: `A:B` is a symbol, or the symbol A at the exchange B."""
        if not self.symbol:
            return ()
        head, colon, tail = self.symbol.rpartition(":")
        if colon and head and self.exchange is None:
            return (self.symbol, None), (head, tail)
        return ((self.symbol, self.exchange),)


def asset_of(draft: TransactionDraft) -> Mentioned:
    """Return how a draft names its asset."""
    return Mentioned(draft.asset_id, draft.symbol, draft.exchange)


def target_of(draft: TransactionDraft) -> Mentioned:
    """Return how a draft names the asset that its own one turns into."""
    return Mentioned(draft.to_asset_id, draft.to_symbol, draft.to_exchange)


class Known:
    """The assets that some mentions can mean, as one user sees them."""

    def __init__(self, by_id: dict[str, Asset], by_name: dict[Name, list[Asset]]) -> None:
        self._by_id = by_id
        self._by_name = by_name
        self._found: dict[Mentioned, Asset | None] = {}

    def find(self, mentioned: Mentioned) -> Asset | None:
        """Return the asset that is meant, None where none is named, or refuse."""
        if mentioned not in self._found:
            self._found[mentioned] = None if mentioned.empty else self._search(mentioned)
        return self._found[mentioned]

    def _search(self, mentioned: Mentioned) -> Asset:
        if not mentioned.asset_id:
            return self._by_symbol(mentioned)
        asset = self._by_id.get(mentioned.asset_id.lower())
        if asset is None:
            raise NotFoundError("asset", mentioned.asset_id)
        if mentioned.symbol and asset.id not in {
            one.id for name in mentioned.names for one in self._by_name.get(name, [])
        }:
            raise InputError(
                f"asset_id is {asset.symbol}, but symbol is {mentioned.symbol}; "
                "name the asset once."
            )
        return asset

    def _by_symbol(self, mentioned: Mentioned) -> Asset:
        assert mentioned.symbol, "a mention without an id has a symbol"
        for name in mentioned.names:
            if self._by_name.get(name):
                return assets.only(mentioned.symbol, self._by_name[name])
        exchange = f":{mentioned.exchange}" if mentioned.exchange else ""
        raise UnknownAssetError(f"{mentioned.symbol}{exchange}")


async def know(session: AsyncSession, user_id: str, mentions: Iterable[Mentioned]) -> Known:
    """Ask for all assets that some mentions can mean, with one question of each kind."""
    wanted = set(mentions)
    ids = {read_id(one.asset_id) for one in wanted if one.asset_id}
    by_id = await assets.get_many(session, [name for name in ids if name])
    names = {name for one in wanted for name in one.names}
    return Known(
        {key: asset for key, asset in by_id.items() if asset.owner in {None, user_id}},
        await assets.match(session, user_id, names) if names else {},
    )
