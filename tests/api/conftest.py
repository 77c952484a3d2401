"""The API in a test: the real application in this process, over real databases."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest
import structlog
from fastapi import FastAPI

from argosy.runtime.clock import FixedClock
from argosy.settings import Settings
from argosy.wiring import Argosy
from tests.support.api import Client, app_client, make_settings, sign_up


def _drop(_logger: object, _method: str, _event: object) -> NoReturn:
    raise structlog.DropEvent


@pytest.fixture(scope="session", autouse=True)
def quiet_logs() -> Iterator[None]:
    """Keep log lines out of the reports of failed tests; the log's own tests set it up anew."""
    before = structlog.get_config()
    structlog.configure(processors=[_drop])
    yield
    structlog.configure(**before)


NOW = datetime(2024, 6, 3, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def settings(tmp_path: Path, sqlite_url: str) -> Settings:
    """Settings over SQLite; a test that needs both databases asks for `each_settings`."""
    return make_settings(tmp_path, sqlite_url)


@pytest.fixture
async def argosy(settings: Settings, clock: FixedClock) -> AsyncIterator[Argosy]:
    async with Argosy.opened(settings, clock=clock) as opened:
        yield opened


@pytest.fixture
async def client(argosy: Argosy) -> AsyncIterator[Client]:
    """A client of the API, not signed in."""
    async with app_client(argosy) as opened:
        yield opened


@pytest.fixture
async def signed_in(client: Client) -> Client:
    """A client that has an account and sends its access token."""
    await sign_up(client)
    return client


@pytest.fixture
async def each_argosy(
    tmp_path: Path, database_url: str, clock: FixedClock
) -> AsyncIterator[Argosy]:
    """The program once over SQLite, once over PostgreSQL."""
    settings = make_settings(tmp_path, database_url)
    async with Argosy.opened(settings, clock=clock) as opened:
        yield opened


@pytest.fixture
async def each_client(each_argosy: Argosy) -> AsyncIterator[Client]:
    """A client of the API once over SQLite, once over PostgreSQL, not signed in."""
    async with app_client(each_argosy) as opened:
        yield opened


Extend = Callable[[FastAPI], None]
MakeClient = Callable[[Extend], AbstractAsyncContextManager[Client]]


@pytest.fixture
def extended(argosy: Argosy) -> MakeClient:
    """Make a client of an application that got further routes for the test."""

    @asynccontextmanager
    async def make(extend: Extend) -> AsyncIterator[Client]:
        async with app_client(argosy, extend=extend) as opened:
            yield opened

    return make
