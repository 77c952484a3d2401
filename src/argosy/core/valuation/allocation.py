"""Where a portfolio's value lies: slices that add up to it exactly, one dimension inside another.

An asset lies in several slices of a dimension where its weights there are known. What they lack
of the whole is a slice of its own, unknown: never the domicile, never shared out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from argosy.core.explain import named
from argosy.core.ledger.basis import share_out
from argosy.core.ledger.book import Book
from argosy.core.market.asset import Asset
from argosy.core.money import ONE, UNIT, ZERO, exact_context, split_minor_unit
from argosy.core.valuation.marks import cash_value_on
from argosy.core.valuation.statement import PortfolioFigures


class Dimension(StrEnum):
    """By what a portfolio is parted."""

    HOLDING = "holding"
    CATEGORY = "category"
    CURRENCY = "currency"
    COUNTRY = "country"
    SECTOR = "sector"
    TAG = "tag"
    PORTFOLIO_CASH = "portfolio_cash"


class Axis(NamedTuple):
    """A dimension; of tags with the taxonomy that is meant."""

    dimension: Dimension
    taxonomy: str = ""

    @property
    def text(self) -> str:
        """As it is asked for."""
        return f"{self.dimension}:{self.taxonomy}" if self.taxonomy else str(self.dimension)


Weights = Mapping[Axis, Mapping[str, Mapping[str, Decimal]]]
"""Of each axis what is known of assets, by id: their weight in each unit, at most 1 together."""

UNKNOWN = "unknown"
"""The key of the slice of what nobody knows."""
CASH = "CASH"
"""The key of the slice of cash, wherever cash has no better one."""
INVESTED = "invested"

_NO_WEIGHT = "The value of the whole portfolio is unknown or not above zero."


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """A part of a portfolio, in its currency.

    Attributes
    ----------
    key, name : str
        What it is, for programs and for people.
    value : Decimal or None
        The sum of what is known; None where nothing is.
    weight : Decimal or None
        Of the whole portfolio, also where it lies inside another slice.
    holdings : int
        How many assets and currencies have a part in it.
    flags : tuple of str
        `incomplete` where a part of it has no value.
    """

    key: str
    name: str
    value: Decimal | None
    weight: Decimal | None
    holdings: int
    flags: tuple[str, ...] = ()
    reasons: dict[str, str] = field(default_factory=dict)
    slices: tuple["Slice", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Allocation:
    """A whole portfolio in slices; their values add up to `total_value`."""

    axes: tuple[Axis, ...]
    total_value: Decimal | None
    slices: tuple[Slice, ...]
    flags: tuple[str, ...]
    reasons: dict[str, str]


class _Place(NamedTuple):
    """Where something lies."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class _Parcel:
    """What an asset, or the cash of a currency, puts into a slice; `asset` None is cash."""

    asset: Asset | None
    currency: str
    value: Decimal | None


def allocate(
    book: Book, found: PortfolioFigures, axes: Sequence[Axis], weights: Weights
) -> Allocation:
    """Part a portfolio's value by one or more dimensions, each inside the one before.

    Parameters
    ----------
    book : Book
        What `found` was computed from.
    found : PortfolioFigures
    axes : sequence of Axis
        At least one.
    weights : mapping
        What assets are made of. An asset that lies in several slices of two of the axes is taken
        to have the same parts of one in each part of the other, and flagged
        `assumed_independent`.

    Returns
    -------
    allocation : Allocation
        Slices with the most value first, what is unknown last. Holdings without a value are named
        by the flags, and in no sum.
    """
    with exact_context():
        parcels = [*_holdings(book, found), *_cash(book, found)]
        total = found.total_value
        return Allocation(
            axes=tuple(axes),
            total_value=total,
            slices=_slices(parcels, axes, weights, total),
            flags=(*found.flags, *_assumed(parcels, axes, weights)),
            reasons={key: why for key, why in found.reasons.items() if key == "total_value"},
        )


def _holdings(book: Book, found: PortfolioFigures) -> list[_Parcel]:
    assets = book.market.assets
    return [
        _Parcel(assets[one.asset_id], split_minor_unit(one.currency)[0], one.value)
        for one in found.holdings
        if one.quantity
    ]


def _cash(book: Book, found: PortfolioFigures) -> list[_Parcel]:
    values = cash_value_on(book, found.as_of)
    return [
        _Parcel(None, currency, values[currency]) for currency, cash in found.cash.items() if cash
    ]


