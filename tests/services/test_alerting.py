"""Alerts over both databases: what they see, when they are told, and what is written of it."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import update

from argosy.core.alerts.condition import AlertKind, Condition, Figure, Side, Window
from argosy.core.alerts.state import Patience
from argosy.core.errors import AccessError, ConflictError, InputError, NotFoundError
from argosy.core.importers.draft import TransactionDraft
from argosy.core.ledger.transaction import TransactionType
from argosy.core.market.asset import Asset, AssetCategory, Dividend, Split
from argosy.core.market.bars import Bar, pack_bars
from argosy.jobs import tasks
from argosy.jobs.runner import Runner
from argosy.jobs.schedule import schedule_of
from argosy.runtime.clock import FixedClock
from argosy.runtime.statements import RECORDING, Statement
from argosy.services import alerting, alerts, assets, notifying, schedule, targets, transactions
from argosy.services.alerting import Round
from argosy.services.alerts import AlertDraft, AlertFilter, Desk, Listed
from argosy.services.notifying import Notification, NotificationSettings
from argosy.services.observing import Eyes
from argosy.services.transactions import Actor
from argosy.services.users import User
from argosy.sources.base import Quote, midnight
from argosy.store import dividends, job_runs, prices, splits, tracking, users
from argosy.store.job_runs import Result
from argosy.store.recording import record_engine
from argosy.store.tables.user import UserRow
from argosy.wiring import Argosy
from tests.store.people import Books, add_asset, open_books
from tests.support.api import make_settings

FRIDAY = datetime(2024, 5, 31, 22, 0, tzinfo=UTC)
NOW = Patience()
HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(FRIDAY)


@pytest.fixture
async def argosy(database_url: str, tmp_path: Path, clock: FixedClock) -> AsyncIterator[Argosy]:
    async with Argosy.opened(make_settings(tmp_path, database_url), clock=clock) as opened:
        yield opened


class World:
    """A person with a portfolio of ten shares of one stock, and how the market moves."""

    def __init__(self, argosy: Argosy, clock: FixedClock, books: Books, user: User) -> None:
        self.argosy = argosy
        self.clock = clock
        self.books = books
        self.asset = books.asset
        self.user = user

    async def price(self, close: str, day: date | None = None, asset: Asset | None = None) -> None:
        day = day or self.clock.now().date()
        bar = Bar(at=midnight(day), day=day, close=Decimal(close))
        packed = pack_bars([bar], asset_key=(asset or self.asset).key, latest=day)
        async with self.argosy.database.write() as session:
            await prices.upsert_bars(session, packed.columns, source="yahoo")

    async def enter(
        self,
        symbol: str,
        *,
        day: str,
        kind: TransactionType = TransactionType.BUY,
        **fields: Decimal,
    ) -> None:
        portfolio_id = self.books.portfolio_id
        draft = TransactionDraft(
            type=kind, timestamp=day, portfolio_id=portfolio_id, symbol=symbol, **fields
        )
        async with self.argosy.database.write() as session:
            await transactions.add(session, Actor(self.user.id, self.clock), draft)

    async def quote(self, price: str, at: datetime | None = None, currency: str = "USD") -> None:
        quote = Quote(
            source="yahoo",
            symbol=self.asset.symbol,
            price=Decimal(price),
            currency=currency,
            at=at or self.clock.now(),
        )
        found = {self.asset.id: quote}

        async def kept(_wanted: object) -> dict[str, Quote]:
            return found

        self.argosy.quotes.kept = kept  # what the cache would hold after prices.collect

    async def alert(self, kind: AlertKind, patience: Patience = NOW, **fields: object) -> Listed:
        about = {
            name: fields.pop(name)
            for name in ("asset", "portfolio_id", "category", "job", "name", "note", "enabled",
                         "expires_at")
            if name in fields
        }  # fmt: skip
        draft = AlertDraft(condition=Condition(kind=kind, **fields), patience=patience, **about)
        async with self.argosy.database.write() as session:
            return await alerts.create(session, self.desk, draft)

    @property
    def desk(self) -> Desk:
        return Desk(self.user, self.argosy.sources, self.clock)

    async def look(self, after: timedelta = timedelta(0)) -> Round:
        self.clock.advance(after)
        argosy = self.argosy
        eyes = Eyes(
            database=argosy.database,
            quotes=argosy.quotes,
            ledgers=argosy.ledgers,
            compute=argosy.compute,
            clock=argosy.clock,
        )
        return await alerting.look(eyes, argosy.sources, mail=False)

    async def told(self) -> list[Notification]:
        async with self.argosy.database.read() as session:
            page, _ = await notifying.page(session, self.user.id)
            return page.items

    async def found(self, alert: Listed) -> alerts.Alert:
        async with self.argosy.database.read() as session:
            return (await alerts.get(session, self.user.id, alert.alert.id)).alert

    async def above(self, threshold: str, patience: Patience = NOW, **fields: object) -> Listed:
        return await self.alert(
            AlertKind.PRICE,
            patience,
            asset=self.asset.symbol,
            side=Side.ABOVE,
            threshold=Decimal(threshold),
            **fields,
        )


@pytest.fixture
async def world(argosy: Argosy, clock: FixedClock) -> World:
    async with argosy.database.write() as session:
        books = await open_books(session)
        user = await users.find(session, books.user_id)
        assert user is not None
    world = World(argosy, clock, books, user)
    await world.enter(
        books.asset.symbol, day="2024-01-02", quantity=Decimal(10), price=Decimal(100)
    )
    return world


async def test_a_price_is_told_once_and_says_what_was_seen_and_whence(world: World):
    await world.price("99")
    alert = await world.above("100", name="Way up", note="Think of selling.")
    assert await world.look() == Round(looked=1)
    await world.price("100")
    assert (await world.look()).fired == 1
    assert (await world.look(HOUR)).fired == 0
    (told,) = await world.told()
    symbol = world.asset.symbol
    assert (told.kind, told.alert_id) == ("alert.price", alert.alert.id)
    assert told.title == f"Way up: {symbol} costs 100 USD"
    assert "a price of 100 USD or more." in told.body
    assert "Think of selling." in told.body
    seen = {"value": "100", "threshold": "100", "source": "yahoo", "quality": "close"}
    assert seen.items() <= told.details.items()
    assert (told.details["on"], told.details["at"]) == ("2024-05-31", "2024-05-31T00:00:00Z")
    stored = await world.found(alert)
    assert (stored.state.holds, stored.since, stored.reason) == (True, FRIDAY, None)


async def test_after_it_was_false_it_is_told_again(world: World):
    await world.price("100")
    await world.above("100")
    fired = []
    for close in ("100", "99.999999", "100"):
        await world.price(close)
        fired.append((await world.look(HOUR)).fired)
    assert fired == [1, 0, 1]


async def test_a_live_quote_counts_before_the_day_is_over_in_the_assets_own_unit(world: World):
    async with world.argosy.database.write() as session:
        draft = assets.AssetDraft(symbol="PENCE", exchange="LSE", currency="GBp")
        world.asset = (await assets.create(session, draft, owner=None, by=None)).asset
    await world.price("250", date(2024, 5, 30))
    await world.quote("3.0125", currency="GBP")
    await world.above("301.25")
    assert (await world.look()).fired == 1
    (told,) = await world.told()
    assert told.title == "PENCE costs 301.25 GBp"
    assert told.details["quality"] == "live"


async def test_a_quote_that_is_older_than_the_last_close_is_not_looked_at(world: World):
    await world.price("90")
    await world.quote("500", at=FRIDAY - timedelta(days=2))
    await world.above("100")
    assert (await world.look()).fired == 0


async def test_what_is_missing_or_stale_neither_fires_nor_clears(world: World):
    alert = await world.above("100")
    assert await world.look() == Round(looked=1, unknown=1)
    found = await world.found(alert)
    assert (found.state.holds, found.reason) == (
        None,
        f"There is no price of {world.asset.symbol}.",
    )
    await world.price("101")
    assert (await world.look()).fired == 1
    stale = await world.look(timedelta(days=20))
    assert stale == Round(looked=1, unknown=1)
    found = await world.found(alert)
    assert found.state.holds is True
    assert found.reason == f"The last price of {world.asset.symbol} is of 2024-05-31."
    await world.price("102")
    assert (await world.look()).fired == 0  # it never was false
    assert (await world.found(alert)).reason is None


async def test_one_that_stays_true_is_told_again_after_its_back_off(world: World):
    await world.price("100")
    await world.above("100", Patience(back_off=6 * HOUR))
    fired = [(await world.look(timedelta(0) if at == 0 else HOUR)).fired for at in range(13)]
    assert [at for at, count in enumerate(fired) if count] == [0, 6, 12]


async def test_a_change_is_measured_over_its_days_and_a_split_is_none(world: World):
    await world.price("100", date(2024, 5, 24))
    await world.price("110", date(2024, 5, 30))
    await world.price("52.25", date(2024, 5, 31))
    async with world.argosy.database.write() as session:
        split = Split(date(2024, 5, 31), Decimal(2), Decimal(1))
        await splits.put_splits(session, world.asset.key, [split], source="yahoo")
    of = {"asset": world.asset.symbol, "threshold": Decimal("0.05")}
    week = await world.alert(AlertKind.CHANGE, window=Window.WEEK, **of)
    day = await world.alert(AlertKind.CHANGE, window=Window.DAY, side=Side.BELOW, **of)
    up = await world.alert(AlertKind.CHANGE, window=Window.DAY, side=Side.ABOVE, **of)
    month = await world.alert(AlertKind.CHANGE, window=Window.MONTH, **of)
    assert await world.look() == Round(looked=4, fired=1, unknown=1)
    told = {one.alert_id: one for one in await world.told()}
    # 52.25 new shares against 110 old ones, 55 new ones: −5 %. In a week 52.25 / 50: +4.5 %.
    assert told.keys() == {day.alert.id}
    details = told[day.alert.id].details
    assert (details["value"], details["before"], details["since"]) == ("-0.05", "55", "2024-05-30")
    assert (await world.found(week)).state.holds is False
    assert (await world.found(week)).seen["value"] == "0.045"
    assert (await world.found(up)).state.holds is False
    assert "no price" in (await world.found(month)).reason


async def test_a_weight_that_leaves_its_band_is_told(world: World):
    await world.price("100")
    await world.look()
    async with world.argosy.database.write() as session:
        coin = await add_asset(session, "COIN")
    await world.enter("COIN", day="2024-01-03", quantity=Decimal(1), price=Decimal(1000))
    await world.price("1000", asset=coin)
    of = {"portfolio_id": world.books.portfolio_id}
    holding = await world.alert(
        AlertKind.DRIFT, asset="COIN", lower=Decimal("0.4"), upper=Decimal("0.6"), **of
    )
    group = await world.alert(
        AlertKind.DRIFT, category=AssetCategory.STOCK, upper=Decimal("0.9"), **of
    )
    absent = await world.alert(
        AlertKind.DRIFT, category=AssetCategory.CRYPTO, lower=Decimal("0.1"), **of
    )
    assert (await world.look()).fired == 2
    assert (await world.found(holding)).seen["value"] == "0.5"
    told = {one.alert_id: one for one in await world.told()}
    assert told.keys() == {group.alert.id, absent.alert.id}
    assert told[group.alert.id].title == "STOCK in Main weighs 100 %"
    assert told[absent.alert.id].details["value"] == "0"
    await world.price("4000", day=date(2024, 6, 1), asset=coin)
    assert (await world.look(timedelta(days=1))).fired == 1
    newest = (await world.told())[0]
    assert (newest.alert_id, newest.details["value"]) == (holding.alert.id, "0.8")


async def test_the_portfolios_own_targets_are_bands_too(world: World):
    await world.price("100")
    portfolio_id = world.books.portfolio_id
    alert = await world.alert(AlertKind.DRIFT, portfolio_id=portfolio_id)
    assert await world.look() == Round(looked=1, unknown=1)
    assert (await world.found(alert)).reason == "The portfolio has no targets."
    await _aim(world, "0.97")
    assert await world.look() == Round(looked=1)
    await _aim(world, "0.5")
    assert (await world.look()).fired == 1
    (told,) = await world.told()
    assert told.title == "Main is outside the band of a target"
    assert told.details["weight of STOCK"] == "1"


async def _aim(world: World, weight: str) -> None:
    draft = targets.TargetDraft(by="category", key="STOCK", weight=Decimal(weight))
    async with world.argosy.database.write() as session:
        await targets.put(session, world.user.id, world.books.portfolio_id, [draft])


async def test_levels_and_falls_of_a_portfolio_are_told(world: World):
    for day, close in ((2, "100"), (10, "200"), (17, "150")):
        await world.price(close, date(2024, 1, day))
    await world.price("150")
    of = {"portfolio_id": world.books.portfolio_id}
    rich = await world.alert(
        AlertKind.LEVEL, figure=Figure.VALUE, side=Side.ABOVE, threshold=Decimal(1500), **of
    )
    gain = await world.alert(
        AlertKind.LEVEL,
        figure=Figure.TOTAL_RETURN,
        side=Side.ABOVE,
        threshold=Decimal("0.51"),
        **of,
    )
    fall = await world.alert(AlertKind.DRAWDOWN, threshold=Decimal("0.25"), **of)
    deep = await world.alert(AlertKind.DRAWDOWN, threshold=Decimal("0.26"), **of)
    assert await world.look() == Round(looked=4, fired=2)
    told = {one.alert_id: one for one in await world.told()}
    assert told.keys() == {rich.alert.id, fall.alert.id}
    assert told[rich.alert.id].title == "Main has a value of 1500 USD"
    assert told[fall.alert.id].title == "Main is 25 % below its high"
    assert (await world.found(gain)).seen["value"] == "0.5"
    assert (await world.found(deep)).state.holds is False


async def test_a_value_that_lacks_a_price_is_unknown(world: World):
    async with world.argosy.database.write() as session:
        await add_asset(session, "BARE", "NYSE")
    transfer = TransactionType.TRANSFER_IN
    await world.enter("BARE", day="2024-01-03", kind=transfer, quantity=Decimal(1), cost=Decimal(5))
    await world.price("100")
    alert = await world.alert(
        AlertKind.LEVEL,
        portfolio_id=world.books.portfolio_id,
        figure=Figure.VALUE,
        side=Side.BELOW,
        threshold=Decimal(1_000_000),
    )
    assert await world.look() == Round(looked=1, unknown=1)
    assert "BARE" in (await world.found(alert)).reason


async def test_a_price_that_grows_old_is_told_by_the_sessions_that_are_over(world: World):
    await world.price("100", date(2024, 5, 29))  # a Wednesday
    alert = await world.alert(AlertKind.STALE, asset=world.asset.symbol, days=2)
    assert (await world.look()).fired == 0  # on Friday evening: Thursday and Friday are over
    assert (await world.look(timedelta(days=2))).fired == 0  # on Sunday no more
    assert (await world.look(timedelta(days=1))).fired == 1  # Monday is the third
    assert (await world.found(alert)).seen["value"] == "3"
    await world.price("101", date(2024, 6, 3))
    assert (await world.look()).fired == 0
    assert (await world.found(alert)).state.holds is False


async def test_each_ex_day_is_told_once_however_near_the_next_is(world: World):
    alert = await world.alert(AlertKind.EX_DATE, asset=world.asset.symbol, days=5)
    assert await world.look() == Round(looked=1, unknown=1)
    async with world.argosy.database.write() as session:
        days = [Dividend(date(2024, 6, day), Decimal(1), "USD") for day in (6, 9)]
        await dividends.put_dividends(session, world.asset.key, days, source="yahoo")
    fired = [(await world.look(timedelta(days=at and 1))).fired for at in range(10)]
    # On the 1st the 6th is five days away; on the 7th the 9th is the next one.
    assert [at for at, count in enumerate(fired) if count] == [1, 7]
    assert [one.details["ex_day"] for one in await world.told()] == ["2024-06-09", "2024-06-06"]
    assert (await world.found(alert)).state.holds is True  # nothing later is known, so it stays


async def test_a_failed_job_is_told_to_administrators_alone(world: World):
    await Runner(world.argosy, schedule_of(world.argosy.settings)).register()
    with pytest.raises(AccessError):
        await world.alert(AlertKind.JOB)
    world.user = replace(world.user, is_admin=True)
    with pytest.raises(InputError, match="no job"):
        await world.alert(AlertKind.JOB, job="nothing.such")
    one = await world.alert(AlertKind.JOB, job="prices.collect")
    any_ = await world.alert(AlertKind.JOB)
    assert await world.look() == Round(looked=2, unknown=2)
    await _ran(world, "prices.collect", error=None)
    assert await world.look() == Round(looked=2)
    await _ran(world, "rates.refresh", error="The bank is closed.")
    assert (await world.look()).fired == 1
    (told,) = await world.told()
    assert told.alert_id == any_.alert.id
    assert "The bank is closed." in told.body
    assert (await world.found(one)).state.holds is False


async def _ran(world: World, name: str, *, error: str | None) -> None:
    at = world.clock.now()
    async with world.argosy.database.write() as session:
        await job_runs.claim(session, name, worker="w", now=at, until=at + HOUR, due=False)
        result = Result(at=at, due_at=at + HOUR, outcome="", error=error)
        await job_runs.finish(session, name, worker="w", result=result)


async def test_quiet_hours_let_a_notification_wait(world: World):
    async with world.argosy.database.write() as session:
        wanted = NotificationSettings(
            time_zone="Europe/Zurich", quiet_from=time(22), quiet_until=time(7)
        )
        await notifying.change_settings(session, world.user.id, wanted)
    await world.price("100")
    await world.above("100")
    await world.look()
    (told,) = await world.told()
    assert told.at == FRIDAY  # midnight in Zurich
    assert told.deliver_at == datetime(2024, 6, 1, 5, 0, tzinfo=UTC)


async def test_an_alert_that_expires_is_disabled_and_no_longer_a_reason_to_track(world: World):
    alert = await world.above("100", expires_at=FRIDAY + HOUR)
    assert (await _tracked(world)).alerts == 1
    await world.price("100", FRIDAY.date())
    assert await world.look(HOUR) == Round(ended=1)
    found = await world.found(alert)
    assert (found.enabled, found.state.holds) == (False, None)
    assert (await _tracked(world)).alerts == 0
    assert await world.look() == Round()


async def _tracked(world: World) -> tracking.Tracked:
    async with world.argosy.database.read() as session:
        return (await tracking.read(session, [world.asset.id]))[world.asset.id]


async def test_a_change_of_the_condition_is_told_anew_and_of_the_words_is_not(world: World):
    await world.price("100")
    alert = await world.above("100")
    await world.look()
    await _change(world, alert, threshold="100", name="Other words")
    assert (await world.look()).fired == 0
    await _change(world, alert, threshold="90", name=None)
    assert (await world.look()).fired == 1


async def _change(world: World, alert: Listed, *, threshold: str, name: str | None) -> None:
    old = await world.found(alert)
    condition = Condition(kind=AlertKind.PRICE, side=Side.ABOVE, threshold=Decimal(threshold))
    draft = AlertDraft(condition=condition, asset=world.asset.id, name=name, patience=old.patience)
    async with world.argosy.database.write() as session:
        await alerts.change(session, world.desk, old, draft)


async def test_an_alert_that_is_changed_while_it_is_looked_at_is_left_to_the_next_look(
    world: World, monkeypatch
):
    await world.price("100")
    alert = await world.above("100")
    observe = alerting.observing.observe

    async def slowly(*given):
        found = await observe(*given)
        await _change(world, alert, threshold="200", name=None)
        return found

    monkeypatch.setattr(alerting.observing, "observe", slowly)
    assert (await world.look()).fired == 0
    assert await world.told() == []


async def test_rest_comes_with_disabling_deleting_and_leaving(world: World):
    await world.price("100")
    off = await world.above("100", enabled=False)
    gone = await world.above("100")
    async with world.argosy.database.write() as session:
        await alerts.delete(session, world.desk, gone.alert.id)
        with pytest.raises(NotFoundError):
            await alerts.get(session, world.user.id, gone.alert.id)
    assert await world.look() == Round()
    assert (await world.found(off)).enabled is False
    await world.above("100")
    async with world.argosy.database.write() as session:
        await session.execute(update(UserRow).values(is_active=False))
    assert await world.look() == Round()


async def test_nobody_sees_or_changes_anothers_alert(world: World):
    alert = await world.above("100")
    async with world.argosy.database.write() as session:
        other = await open_books(session, "eve")
        for owned in (
            alerts.get(session, other.user_id, alert.alert.id),
            alerts.get(session, other.user_id, "no id"),
        ):
            with pytest.raises(NotFoundError):
                await owned
        page = await alerts.page(session, other.user_id, AlertFilter())
        assert page.items == []


async def test_alerts_are_listed_by_page_kind_and_subject(world: World):
    made = [await world.above(str(price)) for price in (1, 2, 3)]
    stale = await world.alert(AlertKind.STALE, asset=world.asset.symbol, days=2)
    async with world.argosy.database.read() as session:
        user = world.user.id
        first = await alerts.page(session, user, AlertFilter(kind=AlertKind.PRICE), limit=2)
        assert first.next_cursor is not None
        rest = await alerts.page(
            session, user, AlertFilter(kind=AlertKind.PRICE), limit=2, cursor=first.next_cursor
        )
        of_asset = AlertFilter(asset_id=world.asset.id, enabled=True)
        assert len((await alerts.page(session, user, of_asset)).items) == 4
        none = AlertFilter(portfolio_id="no id")
        assert (await alerts.page(session, user, none)).items == []
        with pytest.raises(InputError):
            await alerts.page(session, user, AlertFilter(), cursor="nonsense")
    found = [one.alert.id for one in (*first.items, *rest.items)]
    assert found == [one.alert.id for one in reversed(made)]
    assert stale.alert.id not in found


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        (AlertKind.PRICE, {"side": Side.ABOVE, "threshold": Decimal(1)}, "looks at asset"),
        (AlertKind.DRAWDOWN, {"threshold": Decimal("0.1"), "asset": "X"}, "looks at portfolio_id"),
        (AlertKind.DRIFT, {"lower": Decimal("0.1")}, "asset and portfolio_id or category and"),
        (AlertKind.DRIFT, {"asset": "ADA-X"}, "looks at portfolio_id"),
        (AlertKind.STALE, {"days": 3, "asset": "ADA-X", "expires_at": FRIDAY}, "in the past"),
        (AlertKind.STALE, {"days": 3, "asset": "ADA-X", "name": "n" * 101}, "at most 100"),
        (
            AlertKind.STALE,
            {"days": 3, "asset": "ADA-X", "patience": Patience(back_off=timedelta(0))},
            "between 1 and a year",
        ),
    ],
)
async def test_an_alert_that_cannot_be_meant_is_refused(world: World, kind, fields, words):
    with pytest.raises(InputError, match=words):
        await world.alert(kind, **fields)


async def test_there_is_a_limit_to_alerts(world: World, monkeypatch):
    monkeypatch.setattr(alerts, "ALERTS_MAX", 1)
    await world.above("1")
    with pytest.raises(ConflictError):
        await world.above("2")


async def test_the_job_looks_and_lets_what_is_told_be_sent(world: World):
    await Runner(world.argosy, schedule_of(world.argosy.settings)).run_due()
    await world.price("100")
    await world.above("100")
    assert "1 alerts, 1 told" in await tasks.look_at_alerts(world.argosy)
    assert tasks.SENDING_JOB in await schedule.due(world.argosy.database, clock=world.clock)
    assert "1 sent" in await tasks.send_notifications(world.argosy)


async def test_many_alerts_need_as_few_questions_as_one(world: World):
    await world.price("100")
    record_engine(world.argosy.database.engine)
    first = await _questions(world, 1)
    many = await _questions(world, 30)
    assert many == first


async def _questions(world: World, count: int) -> int:
    """How many statements a look needs that changes nothing, whatever way they go."""
    for at in range(count):
        await world.above(str(1000 + at))
        await world.alert(AlertKind.STALE, asset=world.asset.symbol, days=100 + at)
    await world.look()
    kept: list[Statement] = []
    RECORDING.set(kept)
    try:
        await world.look()
    finally:
        RECORDING.set(None)
    assert len(kept) > 2
    return len(kept)
