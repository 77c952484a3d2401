"""What follows when a job cannot be done: how long it waits, or what a person can do about it."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from argosy.core.errors import (
    ArgosyError,
    CurrencyMismatchError,
    NotAtSourceError,
    RateLimitedError,
    SourceChangedError,
    SourceDownError,
    SourceKeyMissingError,
    SourceRefusedError,
    SourcesFailedError,
)
from argosy.core.market.asset import Asset
from argosy.store.queue import Job, JobStatus

_DOUBLED = 3
_JITTER = 0.1
_REST = timedelta(days=1)
"""After so long the days of a job that used up its attempts are asked for anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How workers work: a lease is theirs for so long, and sources that fail are left alone.

    The first `wait` is doubled three times: 5, 10, 20, 40 minutes. After so many `attempts` a job
    is given up.
    """

    lease: timedelta = timedelta(minutes=2)
    wait: timedelta = timedelta(minutes=5)
    attempts: int = 5

    def backoff(self, attempts: int, chance: Random) -> timedelta:
        """Return how long to wait after so many attempts; a little more by chance."""
        times: int = 2 ** min(max(attempts - 1, 0), _DOUBLED)
        return self.wait * times * (1 + _JITTER * chance.random())


TERMS = Terms()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows from an error; of a job that is given up, when its days may be asked anew."""

    status: JobStatus
    attempts: int
    wait: timedelta | None = None


def outcome_of(error: ArgosyError, job: Job, terms: Terms, chance: Random) -> Outcome:
    """Say whether it is worth another attempt, and when; one that asked nobody is no attempt."""
    errors = error.errors.values() if isinstance(error, SourcesFailedError) else [error]
    passing = [one for one in errors if _passes(one)]
    asked = not passing or any(getattr(one, "asked", True) for one in passing)
    attempts = job.attempts + asked
    if not passing:
        return Outcome(JobStatus.FAILED, attempts)
    if attempts >= terms.attempts:
        return Outcome(JobStatus.FAILED, attempts, _REST)
    backoff = terms.backoff(attempts, chance)
    stated = [
        timedelta(seconds=one.retry_after_s)
        for one in passing
        if isinstance(one, RateLimitedError) and one.retry_after_s is not None
    ]
    limited = any(isinstance(one, RateLimitedError) for one in passing)
    waits = stated if len(stated) == len(passing) else [*stated, backoff]
    return Outcome(JobStatus.RATE_LIMITED if limited else JobStatus.PENDING, attempts, min(waits))


def advice_for(error: ArgosyError, job: Job, asset: Asset) -> str:
    """Say what a person can do about a job that is given up.

    Naming a source needs no retry: the asset's failed jobs are tried again with it.
    """
    errors = error.errors.values() if isinstance(error, SourcesFailedError) else [error]
    again = f"then: argosy queue retry {job.id}."
    naming, entering = _ways(asset)
    if any(_passes(one) for one in errors):
        return f"When the sources answer again (argosy sources check), {again}"
    for one in errors:
        if isinstance(one, SourceKeyMissingError):
            return f"Set {one.setting}, {again}"
    if any(isinstance(one, CurrencyMismatchError) for one in errors):
        return (
            f"Name a source that has {asset.symbol} in {asset.currency} ({naming}), or make the "
            "asset in the source's currency."
        )
    if any(isinstance(one, NotAtSourceError) for one in errors):
        return (
            f"Say what a source calls {asset.symbol} ({naming}): it is then tried again by "
            f"itself. Or enter its prices ({entering})."
        )
    if any(isinstance(one, SourceRefusedError) for one in errors):
        return f"Look at the key and its plan, {again} Or rank another source ({naming})."
    return f"Name a source ({naming}), or enter its prices ({entering})."


def _ways(asset: Asset) -> tuple[str, str]:
    """Return how sources are named and prices entered: commands reach shared assets alone."""
    if asset.owner is None:
        return f"argosy asset source {asset.symbol} --source NAME --as SYMBOL", (
            f"argosy prices import FILE --symbol {asset.symbol}"
        )
    return f"PUT /assets/{asset.id}/sources", f"PUT /assets/{asset.id}/prices"


def _passes(error: ArgosyError) -> bool:
    """Whether it may be another answer in a while; every other one would be the same tomorrow."""
    if isinstance(error, RateLimitedError):
        return error.retry_after_s != float("inf")  # it costs more than the limit ever allows
    return isinstance(error, SourceDownError | SourceChangedError)
