"""A portfolio's ledger made ready to be asked: replayed, with the market that it needs.

Read once per version and kept: every figure, series and explanation starts from here.
"""

from collections import OrderedDict
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.ledger.book import OUTSIDE, Book, booked_splits, replay
from argosy.core.ledger.patch import LinesByAsset, patched
from argosy.core.ledger.transaction import PortfolioRules, Transaction
from argosy.core.market.asset import Asset
from argosy.core.market.history import MarketFacts
from argosy.core.market.market import Market
from argosy.core.money import split_minor_unit
from argosy.core.returns.parts import Parts
from argosy.core.returns.series import DailySeries, daily_series
from argosy.core.valuation.kept import KeptHoldings
from argosy.runtime.compute import ComputePool
from argosy.runtime.locks import MemoryLocks
from argosy.services.renewing import Edited, lines_since, reused
from argosy.store import assets as asset_store
from argosy.store import ledger_blocks, price_verdicts
from argosy.store import portfolios as portfolio_store
from argosy.store import prices as price_store
from argosy.store import rates as rate_store
from argosy.store import splits as split_store
from argosy.store import transactions as transaction_store
from argosy.store.database import Database
from argosy.store.portfolios import Portfolio

SCOPES = ("assets", "prices", "rates", "splits")
"""The version scopes, beside the portfolio's own, that its figures depend on."""

KEPT_LINES = 300_000
"""Ledgers are kept up to so many transactions together."""

PARTS_FROM = 5_000
"""Of a ledger with so many lines what each holding comes to is kept for the next edit."""

FEW_LINES = 100
"""So many lines are replayed at once as fast as a part of them."""

KEPT_EARLIER = 8
"""Books of earlier days that one ledger keeps."""


@dataclass(frozen=True, slots=True)
class Known:
    """A portfolio and the versions of all that its figures depend on."""

    portfolio: Portfolio
    versions: tuple[int, ...]

    @property
    def key(self) -> tuple[object, ...]:
        """What an answer about it is kept under."""
        return (self.portfolio.id, self.portfolio.version, *self.versions)


@dataclass(eq=False, kw_only=True)
class Ledger:
    """One portfolio's transactions with its rules, assets and market facts, replayed.

    `transactions` hold those of linked portfolios too: lots may have come from there. `latest`
    is the last day anything is known of: a transaction, or a price of something held. `packed`
    says that nothing is gained by packing it again. `only` names the assets it is
    cut to, `scope` says so in words, `views` keeps how else it was looked at (`services.views`).
    `parts` is what its holdings come to day by day, `figured` at the latest date, `indexed` its
    lines by asset: all are handed on to the next version of a ledger.
    """

    portfolio: Portfolio
    transactions: Sequence[Transaction]
    rules: dict[str, PortfolioRules]
    assets: dict[str, Asset]
    facts: MarketFacts
    market: Market
    book: Book
    latest: date | None
    packed: bool = False
    only: frozenset[str] | None = None
    scope: str = "portfolio"
    views: "dict[Hashable, Ledger]" = field(default_factory=dict, init=False)
    parts: Parts | None = field(default=None, init=False)
    figured: KeptHoldings | None = field(default=None, init=False)
    indexed: LinesByAsset | None = field(default=None, init=False)
    _series: DailySeries | None = field(default=None, init=False)
    _earlier: dict[date, Book] = field(default_factory=dict, init=False)

    @property
    def by_asset(self) -> LinesByAsset:
        """The lines by asset; of a ledger without linked portfolios."""
        if self.indexed is None:
            self.indexed = LinesByAsset(self.transactions)
        return self.indexed

    @property
    def series(self) -> DailySeries:
        """The daily series to the latest day; only of a ledger that is not empty."""
        if self._series is None:
            assert self.latest is not None, "an empty ledger has no series"
            self._series = daily_series(self.book, self.latest, parts=self.parts)
        return self._series

    def book_on(self, day: date) -> Book:
        """Return the book as the transactions up to a day make it."""
        if self.book.last_day is None or day >= self.book.last_day:
            return self.book
        if day not in self._earlier:
            if len(self._earlier) >= KEPT_EARLIER:
                self._earlier.clear()
            self._earlier[day] = self.replayed(self.transactions, self.market, until=day)
        return self._earlier[day]

    def replayed(self, lines: Iterable[Transaction], market: Market, *, until: date) -> Book:
        """Replay lines up to a day against a market, and return this portfolio's book."""
        cut = (line for line in lines if line.day <= until)
        book = replay(cut, self.rules, market, only=self.only)[self.portfolio.id]
        book.keep_inside()
        return book

    def lines_of(self, asset_ids: Collection[str]) -> list[Transaction]:
        """Return the lines of assets, and of all that they came from or turned into.

        Both ways: cash in lieu for a fraction of a new asset depends on what was held of it before.
        """
        wanted = set(asset_ids)
        links = [
            {line.asset_id or "", line.to_asset_id}
            for line in self.transactions
            if line.to_asset_id is not None
        ]
        while reached := set().union(*(link for link in links if link & wanted)) - wanted:
            wanted |= reached
        return [line for line in self.transactions if line.asset_id in wanted]


