"""What parts of a portfolio shall weigh, and how far it has drifted from that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import InputError, plain
from argosy.core.market.asset import AssetCategory
from argosy.core.money import ZERO, exact_context, parse_currency, split_minor_unit
from argosy.core.valuation.allocation import (
    CASH,
    INVESTED,
    UNKNOWN,
    Allocation,
    Axis,
    Dimension,
    Weights,
    allocate,
)
from argosy.core.valuation.drift import Drift, Target, drifts, untargeted
from argosy.core.valuation.exposures import unit_name
from argosy.services import composition
from argosy.services.books import Ledger
from argosy.services.figures import figures_on
from argosy.store import assets, portfolios, targets, versions

__all__ = ["PRESETS", "Drift", "Target"]

TARGETS_MAX = 500
_BAND = Decimal("0.05")


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetDraft:
    """What somebody says a slice shall weigh: `key` is a symbol, a category or the like."""

    by: str
    key: str
    weight: Decimal
    band: Decimal = _BAND
    relative: bool = False


def _preset(by: Dimension, weights: dict[str, str]) -> tuple[TargetDraft, ...]:
    return tuple(
        TargetDraft(by=by.value, key=key, weight=Decimal(weight)) for key, weight in weights.items()
    )


PRESETS = {
    "classes": _preset(
        Dimension.CATEGORY,
        {
            "STOCK": "0.5",
            "ETF": "0.15",
            "COMMODITY": "0.15",
            "CRYPTO": "0.1",
            "FUTURE": "0.05",
            "CASH": "0.05",
        },
    ),
    "btc_core": _preset(Dimension.HOLDING, {"BTC": "0.55"}),
}
"""Targets to begin with, each with a band of 0.05 to either side.

`classes` is by kind of asset; `btc_core` keeps bitcoin between 0.5 and 0.6.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftBy:
    """The drift of one dimension; `untargeted` is the weight that no target speaks of."""

    axis: Axis
    rows: tuple[Drift, ...]
    untargeted: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftReport:
    """A portfolio beside its targets, dimension by dimension."""

    as_of: date
    total_value: Decimal | None
    groups: tuple[DriftBy, ...]
    flags: tuple[str, ...]
    reasons: dict[str, str]


async def of_portfolio(
    session: AsyncSession, user_id: str, portfolio_id: str
) -> tuple[tuple[Target, ...], dict[str, str]]:
    """Return a portfolio's targets in their order, and what the units of holdings are called."""
    portfolio = await portfolios.get(session, user_id, portfolio_id)
    found = await targets.read(session, portfolio.id)
    return found, await names(session, found)


async def names(session: AsyncSession, found: Sequence[Target]) -> dict[str, str]:
    """Return what the units of targets are called: holdings are stored by id."""
    ids = [one.unit for one in found if one.axis.dimension is Dimension.HOLDING]
    known = await assets.get_many(session, [key for key in ids if not key.startswith(CASH)])
    return {one.unit: one.unit for one in found} | {
        key: asset.symbol for key, asset in known.items()
    }


async def put(
    session: AsyncSession, user_id: str, portfolio_id: str, drafts: Sequence[TargetDraft]
) -> None:
    """Let these be all the targets of a portfolio."""
    portfolio = await portfolios.get(session, user_id, portfolio_id)
    if len(drafts) > TARGETS_MAX:
        raise InputError(f"A portfolio has up to {TARGETS_MAX} targets.")
    found = [await _checked(session, user_id, draft) for draft in drafts]
    _fit(found)
    await targets.put(session, portfolio.id, found)


def preset(name: str) -> tuple[TargetDraft, ...]:
    """Return the targets of a preset."""
    if name not in PRESETS:
        raise InputError(f"preset: {name[:40]!r} is none of {', '.join(PRESETS)}.")
    return PRESETS[name]


