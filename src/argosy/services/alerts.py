"""Alerts as their users make, change and list them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.alerts.condition import AlertKind, Condition, Figure, Side, Window, check_condition
from argosy.core.alerts.state import Patience
from argosy.core.errors import AccessError, ConflictError, InputError
from argosy.core.market.asset import Asset, AssetCategory
from argosy.runtime.clock import Clock
from argosy.runtime.ids import new_id
from argosy.services import tracking
from argosy.services.users import User
from argosy.sources.registry import Registry
from argosy.store import alerts as rows
from argosy.store import assets as asset_store
from argosy.store import job_runs
from argosy.store import portfolios as portfolio_store
from argosy.store.alerts import Alert, AlertFilter, Subject
from argosy.store.paging import Page
from argosy.store.portfolios import Portfolio

__all__ = [
    "Alert", "AlertFilter", "AlertKind", "Condition", "Figure", "Page", "Patience", "Side",
    "Window",
]  # fmt: skip

ALERTS_MAX = 1_000
NAME_MAX = 100
NOTE_MAX = 2_000
USUAL = Patience(cool_down=timedelta(hours=1))
"""How patient an alert is unless its user says otherwise."""

_LONGEST = timedelta(days=366)

_ON_ASSETS = {AlertKind.PRICE, AlertKind.CHANGE, AlertKind.STALE, AlertKind.EX_DATE}


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDraft:
    """What somebody says of an alert; `asset` is an id, a symbol or SYMBOL:EXCHANGE."""

    condition: Condition
    asset: str | None = None
    portfolio_id: str | None = None
    category: AssetCategory | None = None
    job: str | None = None
    name: str | None = None
    note: str | None = None
    enabled: bool = True
    expires_at: datetime | None = None
    patience: Patience = USUAL


@dataclass(frozen=True, slots=True)
class Listed:
    """An alert with the asset and the portfolio that it is about."""

    alert: Alert
    asset: Asset | None
    portfolio: Portfolio | None

    @property
    def currency(self) -> str:
        """What its threshold is in, where that is money."""
        if self.portfolio is not None:
            return self.portfolio.rules.currency
        return "" if self.asset is None else self.asset.currency


@dataclass(frozen=True, slots=True)
class Desk:
    """Who makes or changes an alert, and what that needs."""

    user: User
    sources: Registry
    clock: Clock


async def create(session: AsyncSession, desk: Desk, draft: AlertDraft) -> Listed:
    """Make an alert; being on an asset is a reason to track it."""
    if await rows.count(session, desk.user.id) >= ALERTS_MAX:
        raise ConflictError(f"There are {ALERTS_MAX:,} alerts already; delete some first.")
    values = await _columns(session, desk, draft)
    alert_id = new_id()
    await rows.create(session, {"id": alert_id, "user_id": desk.user.id, **values})
    await _settle(session, desk, values["asset_id"])
    return await get(session, desk.user.id, alert_id)


async def get(session: AsyncSession, user_id: str, alert_id: str) -> Listed:
    """Return one of a user's alerts."""
    alert = await rows.get(session, user_id, alert_id)
    return (await _listed(session, user_id, [alert]))[0]


async def page(
    session: AsyncSession,
    user_id: str,
    wanted: AlertFilter,
    *,
    limit: int = 100,
    cursor: str | None = None,
) -> Page[Listed]:
    """Return a user's alerts, the newest first."""
    found = await rows.page(session, user_id, wanted, limit=limit, cursor=cursor)
    return Page(await _listed(session, user_id, found.items), found.next_cursor)


async def change(session: AsyncSession, desk: Desk, old: Alert, draft: AlertDraft) -> Listed:
    """Give an alert other fields; what it waits for anew is told anew."""
    values = await _columns(session, desk, draft)
    same = all(getattr(draft, name) == getattr(old, name) for name in ("condition", "enabled"))
    about = {name: values[name] for name in ("asset_id", "portfolio_id", "category", "job")}
    if not same or about != {name: getattr(old.subject, name) for name in about}:
        values |= rows.NOTHING_KNOWN
    await rows.change(session, old, values)
    await _settle(session, desk, old.subject.asset_id, values["asset_id"])
    return await get(session, desk.user.id, old.id)


