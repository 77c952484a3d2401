"""The program's parts for one command: built from settings, opened, closed again."""

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from pydantic import ValidationError

from argosy.core.errors import InputError
from argosy.settings import LogFormat, Settings
from argosy.wiring import PATIENCE_S, Argosy, set_up_logs

T = TypeVar("T")


def read_settings() -> Settings:
    """Read the settings, or say in a sentence which one cannot be meant."""
    try:
        return Settings()
    except ValidationError as error:
        problems = [_problem(problem["loc"], problem["msg"]) for problem in error.errors()]
        raise InputError("; ".join(problems)) from error


def _problem(loc: tuple[int | str, ...], message: str) -> str:
    name = f"ARGOSY_{str(loc[0]).upper()}: " if loc else ""
    return name + message.removeprefix("Value error, ")


def with_argosy(use: Callable[[Argosy], Awaitable[T]]) -> T:
    """Run one use case with the program's parts."""
    settings = _quiet_settings()

    async def run() -> T:
        async with Argosy.opened(settings) as argosy:
            return await use(argosy)

    return asyncio.run(run())


def with_running_argosy(use: Callable[[Argosy], Awaitable[None]], **changed: object) -> None:
    """Run something that goes on until it is told to stop, by Ctrl-C or as services are."""
    settings = read_settings().model_copy(update=changed)
    set_up_logs(settings)

    async def run() -> None:
        task = asyncio.current_task()
        assert task is not None
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        async with Argosy.opened(settings, patience_s=PATIENCE_S) as argosy:
            await use(argosy)

    with suppress(asyncio.CancelledError, KeyboardInterrupt):
        asyncio.run(run())


def with_closed_argosy(use: Callable[[Argosy], Awaitable[T]]) -> T:
    """Run one use case on the database as it lies there: nothing is made or migrated before."""
    settings = _quiet_settings()

    async def run() -> T:
        argosy = Argosy(settings)
        try:
            return await use(argosy)
        finally:
            await argosy.close()

    return asyncio.run(run())


def _quiet_settings() -> Settings:
    settings = read_settings()
    quiet = settings.model_copy(update={"log_level": "WARNING", "log_format": LogFormat.TEXT})
    set_up_logs(quiet)
    return settings
