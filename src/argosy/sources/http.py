"""One provider over HTTP: budget, retries, limits of time and size, and no key in an error."""

import asyncio
from collections.abc import Callable, Mapping
from typing import TypeVar

import httpx2

from argosy.core.errors import SourceChangedError, SourceDownError
from argosy.runtime.budgets import RateLimit
from argosy.sources.answers import Answer
from argosy.sources.manners import Manners

T = TypeVar("T")

ANSWER_MAX = 64 * 1024 * 1024


class Provider:
    """Asks one provider.

    Parameters
    ----------
    source : str
        Its name, for errors and for its budget.
    base_url : str
    manners : Manners
    limits : sequence of RateLimit
        What it allows; each request takes its cost from them, also one that fails.
    headers, params : mapping, optional
        Sent with each request; a key belongs here. Neither is ever part of an error.
    """

    def __init__(
        self,
        source: str,
        base_url: str,
        *,
        manners: Manners,
        limits: tuple[RateLimit, ...],
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> None:
        self._source = source
        self._base_url = base_url.rstrip("/")
        self._manners = manners
        self._limits = limits
        self._headers = dict(headers or {})
        self._params = dict(params or {})
        self._client: httpx2.AsyncClient | None = None

    async def ask(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        read: Callable[[Answer], T],
        cost: int = 1,
    ) -> T:
        """Return what `read` makes of an answer, after as many attempts as the policy has.

        Parameters
        ----------
        path : str
            Below the base; or a whole URL of the provider's, such as a next page.
        read : callable
            Takes any answer, whatever its status; raises a `SourceError` for one that is none.

        Raises
        ------
        SourceError
            Whatever `read` or the network found, or that the budget is used up.
        """

        async def once() -> T:
            return read(await self._get(path, params or {}))

        return await self._manners.ask(self._source, once, limits=self._limits, cost=cost)

    async def aclose(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()

    async def _get(self, path: str, params: Mapping[str, str]) -> Answer:
        if self._client is None:
            self._client = httpx2.AsyncClient(headers=self._headers)
        whole = path.startswith(f"{self._base_url}/")
        try:
            url = httpx2.URL(path if whole else self._base_url + path)
            url = url.copy_merge_params({**params, **self._params})
            async with (
                asyncio.timeout(self._manners.timeout_s),
                self._client.stream("GET", url) as response,
            ):
                body = await self._limited(response)
        except (httpx2.HTTPError, TimeoutError, httpx2.InvalidURL) as error:
            # The message of such an error can hold the address, and that a key.
            raise SourceDownError(
                self._source, f"it cannot be reached ({type(error).__name__})."
            ) from None
        return Answer(
            status=response.status_code,
            body=body,
            retry_after=response.headers.get("Retry-After"),
            date=response.headers.get("Date"),
        )

    async def _limited(self, response: httpx2.Response) -> bytes:
        body = bytearray()
        async for chunk in response.aiter_bytes():
            body += chunk
            if len(body) > ANSWER_MAX:
                raise SourceChangedError(
                    self._source, "the answer is far larger than it should be."
                )
        return bytes(body)
