"""What alerts on portfolios look at: each portfolio is replayed once, whatever their number."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from argosy.core.alerts.condition import AlertKind, Figure, Seen
from argosy.core.errors import ArgosyError, StorageError, plain
from argosy.core.market.asset import AssetCategory
from argosy.core.money import UNIT, ZERO, exact_context
from argosy.core.performance.twr import daily_returns
from argosy.core.returns.sessions import between_sessions, held_days
from argosy.core.risk.drawdowns import under_water
from argosy.core.valuation.allocation import Weights
from argosy.core.valuation.drift import Target
from argosy.core.valuation.figures import PortfolioFigures
from argosy.runtime.clock import Clock, today
from argosy.runtime.compute import ComputePool
from argosy.services import books, composition, figures, targets
from argosy.services.books import Ledger, LedgerCache
from argosy.store.alerts import Alert
from argosy.store.database import Database

KINDS = frozenset({AlertKind.DRIFT, AlertKind.DRAWDOWN, AlertKind.LEVEL})


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where portfolios are replayed."""

    database: Database
    ledgers: LedgerCache
    compute: ComputePool
    clock: Clock


@dataclass(frozen=True, slots=True)
class _Aimed:
    """A portfolio's targets, what their units are called, and what goes into their weights."""

    aims: Sequence[Target]
    called: dict[str, str]
    weights: Weights


async def observe(desk: Desk, alerts: Iterable[Alert]) -> tuple[dict[str, Seen], dict[str, str]]:
    """Return what alerts of these kinds see now, by their ids, and the names of the portfolios.

    A ledger that contradicts itself stops no other.
    """
    found: dict[str, Seen] = {}
    names: dict[str, str] = {}
    for (user_id, portfolio_id), some in _by_portfolio(alerts).items():
        try:
            ledger, aimed = await _load(desk, user_id, portfolio_id, some)
            seen = await desk.compute.run(_seen, some, ledger, today(desk.clock), aimed=aimed)
            found |= seen
            names[portfolio_id] = ledger.portfolio.name
        except StorageError:
            raise
        except ArgosyError as error:
            found |= {one.id: Seen(value=None, reason=str(error)) for one in some}
    return found, names


def _by_portfolio(alerts: Iterable[Alert]) -> dict[tuple[str, str], list[Alert]]:
    found: dict[tuple[str, str], list[Alert]] = {}
    for one in alerts:
        if one.condition.kind in KINDS and one.subject.portfolio_id is not None:
            found.setdefault((one.user_id, one.subject.portfolio_id), []).append(one)
    return found


async def _load(
    desk: Desk, user_id: str, portfolio_id: str, alerts: Sequence[Alert]
) -> tuple[Ledger, _Aimed | None]:
    """Return a portfolio's ledger, and its targets where an alert goes by them."""
    day = today(desk.clock)
    async with desk.database.read() as session:
        known = await books.known(session, user_id, portfolio_id)
        ledger = await books.load(session, known, cache=desk.ledgers, compute=desk.compute)
        if not any(one.condition.goes_by_targets for one in alerts):
            return ledger, None
        aims, called = await targets.of_portfolio(session, user_id, portfolio_id)
        axes = list(dict.fromkeys(aim.axis for aim in aims))
        return ledger, _Aimed(aims, called, await composition.of_ledger(session, ledger, axes, day))


def _seen(
    alerts: Sequence[Alert], ledger: Ledger, on: date, *, aimed: _Aimed | None
) -> dict[str, Seen]:
    if ledger.latest is None:
        return {one.id: Seen(value=None, reason="The portfolio is empty.") for one in alerts}
    found = figures.figures_on(ledger, None, today=on)
    falls = [one.id for one in alerts if one.condition.kind is AlertKind.DRAWDOWN]
    drifts = [one.id for one in alerts if one.condition.goes_by_targets]
    others = [one for one in alerts if one.id not in {*falls, *drifts}]
    with exact_context():
        seen = {one.id: _figure(one, found, ledger) for one in others}
    if falls:
        seen |= dict.fromkeys(falls, _fall(ledger))
    if aimed is not None:
        seen |= dict.fromkeys(drifts, _outside(ledger, on, aimed))
    return seen


def _outside(ledger: Ledger, on: date, aimed: _Aimed) -> Seen:
    """Count the targets whose weights are outside their bands."""
    known = aimed.weights, aimed.called
    report = targets.drift_on(ledger, None, today=on, aims=aimed.aims, known=known)
    told = {"currency": ledger.portfolio.rules.currency, "on": report.as_of.isoformat()}
    rows = [row for group in report.groups for row in group.rows if row.target is not None]
    if "incomplete" in report.flags or not rows:
        why = "The value lacks a price or a rate." if rows else "The portfolio has no targets."
        return Seen(value=None, reason=why, facts=told)
    outside = [row for row in rows if row.outside]
    if not outside and any(row.outside is None for row in rows):
        return Seen(value=None, reason="A weight is unknown.", facts=told)
    weights = {
        f"weight of {row.name}": plain(row.weight) for row in outside if row.weight is not None
    }
    return Seen(value=Decimal(len(outside)), facts={**told, **weights})


def _figure(alert: Alert, found: PortfolioFigures, ledger: Ledger) -> Seen:
    told = {"currency": ledger.portfolio.rules.currency, "on": found.as_of.isoformat()}
    if "incomplete" in found.flags:
        reason = found.reasons.get("total_value") or "The value lacks a price or a rate."
        return Seen(value=None, reason=reason, facts=told)
    if alert.condition.kind is AlertKind.DRIFT:
        return _weight(alert, found, ledger, told)
    name = "total_return" if alert.condition.figure is Figure.TOTAL_RETURN else "total_value"
    value: Decimal | None = getattr(found, name)
    return Seen(value=value, reason=found.reasons.get(name), facts=told)


def _weight(alert: Alert, found: PortfolioFigures, ledger: Ledger, told: Mapping[str, str]) -> Seen:
    """Return the weight of a holding, or of a category; what is not held weighs nothing."""
    total = found.total_value
    if total is None or total <= 0:
        return Seen(value=None, reason="The portfolio is worth nothing.", facts=told)
    subject = alert.subject
    chosen = [
        one
        for one in found.holdings
        if one.asset_id == subject.asset_id
        or ledger.assets[one.asset_id].category is subject.category
    ]
    worth = sum((one.value for one in chosen if one.value is not None), ZERO)
    if subject.category is AssetCategory.CASH:
        worth += found.cash_value or ZERO
    facts = {**told, "worth": plain(worth), "total_value": plain(total)}
    return Seen(value=(worth / total).quantize(UNIT), facts=facts)


def _fall(ledger: Ledger) -> Seen:
    """Return how far the growth is below its high, at the last session."""
    series = ledger.series
    held = held_days(ledger.book, series.days)
    opening = int(series.days[0]) - 1
    sessions = between_sessions(daily_returns(series).returns, series.days, held, opening=opening)
    water = under_water(sessions.growth)
    if np.isnan(water).any():
        return Seen(value=None, reason="The return is unknown on some day.")
    return Seen(
        value=Decimal(repr(float(water[-1]))),
        facts={"on": sessions.day(-1).isoformat()},
    )
