"""What an adapter says about itself, in the `manifest.toml` beside it."""

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from typing import Any

from argosy.core.market.asset import AssetCategory
from argosy.runtime.budgets import RateLimit


class Capability(StrEnum):
    """Something that a source can be asked for."""

    HISTORY = "history"
    QUOTES = "quotes"
    RATES = "rates"
    SEARCH = "search"
    PROFILE = "profile"
    SPLITS = "splits"
    DIVIDENDS = "dividends"
    SYMBOLS = "symbols"


class Grade(StrEnum):
    """How far an adapter can be trusted; `docs/how-to/add-a-source.md` has the steps."""

    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShippedFile:
    """A file of facts beside an adapter: where they come from, and who may have them."""

    name: str
    source: str
    license: str
    url: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an adapter can do, and under which terms.

    `terms` says in a sentence what users may do with its data, `url` where that is written.
    `stated_limits` is False where the source publishes none and `limits` are our own manners.
    `free_days` is how far back daily bars go without a paid plan: 0 where there are none, None
    where all are free. `span_days` is the longest stretch of daily bars that one request has; None
    where it has all.
    """

    name: str
    title: str
    grade: Grade
    terms: str
    url: str
    capabilities: frozenset[Capability]
    categories: frozenset[AssetCategory]
    intervals: tuple[str, ...] = ()
    limits: tuple[RateLimit, ...] = ()
    stated_limits: bool = False
    free_days: int | None = None
    span_days: int | None = None
    needs_key: bool = False
    needs_network: bool = True
    files: tuple[ShippedFile, ...] = ()


def load_manifest(package: str) -> Manifest:
    """Read the manifest of an adapter's package, such as `argosy.sources.ecb`."""
    text = files(package).joinpath("manifest.toml").read_text(encoding="utf-8")
    return _manifest(tomllib.loads(text))


def _manifest(stated: dict[str, Any]) -> Manifest:
    stated["grade"] = Grade(stated["grade"])
    stated["capabilities"] = frozenset(Capability(name) for name in stated["capabilities"])
    stated["categories"] = frozenset(AssetCategory(name) for name in stated["categories"])
    stated["intervals"] = tuple(stated.get("intervals", ()))
    stated["limits"] = tuple(RateLimit(**limit) for limit in stated.get("limits", ()))
    stated["files"] = tuple(ShippedFile(**file) for file in stated.get("files", ()))
    return Manifest(**stated)