class LedgerCache:
    """The ledgers used last, by version; dropped when they hold too many transactions."""

    def __init__(self, lines: int = KEPT_LINES) -> None:
        self.reading = MemoryLocks()
        self._lines = lines
        self._kept: OrderedDict[tuple[object, ...], Ledger] = OrderedDict()

    def lookup(self, key: tuple[object, ...]) -> Ledger | None:
        """Return the ledger of a version, if it is kept."""
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def newest(self, portfolio_id: str) -> tuple[tuple[object, ...], Ledger] | None:
        """Return the ledger of a portfolio that is kept, whatever its version, and its key."""
        return next((pair for pair in self._kept.items() if pair[0][0] == portfolio_id), None)

    def keep(self, key: tuple[object, ...], ledger: Ledger) -> None:
        """Keep a ledger instead of older versions of it."""
        for old in [other for other in self._kept if other[0] == key[0]]:
            del self._kept[old]
        self._kept[key] = ledger
        self._keep_parts(ledger)
        while len(self._kept) > 1 and self._total() > self._lines:
            self._kept.popitem(last=False)

    def _keep_parts(self, ledger: Ledger) -> None:
        """Let the longest-used of the long ledgers keep their holdings day by day, no other."""
        if len(ledger.transactions) < PARTS_FROM:
            return
        for other in self._kept.values():
            if other is not ledger and other.parts is not ledger.parts:
                other.parts = other.figured = None
        ledger.parts = ledger.parts or Parts()
        ledger.figured = ledger.figured or KeptHoldings()

    def _total(self) -> int:
        return sum(len(ledger.transactions) for ledger in self._kept.values())


async def known(session: AsyncSession, user_id: str, portfolio_id: str) -> Known:
    """Return a user's portfolio with its versions: one question to the database."""
    portfolio, versions = await portfolio_store.portfolio_and_versions(
        session, user_id, portfolio_id, SCOPES
    )
    return Known(portfolio, tuple(versions[scope] for scope in SCOPES))


async def load(
    session: AsyncSession, wanted: Known, *, cache: LedgerCache, compute: ComputePool
) -> Ledger:
    """Return a portfolio's ledger, kept or read and replayed away from the event loop.

    Whoever asks while it is read waits for it: a page and the job that follows an edit would
    replay the same lines at the same time, and each take three times as long.
    """
    ledger = cache.lookup(wanted.key)
    if ledger is not None:
        return ledger
    async with cache.reading.hold(repr(wanted.key)):
        ledger = cache.lookup(wanted.key)
        if ledger is None:
            earlier = cache.newest(wanted.portfolio.id)
            if earlier is not None:
                ledger = await _renewed(session, wanted, *earlier, compute=compute)
            if ledger is None:
                ledger = await _read(session, wanted.portfolio, compute)
            cache.keep(wanted.key, ledger)
    return ledger


async def _renewed(
    session: AsyncSession,
    wanted: Known,
    key: tuple[object, ...],
    earlier: Ledger,
    *,
    compute: ComputePool,
) -> Ledger | None:
    """Bring a ledger up to date by what has changed of it, if that is known and little."""
    portfolio = wanted.portfolio
    if portfolio.rules != earlier.portfolio.rules or len(earlier.rules) > 1:
        return None
    since = earlier.portfolio.version
    edit = await lines_since(
        session, earlier.transactions, portfolio.id, since=since, until=portfolio.version
    )
    if edit is None or any(line.to_portfolio_id is not None for line in edit.new):
        return None
    named = {line.asset_id for line in edit.new} | {line.to_asset_id for line in edit.new}
    used = currencies_of(edit.new, {}, {}) - currencies_of((), earlier.assets, earlier.rules)
    if key[2:] == wanted.versions and named <= {None, *earlier.assets} and not used:
        return await compute.run(_patched, earlier, portfolio, edit, facts=earlier.facts)
    ids = {*earlier.assets, *(name for name in named if name is not None)}
    assets = await asset_store.get_many(session, sorted(ids))
    if any(assets[key].currency != one.currency for key, one in earlier.assets.items()):
        return None
    currencies = currencies_of(edit.lines, assets, earlier.rules)
    facts = await _read_facts(session, portfolio, assets, currencies)
    same = await compute.run(reused, earlier.facts, facts)
    if same is None:
        return await compute.run(
            _build, portfolio, edit.lines, rules=earlier.rules, assets=assets, facts=facts
        )
    renamed = replace(earlier, assets=assets)
    renamed.parts, renamed.figured = earlier.parts, earlier.figured
    renamed.indexed = earlier.indexed
    facts, changed = same
    return await compute.run(_patched, renamed, portfolio, edit, facts=facts, changed=changed)


