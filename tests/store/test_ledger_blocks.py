"""A packed ledger equals its rows, or is not read."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.ledger.transaction import (
    LotPick,
    PortfolioRules,
    Transaction,
    TransactionType,
)
from argosy.core.market.asset import Asset, AssetCategory
from argosy.runtime.ids import new_id
from argosy.store import assets, ledger_blocks, portfolios, transactions
from argosy.store.database import Database
from argosy.store.ledger_codec import decode, encode
from tests.store.people import add_user

EXACT = st.decimals(
    min_value=Decimal("-1e19"), max_value=Decimal("1e19"), places=18, allow_nan=False
)
SOME = st.none() | EXACT
LINES = st.builds(
    Transaction,
    id=st.uuids().map(str),
    portfolio_id=st.sampled_from(["p", "q"]),
    type=st.sampled_from(TransactionType),
    day=st.dates(min_value=date(1900, 1, 1)),
    at=st.none() | st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(UTC)),
    entry=st.integers(0, 2**60),
    asset_id=st.none() | st.sampled_from(["a", "b"]),
    quantity=SOME,
    price=SOME,
    amount=SOME,
    fee=EXACT,
    tax=EXACT,
    currency=st.sampled_from(["EUR", "GBp"]),
    fx_rate=SOME,
    ratio_new=SOME,
    ratio_old=SOME,
    cost_share=SOME,
    cost=SOME,
    fx_quote=st.none() | st.just("EUR"),
    to_asset_id=st.none(),
    to_portfolio_id=st.none(),
    external_id=st.none() | st.text(),
    lots=st.lists(st.builds(LotPick, st.uuids().map(str), EXACT), max_size=3).map(tuple),
    note=st.none() | st.text(),
)


@given(st.lists(LINES, max_size=30))
def test_what_is_packed_is_unpacked_the_same(lines):
    assert decode(encode(lines)) == lines


def test_a_block_of_another_form_is_not_read():
    data = encode([]).replace(b'"form":1', b'"form":0')
    assert decode(data) is None


@pytest.fixture
async def portfolio(database: Database) -> portfolios.Portfolio:
    async with database.write() as session:
        user = await add_user(session)
        asset = Asset(
            id=new_id(),
            key=0,
            symbol="ACME",
            exchange=None,
            name="Acme",
            category=AssetCategory.STOCK,
            currency="EUR",
        )
        asset = await assets.create(session, asset)
        made = await portfolios.create(
            session, portfolio_id=new_id(), user_id=user, name="One", rules=PortfolioRules()
        )
        lines = [
            Transaction(
                id=new_id(),
                portfolio_id=made.id,
                type=TransactionType.BUY,
                day=date(2024, 1, 2),
                at=datetime(2024, 1, 2, 15, 30, tzinfo=UTC) if number % 2 else None,
                asset_id=asset.id,
                quantity=Decimal(number + 1),
                price=Decimal("1.25"),
                currency="EUR",
                note="ä" if number else None,
            )
            for number in range(20)
        ]
        await transactions.insert_many(session, lines)
        return made


async def test_a_packed_ledger_equals_its_rows(database, portfolio):
    async with database.read() as session:
        lines = await transactions.read_ledger(session, [portfolio.id])
    async with database.write() as session:
        assert await ledger_blocks.write(session, portfolio.id, portfolio.version, lines)
    async with database.read() as session:
        assert await ledger_blocks.read(session, {portfolio.id: portfolio.version}) == lines


async def test_a_block_of_an_older_version_is_neither_written_nor_read(database, portfolio):
    async with database.write() as session:
        await ledger_blocks.write(session, portfolio.id, portfolio.version, [])
        await portfolios.bump_version(session, [portfolio.id])
    async with database.write() as session:
        assert not await ledger_blocks.write(session, portfolio.id, portfolio.version, [])
    async with database.read() as session:
        assert await ledger_blocks.read(session, {portfolio.id: portfolio.version + 1}) is None
