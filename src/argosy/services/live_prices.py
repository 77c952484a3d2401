"""Last prices that somebody listens to, by asset."""

import json
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from argosy.core.errors import ArgosyError
from argosy.core.market.asset import Asset
from argosy.runtime.hub import Hub
from argosy.runtime.topics import Kind, Topic
from argosy.services import naming
from argosy.services.collecting import told
from argosy.services.naming import Mentioned
from argosy.services.quotes import Quoted, Quotes
from argosy.store.database import Database
from argosy.store.types import read_id


class LivePrices:
    """The topics of assets in a hub."""

    def __init__(self, hub: Hub, database: Database, quotes: Quotes) -> None:
        self._hub = hub
        self._database = database
        self._quotes = quotes

    async def find(
        self, user_id: str, names: Iterable[str]
    ) -> tuple[dict[str, Asset], dict[str, ArgosyError]]:
        """Return the assets that a user's names mean, and why a name means none."""
        mentions = {name: _mention(name) for name in names}
        async with self._database.read() as session:
            known = await naming.know(session, user_id, mentions.values())
        found: dict[str, Asset] = {}
        failed: dict[str, ArgosyError] = {}
        for name, mention in mentions.items():
            try:
                asset = known.find(mention)
            except ArgosyError as error:
                failed[name] = error
            else:
                assert asset is not None, "a name was given"
                found[name] = asset
        return found, failed

    def topic(self, asset: Asset) -> Topic:
        """Return the topic of an asset."""
        return self._hub.topic(f"price:{asset.id}", Kind.VALUES)

    def tell(self, quote: Mapping[str, Any], *, first: bool = False) -> None:
        """Tell a price to those who listen; a `first` one only where none was told."""
        topic = self._hub.find(f"price:{quote['asset_id']}")
        if topic is None or (first and topic.body is not None):
            return
        said = {**quote, "prices": {quote["symbol"]: _in_seed_form(quote)}}
        body = json.dumps(said, separators=(",", ":")).encode()
        if body != topic.body:
            self._hub.publish(topic, "price_update", body)

    async def tell_first(self, wanted: Collection[Asset]) -> None:
        """Tell what assets cost now that nobody asked about before, as everybody sees it.

        Of a private asset its owner sees more, and nobody else can listen to it.
        """
        shared = await self._quotes.of_assets(asset for asset in wanted if asset.owner is None)
        answers = list(shared.values())
        for asset in wanted:
            if asset.owner is not None:
                answers += await self._quotes.many(asset.owner, [asset.id])
        for answer in answers:
            if isinstance(answer, Quoted):
                self.tell(told(answer), first=True)


def _mention(name: str) -> Mentioned:
    return Mentioned(asset_id=name) if read_id(name) is not None else Mentioned(symbol=name)


def _in_seed_form(quote: Mapping[str, Any]) -> dict[str, Any]:
    """Return a price by the names of the Portfolio Tracker API."""
    fraction = quote["change_fraction"]
    return {
        "symbol": quote["symbol"],
        "current_price": quote["price"],
        "change": quote["change"],
        "change_percent": None if fraction is None else float(Decimal(str(fraction)) * 100),
    }