async def delete(session: AsyncSession, desk: Desk, alert_id: str) -> None:
    """Delete an alert; what it has told stays."""
    old = await rows.get(session, desk.user.id, alert_id)
    await rows.delete_one(session, old)
    await _settle(session, desk, old.subject.asset_id)


async def _settle(session: AsyncSession, desk: Desk, *asset_ids: str | None) -> None:
    ids = {asset_id for asset_id in asset_ids if asset_id is not None}
    if ids:
        await tracking.settle(session, desk.sources, ids, clock=desk.clock)


async def _columns(session: AsyncSession, desk: Desk, draft: AlertDraft) -> dict[str, Any]:
    """Return the columns of an alert that may be stored, or refuse it."""
    check_condition(draft.condition)
    _check_patience(draft.patience)
    _check_texts(draft)
    if draft.expires_at is not None and draft.enabled and draft.expires_at <= desk.clock.now():
        raise InputError("expires_at lies in the past.")
    subject = await _subject(session, desk, draft)
    return {
        **rows.columns_of(draft.condition, subject, draft.patience),
        "name": draft.name or None,
        "note": draft.note or None,
        "enabled": draft.enabled,
        "expires_at": draft.expires_at,
    }


async def _subject(session: AsyncSession, desk: Desk, draft: AlertDraft) -> Subject:
    """Find what an alert shall look at, as its user sees it."""
    kind = draft.condition.kind
    _check_subject(draft)
    asset = portfolio = None
    if draft.asset is not None:
        asset = await asset_store.get(session, desk.user.id, draft.asset)
    if draft.portfolio_id is not None:
        portfolio = await portfolio_store.get(session, desk.user.id, draft.portfolio_id)
    if kind is AlertKind.JOB:
        if not desk.user.is_admin:
            raise AccessError("Alerts on jobs are for administrators.")
        known = await job_runs.read(session)
        if draft.job is not None and known and draft.job not in known:
            raise InputError(f"There is no job {draft.job[:50]}; argosy jobs list has them.")
    return Subject(
        asset_id=None if asset is None else asset.id,
        portfolio_id=None if portfolio is None else portfolio.id,
        category=draft.category,
        job=draft.job,
    )


def _check_subject(draft: AlertDraft) -> None:
    kind = draft.condition.kind
    given = {
        name
        for name, value in (
            ("asset", draft.asset),
            ("portfolio_id", draft.portfolio_id),
            ("category", draft.category),
            ("job", draft.job),
        )
        if value is not None
    }
    if draft.condition.goes_by_targets:
        wanted = [{"portfolio_id"}]
    elif kind is AlertKind.DRIFT:
        wanted = [{"portfolio_id", "asset"}, {"portfolio_id", "category"}]
    elif kind is AlertKind.JOB:
        wanted = [set(), {"job"}]
    else:
        wanted = [{"asset"} if kind in _ON_ASSETS else {"portfolio_id"}]
    if given not in wanted:
        words = " or ".join(" and ".join(sorted(one)) or "nothing" for one in wanted)
        raise InputError(f"An alert of kind {kind} looks at {words}.")


def _check_patience(patience: Patience) -> None:
    if not timedelta(0) <= patience.cool_down <= _LONGEST:
        raise InputError("cool_down_minutes is between 0 and a year.")
    back_off = patience.back_off
    if back_off is not None and not timedelta(minutes=1) <= back_off <= _LONGEST:
        raise InputError("back_off_minutes is between 1 and a year.")


def _check_texts(draft: AlertDraft) -> None:
    for text, most, field in ((draft.name, NAME_MAX, "name"), (draft.note, NOTE_MAX, "note")):
        if text is not None and (len(text) > most or "\x00" in text):
            raise InputError(f"{field} has at most {most:,} characters, and no NUL among them.")


async def _listed(session: AsyncSession, user_id: str, alerts: list[Alert]) -> list[Listed]:
    ids = {one.subject.asset_id for one in alerts} - {None}
    assets = await asset_store.get_many(session, [id_ for id_ in ids if id_ is not None])
    own = {one.id: one for one in await portfolio_store.of_user(session, user_id)}
    return [
        Listed(
            one,
            assets.get(one.subject.asset_id or ""),
            own.get(one.subject.portfolio_id or ""),
        )
        for one in alerts
    ]
