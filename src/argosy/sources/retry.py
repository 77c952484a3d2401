"""The one retry policy: which failures of the outside world are worth another try, and when."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import stamina
import structlog
from stamina.instrumentation import RetryDetails, set_on_retry_hooks

from argosy.core.errors import RateLimitedError, SourceDownError

T = TypeVar("T")
_log = structlog.get_logger()


def _tell(details: RetryDetails) -> None:
    _log.info(
        "source.retry",
        error=str(details.caused_by),
        attempt=details.retry_num,
        wait_s=round(details.wait_for, 3),
    )


# By itself stamina would warn, and show the arguments of the call.
set_on_retry_hooks([_tell])


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and how patiently a source is asked again.

    Only `SourceDownError` and `RateLimitedError` are tried again: every other answer would be
    the same tomorrow. A source that names its own waiting time is obeyed, unless that is longer
    than `patience_s`; then the error goes up at once and the caller comes back later.
    """

    attempts: int = 3
    wait_s: float = 0.5
    wait_max_s: float = 8.0
    patience_s: float = 30.0
    timeout_s: float = 90.0

    async def run(self, call: Callable[[], Awaitable[T]]) -> T:
        """Return what `call` returns, after as many attempts as it takes and the policy has."""
        return await stamina.AsyncRetryingCaller(
            attempts=self.attempts,
            timeout=self.timeout_s,
            wait_initial=self.wait_s,
            wait_max=self.wait_max_s,
            wait_jitter=self.wait_s,
        )(self._wait_before, call)

    def _wait_before(self, error: Exception) -> bool | float:
        """Say whether to try again, or after how many seconds."""
        if isinstance(error, RateLimitedError) and error.retry_after_s is not None:
            patient = error.retry_after_s <= self.patience_s
            return error.retry_after_s if patient else False
        return isinstance(error, SourceDownError | RateLimitedError)
