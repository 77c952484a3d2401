"""Prices in doubt: judged when stored, left out by whoever reads, decided by people."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from argosy.core.market.asset import AssetCategory, Split
from argosy.core.market.bars import Bar, pack_bars
from argosy.core.market.doubts import Doubt, Finding, Severity
from argosy.core.market.spans import Span
from argosy.runtime.compute import ComputePool
from argosy.services import assets, judging, projections, quality
from argosy.services.assets import AssetDraft
from argosy.store import latest, price_verdicts, prices, splits, versions
from argosy.store.database import Database
from argosy.store.price_verdicts import Status

FIRST = date(2020, 1, 1)
COUNT = 300


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def walk(seed: int = 1) -> list[Decimal]:
    moves = np.random.default_rng(seed).normal(0, 0.01, COUNT)
    return [Decimal(f"{value:.2f}") for value in (100 * np.exp(np.cumsum(moves))).tolist()]


WALK = walk()


@pytest.fixture
async def asset(database: Database):
    async with database.write() as session:
        draft = AssetDraft(symbol="ACME", category=AssetCategory.CRYPTO)  # trades every day
        return (await assets.create(session, draft, owner=None, by=None)).asset


async def store(database, asset, closes: dict[int, Decimal | str], source="yahoo") -> None:
    """Store closes by number of day, and judge them in the same transaction."""
    bars = [
        Bar(at=datetime(d.year, d.month, d.day, tzinfo=UTC), day=d, close=Decimal(close))
        for d, close in ((day(number), close) for number, close in closes.items())
    ]
    packed = pack_bars(bars, asset_key=asset.key, latest=date(2030, 1, 1))
    span = Span(day(min(closes)), day(max(closes)))
    async with database.write() as session:
        await prices.upsert_bars(session, packed.columns, source=source)
        await judging.judge_days(session, [asset], span)


async def series(database, asset) -> dict[int, tuple[Decimal, str]]:
    async with database.read() as session:
        history = (await prices.read_histories(session, [asset.key])).get(asset.key)
    if history is None:
        return {}
    return {
        int(on) - FIRST.toordinal(): (history.close(at), history.source_names[history.sources[at]])
        for at, on in enumerate(history.days)
    }


async def verdicts(database, asset) -> list[tuple[int, str, Status]]:
    async with database.read() as session:
        found = await price_verdicts.read(session, [asset.key])
    return [((one.day - FIRST).days, str(one.kind), one.status) for one in found]


async def decide(database, asset, number: int, status: Status) -> None:
    async with database.write() as session:
        found = await price_verdicts.read(session, [asset.key])
        [one] = [one for one in found if one.day == day(number)]
        await judging.decide(session, asset, one, status, by=None, at=datetime.now(UTC))


def finding(number: int) -> Finding:
    """Something that a check may find about a day of yahoo's."""
    on = day(number)
    return Finding(
        source="yahoo",
        day=on,
        until=on,
        kind=Doubt.SPIKE,
        severity=Severity.SUSPECT,
        reason="It is far off.",
    )


def whole(changed: dict[int, str] | None = None) -> dict[int, Decimal | str]:
    return dict(enumerate(WALK)) | (changed or {})


async def test_a_suspect_is_no_price_and_the_day_has_none(database: Database, asset):
    await store(database, asset, whole({50: "9999"}))
    assert await verdicts(database, asset) == [(50, "unit", Status.SUSPECT)]
    seen = await series(database, asset)
    assert sorted(set(range(COUNT)) - set(seen)) == [50]
    assert seen[49] == (WALK[49], "yahoo")


async def test_another_source_speaks_where_one_is_in_doubt(database: Database, asset):
    await store(database, asset, whole({50: "9999"}))
    await store(database, asset, whole(), source="massive")
    seen = await series(database, asset)
    assert len(seen) == COUNT
    assert (seen[50], seen[51]) == ((WALK[50], "massive"), (WALK[51], "yahoo"))


async def test_the_newest_price_is_never_one_in_doubt(database: Database, asset):
    await store(database, asset, whole({COUNT - 1: "9999"}))
    async with database.read() as session:
        newest = (await latest.read_latest(session, [asset.key]))[asset.key]
    assert (newest.day, newest.close) == (day(COUNT - 2), WALK[COUNT - 2])


async def test_a_daily_append_judges_the_new_day_and_what_it_confirms(database: Database, asset):
    before = {number: WALK[number] for number in range(200)}
    await store(database, asset, before)
    await store(database, asset, {200: "37.5"})
    assert await verdicts(database, asset) == [(200, "unconfirmed", Status.SUSPECT)]
    assert 200 not in await series(database, asset)
    await store(database, asset, {201: "37.6"})
    assert await verdicts(database, asset) == []
    assert len(await series(database, asset)) == 202


async def test_a_late_correction_doubts_nothing_that_later_days_confirm(database: Database, asset):
    crashed = whole({number: WALK[number] * Decimal("0.4") for number in range(144, COUNT)})
    await store(database, asset, crashed)
    assert await verdicts(database, asset) == []
    await store(database, asset, {130: WALK[130] + Decimal("0.01")})
    assert await verdicts(database, asset) == []


