"""How all sources of one program ask: within a provider's budget, patiently, and not for ever."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from argosy.core.errors import RateLimitedError
from argosy.runtime import metrics
from argosy.runtime.budgets import Budgets, MemoryBudgets, RateLimit, wait_for
from argosy.sources.retry import RetryPolicy

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """Budgets, the retry policy, and how long one answer may take.

    `budgets` are shared by all processes that ask the same providers from one address.
    """

    budgets: Budgets = field(default_factory=MemoryBudgets)
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    timeout_s: float = 20.0

    async def ask(
        self,
        source: str,
        call: Callable[[], Awaitable[T]],
        *,
        limits: Sequence[RateLimit],
        cost: int = 1,
    ) -> T:
        """Return what `call` returns, after as many attempts as the policy has.

        Each attempt takes its cost from the source's budget first. A source that names its own
        waiting time is left alone by everybody until then.

        Raises
        ------
        RateLimitedError
            If the budget is empty for longer than the policy's patience; nothing was asked then.
        SourceError
            Whatever else `call` raises.
        """

        async def once() -> T:
            wait_s = await wait_for(
                self.budgets, source, limits, cost=cost, patience_s=self.policy.patience_s
            )
            if wait_s > 0.0:
                metrics.RATE_LIMITED.labels(source, "budget").inc()
                message = f"its budget is used up; it is free again in {wait_s:.0f} s."
                raise RateLimitedError(source, message, retry_after_s=wait_s, asked=False)
            try:
                return await call()
            except RateLimitedError as error:
                metrics.RATE_LIMITED.labels(source, "provider").inc()
                if error.retry_after_s is not None:
                    await self.budgets.block(source, error.retry_after_s)
                raise

        return await self.policy.run(once)
