"""What all tests share: fresh migrated databases of both kinds, and a Redis-compatible server."""

import os
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

from argosy.store.database import Database
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.servers import postgres_server, redis_server

# While developing, every run looks at other examples; CI looks at the same, and at more of them,
# so that a change is judged by what it changed. HYPOTHESIS_PROFILE=search looks long and anew.
_SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much]
settings.register_profile("dev", max_examples=60, deadline=None, suppress_health_check=_SLOW)
settings.register_profile(
    "ci", parent=settings.get_profile("dev"), max_examples=150, derandomize=True
)
settings.register_profile("search", parent=settings.get_profile("dev"), max_examples=2_000)
# Hypothesis also draws constants from the modules that are loaded, and which ones those are depends
# on the tests that ran before in the same process.
providers._get_local_constants = lambda: providers._local_constants
settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev")
)

POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.postgres)


@pytest.fixture(scope="session")
def postgres_databases() -> Iterator[PostgresDatabases]:
    """A PostgreSQL server with a migrated template; one a test process."""
    with postgres_server(durable=False) as url:
        databases = PostgresDatabases(url)
        yield databases
        databases.close()


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    """A migrated SQLite file to copy."""
    return SqliteDatabases(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture
def sqlite_url(sqlite_databases: SqliteDatabases) -> Iterator[str]:
    """A fresh migrated SQLite database, by URL."""
    with sqlite_databases.copy() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_databases: PostgresDatabases) -> Iterator[str]:
    """A fresh migrated PostgreSQL database, by URL."""
    with postgres_databases.copy() as url:
        yield url


@pytest.fixture(params=["sqlite", POSTGRESQL])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh migrated database, by URL: once on each kind."""
    name = {"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param]
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A fresh migrated database: once on each kind."""
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def redis_server_url() -> Iterator[str]:
    """A Redis-compatible server; one a test process."""
    with redis_server() as url:
        yield url


@pytest.fixture
def redis_url(redis_server_url: str) -> str:
    """A Redis-compatible server without keys."""
    import redis

    with redis.Redis.from_url(redis_server_url) as client:
        client.flushall()
    return redis_server_url
