"""What a job is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from argosy.wiring import Argosy


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something that is done again and again; `run` returns what came of it, in a sentence."""

    name: str
    about: str
    every: timedelta
    run: Callable[[Argosy], Awaitable[str]]
