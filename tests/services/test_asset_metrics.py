"""Stored metrics are never served stale, and an ingestion renews them."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from argosy.core.errors import InputError
from argosy.core.market.asset import Split
from argosy.core.market.bars import Bar, pack_bars
from argosy.runtime.compute import ComputePool
from argosy.services import asset_metrics, assets, projections
from argosy.services.assets import AssetDraft
from argosy.store import asset_metrics as rows
from argosy.store import prices, splits

FIRST = date(2024, 1, 1)
USER = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.fixture
def compute():
    pool = ComputePool()
    yield pool
    pool.close()


async def make(database, symbol="ACME"):
    async with database.write() as session:
        return (await assets.create(session, AssetDraft(symbol=symbol), owner=None, by=None)).asset


async def put(database, asset, closes, *, first=FIRST, owner=""):
    bars = [
        Bar(at=datetime(day.year, day.month, day.day, tzinfo=UTC), day=day, close=Decimal(close))
        for day, close in ((first + timedelta(days=n), one) for n, one in enumerate(closes))
    ]
    packed = pack_bars(bars, asset_key=asset.key, latest=date(2030, 1, 1))
    async with database.write() as session:
        await prices.upsert_bars(session, packed.columns, source="manual", owner=owner)


async def total(database, asset, compute, *, viewer=None):
    async with database.read() as session:
        found = await asset_metrics.of_asset(session, viewer, asset, compute=compute)
    return found[-1].total_return if found else None


async def stored(database, asset):
    async with database.read() as session:
        version = await rows.read_version(session)
        return (await rows.read(session, [asset.key], version=version)).get(asset.key)


async def test_an_answer_is_right_though_nobody_renewed(database, compute):
    asset = await make(database)
    assert await total(database, asset, compute) is None
    await put(database, asset, [10, 11])
    assert await total(database, asset, compute) == pytest.approx(0.1)
    await asset_metrics.renew(database, [asset.key])
    assert (await stored(database, asset))[-1].total_return == pytest.approx(0.1)
    await put(database, asset, [10, 15])
    assert await stored(database, asset) is None
    assert await total(database, asset, compute) == pytest.approx(0.5)
    async with database.write() as session:
        split = Split(FIRST + timedelta(days=1), Decimal(2), Decimal(1))
        await splits.put_splits(session, asset.key, [split], source="manual")
    assert await total(database, asset, compute) == pytest.approx(2.0)


async def test_what_is_stored_is_what_is_computed(database, compute):
    one, other = await make(database), await make(database, "BOLT")
    await put(database, one, [100 + n % 7 for n in range(120)])
    await put(database, other, [50, 40])
    await asset_metrics.renew(database, [other.key, one.key, one.key, 999])
    for asset in (one, other):
        async with database.read() as session:
            answer = await asset_metrics.of_asset(session, None, asset, compute=compute)
            anew = await asset_metrics.of_asset(
                session, None, asset, compute=compute, risk_free=1e-300
            )
        kept = await stored(database, asset)
        assert answer == anew == kept
        assert [list(span.reasons) for span in kept] == [list(span.reasons) for span in anew]


async def test_a_rebuild_stores_what_was_stored(database, compute):
    asset, empty = await make(database), await make(database, "BOLT")
    await put(database, asset, [100 + n % 7 for n in range(120)])
    await asset_metrics.renew(database, [asset.key, empty.key])
    before = await stored(database, asset)
    async with database.write() as session:
        await rows.replace(session, {empty.key: before}, version=0)  # wrong, and from long ago
    await projections.rebuild(database, compute=compute)
    assert await stored(database, asset) == before
    async with database.read() as session:
        assert await rows.read(session, [empty.key], version=0) == {}


async def test_a_users_own_prices_make_own_metrics(database, compute):
    asset = await make(database)
    await put(database, asset, [10, 11])
    await put(database, asset, [20], first=FIRST + timedelta(days=1), owner=USER)
    await asset_metrics.renew(database, [asset.key])
    assert await total(database, asset, compute, viewer=USER) == pytest.approx(1.0)
    assert await total(database, asset, compute, viewer="somebody") == pytest.approx(0.1)
    assert (await stored(database, asset))[-1].total_return == pytest.approx(0.1)


async def test_a_question_names_a_few_assets_once_and_a_span(database):
    asset = await make(database)
    async with database.read() as session:

        async def ask(names, **span):
            return await asset_metrics.question(
                session, None, names, **{"start": None, "end": None, "currency": None, **span}
            )

        assert (await ask(["acme", " ACME ", ""])).assets == (asset,)
        for names in ([], [""], ["ACME"] * 21):
            with pytest.raises(InputError, match="1 to 20"):
                await ask(names)
        with pytest.raises(InputError, match="before it starts"):
            await ask(["ACME"], start=FIRST, end=FIRST - timedelta(days=1))
