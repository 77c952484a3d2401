"""Clients of the API, and how a test signs up."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI

from argosy.api.app import create_app
from argosy.settings import Settings
from argosy.wiring import Argosy

Client = httpx2.AsyncClient

PASSWORD = "a long and quiet sentence"


def make_settings(folder: Path, database_url: str, **more: Any) -> Settings:
    """Settings of a test: its own directory and database, cheap passwords, no environment."""
    values: dict[str, Any] = {
        "data_dir": folder / "data",
        "database_url": database_url,
        "password_memory_kib": 64,
        "password_rounds": 1,
        "log_level": "WARNING",
        **more,
    }
    return Settings(_env_file=None, **values)


@asynccontextmanager
async def app_client(
    argosy: Argosy, *, extend: Callable[[FastAPI], None] | None = None
) -> AsyncIterator[Client]:
    """Open a client of the application in this process."""
    app = create_app(argosy)
    if extend is not None:
        extend(app)
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with Client(transport=transport, base_url="http://argosy.test") as client:
        yield client


async def register(client: Client, name: str = "ada") -> dict[str, Any]:
    """Make an account and return it."""
    body = {"email": f"{name}@example.org", "username": name, "password": PASSWORD}
    response = await client.post("/api/v1/auth/register", json=body)
    assert response.status_code == 201, response.text
    account: dict[str, Any] = response.json()
    return account


async def log_in(client: Client, name: str = "ada") -> dict[str, str]:
    """Sign in and return the tokens."""
    body = {"email": f"{name}@example.org", "password": PASSWORD}
    response = await client.post("/api/v1/auth/login", json=body)
    assert response.status_code == 200, response.text
    tokens: dict[str, str] = response.json()
    return tokens


async def sign_up(client: Client, name: str = "ada") -> dict[str, Any]:
    """Make an account and let the client send its access token from now on."""
    account = await register(client, name)
    tokens = await log_in(client, name)
    client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
    return account
