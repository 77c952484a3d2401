"""`argosy asset metrics` and `argosy asset compare`: what assets did, as everybody sees them."""

from datetime import date
from typing import Annotated

import typer

from argosy.api.schemas.asset_metrics import AssetMetricsOut, ComparisonOut
from argosy.cli.day_option import day_option
from argosy.cli.numbers import UNKNOWN, percent
from argosy.cli.output import note, show, table
from argosy.cli.program import with_argosy
from argosy.core.errors import InputError
from argosy.core.market.asset import Asset
from argosy.core.money import parse_currency
from argosy.core.risk.asset_metrics import AssetMetrics
from argosy.core.risk.comparison import Comparison
from argosy.services import asset_metrics, assets
from argosy.wiring import Argosy

_COLUMNS = ("From", "To", "Return>", "A year>", "Volatility>", "Sharpe>", "Max. drawdown>")
_SPARE = ("A year", "Sharpe")


def metrics(
    symbol: Annotated[str, typer.Argument(help="An asset: SYMBOL, SYMBOL:EXCHANGE or its id.")],
    risk_free: Annotated[
        float, typer.Option(help="A yearly rate as a fraction, such as 0.02, for the Sharpe ratio.")
    ] = 0.0,
) -> None:
    """Show what a shared asset did over 1D, 7D, 30D, 90D, 1Y and ALL."""
    if not -1 < risk_free <= 1:
        raise InputError("risk-free: a fraction is needed; 0.02 is 2 % a year.")

    async def read(argosy: Argosy) -> tuple[Asset, tuple[AssetMetrics, ...]]:
        async with argosy.database.read() as session:
            asset = (await assets.get(session, None, symbol)).asset
            found = await asset_metrics.of_asset(
                session, None, asset, compute=argosy.compute, risk_free=risk_free
            )
            return asset, found

    asset, found = with_argosy(read)
    show(
        AssetMetricsOut.of(asset, risk_free, found).model_dump(mode="json"),
        lambda: table(
            ("Timeframe", *_COLUMNS),
            [(one.timeframe, *_cells(one)) for one in found],
            spare=_SPARE,
        ),
    )


def compare(
    symbols: Annotated[list[str], typer.Argument(help="Assets: SYMBOL, SYMBOL:EXCHANGE or ids.")],
    start: Annotated[date | None, day_option("The first day.")] = None,
    end: Annotated[date | None, day_option("The last day.")] = None,
    currency: Annotated[
        str | None, typer.Option(help="Convert to this one; each in its own if none.")
    ] = None,
) -> None:
    """Put shared assets side by side, from the first day that all of them have."""
    quote = None if currency is None else parse_currency(currency)

    async def read(argosy: Argosy) -> Comparison:
        async with argosy.database.read() as session:
            asked = await asset_metrics.question(
                session, None, symbols, start=start, end=end, currency=quote
            )
            return await asset_metrics.compare(session, None, asked, compute=argosy.compute)

    found = with_argosy(read)
    show(
        ComparisonOut.of(found, quote).model_dump(mode="json"),
        lambda: table(
            ("Symbol", "Currency", *_COLUMNS),
            [(one.asset.symbol, one.currency, *_cells(one.metrics)) for one in found.items],
            spare=_SPARE,
        ),
    )
    for why in found.missing.values():
        note(why)


def _cells(one: AssetMetrics) -> tuple[object, ...]:
    sharpe = UNKNOWN if one.sharpe_ratio is None else f"{one.sharpe_ratio:.2f}"
    return (
        one.start_on,
        one.as_of,
        percent(one.total_return),
        percent(one.annualized_return),
        percent(one.volatility),
        sharpe,
        percent(one.max_drawdown),
    )