async def test_an_asset_whose_only_price_was_rejected_has_none(database: Database, asset):
    await store(database, asset, {0: "100", 1: "101"})
    async with database.read() as session:
        [shared] = await judging.read_shared_closes(session, [asset])
    for number in (0, 1):
        async with database.write() as session:
            one = shared.verdict(finding(number))
            await judging.decide(
                session, asset, one, Status.REJECTED, by=None, at=datetime.now(UTC)
            )
    assert await series(database, asset) == {}
    await store(database, asset, {0: "100", 1: "101"})
    assert await series(database, asset) == {}
    async with database.read() as session:
        assert (await quality.report(session, asset, now=datetime.now(UTC))).quality is None
        assert await latest.read_latest(session, [asset.key]) == {}


async def test_a_late_source_can_outvote_what_is_stored(database: Database, asset):
    wrong = whole({100: str(WALK[100] * Decimal("1.08"))})
    await store(database, asset, wrong)
    await store(database, asset, wrong, source="aaa")
    await store(database, asset, whole(), source="massive")
    assert [at for at, _, _ in await verdicts(database, asset)] == [100]
    assert (await series(database, asset))[100][1] == "yahoo"
    await store(database, asset, whole(), source="finnhub")
    assert await verdicts(database, asset) == []
    await store(database, asset, whole(), source="alphavantage")
    suspects = await verdicts(database, asset)
    assert [(at, kind) for at, kind, _ in suspects] == [(100, "disagrees")] * 2
    assert (await series(database, asset))[100][0] == WALK[100]


async def test_a_split_that_is_stated_later_frees_the_prices(database: Database, asset):
    early = {number: WALK[number] for number in range(200)}
    split = {number: WALK[number] / 4 for number in range(200, 203)}
    await store(database, asset, early)
    await store(database, asset, split)
    assert [at for at, _, _ in await verdicts(database, asset)] == [200, 201, 202]
    async with database.write() as session:
        stated = Split(day(200), Decimal(4), Decimal(1))
        await splits.put_splits(session, asset.key, [stated], source="yahoo")
        await judging.judge_days(session, [asset], Span(day(200), day(202)))
    assert await verdicts(database, asset) == []


async def test_what_a_person_accepted_stays_for_the_same_value(database: Database, asset):
    await store(database, asset, whole({50: "9999"}))
    await decide(database, asset, 50, Status.ACCEPTED)
    assert (await series(database, asset))[50] == (Decimal(9999), "yahoo")
    await store(database, asset, whole({50: "9999", 51: "100.01"}))
    assert await verdicts(database, asset) == [(50, "unit", Status.ACCEPTED)]
    await store(database, asset, {50: "8888"})
    assert await verdicts(database, asset) == [(50, "unit", Status.SUSPECT)]
    await store(database, asset, {50: WALK[50]})
    assert await verdicts(database, asset) == []
    assert len(await series(database, asset)) == COUNT


async def test_what_a_person_rejected_stays_rejected_when_it_comes_again(database: Database, asset):
    await store(database, asset, whole({50: "9999"}))
    await decide(database, asset, 50, Status.REJECTED)
    await store(database, asset, whole({50: "9999"}))
    assert await verdicts(database, asset) == [(50, "unit", Status.REJECTED)]
    assert 50 not in await series(database, asset)
    await store(database, asset, {50: WALK[50]})
    assert (await series(database, asset))[50] == (WALK[50], "yahoo")


async def test_a_persons_own_word_is_never_in_doubt(database: Database, asset):
    for source in ("manual", "csvfile", "broker:one"):
        await store(database, asset, whole({50: "9999"}), source=source)
    assert await verdicts(database, asset) == []


async def test_a_verdict_changes_the_version_of_prices(database: Database, asset):
    await store(database, asset, whole({50: "9999"}))
    async with database.read() as session:
        before = await versions.read(session, ["prices"])
    await decide(database, asset, 50, Status.ACCEPTED)
    async with database.read() as session:
        assert (await versions.read(session, ["prices"]))["prices"] > before["prices"]


async def test_a_rebuild_judges_all_that_is_stored(database: Database, asset):
    bars = [
        Bar(at=datetime(d.year, d.month, d.day, tzinfo=UTC), day=d, close=Decimal(close))
        for d, close in ((day(number), close) for number, close in whole({50: "9999"}).items())
    ]
    packed = pack_bars(bars, asset_key=asset.key, latest=date(2030, 1, 1))
    async with database.write() as session:
        await prices.upsert_bars(session, packed.columns, source="yahoo")
    assert await verdicts(database, asset) == []
    pool = ComputePool()
    pool.open()
    await projections.rebuild(database, compute=pool)
    pool.close()
    assert await verdicts(database, asset) == [(50, "unit", Status.SUSPECT)]


async def test_packed_closes_are_those_of_the_rows_while_prices_are_in_doubt(
    database: Database, asset
):
    await store(database, asset, whole({50: "9999", 120: "1"}))
    packed = await series(database, asset)
    async with database.write() as session:
        await prices.repack(session)
    assert await series(database, asset) == packed
    assert set(range(COUNT)) - set(packed) == {50, 120}
