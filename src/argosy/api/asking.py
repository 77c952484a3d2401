"""What routes ask of one portfolio's ledger, and how they are answered: by version, as bytes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from inspect import signature
from typing import Annotated, Any, TypeVar

import structlog
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.background import BackgroundTask

from argosy.api.dependencies import Program, Reading, Viewer
from argosy.api.last_good import LastGood
from argosy.api.responses import FILES, JSON, OWNED, Responses, is_ready, make_ready, versioned
from argosy.api.schemas.fields import written_day
from argosy.core.errors import StorageError
from argosy.runtime.clock import today
from argosy.services import books, views
from argosy.services.books import Known, Ledger
from argosy.services.users import User
from argosy.services.views import AS_IT_IS, View
from argosy.wiring import Argosy

log = structlog.get_logger(__name__)

Endpoint = TypeVar("Endpoint", bound=Callable[..., Awaitable[Response]])
Build = Callable[[Ledger], bytes]
_MAIN = {"portfolio", "holdings", "performance", "series"}
"""What a portfolio's pages ask for; answered ahead once prices have changed."""
_FIRST, _LAST = date(1900, 1, 1), date(9998, 12, 31)

# In a Field, for Query's own bounds are typed for numbers only.
Day = Annotated[date, Field(ge=_FIRST, le=_LAST), written_day]

AsOf = Annotated[
    Day | None,
    Query(description="Cut the ledger after this day; the latest known one if none is given."),
]
Start = Annotated[Day | None, Query(description="First day, inclusive.")]
End = Annotated[Day | None, Query(description="Last day, inclusive.")]
RangeName = Annotated[
    str | None, Query(alias="range", description="1D, 7D, 1W, 1M, 3M, YTD, 1Y, 5Y, ALL …")
]


class Format(StrEnum):
    """How figures are written."""

    JSON = "json"
    CSV = "csv"

    @property
    def media_type(self) -> str:
        """What the answer's header says."""
        return JSON if self is Format.JSON else "text/csv; charset=utf-8"


InFormat = Annotated[Format, Query(alias="format", description="json, or csv for a spreadsheet.")]


async def _view_of(
    currency: Annotated[
        str | None,
        Query(
            max_length=40,
            description="Show everything in it: a currency, or an asset's symbol as a unit (BTC).",
            examples=["BTC"],
        ),
    ] = None,
    scope: Annotated[
        str,
        Query(
            max_length=80,
            description="portfolio, holding:SYMBOL, category:CRYPTO or currency:USD.",
            examples=["category:CRYPTO"],
        ),
    ] = "portfolio",
) -> View:
    return views.parse_view(currency, scope)


Seen = Annotated[View, Depends(_view_of)]
"""In which currency a ledger is shown, and which part of it: `?currency=BTC&scope=…`."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question about a portfolio: who asks, and what the answer depends on."""

    request: Request
    argosy: Argosy
    session: AsyncSession
    user: User
    portfolio_id: str
    today: date

    async def answer(
        self,
        name: str,
        parameters: tuple[object, ...],
        build: Build,
        *,
        view: View = AS_IT_IS,
        media_type: str = JSON,
        filename: str | None = None,
    ) -> Response:
        """Answer with kept bytes, or compute them away from the event loop.

        `name` and `parameters` are all that the answer depends on beside the ledger, the view
        and today; with a `filename` it is offered as a file.
        """

        async def ready(_: Ledger) -> Build:
            return build

        return await self._answer(
            name,
            parameters,
            ready,
            view=view,
            media_type=media_type,
            filename=filename,
            may_be_stale=True,
        )

    async def answer_prepared(
        self,
        name: str,
        parameters: tuple[object, ...],
        prepare: Callable[[Ledger], Awaitable[Build]],
        *,
        view: View = AS_IT_IS,
        media_type: str = JSON,
        filename: str | None = None,
    ) -> Response:
        """Answer as `answer` does what needs more than a ledger.

        `prepare` reads the rest from the database, only where nothing is kept; the versions of
        what it reads belong into `parameters`.
        """
        return await self._answer(
            name,
            parameters,
            prepare,
            view=view,
            media_type=media_type,
            filename=filename,
            may_be_stale=False,
        )

    async def _answer(
        self,
        name: str,
        parameters: tuple[object, ...],
        prepare: Callable[[Ledger], Awaitable[Build]],
        *,
        view: View,
        media_type: str,
        filename: str | None,
        may_be_stale: bool,
    ) -> Response:
        """Answer with the bytes of the version; with those before it only if `may_be_stale`.

        Only what needs no more than a ledger may: it is computed anew in a session of its own.
        """
        argosy, session = self.argosy, self.session
        unpacked: list[Ledger] = []
        wanted = await books.known(session, self.user.id, self.portfolio_id)
        if name in _MAIN:
            self.request.app.state.asked.note(self.user.id, self.request.scope)

        async def compute(on: AsyncSession = session, known: Known = wanted) -> bytes:
            ledger = await books.load(on, known, cache=argosy.ledgers, compute=argosy.compute)
            if not ledger.packed:
                unpacked.append(ledger)
            seen = await views.seen(on, ledger, view, compute=argosy.compute)
            return await argosy.compute.run(await prepare(seen), seen)

        async def renew() -> None:
            async with argosy.database.read() as own:
                known = await books.known(own, self.user.id, self.portfolio_id)
                await make_ready(self.request, key_of(known), lambda: compute(own, known))

        def key_of(known: Known) -> tuple[object, ...]:
            return (name, *known.key, *parameters, view, self.today, media_type)

        key = key_of(wanted)
        last_good: LastGood = self.request.app.state.last_good
        packs = "gzip" in self.request.headers.get("accept-encoding", "")
        question = (name, wanted.portfolio.id, *parameters, view, self.today, media_type, packs)
        if may_be_stale and not is_ready(self.request, key):
            stale = await last_good.instead(question, wanted, self.request, renew)
            if stale is not None:
                return stale
        response = await versioned(
            self.request, key, compute, media_type=media_type, filename=filename
        )
        if may_be_stale:
            last_good.note(question, wanted, self.request)
        if unpacked:
            response.background = BackgroundTask(_pack, argosy, unpacked[0])
        return response


async def asked_by(
    request: Request, argosy: Program, user: Viewer, session: Reading, portfolio_id: str
) -> Asked:
    """Return what a request asks."""
    return Asked(
        request=request,
        argosy=argosy,
        session=session,
        user=user,
        portfolio_id=portfolio_id,
        today=today(argosy.clock),
    )


Ask = Annotated[Asked, Depends(asked_by)]


def figures_route(
    router: APIRouter, path: str, model: object, *, files: Mapping[str, Any] = FILES
) -> Callable[[Endpoint], Endpoint]:
    """Declare a route below a portfolio that answers with bytes; `model` describes them.

    One that takes a `form` answers with `files`, too.
    """

    def declare(endpoint: Endpoint) -> Endpoint:
        written = files if "form" in signature(endpoint).parameters else {}
        described: Responses = {**OWNED, 200: {"model": model, **written}}
        route = router.get("/{portfolio_id}" + path, responses=described, response_class=Response)
        return route(endpoint)

    return declare


async def _pack(argosy: Argosy, ledger: Ledger) -> None:
    """Pack a ledger after the answer is sent; it can be done without."""
    try:
        await books.pack(argosy.database, ledger)
    except StorageError as error:
        log.warning("ledger_not_packed", portfolio_id=ledger.portfolio.id, reason=str(error))
