"""How far a portfolio is from what it shall be, and what would have to be traded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from argosy.core.money import ONE, UNIT, ZERO, exact_context
from argosy.core.valuation.allocation import Axis, Slice


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The weight that a slice shall have.

    Attributes
    ----------
    axis : Axis
    unit : str
        The slice's key.
    weight : Decimal
        Fraction of the portfolio, 0 to 1.
    band : Decimal
        How far the weight may be from it: in fractions of the portfolio, or of `weight` itself
        where the band is `relative`.
    """

    axis: Axis
    unit: str
    weight: Decimal
    band: Decimal
    relative: bool = False

    @property
    def edges(self) -> tuple[Decimal, Decimal]:
        """The lowest and highest weight inside the band; the lowest is never below zero.

        Examples
        --------
        >>> from argosy.core.valuation.allocation import Axis, Dimension
        >>> bitcoin = Target(
        ...     axis=Axis(Dimension.HOLDING),
        ...     unit="BTC",
        ...     weight=Decimal("0.55"),
        ...     band=Decimal("0.05"),
        ... )
        >>> [str(edge) for edge in bitcoin.edges]
        ['0.50', '0.60']
        """
        with exact_context():
            width = self.band * self.weight if self.relative else self.band
            return max(self.weight - width, ZERO), self.weight + width


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """A slice beside its target. Amounts are bought where positive, sold where negative.

    Attributes
    ----------
    drift : Decimal or None
        Weight less target.
    outside : bool or None
        Whether the weight is beyond an edge of the band; on it is inside.
    to_target, to_band : Decimal or None
        What to trade so that the weight is the target, or the nearest edge of the band, while the
        value of the whole stays.
    """

    key: str
    name: str
    value: Decimal | None
    weight: Decimal | None
    target: Target | None
    drift: Decimal | None = None
    outside: bool | None = None
    to_target: Decimal | None = None
    to_band: Decimal | None = None
    reasons: dict[str, str] = field(default_factory=dict)


def drifts(
    slices: Sequence[Slice], targets: Iterable[Target], total: Decimal | None, names: dict[str, str]
) -> tuple[Drift, ...]:
    """Compare the slices of one dimension with its targets.

    Parameters
    ----------
    slices : sequence of Slice
        Of the whole portfolio.
    targets : iterable of Target
        All of the same dimension.
    total : Decimal or None
        The value of the whole portfolio.
    names : dict of str to str
        What targets are called whose slice is empty, by unit.

    Returns
    -------
    drifts : tuple of Drift
        Targets in their order, then the slices without one. An empty slice has the value 0;
        one that is incomplete is compared as far as it is known.
    """
    held = {one.key: one for one in slices}
    with exact_context():
        aimed = [_drift(target, held.pop(target.unit, None), total, names) for target in targets]
        rest = [
            Drift(
                key=one.key,
                name=one.name,
                value=one.value,
                weight=one.weight,
                target=None,
                reasons=one.reasons
                | dict.fromkeys(("drift", "to_target", "to_band"), "It has no target."),
            )
            for one in held.values()
        ]
    return (*aimed, *rest)


def untargeted(targets: Iterable[Target]) -> Decimal:
    """Return the weight that no target speaks of."""
    with exact_context():
        return ONE - sum((target.weight for target in targets), ZERO)


def _drift(
    target: Target, held: Slice | None, total: Decimal | None, names: dict[str, str]
) -> Drift:
    name = names.get(target.unit, target.unit) if held is None else held.name
    value = ZERO if held is None else held.value
    if value is None or total is None or total <= 0:
        why = "Nothing in it has a price and a rate."
        if value is not None:
            why = "The value of the whole portfolio is unknown or not above zero."
        empty = ("weight", "drift", "outside", "to_target", "to_band")
        reasons = dict.fromkeys(empty if value is not None else ("value", *empty), why)
        return Drift(
            key=target.unit, name=name, value=value, weight=None, target=target, reasons=reasons
        )
    low, high = target.edges
    below, above = value < low * total, value > high * total
    edge = low if below else high
    weight = (value / total).quantize(UNIT)
    return Drift(
        key=target.unit,
        name=name,
        value=value,
        weight=weight,
        target=target,
        drift=weight - target.weight,
        outside=below or above,
        to_target=(target.weight * total - value).quantize(UNIT),
        to_band=(edge * total - value).quantize(UNIT) if below or above else ZERO,
    )
