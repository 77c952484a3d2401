"""The demo: a portfolio on real prices, in an account of its own or in anybody's.

It is made once and left alone afterwards.
"""

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
from argosy.store import portfolios as rows
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
    """Make the demo's account, and the demo in it; a second call changes nothing.

    The password is made once and kept in the data directory; one that does not open the account
    any more is put in force again.
    """
    password = load_secret(directory, _PASSWORD_FILE, size=_PASSWORD_BYTES)
    user = await _account(database, passwords, password)
    portfolio, made = await add(database, Actor(user.id, clock), rates=rates, progress=progress)
    return Demo(
        email=user.email,
        password=password,
        portfolio_id=portfolio.id,
        last_day=LAST_DAY,
        created=made,
    )


async def add(
    database: Database, actor: Actor, *, rates: RateSource, progress: Progress | None = None
) -> tuple[Portfolio, bool]:
    """Return a user's demo portfolio, and whether it was made now: all of it or nothing."""
    async with database.read() as session:
        found = await rows.demo_of(session, actor.user_id)
    if found is not None:
        return found, False
    # Before the transaction: others want to write meanwhile.
    facts = await _gather(rates, progress)
    async with database.write() as session:
        await rows.hold_demos(session)
        found = await rows.demo_of(session, actor.user_id)
        return (found, False) if found else (await _fill(session, actor, facts), True)


async def _account(database: Database, passwords: Passwords, password: str) -> User:
    async with database.read() as session:
        found = await users.find_credentials(session, EMAIL)
    if found is not None and await passwords.verify(password, found.hashed_password):
        return found.user
    hashed = await passwords.hash(password)
    async with database.write() as session:
        if found is None:
            return await users.register(session, NewUser(EMAIL, USERNAME), hashed_password=hashed)
        await users.set_password(session, found.user.id, hashed)
        return found.user


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


async def _fill(session: AsyncSession, actor: Actor, facts: _Facts) -> Portfolio:
    day = today(actor.clock)
    known: dict[str, Asset] = {}
    for draft in ASSETS:
        known[draft.symbol] = await _asset(session, draft)
        history = facts.histories[draft.symbol].quoted_in(known[draft.symbol].currency)
        await refresh.store_prices(session, known[draft.symbol], history, today=day)
    await refresh.store_rates(session, "ecb", facts.rates, today=day)
    rules = PortfolioRules(currency="EUR", method=CostBasisMethod.FIFO)
    draft_ = PortfolioDraft(name=NAME, description=DESCRIPTION, rules=rules)
    portfolio = await portfolios.create(session, actor.user_id, draft_)
    await rows.mark_demo(session, actor.user_id, portfolio.id)
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
