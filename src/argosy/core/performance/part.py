"""What one holding, or some of them together, added to a portfolio over a range."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from argosy.core.money import ZERO, exact_context

MONEY = (
    "value_start",
    "flows",
    "value_end",
    "gain",
    "price_part",
    "currency_part",
    "income",
    "fees",
    "residual",
)


class PartKind(StrEnum):
    """What a line of an attribution is of."""

    HOLDING = "holding"
    CASH = "cash"
    OUTSIDE = "outside"
    CATEGORY = "category"
    CURRENCY = "currency"
    TOTAL = "total"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Money in the portfolio's currency; None = see `reasons`, by name.

    Attributes
    ----------
    key : str
        The asset's id, the cash's currency, the group's name, or nothing.
    flows : Decimal
        What was put into it less what came out, also from and to the portfolio's other parts.
    gain : Decimal
        value_end - value_start - flows = price + currency + income + fees + residual.
    income : Decimal
        Net of the fees and taxes that were taken off it.
    fees : Decimal
        All other fees and taxes, negative.
    contribution : float
        To the portfolio's time-weighted return.
    """

    kind: PartKind
    key: str
    value_start: Decimal | None
    flows: Decimal | None
    value_end: Decimal | None
    gain: Decimal | None
    price_part: Decimal | None
    currency_part: Decimal | None
    income: Decimal | None
    fees: Decimal | None
    residual: Decimal | None
    contribution: float | None
    reasons: dict[str, str] = field(default_factory=dict)


def together(
    kind: PartKind, key: str, parts: Sequence[Part], names: Mapping[tuple[PartKind, str], str]
) -> Part:
    """Add parts up, each figure for itself; None where one of them is unknown.

    Parameters
    ----------
    kind, key
        Of the sum.
    parts : sequence of Part
    names : mapping of (PartKind, str) to str
        What to call each of them in a reason.

    Returns
    -------
    sum : Part
    """
    reasons: dict[str, str] = {}
    with exact_context():
        sums = {name: _sum(name, parts, names, reasons) for name in MONEY}
    contributions = [part.contribution for part in parts]
    lacking = [part for part in parts if part.contribution is None]
    if lacking:
        reasons["contribution"] = lacking[0].reasons["contribution"]
    return Part(
        kind=kind,
        key=key,
        **sums,
        contribution=None if lacking else sum(filter(None, contributions), 0.0),
        reasons=reasons,
    )


def _sum(
    name: str,
    parts: Sequence[Part],
    names: Mapping[tuple[PartKind, str], str],
    reasons: dict[str, str],
) -> Decimal | None:
    total = ZERO
    lacking = []
    for part in parts:
        value: Decimal | None = getattr(part, name)
        if value is None:
            lacking.append(names.get((part.kind, part.key), part.key))
        else:
            total += value
    if lacking:
        reasons[name] = f"It lacks {', '.join(lacking)}."
        return None
    return total
