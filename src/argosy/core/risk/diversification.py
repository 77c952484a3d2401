"""How many kinds of things are held, and what would add another kind."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from argosy.core.market.asset import Asset
from argosy.core.risk.categories import CATEGORIES, Category, category_of

DIVERSIFIED = 3
"""From so many categories on a portfolio counts as diversified."""

_OF_EACH, _AT_MOST = 3, 10


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An asset of a category that is missing, and where it is known: here, or in the catalog."""

    category: Category
    asset: Asset
    known: str


@dataclass(frozen=True, slots=True)
class Diversification:
    """The categories of what is held; `score` is their share of all nine.

    Attributes
    ----------
    held : dict of str to tuple of str
        Symbols by category, in the order of the categories.
    outside : tuple of str
        Symbols that belong to no category.
    """

    score: float
    held: dict[str, tuple[str, ...]]
    outside: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]

    @property
    def is_diversified(self) -> bool:
        """Whether enough categories are held."""
        return len(self.held) >= DIVERSIFIED


def diversification(
    assets: Collection[Asset], known: Mapping[str, tuple[Asset, str]]
) -> Diversification:
    """Score what is held, and name what is missing.

    Parameters
    ----------
    assets : collection of Asset
    known : mapping of str to (Asset, str)
        What could be suggested, by symbol, and where it is known.

    Returns
    -------
    diversification : Diversification
        With at most three suggestions a category and ten in all.
    """
    by_category: dict[str, list[str]] = {}
    outside: list[str] = []
    for asset in sorted(assets, key=lambda one: one.symbol):
        key = category_of(asset)
        (outside if key is None else by_category.setdefault(key, [])).append(asset.symbol)
    held = {one.key: tuple(by_category[one.key]) for one in CATEGORIES if one.key in by_category}
    missing = [one for one in CATEGORIES if one.key not in held]
    found = [one for category in missing for one in _suggested(category, known)]
    return Diversification(
        score=len(held) / len(CATEGORIES),
        held=held,
        outside=tuple(outside),
        suggestions=tuple(found[:_AT_MOST]),
    )


def _suggested(category: Category, known: Mapping[str, tuple[Asset, str]]) -> Sequence[Suggestion]:
    found = [
        Suggestion(category, *known[symbol])
        for symbol in category.symbols
        if symbol in known and category_of(known[symbol][0]) == category.key
    ]
    return found[:_OF_EACH]
