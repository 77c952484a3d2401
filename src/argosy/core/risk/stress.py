"""What today's holdings would lose: in a crisis of the past, or under shocks that one thinks of."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from argosy.core.market.asset import Asset, AssetCategory
from argosy.core.money import ONE, UNIT, ZERO, exact_context, split_minor_unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """What is held today of one asset, or of cash (`asset` is None) in one currency.

    `value` is in the portfolio's currency, None where unknown.
    """

    asset: Asset | None
    symbol: str
    currency: str
    value: Decimal | None

    @property
    def category(self) -> AssetCategory:
        """What a shock of a category goes by."""
        return AssetCategory.CASH if self.asset is None else self.asset.category


class How(StrEnum):
    """What a holding's change comes from."""

    CLOSES = "closes"
    PROXY = "proxy"
    RATE = "rate"
    SHOCKS = "shocks"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """What happens to one holding; money in the portfolio's currency.

    Attributes
    ----------
    change : Decimal or None
        A fraction, negative for a loss of what is owned; None where unknown, see `reason`.
    gain : Decimal or None
        value · change: negative for a loss.
    after : Decimal or None
        value + gain.
    proxy, beta : str, Decimal or None
        What stands for it, and how far it followed that over the last two years.
    reason : str or None
        Why it is unknown, or what it lacks.
    """

    exposure: Exposure
    how: How
    change: Decimal | None = None
    gain: Decimal | None = None
    after: Decimal | None = None
    proxy: str | None = None
    beta: Decimal | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """All hits of one scenario, and their sums.

    Attributes
    ----------
    value : Decimal or None
        What the holdings are worth whose change is known; None where that is none of several.
    gain : Decimal or None
        The sum of theirs; None where nothing is known.
    after : Decimal or None
        value + gain.
    change : Decimal or None
        gain / value; None where the value is not above zero.
    unknown : tuple of str
        Symbols that the sums lack.
    """

    hits: tuple[Hit, ...]
    value: Decimal | None
    gain: Decimal | None
    after: Decimal | None
    change: Decimal | None
    unknown: tuple[str, ...]


class ShockKind(StrEnum):
    """What a shock goes by."""

    ASSET = "asset"
    CATEGORY = "category"
    CURRENCY = "currency"


@dataclass(frozen=True, slots=True)
class Shock:
    """A change of all that is of an asset (its id), a category or a currency; -0.3 is 30 % down."""

    kind: ShockKind
    of: str
    change: Decimal

    def meets(self, exposure: Exposure) -> bool:
        """Tell whether a holding feels it."""
        match self.kind:
            case ShockKind.ASSET:
                return exposure.asset is not None and exposure.asset.id == self.of
            case ShockKind.CATEGORY:
                return exposure.category.value == self.of
            case ShockKind.CURRENCY:
                return split_minor_unit(exposure.currency)[0] == self.of


def shocked(exposures: Iterable[Exposure], shocks: Sequence[Shock]) -> Scenario:
    """Let shocks come together: a holding's change is Π(1 + change) − 1 of those it feels, exactly.

    Parameters
    ----------
    exposures : iterable of Exposure
    shocks : sequence of Shock

    Returns
    -------
    scenario : Scenario

    Examples
    --------
    >>> cash = Exposure(asset=None, symbol="USD", currency="USD", value=Decimal(100))
    >>> down = Shock(ShockKind.CURRENCY, "USD", Decimal("-0.1"))
    >>> shocked([cash], [down, down]).gain
    Decimal('-19.00')
    """
    with exact_context():
        hits = []
        for one in exposures:
            if one.value is None:
                hits.append(unknown_hit(one, f"{one.symbol} has no value today."))
                continue
            factor = ONE
            for shock in shocks:
                if shock.meets(one):
                    factor *= ONE + shock.change
            hits.append(hit(one, How.SHOCKS, factor - ONE))
        return added_up(hits)


def hit(
    exposure: Exposure,
    how: How,
    change: Decimal,
    *,
    reason: str | None = None,
    proxy: str | None = None,
    beta: Decimal | None = None,
) -> Hit:
    """Return what a change does to a holding whose value is known. Must run in `exact_context`.

    Parameters
    ----------
    exposure : Exposure
    how : How
    change : Decimal
        A fraction.
    reason, proxy : str or None
    beta : Decimal or None
        As in `Hit`.

    Returns
    -------
    hit : Hit
    """
    assert exposure.value is not None, "what has no value has no change"
    gain = _rounded(exposure.value * change)
    return Hit(
        exposure=exposure,
        how=how,
        change=change,
        gain=gain,
        after=exposure.value + gain,
        proxy=proxy,
        beta=beta,
        reason=reason,
    )


def _rounded(amount: Decimal) -> Decimal:
    """Round to what the ledger keeps; fewer digits stay as they are."""
    rounded = amount.quantize(UNIT)
    return amount if rounded == amount else rounded


def unknown_hit(exposure: Exposure, why: str) -> Hit:
    """Return a hit of which nothing is known but why."""
    return Hit(exposure=exposure, how=How.UNKNOWN, reason=why)


def added_up(hits: Sequence[Hit]) -> Scenario:
    """Return hits with their sums. Must run inside `exact_context`."""
    known = [one for one in hits if one.gain is not None]
    value = sum((one.exposure.value or ZERO for one in known), ZERO)
    gain = sum((one.gain or ZERO for one in known), ZERO) if known else None
    return Scenario(
        hits=tuple(hits),
        value=None if hits and not known else value,
        gain=gain,
        after=None if gain is None else value + gain,
        change=gain / value if gain is not None and value > 0 else None,
        unknown=tuple(one.exposure.symbol for one in hits if one.gain is None),
    )
