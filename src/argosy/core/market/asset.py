"""What an asset is: the master record that ledger, prices and screens share."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class AssetCategory(StrEnum):
    """The kind of an asset; it decides calendars and groups, never arithmetic."""

    STOCK = "STOCK"
    ETF = "ETF"
    FUND = "FUND"
    INDEX = "INDEX"
    BOND = "BOND"
    CRYPTO = "CRYPTO"
    COMMODITY = "COMMODITY"
    CURRENCY = "CURRENCY"
    FUTURE = "FUTURE"
    OPTION = "OPTION"
    REAL_ESTATE = "REAL_ESTATE"
    CASH = "CASH"
    OTHER = "OTHER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One thing that can be held and priced.

    Attributes
    ----------
    id : str
        Public identifier (UUIDv7).
    key : int
        Small integer of the same asset, used by price rows.
    symbol, exchange, name : str
        `exchange` is `None` where there is none (crypto, private things).
    currency : str
        Quote currency; a minor unit such as GBp is kept as it is.
    owner : str or None
        User whose private asset it is; `None` = shared.
    active : bool
        False where it is not traded any more; it can be booked all the same.
    delisted_on : date or None
        Since when its sources say so.
    """

    id: str
    key: int
    symbol: str
    exchange: str | None
    name: str
    category: AssetCategory
    currency: str
    owner: str | None = None
    description: str | None = None
    active: bool = True
    delisted_on: date | None = None


@dataclass(frozen=True, slots=True)
class Split:
    """A stock split as a fact about the asset: on `day` each old share became new/old shares.

    A reverse split has `new` < `old`. Prices before `day` are divided by new/old to compare.
    """

    day: date
    new: Decimal
    old: Decimal


@dataclass(frozen=True, slots=True)
class Dividend:
    """Cash for each share that was held when `day`, the ex-day, began.

    `amount` is per share as traded on that day, in a whole `currency` (GBP, never GBp), which
    need not be the asset's. `pay_on` is None where nobody says when it is paid.
    """

    day: date
    amount: Decimal
    currency: str
    pay_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetSource:
    """How one source is asked for an asset.

    `symbol` is what the source calls it, None where that is the asset's own symbol. Sources with
    a `rank` are asked before all others, the lowest first.
    """

    source: str
    symbol: str | None = None
    rank: int | None = None
