"""Something awaited that is begun at once, and becomes a task only if it has to wait."""

import asyncio
from collections.abc import Awaitable, Generator
from typing import Any


def begin(awaited: Awaitable[None]) -> asyncio.Task[None] | None:
    """Go on with something as far as it goes without waiting.

    Return None if that was to its end, else the task in which it goes on. Thousands of short
    sends in a row cost no task and no turn of the event loop each, and one that has to wait
    holds nobody up.
    """
    steps = awaited.__await__()
    try:
        waited_for = next(steps)
    except StopIteration:
        return None
    return asyncio.get_running_loop().create_task(_go_on(_Begun(steps, waited_for)))


async def _go_on(begun: "_Begun") -> None:
    await begun


class _Begun:
    """Something that waits already."""

    def __init__(self, steps: Generator[Any, Any, None], waited_for: object) -> None:
        self._steps = steps
        self._waited_for = waited_for

    def __await__(self) -> Generator[Any, Any, None]:
        try:
            yield self._waited_for
        except BaseException:
            self._steps.close()
            raise
        yield from self._steps
