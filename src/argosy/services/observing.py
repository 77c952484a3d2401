"""What alerts look at: read for all of them at once, whatever their number.

One question to the database for each kind of fact; what is missing is unknown, with its reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from argosy.core.alerts.condition import AlertKind, Seen
from argosy.core.errors import plain
from argosy.core.market.asset import Asset
from argosy.core.market.changes import LastPrice, change_over, last_close
from argosy.core.market.hours import last_session
from argosy.core.market.market import Market
from argosy.core.market.sessions import is_stale, sessions_between
from argosy.core.money import exact_context
from argosy.core.returns.closes import trades_all_week
from argosy.services import last_prices, observing_portfolios
from argosy.services.observing_portfolios import Desk
from argosy.services.quotes import Quotes
from argosy.store import assets as asset_store
from argosy.store import dividends, job_runs
from argosy.store.alerts import Alert
from argosy.store.job_runs import JobRun


@dataclass(frozen=True, kw_only=True)
class Eyes(Desk):
    """What looking needs."""

    quotes: Quotes


@dataclass(frozen=True, slots=True)
class Subjects:
    """What alerts are about, by id: to be told in words."""

    assets: Mapping[str, Asset]
    portfolios: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class _Facts:
    """All that alerts on assets and jobs look at."""

    assets: Mapping[str, Asset]
    quotes: Mapping[str, LastPrice]
    closes: Mapping[str, LastPrice]
    market: Market
    ex_days: Mapping[int, date]
    jobs: Mapping[str, JobRun]
    now: datetime

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def latest_day(self) -> date:
        """Far in the east it is tomorrow already."""
        return self.today + timedelta(days=1)


async def observe(by: Eyes, alerts: Sequence[Alert]) -> tuple[dict[str, Seen], Subjects]:
    """Return what each alert sees now, by its id, and what the alerts are about."""
    others = [one for one in alerts if one.condition.kind not in observing_portfolios.KINDS]
    facts = await _read(by, others)
    found = await by.compute.run(_all_seen, others, facts)
    of_portfolios, names = await observing_portfolios.observe(by, alerts)
    ids = {one.subject.asset_id for one in alerts} - facts.assets.keys()
    async with by.database.read() as session:
        rest = await asset_store.get_many(session, [id_ for id_ in ids if id_ is not None])
    return found | of_portfolios, Subjects({**facts.assets, **rest}, names)


async def _read(by: Eyes, alerts: Sequence[Alert]) -> _Facts:
    wanted: dict[AlertKind, set[str]] = {kind: set() for kind in AlertKind}
    for one in alerts:
        wanted[one.condition.kind].add(one.subject.asset_id or "")
    async with by.database.read() as session:
        ids = set().union(*wanted.values()) - {""}
        assets = await asset_store.get_many(session, ids)

        def those(*kinds: AlertKind) -> list[Asset]:
            ids = set().union(*(wanted[kind] for kind in kinds))
            return [assets[id_] for id_ in sorted(ids) if id_ in assets]

        closes = await last_prices.closes(session, those(AlertKind.PRICE, AlertKind.STALE))
        market = await last_prices.market_of(session, those(AlertKind.CHANGE))
        keys = [asset.key for asset in those(AlertKind.EX_DATE)]
        today = by.clock.now().date()
        ex_days = await dividends.next_ex_days(session, keys, since=today) if keys else {}
        jobs = await job_runs.read(session) if wanted[AlertKind.JOB] else {}
    return _Facts(
        assets=assets,
        quotes=await last_prices.quoted(by.quotes, those(AlertKind.PRICE, AlertKind.CHANGE)),
        closes=closes,
        market=market,
        ex_days=ex_days,
        jobs=jobs,
        now=by.clock.now(),
    )


def _all_seen(alerts: Sequence[Alert], facts: _Facts) -> dict[str, Seen]:
    with exact_context():
        return {one.id: _seen(one, facts) for one in alerts}


def _seen(alert: Alert, facts: _Facts) -> Seen:
    if alert.condition.kind is AlertKind.JOB:
        return _failed_jobs(alert, facts)
    asset = facts.assets.get(alert.subject.asset_id or "")
    if asset is None:
        return Seen(value=None, reason="The asset is gone.")
    if alert.condition.kind is AlertKind.EX_DATE:
        return _ex_day(asset, facts)
    if alert.condition.kind is AlertKind.STALE:
        return _age(asset, facts)
    return _price(alert, asset, facts)


def _price(alert: Alert, asset: Asset, facts: _Facts) -> Seen:
    """Return an asset's last price, or its change; neither from a price that is stale."""
    window = alert.condition.window
    stored = facts.closes.get(asset.id)
    if window is not None:
        stored = last_close(facts.market, asset, facts.latest_day)
    last = last_prices.newer(asset.id, facts.quotes, stored, facts.latest_day)
    if last is None:
        return Seen(value=None, reason=f"There is no price of {asset.symbol}.")
    told = _price_facts(asset, last)
    if is_stale(last.day, facts.today, asset.exchange):
        reason = f"The last price of {asset.symbol} is of {last.day}."
        return Seen(value=None, reason=reason, facts=told)
    if window is None:
        return Seen(value=last.price, facts=told)
    change = change_over(facts.market, asset, last, window.days)
    if change.before is not None:
        told |= {"before": plain(change.before), "since": str(change.since)}
    return Seen(value=change.fraction, reason=change.reason, facts=told)


def _price_facts(asset: Asset, last: LastPrice) -> dict[str, str]:
    return {
        "price": plain(last.price),
        "currency": asset.currency,
        "source": last.source,
        "at": _instant(last.at),
        "on": last.day.isoformat(),
        "quality": "live" if last.live else "close",
    }


def _age(asset: Asset, facts: _Facts) -> Seen:
    """Count the sessions that are over since an asset's last stored price."""
    last = facts.closes.get(asset.id)
    if last is None:
        return Seen(value=None, reason=f"There is no price of {asset.symbol}.")
    all_week = trades_all_week(asset)
    over = last_session(asset.exchange, facts.now, all_week=all_week)
    missed = (over - last.day).days
    if not all_week and missed > 0:
        missed = len(sessions_between(asset.exchange, last.day + timedelta(days=1), over))
    return Seen(value=Decimal(max(missed, 0)), facts=_price_facts(asset, last))


def _ex_day(asset: Asset, facts: _Facts) -> Seen:
    day = facts.ex_days.get(asset.key)
    if day is None:
        return Seen(value=None, reason=f"No coming ex-day of {asset.symbol} is known.")
    value = Decimal((day - facts.today).days)
    return Seen(value=value, about=day.isoformat(), facts={"ex_day": day.isoformat()})


def _failed_jobs(alert: Alert, facts: _Facts) -> Seen:
    wanted = alert.subject.job
    ran = [
        one
        for name, one in facts.jobs.items()
        if one.finished_at is not None and wanted in {None, name}
    ]
    if not ran:
        return Seen(value=None, reason="It has not run yet.")
    failed = {one.name: one.error for one in ran if one.error is not None}
    errors = {f"error of {name}": error for name, error in sorted(failed.items())}
    return Seen(value=Decimal(len(failed)), facts={"jobs": ", ".join(sorted(failed)), **errors})


def _instant(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
