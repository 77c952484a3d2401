"""A coroutine that is begun at once, and becomes a task only if it has to wait."""

import asyncio
from collections.abc import Coroutine, Generator
from typing import Any


def begin(coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None] | None:
    """Run a coroutine as far as it goes without waiting.

    Return None if that was to its end, else the task in which it goes on. Thousands of short
    sends in a row cost no task and no turn of the event loop each, and one that has to wait
    holds nobody up.
    """
    try:
        waited_for = coroutine.send(None)
    except StopIteration:
        return None
    return asyncio.get_running_loop().create_task(_go_on(coroutine, waited_for))


async def _go_on(coroutine: Coroutine[Any, Any, None], waited_for: object) -> None:
    await _Begun(coroutine, waited_for)


class _Begun:
    """A coroutine that waits for something already."""

    def __init__(self, coroutine: Coroutine[Any, Any, None], waited_for: object) -> None:
        self._coroutine = coroutine
        self._waited_for = waited_for

    def __await__(self) -> Generator[Any, Any, None]:
        try:
            yield self._waited_for
        except BaseException:
            self._coroutine.close()
            raise
        yield from self._coroutine.__await__()
