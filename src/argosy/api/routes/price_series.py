"""An asset's prices: every source's bars or the one daily series, as JSON, CSV or Arrow."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, TypeVar

from fastapi import Depends, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.api.body import exact_router
from argosy.api.dependencies import Program, Reading, Viewer
from argosy.api.price_files import BARS, CLOSES, DECIMALS, Table, as_arrow, as_csv
from argosy.api.responses import CHANGING, OWNED, Responses, versioned, versioned_file
from argosy.api.routes.assets import AssetName
from argosy.api.schemas.fields import DayIn
from argosy.api.schemas.price import BarOut, BarPage, CloseOut, ClosePage
from argosy.core.errors import InputError
from argosy.core.market.asset import Asset
from argosy.runtime.clock import today
from argosy.services import assets, prices, series
from argosy.services.prices import DAILY
from argosy.services.series import AdjustedClose, Adjustment, BarFilter, Daily, Page, StoredBar
from argosy.wiring import Argosy

router = exact_router(prefix="/assets/{asset_id}", tags=["prices"])

_LIMIT = 1000
_CSV, _ARROW = "text/csv", "application/vnd.apache.arrow.stream"
_RESPONSES: Responses = {
    **OWNED,
    409: CHANGING[409],
    200: {"model": BarPage | ClosePage, "content": {_CSV: {}, _ARROW: {}}},
}
_Row = TypeVar("_Row")


class SeriesKind(StrEnum):
    """Whose prices."""

    SOURCES = "sources"
    RECONCILED = "reconciled"


class PriceFormat(StrEnum):
    """How they are written."""

    JSON = "json"
    CSV = "csv"
    ARROW = "arrow"


@dataclass(frozen=True, kw_only=True)
class Form:
    """How prices are written: a page of JSON, or all of them as a file."""

    format: PriceFormat
    limit: int
    cursor: str | None


async def form(
    format_: Annotated[
        PriceFormat, Query(alias="format", description="`csv` and `arrow` have all rows at once.")
    ] = PriceFormat.JSON,
    limit: Annotated[int | None, Query(ge=1, le=10_000, description="1000 if none.")] = None,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> Form:
    """Return how the answer is written, or refuse what does not go together."""
    if format_ is not PriceFormat.JSON and (limit is not None or cursor is not None):
        raise InputError(f"format={format_} has all rows: leave out limit and cursor.")
    return Form(format=format_, limit=limit or _LIMIT, cursor=cursor)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One question about an asset's prices: who asks, in what form, and what it depends on."""

    request: Request
    argosy: Argosy
    session: AsyncSession
    user_id: str
    asset: Asset
    form: Form

    async def bars(self, wanted: BarFilter) -> Response:
        """Answer with every source's bars."""
        if self.form.format is not PriceFormat.JSON:
            if self.form.format is PriceFormat.ARROW:
                self._refuse_too_fine(
                    await series.most_decimals(self.session, self.user_id, wanted)
                )
            every = series.bars(self.argosy.database, self.user_id, wanted)
            return await self._file(BARS, every, wanted)

        def build(page: Page[StoredBar]) -> bytes:
            items = [BarOut.of(bar) for bar in page.items]
            return BarPage(items=items, next_cursor=page.next_cursor).model_dump_json().encode()

        async def answer() -> bytes:
            limit, cursor = self.form.limit, self.form.cursor
            page = await prices.page(self.session, self.user_id, wanted, limit=limit, cursor=cursor)
            return await self.argosy.compute.run(build, page)

        return await versioned(self.request, await self._key(wanted), answer)

    async def closes(self, wanted: Daily) -> Response:
        """Answer with the reconciled series."""
        if self.form.format is not PriceFormat.JSON:
            found = await self._daily(wanted)
            if self.form.format is PriceFormat.ARROW:
                self._refuse_too_fine(max((one.decimals for one in found), default=0))
            return await self._file(CLOSES, _once(found), wanted)

        def build(found: list[AdjustedClose]) -> bytes:
            page = series.page_of(found, limit=self.form.limit, cursor=self.form.cursor)
            items = [CloseOut.of(close) for close in page.items]
            return ClosePage(items=items, next_cursor=page.next_cursor).model_dump_json().encode()

        async def answer() -> bytes:
            return await self.argosy.compute.run(build, await self._daily(wanted))

        return await versioned(self.request, await self._key(wanted), answer)

    async def _daily(self, wanted: Daily) -> list[AdjustedClose]:
        compute = self.argosy.compute
        return await series.daily(self.session, self.user_id, wanted, compute=compute)

    async def _file(
        self, table: Table[_Row], parts: AsyncIterator[list[_Row]], wanted: BarFilter | Daily
    ) -> Response:
        is_csv = self.form.format is PriceFormat.CSV
        write = as_csv if is_csv else as_arrow
        return versioned_file(
            self.request,
            await self._key(wanted),
            write(table, parts, self.argosy.compute),
            media_type=_CSV if is_csv else _ARROW,
            name=f"{self.asset.symbol}.{'csv' if is_csv else 'arrows'}",
        )

    async def _key(self, wanted: BarFilter | Daily) -> tuple[object, ...]:
        versions = await series.versions_of(self.session)
        return ("prices", self.user_id, wanted, self.form, versions)

    def _refuse_too_fine(self, decimals: int) -> None:
        if decimals > DECIMALS:
            raise InputError(
                f"A price of {self.asset.symbol} has {decimals} digits after the point, and Arrow's"
                f" column {DECIMALS}: ask for csv or json."
            )


