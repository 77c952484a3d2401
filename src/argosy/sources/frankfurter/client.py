"""Asks Frankfurter."""

from collections.abc import Collection
from datetime import date

from typing_extensions import override

from argosy.sources.base import EURO_BEGAN, RateQuote, RateSource
from argosy.sources.frankfurter.parse import parse_range
from argosy.sources.http import Provider
from argosy.sources.manners import Manners

SETTING = "ARGOSY_FRANKFURTER_URL"


class FrankfurterSource(RateSource):
    """The ECB's reference rates, for one euro, from a server that the operator names.

    The bank's own files are built in, so nobody is asked for the same again unless told to.
    """

    def __init__(self, *, base_url: str | None, manners: Manners | None = None) -> None:
        super().__init__("argosy.sources.frankfurter", lacks=None if base_url else SETTING)
        self._provider = Provider(
            self.name, base_url or "", manners=manners or Manners(), limits=self.manifest.limits
        )

    @override
    async def rates(
        self, *, since: date | None = None, currencies: Collection[str] | None = None
    ) -> tuple[RateQuote, ...]:
        """Return the rates from `since` on, oldest first.

        All currencies are asked for: with one that it does not know it would give none.
        """
        self.require_key()
        first = max(since or EURO_BEGAN, EURO_BEGAN)
        quotes = await self._provider.ask(f"/v1/{first}..", read=parse_range)
        return tuple(
            quote
            for quote in quotes
            if quote.day >= first and (currencies is None or quote.quote in currencies)
        )

    @override
    async def aclose(self) -> None:
        """Close the connections."""
        await self._provider.aclose()
