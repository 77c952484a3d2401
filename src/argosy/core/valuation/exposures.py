"""What an asset is made of, as somebody states it: its weights by country, sector or currency."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from argosy.core.errors import InputError
from argosy.core.ledger.basis import share_out
from argosy.core.market.asset import Asset, AssetCategory
from argosy.core.market.countries import country_name
from argosy.core.money import ONE, ZERO, exact_context, parse_currency, plain, split_minor_unit
from argosy.core.valuation.allocation import UNKNOWN, Dimension

STATED = (Dimension.COUNTRY, Dimension.SECTOR, Dimension.CURRENCY)
"""The dimensions in which somebody may state what an asset is made of."""

ROUNDED = Decimal("1.005")
"""Weights that add up to more than 1, but not to more than this, were rounded."""

UNITS_MAX = 500
UNIT_MAX = 100
_ACRONYM = 3

_AT_HOME = frozenset(
    {AssetCategory.STOCK, AssetCategory.BOND, AssetCategory.REAL_ESTATE, AssetCategory.OTHER}
)
"""Of these the country that sources name is where they work; of a fund it is its domicile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """An asset's weights in one dimension from `day` on; what they lack of 1 is unknown.

    `own` says that it is the viewer's own word, which comes before what all see.
    """

    dimension: Dimension
    day: date
    source: str
    weights: Mapping[str, Decimal]
    own: bool = False


def unit_name(dimension: Dimension, text: str) -> str:
    """Return the one name of a country, a sector or a currency, however somebody writes it.

    Raises
    ------
    InputError
        If it is empty, too long, or no currency's code where one is needed.

    Examples
    --------
    >>> unit_name(Dimension.COUNTRY, "de"), unit_name(Dimension.CURRENCY, "GBp")
    ('Germany', 'GBP')
    >>> unit_name(Dimension.SECTOR, "FINANCIAL  SERVICES"), unit_name(Dimension.SECTOR, "IT")
    ('Financial Services', 'IT')
    """
    name = " ".join(text.split())
    if not 1 <= len(name) <= UNIT_MAX or not name.isprintable():
        raise InputError(f"{dimension}: a name has 1 to {UNIT_MAX} printable characters.")
    if dimension is Dimension.CURRENCY:
        return split_minor_unit(parse_currency(name, field="currency"))[0]
    if dimension is Dimension.COUNTRY:
        return country_name(name)
    return name.title() if name.isupper() and len(name) > _ACRONYM else name


def check_weights(dimension: Dimension, weights: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Return weights under their units' one name, or refuse them.

    Parameters
    ----------
    dimension : Dimension
    weights : mapping of str to Decimal
        Fractions. Names of one unit are added up.

    Returns
    -------
    weights : dict of str to Decimal
        Above zero, in the order of their names, at most 1 together: weights whose sum was rounded
        above that (`ROUNDED`) share 1 among them.

    Raises
    ------
    InputError
        If a weight is not above 0, a name is none, or the sum is above 1.

    Examples
    --------
    >>> found = check_weights(Dimension.COUNTRY, {"US": Decimal("0.5"), "USA": Decimal("0.1")})
    >>> {name: str(weight) for name, weight in found.items()}
    {'United States': '0.6'}
    """
    if not 1 <= len(weights) <= UNITS_MAX:
        raise InputError(f"{dimension}: 1 to {UNITS_MAX} weights are needed.")
    found: dict[str, Decimal] = {}
    with exact_context():
        for text, weight in weights.items():
            name = unit_name(dimension, text)
            if not weight > 0:
                raise InputError(
                    f"{dimension}: the weight of {name} is {plain(weight)}, not above 0."
                )
            if name.casefold() == UNKNOWN:
                raise InputError(f"{dimension}: leave out what is unknown; it is what lacks of 1.")
            found[name] = found.get(name, ZERO) + weight
        total = sum(found.values(), ZERO)
        if total > ROUNDED:
            raise InputError(
                f"{dimension}: the weights add up to {plain(total)}; they are fractions of 1."
            )
        names = sorted(found)
        shares = [found[name] for name in names]
        if total > 1:
            shares = share_out(ONE, shares, total)
    return dict(zip(names, shares, strict=True))


def in_force(stated: Iterable[Exposure], on: date) -> dict[Dimension, Exposure]:
    """Return what counts on a day: one's own word first, of each the newest, never a later one."""
    known = [one for one in stated if one.day <= on]
    return {one.dimension: one for one in sorted(known, key=lambda one: (one.own, one.day))}


def described(asset: Asset, metadata: Mapping[str, Any]) -> dict[Dimension, dict[str, Decimal]]:
    """Return what sources say of an asset as a whole: its one country, its one sector.

    Of funds, indices and coins nothing: a fund's country is where it is registered, not what it
    holds.
    """
    found: dict[Dimension, dict[str, Decimal]] = {}
    if asset.category in _AT_HOME:
        for dimension in (Dimension.COUNTRY, Dimension.SECTOR):
            text = metadata.get(dimension.value)
            if isinstance(text, str) and 1 <= len(text.strip()) <= UNIT_MAX and text.isprintable():
                found[dimension] = {unit_name(dimension, text): ONE}
    return found


def add_up(rows: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """Add the weights of constituents up by unit; what is not above zero in the end is left out.

    Issuers list hedges and margin with negative weights beside what they belong to.
    """
    found: dict[str, Decimal] = {}
    with exact_context():
        for name, weight in rows:
            found[name] = found.get(name, ZERO) + weight
    return {name: weight for name, weight in found.items() if weight > 0}
