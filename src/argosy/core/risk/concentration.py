"""How much of a portfolio lies in few hands."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from argosy.core.money import ZERO

TOP = (1, 3, 5, 10)


@dataclass(frozen=True, slots=True)
class Concentration:
    """Of weights w that add up to 1.

    Attributes
    ----------
    herfindahl : float
        Σ w²: 1 of a single holding, 1/n of n equal ones.
    effective_holdings : float
        1 / herfindahl: how many equal holdings would be as concentrated.
    top : dict of int to float
        The weight of the so many largest together.
    """

    herfindahl: float
    effective_holdings: float
    top: dict[int, float]


def concentration(values: Sequence[Decimal]) -> Concentration | None:
    """Measure how values are spread. Must run inside `exact_context`.

    Parameters
    ----------
    values : sequence of Decimal
        What each holding is worth; negative where short.

    Returns
    -------
    concentration : Concentration or None
        None where the sum is not above zero.

    Examples
    --------
    >>> found = concentration([Decimal(6), Decimal(2), Decimal(2)])
    >>> found.herfindahl, round(found.effective_holdings, 6), found.top[1]
    (0.44, 2.272727, 0.6)
    """
    total = sum(values, ZERO)
    if total <= 0:
        return None
    weights = sorted((value / total for value in values), reverse=True)
    squares = sum((weight * weight for weight in weights), ZERO)
    return Concentration(
        herfindahl=float(squares),
        effective_holdings=float(1 / squares),
        top={count: float(sum(weights[:count], ZERO)) for count in TOP},
    )