def _slices(
    parcels: Sequence[_Parcel], axes: Sequence[Axis], weights: Weights, total: Decimal | None
) -> tuple[Slice, ...]:
    if not axes:
        return ()
    axis, *inner = axes
    known = weights.get(axis, {})
    places: dict[_Place, list[_Parcel]] = {}
    for parcel in parcels:
        for place, value in _spread(parcel, axis, known):
            places.setdefault(place, []).append(replace(parcel, value=value))
    found = [
        replace(_slice(place, inside, total), slices=_slices(inside, inner, weights, total))
        for place, inside in places.items()
    ]
    return tuple(sorted(found, key=_rank))


def _rank(one: Slice) -> tuple[bool, bool, Decimal, str]:
    return (one.key == UNKNOWN, one.value is None, -(one.value or ZERO), one.name)


def _slice(place: _Place, inside: Sequence[_Parcel], total: Decimal | None) -> Slice:
    values = [parcel.value for parcel in inside if parcel.value is not None]
    value = named(sum(values, ZERO), f"value of {place.name}") if values else None
    weight = weight_of(value, total)
    reasons = {}
    if value is None:
        reasons = dict.fromkeys(("value", "weight"), "Nothing in it has a price and a rate.")
    elif weight is None:
        reasons = {"weight": _NO_WEIGHT}
    return Slice(
        key=place.key,
        name=place.name,
        value=value,
        weight=weight,
        holdings=len({(parcel.asset, parcel.currency) for parcel in inside}),
        flags=("incomplete",) if len(values) < len(inside) else (),
        reasons=reasons,
    )


def weight_of(value: Decimal | None, total: Decimal | None) -> Decimal | None:
    """Return value ÷ total to 18 places; None where one is unknown or the total not above zero.

    Must run inside `exact_context`.
    """
    if value is None or total is None or total <= 0:
        return None
    return named((value / total).quantize(UNIT), "value ÷ total value")


def _spread(
    parcel: _Parcel, axis: Axis, known: Mapping[str, Mapping[str, Decimal]]
) -> Iterable[tuple[_Place, Decimal | None]]:
    """Return the slices that something lies in, with its value in each; they add up."""
    whole = _whole(parcel, axis)
    if whole is not None and (parcel.asset is None or parcel.asset.id not in known):
        return [(whole, parcel.value)]
    made_of = known.get(parcel.asset.id, {}) if parcel.asset is not None else {}
    parts = [(_Place(unit, unit), weight) for unit, weight in sorted(made_of.items()) if weight]
    rest = ONE - sum((weight for _, weight in parts), ZERO)
    if rest:
        parts.append((_Place(UNKNOWN, "Unknown"), rest))
    places = [place for place, _ in parts]
    if parcel.value is None:
        return [(place, None) for place in places]
    shares = share_out(parcel.value, [weight for _, weight in parts], ONE)
    return zip(places, shares, strict=True)


def _whole(parcel: _Parcel, axis: Axis) -> _Place | None:
    """Return the one slice that something lies in as a whole; None if that is to be seen."""
    asset, dimension = parcel.asset, axis.dimension
    if dimension is Dimension.CURRENCY:
        return _Place(parcel.currency, parcel.currency)
    if asset is None and dimension is Dimension.HOLDING:
        return _Place(f"{CASH}:{parcel.currency}", f"Cash {parcel.currency}")
    if asset is None or (dimension is Dimension.CATEGORY and asset.category.value == CASH):
        return _Place(CASH, "Cash")
    wholes = {
        Dimension.HOLDING: _Place(asset.id, asset.symbol),
        Dimension.CATEGORY: _Place(asset.category.value, asset.category.value),
        Dimension.PORTFOLIO_CASH: _Place(INVESTED, "Invested"),
    }
    return wholes.get(dimension)


def _assumed(parcels: Sequence[_Parcel], axes: Sequence[Axis], weights: Weights) -> list[str]:
    """Name the assets of which two dimensions are known, but not how they belong together."""
    return [
        f"assumed_independent:{parcel.asset.symbol}"
        for parcel in parcels
        if parcel.asset is not None
        and sum(_is_spread(weights.get(axis, {}).get(parcel.asset.id, {})) for axis in axes) > 1
    ]


def _is_spread(made_of: Mapping[str, Decimal]) -> bool:
    return any(ZERO < weight < ONE for weight in made_of.values())