async def _checked(session: AsyncSession, user_id: str, draft: TargetDraft) -> Target:
    axis = composition.parse_axis(draft.by)
    if not 0 <= draft.weight <= 1:
        raise InputError(f"{draft.key[:40]}: a target's weight is between 0 and 1.")
    if not 0 <= draft.band <= 1:
        raise InputError(f"{draft.key[:40]}: a band is between 0 and 1.")
    return Target(
        axis=axis,
        unit=await _unit(session, user_id, axis, draft.key.strip()),
        weight=draft.weight,
        band=draft.band,
        relative=draft.relative,
    )


async def _unit(session: AsyncSession, user_id: str, axis: Axis, key: str) -> str:
    """Return the key of the slice that is meant."""
    cash, _, currency = key.upper().partition(":")
    if key.casefold() == UNKNOWN:
        raise InputError("What is unknown cannot have a target.")
    match axis.dimension:
        case Dimension.HOLDING if cash == CASH and currency:
            return f"{CASH}:{split_minor_unit(parse_currency(currency))[0]}"
        case Dimension.HOLDING:
            return (await assets.get(session, user_id, key)).id
        case Dimension.CATEGORY:
            if key.upper() not in AssetCategory.__members__:
                known = ", ".join(AssetCategory.__members__)
                raise InputError(f"{key[:40]!r} is no category. There are {known}.")
            return key.upper()
        case Dimension.PORTFOLIO_CASH:
            if key.upper() not in {CASH, INVESTED.upper()}:
                raise InputError(f"{key[:40]!r} is neither {CASH} nor {INVESTED}.")
            return CASH if cash == CASH else INVESTED
        case Dimension.TAG:
            return " ".join(key.split())[:100]
        case Dimension.COUNTRY | Dimension.SECTOR | Dimension.CURRENCY:
            return CASH if cash == CASH else unit_name(axis.dimension, key)


def _fit(found: Sequence[Target]) -> None:
    """Refuse targets that say two things of one slice, or add up to more than the whole."""
    totals: dict[Axis, Decimal] = {}
    seen: set[tuple[Axis, str]] = set()
    with exact_context():
        for one in found:
            if (one.axis, one.unit) in seen:
                raise InputError(f"{one.unit} has two targets by {one.axis.text}.")
            seen.add((one.axis, one.unit))
            totals[one.axis] = totals.get(one.axis, ZERO) + one.weight
        for axis, total in totals.items():
            if total > 1:
                raise InputError(f"The targets by {axis.text} add up to {plain(total)}, above 1.")


def drift_on(
    ledger: Ledger,
    as_of: date | None,
    *,
    today: date,
    aims: Sequence[Target],
    known: tuple[Weights, dict[str, str]],
) -> DriftReport:
    """Compare a portfolio with its targets at the end of a day.

    `known` are the weights that the targets' dimensions need, and what their units are called.
    """
    weights, called = known
    found = figures_on(ledger, as_of, today=today)
    book = ledger.book_on(found.as_of)
    groups = []
    flags: list[str] = [*found.flags]
    for axis in dict.fromkeys(one.axis for one in aims):
        own = [one for one in aims if one.axis == axis]
        parted: Allocation = allocate(book, found, [axis], weights)
        rows = drifts(parted.slices, own, found.total_value, called)
        groups.append(DriftBy(axis=axis, rows=rows, untargeted=untargeted(own)))
        flags += [f"outside:{row.name}" for row in rows if row.outside]
    reasons = {name: why for name, why in found.reasons.items() if name == "total_value"}
    if not aims:
        reasons["groups"] = "The portfolio has no targets."
    return DriftReport(
        as_of=found.as_of,
        total_value=found.total_value,
        groups=tuple(groups),
        flags=tuple(flags),
        reasons=reasons,
    )


async def version(session: AsyncSession) -> tuple[int, ...]:
    """Return a number for all that drift needs beside the ledger."""
    found = await versions.read(session, [targets.SCOPE])
    return (found[targets.SCOPE], *await composition.version(session))
