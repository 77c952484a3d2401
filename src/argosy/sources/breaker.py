"""Leaving a source alone that fails again and again: a circuit breaker, one for each source."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from argosy.core.errors import NotAtSourceError, SourceChangedError, SourceDownError, SourceError
from argosy.runtime.clock import Clock

FAILURES = 5
COOL_OFF = timedelta(minutes=1)

_FAULTS = SourceDownError | SourceChangedError
"""What is the source's own fault; a budget that is empty or a wrong key is not."""


class Circuit(StrEnum):
    """Whether a source is asked."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class Failure:
    """How asking a source failed last."""

    at: datetime
    code: str
    reason: str


class Breaker:
    """Closed until a source fails several times in a row; then open, until it has had a rest.

    After the rest it is half open: one may try. If that works, all may again; if not, or if
    nothing is heard of it, the rest begins anew.

    Parameters
    ----------
    clock : Clock
    failures : int or None
        So many in a row open it; None for a source that cannot be spared by leaving it alone.
    cool_off : timedelta
        How long the rest is.

    Attributes
    ----------
    last : Failure or None
        The last failure of any kind; that a symbol is unknown is an answer, and none.
    """

    def __init__(
        self, clock: Clock, *, failures: int | None = FAILURES, cool_off: timedelta = COOL_OFF
    ) -> None:
        self._clock = clock
        self._limit = failures
        self._cool_off = cool_off
        self._failed = 0
        self._since = clock.now()
        self.last: Failure | None = None

    @property
    def circuit(self) -> Circuit:
        """Whether the source is asked now."""
        if self._limit is None or self._failed < self._limit:
            return Circuit.CLOSED
        rested = self._clock.now() >= self._since + self._cool_off
        return Circuit.HALF_OPEN if rested else Circuit.OPEN

    @property
    def retry_at(self) -> datetime | None:
        """When an open one lets the next one try; None otherwise."""
        return self._since + self._cool_off if self.circuit is Circuit.OPEN else None

    def admit(self) -> bool:
        """Say whether one may ask now; of those who come to a half open one, only the first."""
        circuit = self.circuit
        if circuit is Circuit.HALF_OPEN:
            self._since = self._clock.now()
        return circuit is not Circuit.OPEN

    def tell(self, error: SourceError | None) -> None:
        """Take note of how asking ended; None if it worked."""
        if error is None or isinstance(error, NotAtSourceError):
            self._failed = 0
            return
        now = self._clock.now()
        self.last = Failure(now, error.code, str(error))
        if isinstance(error, _FAULTS):
            self._failed += 1
            self._since = now
