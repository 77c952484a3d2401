"""What a price that is off by a factor looks like: another unit, a split, another currency."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import log
from operator import itemgetter
from typing import NamedTuple


class Likeness(StrEnum):
    """What a factor between a price and what it should be looks like."""

    UNIT = "unit"
    SPLIT = "split"
    CURRENCY = "currency"


@dataclass(frozen=True, slots=True)
class Named:
    """A likeness, in words that follow a comma."""

    kind: Likeness
    words: str


SPLITS = (2, 3, 4, 5, 6, 7, 8, 9, 10, 20)
"""Ratios that splits have, and reverse splits the other way round."""

_UNIT_WITHIN = 0.15  # nothing else is near a hundred, so a day's move may lie between


def likeness(
    factor: float, rates: Mapping[str, float], *, within: float = 0.05, rate_within: float = 0.01
) -> Named | None:
    """Tell what a factor looks like, the closest likeness first; None if like nothing.

    Parameters
    ----------
    factor : float
        The price / what it should be, above 0.
    rates : mapping of str to float
        Units of other currencies for one of the asset's, on that day.
    within, rate_within : float
        How far the logarithms may differ: a day's move lies between the two prices, and little
        more than the hour of the rate between a rate and another.

    Examples
    --------
    >>> likeness(102.0, {}).words, likeness(4.02, {}).words
    ('as if in a unit a hundred times smaller', 'as before a split of 4:1')
    >>> likeness(0.921, {"EUR": 0.92}).words, likeness(1.2, {"EUR": 0.92})
    ('as if in EUR', None)
    """
    likes = [(abs(log(factor / one.ratio)), one) for one in _likes(rates, within, rate_within)]
    fits = [(off, one.named) for off, one in likes if off <= one.within]
    return min(fits, key=itemgetter(0))[1] if fits else None


class _Like(NamedTuple):
    ratio: float
    within: float
    named: Named


def _likes(rates: Mapping[str, float], within: float, rate_within: float) -> Iterator[_Like]:
    unit, split = Likeness.UNIT, Likeness.SPLIT
    yield _Like(100.0, _UNIT_WITHIN, Named(unit, "as if in a unit a hundred times smaller"))
    yield _Like(0.01, _UNIT_WITHIN, Named(unit, "as if in a unit a hundred times larger"))
    for ratio in SPLITS:
        yield _Like(float(ratio), within, Named(split, f"as before a split of {ratio}:1"))
        yield _Like(1 / ratio, within, Named(split, f"as after a split of {ratio}:1"))
    for currency, rate in rates.items():
        if abs(log(rate)) > 2 * rate_within:
            yield _Like(rate, rate_within, Named(Likeness.CURRENCY, f"as if in {currency}"))