async def _once(rows: list[_Row]) -> AsyncIterator[list[_Row]]:
    yield rows


async def asked_by(
    request: Request,
    argosy: Program,
    user: Viewer,
    session: Reading,
    asset_id: AssetName,
    form: Annotated[Form, Depends(form)],
) -> Asked:
    """Return who asks, and for which asset."""
    asset = (await assets.get(session, user.id, asset_id)).asset
    return Asked(
        request=request, argosy=argosy, session=session, user_id=user.id, asset=asset, form=form
    )


@router.get("/prices", responses=_RESPONSES, response_class=Response)
async def list_prices(
    asked: Annotated[Asked, Depends(asked_by)],
    kind: Annotated[
        SeriesKind | None,
        Query(
            alias="series",
            description="`sources` has every source's bars, `reconciled` one close a day; the"
            " latter where prices are adjusted, else the former.",
        ),
    ] = None,
    adjusted: Annotated[
        Adjustment, Query(description="In today's shares; `all`: less the dividends paid, too.")
    ] = Adjustment.NONE,
    interval: Annotated[str, Query(max_length=10)] = DAILY,
    source: Annotated[str | None, Query(max_length=50)] = None,
    start: DayIn | None = None,
    end: DayIn | None = None,
) -> Response:
    """Return the prices of an asset, oldest first: as traded and every source's, or adjusted."""
    upload = prices.check_upload(source or prices.MANUAL, interval)
    if kind is None:
        kind = SeriesKind.SOURCES if adjusted is Adjustment.NONE else SeriesKind.RECONCILED
    if kind is SeriesKind.SOURCES:
        if adjusted is not Adjustment.NONE:
            raise InputError("series=sources is as traded; adjusted goes with series=reconciled.")
        named = upload.source if source else None
        return await asked.bars(
            BarFilter(
                asset_key=asked.asset.key,
                interval=upload.interval,
                source=named,
                start=start,
                end=end,
            )
        )
    if source is not None or upload.interval != DAILY:
        raise InputError(
            "The reconciled series is daily, and of all sources: leave out source and interval,"
            " or series and adjusted."
        )
    day = today(asked.argosy.clock)
    return await asked.closes(
        Daily(asset=asked.asset, adjustment=adjusted, today=day, start=start, end=end)
    )