async def _read(session: AsyncSession, portfolio: Portfolio, compute: ComputePool) -> Ledger:
    linked = await transaction_store.linked_portfolios(session, portfolio.id)
    others = await portfolio_store.get_many(session, linked)
    rules = {key: other.rules for key, other in others.items()} | {portfolio.id: portfolio.rules}
    lines = await ledger_blocks.read(session, {key: others[key].version for key in linked})
    packed = lines is not None
    if lines is None:
        lines = await transaction_store.read_ledger(session, sorted(linked))
    ids = {line.asset_id for line in lines} | {line.to_asset_id for line in lines}
    assets = await asset_store.get_many(session, [key for key in ids if key is not None])
    facts = await _read_facts(session, portfolio, assets, currencies_of(lines, assets, rules))
    ledger = await compute.run(_build, portfolio, lines, rules=rules, assets=assets, facts=facts)
    ledger.packed = packed or len(linked) > 1 or len(lines) < ledger_blocks.PACKED_FROM
    return ledger


async def pack(database: Database, ledger: Ledger) -> None:
    """Keep a long ledger packed beside its rows, so that the next start reads it faster."""
    portfolio = ledger.portfolio
    ledger.packed = True
    async with database.write() as session:
        await ledger_blocks.write(session, portfolio.id, portfolio.version, ledger.transactions)


async def _read_facts(
    session: AsyncSession, portfolio: Portfolio, assets: dict[str, Asset], currencies: set[str]
) -> MarketFacts:
    """Read prices, splits and rates as the portfolio's owner sees them."""
    ids = {asset.key: asset.id for asset in assets.values()}
    viewer = portfolio.user_id
    histories = await price_store.read_histories(session, list(ids), viewer=viewer)
    doubts = await price_verdicts.read_doubted(session, list(ids))
    splits = await split_store.read_splits(session, list(ids), viewer=viewer)
    rates = await rate_store.read_rates(session, currencies, viewer=viewer)
    return MarketFacts(
        histories={ids[key]: history for key, history in histories.items()},
        doubts={ids[key]: closes for key, closes in doubts.items()},
        splits={ids[key]: stated for key, stated in splits.items()},
        rates=rates,
    )


def _build(
    portfolio: Portfolio,
    lines: Sequence[Transaction],
    *,
    rules: dict[str, PortfolioRules],
    assets: dict[str, Asset],
    facts: MarketFacts,
) -> Ledger:
    market = Market(assets, facts, booked=booked_splits(lines, portfolio.id))
    book = replay(lines, rules, market)[portfolio.id]
    return Ledger(
        portfolio=portfolio,
        transactions=lines,
        rules=rules,
        assets=assets,
        facts=facts,
        market=market,
        book=book,
        latest=latest_of(book, market),
    )


def _patched(
    earlier: Ledger,
    portfolio: Portfolio,
    edit: Edited,
    *,
    facts: MarketFacts,
    changed: Collection[str] = (),
) -> Ledger:
    """Replay the lines of the assets that have changed; all lines where that is as good."""
    lines, assets = edit.lines, earlier.assets
    before = earlier.by_asset
    after = before.edited(edit.gone, edit.new)
    touched = after.joined({*edit.assets, *changed})
    many = 2 * len(touched) > len(assets) and len(lines) > FEW_LINES
    if many or earlier.portfolio.rules.track_cash or not lines or not earlier.transactions:
        return _build(portfolio, lines, rules=earlier.rules, assets=assets, facts=facts)
    market = earlier.market
    if facts is not earlier.facts or edit.books_splits:
        market = Market(assets, facts, booked=booked_splits(lines, portfolio.id))
        market.rates = earlier.market.rates  # the same, with what was found already
    book = patched(
        earlier.book,
        before.of(touched),
        after.of(touched),
        assets=touched,
        market=market,
        days=(lines[0].day, lines[-1].day),
    )
    ledger = Ledger(
        portfolio=portfolio,
        transactions=lines,
        rules=earlier.rules,
        assets=assets,
        facts=facts,
        market=market,
        book=book,
        latest=latest_of(book, market),
        packed=True,
    )
    ledger.parts, ledger.figured, ledger.indexed = earlier.parts, earlier.figured, after
    return ledger


def latest_of(book: Book, market: Market) -> date | None:
    """Return the last day of a transaction, or of a price of something held."""
    if book.last_day is None:
        return None
    held = (key for key, at in book.positions.items() if key != OUTSIDE and at.quantity)
    histories = (market.history(key).days for key in held)
    days = [int(days[-1]) for days in histories if len(days)]
    return date.fromordinal(max([book.last_day.toordinal(), *days]))


def currencies_of(
    lines: Iterable[Transaction], assets: dict[str, Asset], rules: dict[str, PortfolioRules]
) -> set[str]:
    """Return the currencies whose rates a ledger needs."""
    used = {line.currency for line in lines}
    used |= {line.fx_quote for line in lines if line.fx_quote is not None}
    used |= {asset.currency for asset in assets.values()}
    used |= {rule.currency for rule in rules.values()}
    return {split_minor_unit(currency)[0] for currency in used}
