"""The only place that builds concrete things and joins them.

Settings decide: a database URL or SQLite in the data directory, Redis or memory.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Self

from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import ArgumentError

from argosy.core.errors import InputError, StorageError
from argosy.runtime.budgets import Budgets, MemoryBudgets, RedisBudgets
from argosy.runtime.bus import Bus, MemoryBus, RedisBus
from argosy.runtime.cache import Cache, MemoryCache, RedisCache
from argosy.runtime.clock import Clock, SystemClock
from argosy.runtime.compute import ComputePool
from argosy.runtime.ids import new_id
from argosy.runtime.locks import Locks, MemoryLocks, RedisLocks
from argosy.runtime.logs import configure_logs
from argosy.runtime.mail import Mail, NoMail, SmtpMail, SmtpServer
from argosy.runtime.outgoing import Outgoing
from argosy.runtime.passwords import Passwords
from argosy.runtime.redis_errors import answering
from argosy.runtime.secret import load_secret
from argosy.runtime.tokens import Tokens
from argosy.services import hearing
from argosy.services.books import LedgerCache
from argosy.services.delivering import Courier
from argosy.services.finding import Ages, Finder
from argosy.services.proposals import Proposals
from argosy.services.quote_feed import QuoteFeed
from argosy.services.quotes import Quotes
from argosy.services.sending import Sender
from argosy.services.syncing import Syncs
from argosy.settings import LogFormat, Settings, is_loopback
from argosy.sources.alphavantage import AlphaVantageSource
from argosy.sources.binance import BinanceSource
from argosy.sources.builtin import BuiltinSource
from argosy.sources.coingecko import CoinGeckoSource
from argosy.sources.coinmarketcap import CoinMarketCapSource
from argosy.sources.csvfile import CsvFileSource
from argosy.sources.ecb import EcbSource
from argosy.sources.finnhub import FinnhubSource
from argosy.sources.frankfurter import FrankfurterSource
from argosy.sources.manners import Manners
from argosy.sources.manual import ManualSource
from argosy.sources.massive import MassiveSource
from argosy.sources.registry import Registry
from argosy.sources.remote import RemoteSource
from argosy.sources.yahoo import YahooSource
from argosy.store import backup, schema
from argosy.store.database import Database
from argosy.store.moment import Moments
from argosy.store.recording import record_engine

PATIENCE_S = 60.0
"""How long whoever runs on waits for a database that starts at the same time."""

if TYPE_CHECKING:  # Redis is an extra
    from redis.asyncio import Redis


class Argosy:
    """The program's parts, built from settings; `open` makes them ready.

    Attributes
    ----------
    answers : MemoryCache
        Bytes of answers by version, in this process whatever `cache` is: a version in the key
        makes an old one unreachable, so no other process need be told.
    ledgers : LedgerCache
        Ledgers replayed last, by version, for the same reason.
    """

    secret: str
    tokens: Tokens

    def __init__(self, settings: Settings, *, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock: Clock = clock or SystemClock()
        self.database = _database(settings)
        if settings.dev_panel:
            record_engine(self.database.engine)
        self.moments = Moments(self.database)
        self.redis = _redis(settings.redis)
        self.answers = MemoryCache(settings.cache_bytes)
        self.cache: Cache = RedisCache(self.redis) if self.redis else self.answers
        self.bus: Bus = RedisBus(self.redis) if self.redis else MemoryBus()
        self.locks: Locks = RedisLocks(self.redis) if self.redis else MemoryLocks()
        self.budgets: Budgets = RedisBudgets(self.redis) if self.redis else MemoryBudgets()
        manners = Manners(budgets=self.budgets)
        self.rates = EcbSource(base_url=settings.ecb_url, manners=manners)
        self.sources = _sources(settings, self.rates, manners, self.clock)
        fresh = timedelta(seconds=settings.quote_seconds)
        feed = QuoteFeed(self.sources, self.cache, self.clock, fresh=fresh)
        self.quotes = Quotes(self.database, self.sources, feed, self.clock)
        ages = Ages(
            answers=timedelta(seconds=settings.answer_seconds),
            metadata=timedelta(seconds=settings.metadata_seconds),
        )
        self.finder = Finder(self.database, self.sources, self.cache, self.clock, ages=ages)
        self.syncs = Syncs(
            self.database,
            self.sources,
            self.finder,
            locks=self.locks,
            clock=self.clock,
            pause=timedelta(seconds=settings.sync_seconds),
        )
        self.compute = ComputePool()
        self.ledgers = LedgerCache()
        self.proposals = Proposals(self.database, self.ledgers, self.compute, self.clock)
        self.outgoing = Outgoing(http=settings.outgoing_http, named=settings.outgoing_networks)
        self.mail = _mail(settings, self.clock)
        self.passwords = Passwords(
            memory_kib=settings.password_memory_kib, rounds=settings.password_rounds
        )

    @classmethod
    @asynccontextmanager
    async def opened(
        cls, settings: Settings, *, clock: Clock | None = None, patience_s: float = 0.0
    ) -> AsyncIterator[Self]:
        """Build and open for the time of a block."""
        argosy = cls(settings, clock=clock)
        try:
            await argosy.open(patience_s=patience_s)
            yield argosy
        finally:
            await argosy.close()

    async def open(self, *, patience_s: float = 0.0) -> None:
        """Create the data directory and the secret, and bring the database up to date.

        A database server that is not there yet is waited for so long.
        """
        self.prepare_directory()
        await schema.reach(self.database, patience_s=patience_s)
        self.secret = self._secret()
        self.tokens = self._tokens()
        await backup.migrate(self.database, at=self.clock.now())
        hearing.announce(self.database, self.bus)
        self.compute.open()

    async def close(self) -> None:
        """Let go of connections and threads."""
        await asyncio.to_thread(self.compute.close)
        await self.sources.aclose()
        await self.cache.close()
        if self.redis is not None:
            await self.redis.aclose()
        await self.moments.close()
        await self.database.close()

    def courier(self) -> Courier:
        """Return a worker on the outbox, under a name of its own."""
        sender = Sender(
            mail=self.mail,
            outgoing=self.outgoing,
            server_secret=self.secret,
            clock=self.clock,
        )
        return Courier(
            database=self.database,
            bus=self.bus,
            sender=sender,
            clock=self.clock,
            worker=f"courier-{new_id()}",
        )

    async def ping_database(self) -> None:
        """Ask the database for nothing, or raise."""
        async with self.database.read() as session:
            await session.execute(text("SELECT 1"))

    async def ping_redis(self) -> bool:
        """Ask Redis for nothing, or raise; False where there is none."""
        if self.redis is None:
            return False
        with answering():
            await self.redis.ping()
        return True

    def prepare_directory(self) -> None:
        """Make the data directory; nobody else may look into it."""
        directory = self.settings.data_dir
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            message = f"The data directory {directory} cannot be made: {error.strerror}."
            raise StorageError(message) from error

    def _secret(self) -> str:
        return _secret(self.settings.secret) or load_secret(self.settings.data_dir)

    def _tokens(self) -> Tokens:
        return Tokens(
            self.secret,
            clock=self.clock,
            access=timedelta(minutes=self.settings.access_token_minutes),
            refresh=timedelta(days=self.settings.refresh_token_days),
        )


def refuse_unsafe_address(settings: Settings) -> None:
    """Refuse to be reached from other machines with a secret that nobody chose, or the panel."""
    if is_loopback(settings.host):
        return
    if settings.dev_panel:
        message = (
            f"{settings.host} can be reached from other machines, and ARGOSY_DEV_PANEL shows to "
            "anybody what everybody does. Leave one of them out."
        )
        raise InputError(message)
    if settings.secret is None:
        message = (
            f"{settings.host} can be reached from other machines. Set ARGOSY_SECRET first, to at "
            "least 32 characters that only you know (openssl rand -base64 48 makes some)."
        )
        raise InputError(message)


def set_up_logs(settings: Settings) -> None:
    """Write log lines as the settings say."""
    configure_logs(level=settings.log_level, as_json=settings.log_format is LogFormat.JSON)


def _database(settings: Settings) -> Database:
    try:
        return Database(
            settings.database,
            pool_size=settings.database_pool_size,
            pool_overflow=settings.database_pool_overflow,
        )
    except (ArgumentError, ValueError) as error:
        raise InputError(
            "ARGOSY_DATABASE_URL is no address of a database; "
            "one is postgresql://user:password@host:5432/name."
        ) from error
    except ModuleNotFoundError as error:
        message = f"This database needs the module {error.name}: pip install 'argosy[server]'."
        raise StorageError(message) from error


def _sources(settings: Settings, rates: EcbSource, manners: Manners, clock: Clock) -> Registry:
    return Registry(
        [
            BuiltinSource(),
            ManualSource(),
            CsvFileSource(settings.prices_folder),
            rates,
            FrankfurterSource(base_url=settings.frankfurter_url, manners=manners),
            RemoteSource(
                base_url=settings.remote_url,
                token=_secret(settings.remote_token),
                manners=manners,
            ),
            YahooSource(base_url=settings.yahoo_url, clock=clock, manners=manners),
            BinanceSource(base_url=settings.binance_url, manners=manners),
            AlphaVantageSource(
                key=_secret(settings.alphavantage_key),
                base_url=settings.alphavantage_url,
                manners=manners,
            ),
            CoinGeckoSource(
                base_url=settings.coingecko_url,
                key=_secret(settings.coingecko_key),
                manners=manners,
            ),
            MassiveSource(
                base_url=settings.massive_url,
                key=_secret(settings.massive_key),
                clock=clock,
                manners=manners,
            ),
            FinnhubSource(
                key=_secret(settings.finnhub_key),
                clock=clock,
                base_url=settings.finnhub_url,
                manners=manners,
            ),
            CoinMarketCapSource(
                base_url=settings.coinmarketcap_url,
                key=_secret(settings.coinmarketcap_key),
                clock=clock,
                manners=manners,
            ),
        ],
        clock=clock,
    )


def _mail(settings: Settings, clock: Clock) -> Mail:
    if settings.smtp_host is None:
        return NoMail()
    assert settings.smtp_from is not None, "a mail server is set together with a sender"
    server = SmtpServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        sender=settings.smtp_from,
        user=settings.smtp_user,
        password=_secret(settings.smtp_password),
    )
    return SmtpMail(server, clock)


def _secret(value: SecretStr | None) -> str | None:
    return value.get_secret_value() if value is not None else None


def _redis(url: str | None) -> "Redis | None":
    if url is None:
        return None
    try:
        from redis.asyncio import Redis  # noqa: PLC0415 - an extra
        from redis.asyncio.retry import Retry  # noqa: PLC0415
        from redis.backoff import ConstantBackoff  # noqa: PLC0415
    except ModuleNotFoundError as error:
        message = "ARGOSY_REDIS_URL needs the module redis: pip install 'argosy[server]'."
        raise StorageError(message) from error
    # A request waits at most about two seconds for a Redis that is gone.
    retry = Retry(ConstantBackoff(0.1), 1)
    try:
        return Redis.from_url(url, protocol=3, retry=retry, socket_connect_timeout=1)
    except ValueError as error:
        message = "ARGOSY_REDIS_URL is no address of a Redis; one is redis://host:6379/0."
        raise InputError(message) from error
