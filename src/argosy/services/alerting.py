"""One look at all alerts: what each sees, whether it is to be told, and telling it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from argosy.core.alerts.condition import AlertKind, Seen, judge
from argosy.core.alerts.state import step
from argosy.core.alerts.wording import heading, waits_for
from argosy.core.errors import plain
from argosy.services import notifying, observing, tracking
from argosy.services.notifying import Draft
from argosy.services.observing import Eyes, Subjects
from argosy.sources.registry import Registry
from argosy.store import alerts as rows
from argosy.store.alerts import Alert, Looked

_TOGETHER = 1_000
"""So many changes are one transaction: others may write between two."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one look at all alerts did; `unknown` are those that see nothing now."""

    looked: int = 0
    fired: int = 0
    unknown: int = 0
    ended: int = 0


@dataclass(frozen=True, slots=True)
class _Change:
    """What is to be stored of an alert, and told if it fires."""

    looked: Looked
    told: Draft | None


async def look(by: Eyes, sources: Registry, *, mail: bool) -> Round:
    """Look at all alerts, and store what changed together with what is to be told.

    An alert that somebody changes meanwhile is left to the next look.
    """
    at = by.clock.now()
    async with by.database.read() as session:
        stored = await rows.waiting(session)
    waiting = await by.compute.run(rows.made_of, stored)
    over = [one.id for one in waiting if one.expires_at is not None and one.expires_at <= at]
    ended = set(over)
    alerts = [one for one in waiting if one.id not in ended]
    if over:
        await _end(by, sources, over, at)
    if not alerts:
        return Round(ended=len(over))
    seen, subjects = await observing.observe(by, alerts)
    changes = await by.compute.run(_changes, alerts, seen, subjects, at)
    fired = 0
    for start in range(0, len(changes), _TOGETHER):
        fired += await _store(by, changes[start : start + _TOGETHER], at, mail=mail)
    unknown = sum(seen[one.id].value is None for one in alerts)
    return Round(looked=len(alerts), fired=fired, unknown=unknown, ended=len(over))


async def _end(by: Eyes, sources: Registry, alert_ids: Sequence[str], at: datetime) -> None:
    async with by.database.write() as session:
        assets = await rows.end(session, alert_ids, at=at)
        await tracking.settle(session, sources, assets, clock=by.clock)


async def _store(by: Eyes, changes: Sequence[_Change], at: datetime, *, mail: bool) -> int:
    """Store what changed of alerts that nobody changed meanwhile; return how many fired."""
    async with by.database.write() as session:
        held = await rows.hold(session, [one.looked.alert.id for one in changes])
        mine = [one for one in changes if _is_same(one.looked.alert, held)]
        await rows.put_looks(session, [one.looked for one in mine])
        told = [one.told for one in mine if one.told is not None]
        if told:
            await notifying.add(session, told, at=at, mail=mail)
    return len(told)


def _is_same(alert: Alert, revisions: Mapping[str, int]) -> bool:
    return revisions.get(alert.id) == alert.revision


def _changes(
    alerts: Sequence[Alert], seen: Mapping[str, Seen], subjects: Subjects, at: datetime
) -> list[_Change]:
    found = (_change(one, seen[one.id], subjects, at) for one in alerts)
    return [change for change in found if change is not None]


def _change(alert: Alert, seen: Seen, subjects: Subjects, at: datetime) -> _Change | None:
    """Return what a look changes of an alert; None where nothing does."""
    holds = judge(alert.condition, seen.value)
    state, fires = step(alert.state, holds=holds, about=seen.about, at=at, patience=alert.patience)
    reason = seen.reason if holds is None else None
    if state == alert.state and reason == alert.reason:
        return None
    turned = state.holds is not alert.state.holds
    looked = Looked(
        alert=alert,
        state=state,
        since=at if turned else alert.since,
        seen=_written(seen) if turned or fires else alert.seen,
        reason=reason,
    )
    return _Change(looked, _draft(alert, seen, subjects) if fires else None)


def _draft(alert: Alert, seen: Seen, subjects: Subjects) -> Draft:
    subject = subject_of(alert, subjects)
    wanted = waits_for(alert.condition, seen.facts.get("currency", ""))
    lines = [f"{subject}: {wanted}.", *_origin(seen)]
    if alert.note:
        lines += ["", alert.note]
    title = heading(alert.condition, subject, seen)
    return Draft(
        user_id=alert.user_id,
        kind=f"alert.{alert.condition.kind}",
        title=f"{alert.name}: {title}" if alert.name else title,
        body="\n".join(lines),
        details={**_written(seen), **_condition(alert), "subject": subject},
        alert_id=alert.id,
    )


def subject_of(alert: Alert, subjects: Subjects) -> str:
    """Return what an alert looks at, in words."""
    about = alert.subject
    asset = subjects.assets.get(about.asset_id or "")
    symbol = asset.symbol if asset is not None else about.category or ""
    if about.portfolio_id is None:
        is_job = alert.condition.kind is AlertKind.JOB
        return (about.job or "A job") if is_job else symbol
    name = subjects.portfolios.get(about.portfolio_id, "the portfolio")
    return f"{symbol} in {name}" if symbol else name


def _origin(seen: Seen) -> list[str]:
    """Say in lines what was seen, and where it comes from."""
    value = "" if seen.value is None else plain(seen.value)
    return [f"Seen: {value}", *(f"{name}: {text}" for name, text in seen.facts.items())]


def _written(seen: Seen) -> dict[str, Any]:
    value = None if seen.value is None else plain(seen.value)
    return {**seen.facts, "value": value, "about": seen.about}


def _condition(alert: Alert) -> dict[str, Any]:
    condition, subject = alert.condition, alert.subject
    numbers = {name: getattr(condition, name) for name in ("threshold", "lower", "upper")}
    return {
        **{name: None if value is None else plain(value) for name, value in numbers.items()},
        "side": condition.side,
        "window": condition.window,
        "figure": condition.figure,
        "days": condition.days,
        "asset_id": subject.asset_id,
        "portfolio_id": subject.portfolio_id,
        "category": subject.category,
    }
