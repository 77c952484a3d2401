"""How often somebody outside may be asked: budgets of requests, in this process or over Redis."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import ceil
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple, Protocol

from argosy.runtime.redis_errors import answering

if TYPE_CHECKING:  # Redis is an extra
    from redis.asyncio import Redis


_SHORTEST_S = 1e-6
"""Rounding must not make a wait of nothing: that would be a permission."""


class RateLimit(NamedTuple):
    """At most `requests` in any `per_s` seconds; a request may count for several."""

    requests: int
    per_s: float


class Budgets(Protocol):
    """Keeps count of what was asked of whom; several limits may hold at once."""

    async def take(self, name: str, limits: Sequence[RateLimit], cost: int = 1) -> float:
        """Take `cost` requests out of a budget.

        Returns
        -------
        wait_s : float
            0 if they were taken; else nothing was, and this is how long to wait before trying
            again. Infinite if a limit is smaller than the cost.
        """
        ...

    async def block(self, name: str, seconds: float) -> None:
        """Let nobody take anything for a while: whoever is asked has said so."""
        ...

    async def left(self, name: str, limits: Sequence[RateLimit]) -> tuple[int, ...]:
        """Return what each limit still allows now."""
        ...


@dataclass(slots=True)
class _Account:
    """What was taken, oldest first, and until when nothing may be."""

    taken: deque[tuple[float, int]] = field(default_factory=deque)
    blocked_until: float = 0.0

    def used(self, limit: RateLimit, now: float) -> int:
        return sum(cost for at, cost in self.taken if at > now - limit.per_s)

    def wait_s(self, limit: RateLimit, cost: int, now: float) -> float:
        """Return how long it takes until enough has left the limit's window."""
        if cost > limit.requests:
            return float("inf")
        excess = self.used(limit, now) + cost - limit.requests
        for at, freed in self.taken:
            if excess <= 0:
                break
            if at > now - limit.per_s:
                excess -= freed
                if excess <= 0:
                    return max(at + limit.per_s - now, _SHORTEST_S)
        return 0.0


class MemoryBudgets:
    """Budgets of one process."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._accounts: dict[str, _Account] = {}

    async def take(self, name: str, limits: Sequence[RateLimit], cost: int = 1) -> float:
        """Take `cost` requests out of a budget; return 0, or how long to wait."""
        account, now = self._accounts.setdefault(name, _Account()), self._now()
        waits = [account.wait_s(limit, cost, now) for limit in limits]
        wait_s = max([0.0, account.blocked_until - now, *waits])
        if wait_s == 0.0 and limits:
            longest = max(limit.per_s for limit in limits)
            while account.taken and account.taken[0][0] <= now - longest:
                account.taken.popleft()
            account.taken.append((now, cost))
        return wait_s

    async def block(self, name: str, seconds: float) -> None:
        """Let nobody take anything for a while."""
        account = self._accounts.setdefault(name, _Account())
        account.blocked_until = max(account.blocked_until, self._now() + seconds)

    async def left(self, name: str, limits: Sequence[RateLimit]) -> tuple[int, ...]:
        """Return what each limit still allows now."""
        account, now = self._accounts.get(name, _Account()), self._now()
        if account.blocked_until > now:
            return (0,) * len(limits)
        return tuple(max(limit.requests - account.used(limit, now), 0) for limit in limits)


_COMMON = """
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function taken_since(start)
  local found = {}
  local said = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. start, '+inf', 'WITHSCORES')
  for i = 1, #said, 2 do
    local cost = tonumber(string.match(said[i], '^%d+'))
    found[#found + 1] = {cost = cost, at = tonumber(said[i + 1])}
  end
  return found
end
local function used(limit)
  local sum = 0
  for _, one in ipairs(taken_since(now - limit.per)) do sum = sum + one.cost end
  return sum
end
local limits, longest = {}, 0
for i = 2, #ARGV, 2 do
  local limit = {requests = tonumber(ARGV[i]), per = tonumber(ARGV[i + 1])}
  limits[#limits + 1] = limit
  longest = math.max(longest, limit.per)
end
local blocked = tonumber(redis.call('GET', KEYS[2]) or '0')
"""

_TAKE = (
    _COMMON
    + """
local cost = tonumber(ARGV[1])
local wait = math.max(blocked - now, 0)
for _, limit in ipairs(limits) do
  local excess = used(limit) + cost - limit.requests
  for _, one in ipairs(taken_since(now - limit.per)) do
    if excess <= 0 then break end
    excess = excess - one.cost
    if excess <= 0 then wait = math.max(wait, one.at + limit.per - now) end
  end
end
if wait > 0 or #limits == 0 then return wait end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - longest)
local number = redis.call('INCR', KEYS[3])
redis.call('ZADD', KEYS[1], now, cost .. ':' .. number)
redis.call('PEXPIRE', KEYS[1], longest)
return 0
"""
)

_LEFT = (
    _COMMON
    + """
local found = {}
for i, limit in ipairs(limits) do
  found[i] = blocked > now and 0 or math.max(limit.requests - used(limit), 0)
end
return found
"""
)

_BLOCK = """
local time = redis.call('TIME')
local until_ = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[1])
if until_ > tonumber(redis.call('GET', KEYS[1]) or '0') then
  redis.call('SET', KEYS[1], until_, 'PX', ARGV[1])
end
return 0
"""


class RedisBudgets:
    """Budgets that all processes on one Redis share, by its clock."""

    def __init__(self, redis: "Redis", *, prefix: str = "argosy:budget:") -> None:
        self._prefix = prefix
        self._take = redis.register_script(_TAKE)
        self._left = redis.register_script(_LEFT)
        self._block = redis.register_script(_BLOCK)

    async def take(self, name: str, limits: Sequence[RateLimit], cost: int = 1) -> float:
        """Take `cost` requests out of a budget; return 0, or how long to wait."""
        if any(cost > limit.requests for limit in limits):
            return float("inf")
        with answering():
            wait_ms = await self._take(keys=self._keys(name), args=[cost, *_numbers(limits)])
        return int(wait_ms) / 1000

    async def block(self, name: str, seconds: float) -> None:
        """Let nobody take anything for a while."""
        if seconds > 0:
            with answering():
                await self._block(keys=[self._keys(name)[1]], args=[ceil(seconds * 1000)])

    async def left(self, name: str, limits: Sequence[RateLimit]) -> tuple[int, ...]:
        """Return what each limit still allows now."""
        with answering():
            found = await self._left(keys=self._keys(name), args=[0, *_numbers(limits)])
        return tuple(int(number) for number in found)

    def _keys(self, name: str) -> list[str]:
        # One slot of a Redis cluster for the three.
        return [f"{self._prefix}{{{name}}}:{part}" for part in ("taken", "blocked", "number")]


async def wait_for(
    budgets: Budgets, name: str, limits: Sequence[RateLimit], *, cost: int, patience_s: float
) -> float:
    """Take from a budget, waiting for it if that is not too long.

    Returns
    -------
    wait_s : float
        0 if it was taken; else how long it would take, which is more than `patience_s`.
    """
    waited = 0.0
    while (wait_s := await budgets.take(name, limits, cost)) > 0.0:
        if waited + wait_s > patience_s:
            return wait_s
        await asyncio.sleep(wait_s)
        waited += wait_s
    return 0.0


def _numbers(limits: Sequence[RateLimit]) -> list[int]:
    return [part for limit in limits for part in (limit.requests, ceil(limit.per_s * 1000))]
