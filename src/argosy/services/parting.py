"""A ledger cut to each of its holdings, categories or currencies at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from heapq import merge
from operator import itemgetter

from argosy.core.ledger.book import OUTSIDE
from argosy.core.ledger.transaction import Transaction
from argosy.core.market.asset import Asset
from argosy.core.money import split_minor_unit
from argosy.services.books import Ledger
from argosy.services.views import Scope, ScopeKind, cut


class By(StrEnum):
    """What figures are shown for, one by one."""

    HOLDING = "holding"
    CATEGORY = "category"
    CURRENCY = "currency"

    def key(self, asset: Asset) -> str:
        """Return which of them an asset belongs to."""
        match self:
            case By.HOLDING:
                return asset.id
            case By.CATEGORY:
                return asset.category.value
            case By.CURRENCY:
                return split_minor_unit(asset.currency)[0]


@dataclass(frozen=True, slots=True)
class PartOf:
    """One part: its key, the assets in it, and its ledger, which is that of its scope."""

    key: str
    assets: tuple[Asset, ...]
    ledger: Ledger


def parted(ledger: Ledger, by: By) -> Iterator[PartOf]:
    """Cut a ledger into all its parts, in the order they were first bought.

    Each line is replayed once, or once for each part that it passes shares between.
    """
    groups: dict[str, list[Asset]] = {}
    for asset_id in ledger.book.positions:
        if asset_id != OUTSIDE:
            asset = ledger.assets[asset_id]
            groups.setdefault(by.key(asset), []).append(asset)
    families = _families(ledger)
    lines = _lines(ledger, families)
    for key, assets in groups.items():
        own = {families[asset.id] for asset in assets}
        found = merge(*(lines.get(family, []) for family in own), key=itemgetter(0))
        part = cut(
            ledger,
            frozenset(asset.id for asset in assets),
            str(Scope(ScopeKind(by.value), key)),
            lines=[line for _, line in found],
        )
        yield PartOf(key, tuple(assets), part)


def _families(ledger: Ledger) -> dict[str, str]:
    """Return for each asset the first of all that it came from or turned into."""
    first = {asset_id: asset_id for asset_id in ledger.assets}

    def root(asset_id: str) -> str:
        while first[asset_id] != asset_id:
            asset_id = first[asset_id]
        return asset_id

    for line in ledger.transactions:
        if line.to_asset_id is not None and line.asset_id is not None:
            first[root(line.to_asset_id)] = root(line.asset_id)
    return {asset_id: root(asset_id) for asset_id in first}


def _lines(ledger: Ledger, families: dict[str, str]) -> dict[str, list[tuple[int, Transaction]]]:
    found: dict[str, list[tuple[int, Transaction]]] = {}
    for place, line in enumerate(ledger.transactions):
        if line.asset_id is not None:
            found.setdefault(families[line.asset_id], []).append((place, line))
    return found
