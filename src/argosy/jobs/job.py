"""What a job is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from argosy.wiring import Argosy


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something that is done again and again; `run` returns what came of it, in a sentence.

    `at_midnight` lets a daily one begin with the day, in UTC.
    """

    name: str
    about: str
    every: timedelta
    run: Callable[[Argosy], Awaitable[str]]
    at_midnight: bool = False

    def next_after(self, at: datetime) -> datetime:
        """Return when it is due once more after a run that ended at an instant."""
        if not self.at_midnight:
            return at + self.every
        midnight = datetime.combine(at.astimezone(UTC).date(), time(), UTC)
        return midnight + timedelta(days=1)
