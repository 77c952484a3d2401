"""Assets that many begin with: made in groups, to be filled with prices."""

from collections.abc import Sequence
from dataclasses import dataclass

from argosy.core.market.asset import Asset
from argosy.services import catalog
from argosy.sources.builtin import BuiltinSource, Group
from argosy.sources.registry import Registry
from argosy.store.database import Database

__all__ = ["Group"]


@dataclass(frozen=True, slots=True)
class Populated:
    """The assets of some groups, in their order, and the ids of those that are new."""

    assets: tuple[Asset, ...]
    new: frozenset[str]

    @property
    def made(self) -> tuple[Asset, ...]:
        """Those that are new."""
        return tuple(asset for asset in self.assets if asset.id in self.new)


async def populate(
    database: Database, sources: Registry, groups: Sequence[Group], *, limit: int | None = None
) -> Populated:
    """Let the first so many assets of some groups be there; what is there already stays."""
    builtin = BuiltinSource()
    lines = [line for group in groups for line in builtin.group(group)][:limit]
    found, new = await catalog.take_in(database, sources, builtin, lines)
    return Populated(tuple(found), frozenset(new))
