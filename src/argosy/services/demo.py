"""The demo: an account with a portfolio on real prices, made once and left alone afterwards."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import NotFoundError
from argosy.core.importers.draft import TransactionDraft
from argosy.core.importers.transactions_csv import read_transactions
from argosy.core.ledger.transaction import CostBasisMethod, PortfolioRules
from argosy.core.market.asset import Asset, AssetCategory
from argosy.runtime.clock import Clock, today
from argosy.runtime.passwords import Passwords
from argosy.runtime.secret import load_secret
from argosy.services import assets, batches, portfolios, refresh, users
from argosy.services.assets import AssetDraft
from argosy.services.batches import Batch
from argosy.services.portfolios import Portfolio, PortfolioDraft
from argosy.services.refresh import Progress
from argosy.services.transactions import Actor
from argosy.services.users import NewUser, User
from argosy.sources.base import History, RateQuote, RateSource
from argosy.sources.demo import LAST_DAY, DemoSource, portfolio_csv
from argosy.store.database import Database

EMAIL = "demo@argosy.example"
USERNAME = "demo"
NAME = "Demo"
DESCRIPTION = (
    f"A made-up portfolio on real prices. Its last day is {LAST_DAY:%d %B %Y}: nothing is known "
    "of what came after. Bitcoin has month-end closes, gold the month's average; the others have "
    "a close every day."
)

_PASSWORD_FILE = "demo-password"  # noqa: S105 - a file's name
_PASSWORD_BYTES = 9
_RATES_SINCE = date(2015, 12, 1)
_RATES_OF = frozenset({"USD", "GBP", "CHF", "JPY"})

ASSETS = (
    AssetDraft(
        symbol="BTC", name="Bitcoin", category=AssetCategory.CRYPTO, currency="USD"
    ),
    AssetDraft(
        symbol="SPY", exchange="NYSEARCA", name="SPDR S&P 500 ETF Trust",
        category=AssetCategory.ETF, currency="USD",
    ),
    AssetDraft(
        symbol="AAPL", exchange="NASDAQ", name="Apple Inc.",
        category=AssetCategory.STOCK, currency="USD",
    ),
    AssetDraft(
        symbol="XAU", name="Gold, troy ounce", category=AssetCategory.COMMODITY, currency="USD"
    ),
    AssetDraft(
        symbol="EEM", exchange="NYSEARCA", name="iShares MSCI Emerging Markets ETF",
        category=AssetCategory.ETF, currency="USD",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """How to look at the demo; `created` is false where it was there already."""

    email: str
    password: str
    portfolio_id: str
    last_day: date
    created: bool


@dataclass(frozen=True, slots=True)
class _Facts:
    histories: dict[str, History]
    rates: tuple[RateQuote, ...]


async def set_up(
    database: Database,
    passwords: Passwords,
    *,
    clock: Clock,
    rates: RateSource,
    directory: Path,
    progress: Progress | None = None,
) -> Demo:
    """Make the demo's account and portfolio, all of it or nothing; a second call changes nothing.

    The password is made once and kept in the data directory; one that does not open the account
    any more is put in force again.
    """
    password = load_secret(directory, _PASSWORD_FILE, size=_PASSWORD_BYTES)
    found = await _existing(database)
    if found is None:
        facts = await _gather(rates, progress)
        hashed = await passwords.hash(password)
        async with database.write() as session:
            user = await _account(session, hashed)
            portfolio = await _fill(session, Actor(user.id, clock), facts)
    else:
        user, portfolio = found
    await _keep_password(database, passwords, password)
    return Demo(
        email=user.email,
        password=password,
        portfolio_id=portfolio.id,
        last_day=LAST_DAY,
        created=found is None,
    )


async def _existing(database: Database) -> tuple[User, Portfolio] | None:
    async with database.read() as session:
        found = await users.find_credentials(session, EMAIL)
        if found is None:
            return None
        own = await portfolios.of_user(session, found.user.id)
    return next(((found.user, one) for one in own if one.name == NAME), None)


async def _keep_password(database: Database, passwords: Passwords, password: str) -> None:
    async with database.read() as session:
        found = await users.find_credentials(session, EMAIL)
    assert found is not None, "the demo's account was made"
    if not await passwords.verify(password, found.hashed_password):
        hashed = await passwords.hash(password)
        async with database.write() as session:
            await users.set_password(session, found.user.id, hashed)


async def _gather(rates: RateSource, progress: Progress | None) -> _Facts:
    source = DemoSource()
    histories: dict[str, History] = {}
    for done, draft in enumerate(ASSETS, 1):
        histories[draft.symbol] = await source.history(draft.symbol)
        if progress is not None:
            progress(done, len(ASSETS) + 1)
    quotes = await rates.rates(since=_RATES_SINCE, currencies=_RATES_OF)
    if progress is not None:
        progress(len(ASSETS) + 1, len(ASSETS) + 1)
    return _Facts(histories, quotes)


async def _account(session: AsyncSession, hashed: str) -> User:
    found = await users.find_credentials(session, EMAIL)
    if found is not None:
        return found.user
    return await users.register(session, NewUser(EMAIL, USERNAME), hashed_password=hashed)


async def _fill(session: AsyncSession, actor: Actor, facts: _Facts) -> Portfolio:
    day = today(actor.clock)
    known: dict[str, Asset] = {}
    for draft in ASSETS:
        known[draft.symbol] = await _asset(session, draft)
        await refresh.store_prices(
            session, known[draft.symbol], facts.histories[draft.symbol], today=day
        )
    await refresh.store_rates(session, "ecb", facts.rates, today=day)
    rules = PortfolioRules(currency="EUR", method=CostBasisMethod.FIFO)
    draft_ = PortfolioDraft(name=NAME, description=DESCRIPTION, rules=rules)
    portfolio = await portfolios.create(session, actor.user_id, draft_)
    batch = Batch(drafts=_story(known), portfolio_id=portfolio.id)
    await batches.enter(session, actor, batch)
    return await portfolios.get(session, actor.user_id, portfolio.id)


async def _asset(session: AsyncSession, draft: AssetDraft) -> Asset:
    """Return the shared asset, which may be there already."""
    try:
        return (await assets.get(session, None, f"{draft.symbol}:{draft.exchange or ''}")).asset
    except NotFoundError:
        return (await assets.create(session, draft, owner=None, by=None)).asset


def _story(known: dict[str, Asset]) -> list[TransactionDraft]:
    """Read the portfolio's transactions, each with its asset."""
    file = read_transactions(portfolio_csv())
    assert not file.problems, "the demo's own file is right"
    return [
        draft if draft.symbol is None else _with_asset(draft, known[draft.symbol])
        for draft in file.drafts
    ]


def _with_asset(draft: TransactionDraft, asset: Asset) -> TransactionDraft:
    # By id: an asset of the same symbol on another exchange must not come between.
    return replace(draft, symbol=None, asset_id=asset.id)
