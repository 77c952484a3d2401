"""Typed settings, read once: the environment first (`ARGOSY_…`), then a `.env` file.

A setting that is missing means the embedded part, never a crash. `docs/operate/settings.md`
explains each one.
"""

from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SECRET_LENGTH_MIN = 32


class Registration(StrEnum):
    """Who may make an account over the network."""

    OPEN = "open"
    INVITE = "invite"
    CLOSED = "closed"


class LogFormat(StrEnum):
    """How a log line is written."""

    JSON = "json"
    TEXT = "text"


class Jobs(StrEnum):
    """Where that which runs by itself runs."""

    EMBEDDED = "embedded"
    ELSEWHERE = "elsewhere"


class MailSecurity(StrEnum):
    """How a connection to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Settings(BaseSettings):
    """Everything that an operator may choose."""

    model_config = SettingsConfigDict(
        env_prefix="ARGOSY_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
    )

    data_dir: Path = Field(
        default=Path("~/.local/share/argosy"),
        description="Holds all embedded state: the SQLite database, the secret, the backups.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="PostgreSQL 15+ or SQLite; without it SQLite in the data directory.",
    )
    database_pool_size: int = Field(
        default=10, ge=1, le=500, description="Connections kept open to PostgreSQL."
    )
    database_pool_overflow: int = Field(
        default=20, ge=0, le=500, description="Connections allowed beyond the pool."
    )
    redis_url: SecretStr | None = Field(
        default=None,
        description="Redis or Valkey, for what processes share: limits of providers, quotes.",
    )
    host: str = Field(default="127.0.0.1", description="The address that `argosy serve` binds.")
    port: int = Field(
        default=8000, ge=0, le=65535, description="The port that `argosy serve` binds."
    )
    registration: Registration = Field(
        default=Registration.OPEN,
        description="Who may make an account: anybody, whoever has the invite code, nobody.",
    )
    invite_code: SecretStr | None = Field(
        default=None, description="What a newcomer must know while registration is `invite`."
    )
    secret: SecretStr | None = Field(
        default=None,
        description="Signs the tokens; without it one is made in the data directory.",
    )
    access_token_minutes: int = Field(
        default=30, ge=1, le=1440, description="How long an access token is valid."
    )
    refresh_token_days: int = Field(
        default=7, ge=1, le=365, description="How long a refresh token is valid."
    )
    password_memory_kib: int = Field(
        default=65_536, ge=8, description="Memory that one Argon2id hash needs."
    )
    password_rounds: int = Field(
        default=3, ge=1, le=100, description="Passes of Argon2id over that memory."
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Other sites whose pages may call the API and open live connections, "
        "separated by commas.",
    )
    json_body_limit: int = Field(
        default=64 * 1024 * 1024, ge=1024, description="The largest body accepted, in bytes."
    )
    live_connections: int = Field(
        default=50,
        ge=1,
        le=100_000,
        description="Live connections that one user may hold open to one process.",
    )
    live_subscriptions: int = Field(
        default=500,
        ge=1,
        le=10_000,
        description="Portfolios and symbols that one live connection may listen to.",
    )
    live_tickets: bool = Field(
        default=False,
        description="Give tickets to clients that can open a WebSocket by its address alone.",
    )
    cache_bytes: int = Field(
        default=128 * 1024 * 1024,
        ge=0,
        description="Memory for cached answers of one process, in bytes.",
    )
    risk_free_rate: float = Field(
        default=0.0,
        gt=-1,
        le=1,
        allow_inf_nan=False,
        description="The yearly rate that Sharpe ratios are over where none is given; 0.02 is 2 %.",
    )
    idempotency_days: int = Field(
        default=7, ge=1, le=365, description="How long an `Idempotency-Key` is remembered."
    )
    quote_seconds: int = Field(
        default=60,
        ge=0,
        le=86_400,
        description="How long a live quote is given again before a source is asked anew.",
    )
    answer_seconds: int = Field(
        default=300,
        ge=0,
        le=86_400,
        description="How long what a source found is given again before it is asked anew.",
    )
    metadata_seconds: int = Field(
        default=3600,
        ge=0,
        le=86_400,
        description="How long what a source says an asset is stands before it is asked anew.",
    )
    sync_seconds: int = Field(
        default=300, ge=0, le=86_400, description="The shortest time between two syncs of an asset."
    )
    jobs: Jobs = Field(
        default=Jobs.EMBEDDED,
        description="Whether `argosy serve` runs the schedule and the workers itself, or "
        "`argosy daemon`, `argosy worker` or Celery do `elsewhere`.",
    )
    workers: int = Field(
        default=2, ge=1, le=64, description="Histories that one process fetches at a time."
    )
    fetch_interval_minutes: int = Field(
        default=15,
        ge=1,
        le=1440,
        description="How often the prices of tracked assets are refreshed, unless one says.",
    )
    trading_hours_only: bool = Field(
        default=True,
        description="Ask for an asset's quotes only while its exchange trades; crypto always.",
    )
    max_backfill_attempts: int = Field(
        default=5, ge=1, le=1000, description="How often fetching a history is tried in all."
    )
    backfill_retry_minutes: float = Field(
        default=5.0,
        gt=0,
        le=1440,
        description="How long a source that failed is left alone first; doubled three times.",
    )
    backfill_keep_days: int = Field(
        default=30, ge=1, le=3650, description="How long completed jobs of the queue are kept."
    )
    price_retention_days: int | None = Field(
        default=None,
        ge=1,
        le=36_500,
        description="After so many days a daily price keeps its close alone; none: all is kept.",
    )
    lease_seconds: float = Field(
        default=90.0,
        ge=1,
        le=3600,
        description="How long a worker may be silent before another takes its job over.",
    )
    celery_broker_url: SecretStr | None = Field(
        default=None, description="Celery's broker, where it is not `ARGOSY_REDIS_URL`."
    )
    yahoo_url: str | None = Field(
        default=None, description="Where Yahoo is asked, if not at Yahoo itself (a proxy, a test)."
    )
    ecb_url: str = Field(
        default="https://www.ecb.europa.eu/stats/eurofxref",
        description="Where newer exchange rates of the European Central Bank are.",
    )
    binance_url: str = Field(
        default="https://api.binance.com", description="Where Binance is asked."
    )
    alphavantage_key: SecretStr | None = Field(
        default=None, description="A key of Alpha Vantage's, which is not asked without one."
    )
    alphavantage_url: str = Field(
        default="https://www.alphavantage.co", description="Where Alpha Vantage is asked."
    )
    coingecko_key: SecretStr | None = Field(
        default=None, description="CoinGecko's key; it answers without one, more slowly."
    )
    coingecko_url: str = Field(
        default="https://api.coingecko.com/api/v3",
        description="Where CoinGecko is asked; paid plans have https://pro-api.coingecko.com/api/v3.",
    )
    finnhub_key: SecretStr | None = Field(
        default=None, description="A key of Finnhub's, which is not asked without one."
    )
    finnhub_url: str = Field(
        default="https://finnhub.io/api/v1", description="Where Finnhub is asked."
    )
    massive_key: SecretStr | None = Field(
        default=None, description="Massive's key; without one it is not asked."
    )
    massive_url: str = Field(
        default="https://api.massive.com", description="Where Massive is asked."
    )
    frankfurter_url: str | None = Field(
        default=None,
        description="Where Frankfurter is asked for the ECB's rates; without it the bank alone is.",
    )
    coinmarketcap_key: SecretStr | None = Field(
        default=None, description="CoinMarketCap's key; without one it is not asked."
    )
    coinmarketcap_url: str = Field(
        default="https://pro-api.coinmarketcap.com", description="Where CoinMarketCap is asked."
    )
    remote_url: str | None = Field(
        default=None,
        description="The API of another Argosy, or of a server that answers like one.",
    )
    remote_token: SecretStr | None = Field(
        default=None, description="What that server wants to be shown, if anything."
    )
    csv_folder: Path | None = Field(
        default=None,
        description="Price files of the source csvfile; without it `prices` in the data directory.",
    )
    notification_days: int = Field(
        default=365, ge=1, le=36_500, description="How long what somebody was told is kept."
    )
    smtp_host: str | None = Field(
        default=None, description="The mail server; without one no e-mail is sent."
    )
    smtp_port: int = Field(default=587, ge=1, le=65_535, description="The mail server's port.")
    smtp_security: MailSecurity = Field(
        default=MailSecurity.STARTTLS,
        description="How the connection is protected: `starttls`, `tls` (usual on 465) or `none`.",
    )
    smtp_user: str | None = Field(default=None, description="The name to log in with, if any.")
    smtp_password: SecretStr | None = Field(default=None, description="The password to it.")
    smtp_from: str | None = Field(
        default=None, description="Who e-mails come from; needed with ARGOSY_SMTP_HOST."
    )
    outgoing_http: bool = Field(
        default=False, description="Let webhooks and other URLs of users be plain http://."
    )
    outgoing_networks: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        default=(),
        description="Networks that URLs of users may lead to although they are not public, "
        "separated by commas.",
    )
    log_level: str = Field(
        default="INFO", description="DEBUG, INFO, WARNING or ERROR, in any letter case."
    )
    log_format: LogFormat = Field(
        default=LogFormat.JSON, description="`json` for machines, `text` for people."
    )
    metrics_token: SecretStr | None = Field(
        default=None,
        description="What other machines show to read `/metrics`, ASCII without spaces; without it "
        "only this one may.",
    )
    dev_panel: bool = Field(
        default=False,
        description="Show each request's SQL, plans and times at /dev; on this machine only.",
    )

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip().rstrip("/") for part in value.split(",") if part.strip())
        return value

    @field_validator("outgoing_networks", mode="before")
    @classmethod
    def _split_networks(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("log_level")
    @classmethod
    def _known_level(cls, value: str) -> str:
        level = value.upper()
        if level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
            message = "must be DEBUG, INFO, WARNING or ERROR"
            raise ValueError(message)
        return level

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("metrics_token")
    @classmethod
    def _fits_a_header(cls, value: SecretStr | None) -> SecretStr | None:
        shown = "" if value is None else value.get_secret_value()
        if not all("!" <= character <= "~" for character in shown):
            message = "must be letters, digits and signs of ASCII without spaces: a header has it"
            raise ValueError(message)
        return value

    @field_validator("secret")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < SECRET_LENGTH_MIN:
            message = f"must have at least {SECRET_LENGTH_MIN} characters"
            raise ValueError(message)
        return value

    @model_validator(mode="after")
    def _invites_need_a_code(self) -> Self:
        if self.registration is Registration.INVITE and self.invite_code is None:
            message = "ARGOSY_REGISTRATION=invite needs ARGOSY_INVITE_CODE"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _letters_need_a_sender(self) -> Self:
        if self.smtp_host is not None and self.smtp_from is None:
            message = "ARGOSY_SMTP_HOST needs ARGOSY_SMTP_FROM"
            raise ValueError(message)
        return self

    @property
    def prices_folder(self) -> Path:
        """The folder, or the one file, that the source `csvfile` reads."""
        return self.csv_folder.expanduser() if self.csv_folder else self.data_dir / "prices"

    @property
    def database(self) -> str:
        """The database's URL, the embedded one where none is set."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_dir / 'argosy.db'}"

    @property
    def celery_broker(self) -> str | None:
        """The URL of Celery's broker, if there is one."""
        if self.celery_broker_url is not None:
            return self.celery_broker_url.get_secret_value()
        return self.redis

    @property
    def redis(self) -> str | None:
        """The URL of Redis, if there is one."""
        return self.redis_url.get_secret_value() if self.redis_url is not None else None


def is_loopback(host: str) -> bool:
    """Tell whether only this machine can reach an address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
