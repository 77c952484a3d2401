"""Limits that are met are counted apart: those a provider states, and our own."""

import pytest

from argosy.core.errors import RateLimitedError
from argosy.runtime import metrics
from argosy.runtime.budgets import RateLimit
from argosy.sources.manners import Manners
from argosy.sources.retry import RetryPolicy

QUICK = RetryPolicy(attempts=1, wait_s=0.01, patience_s=0.01)


def met(by: str) -> float:
    name = f'argosy_source_rate_limited_total{{by="{by}",source="limited"}} '
    lines = metrics.exposition().decode().splitlines()
    return sum(float(line.removeprefix(name)) for line in lines if line.startswith(name))


async def test_a_limit_is_counted_by_whoever_set_it():
    manners, limits = Manners(policy=QUICK), (RateLimit(1, 3600.0),)

    async def refused() -> None:
        raise RateLimitedError("limited", "too many.")

    before = met("provider"), met("budget")
    with pytest.raises(RateLimitedError):
        await manners.ask("limited", refused, limits=limits)
    assert (met("provider") - before[0], met("budget") - before[1]) == (1, 0)
    with pytest.raises(RateLimitedError, match="its budget is used up"):
        await manners.ask("limited", refused, limits=limits)
    assert (met("provider") - before[0], met("budget") - before[1]) == (1, 1)
