"""`argosy asset`: the shared asset master."""

from dataclasses import asdict
from typing import Annotated

import typer

from argosy.api.schemas.asset import AssetDetailOut
from argosy.cli import actions, asset_metrics, asset_tracking, exposures, populate, sync
from argosy.cli.output import show, table
from argosy.cli.program import with_argosy
from argosy.core.errors import InputError
from argosy.core.market.asset import AssetCategory, AssetSource
from argosy.services import asset_sources, assets
from argosy.services.assets import AssetDraft, Described
from argosy.wiring import Argosy

app = typer.Typer(help="Make assets that all users share.", no_args_is_help=True)
app.command()(asset_metrics.metrics)
app.command()(asset_metrics.compare)
app.command("actions")(actions.show_actions)
app.command("exposures")(exposures.show_exposures)
app.command()(asset_tracking.enable)
app.command()(asset_tracking.disable)
app.add_typer(asset_tracking.config, name="config")
app.command("sync")(sync.sync)
app.command("populate")(populate.populate)


@app.callback()
def group() -> None:
    """Make assets that all users share."""


@app.command()
def create(
    symbol: Annotated[str, typer.Argument(help="1 to 50 characters.")],
    exchange: Annotated[str | None, typer.Option(help="Such as NASDAQ; none for crypto.")] = None,
    name: Annotated[str | None, typer.Option(help="By default the symbol.")] = None,
    category: Annotated[str, typer.Option(help="STOCK, ETF, FUND, CRYPTO …")] = "STOCK",
    currency: Annotated[
        str, typer.Option("--currency", "--quote-currency", help="Quote currency; GBp is pence.")
    ] = "USD",
    description: Annotated[str | None, typer.Option(help="Any text.")] = None,
) -> None:
    """Make an asset that all users share."""
    draft = AssetDraft(
        symbol=symbol,
        exchange=exchange,
        name=name,
        category=_category(category),
        currency=currency,
        description=description,
    )

    async def make(argosy: Argosy) -> Described:
        async with argosy.database.write() as session:
            return await assets.create(session, draft, owner=None, by=None)

    found = with_argosy(make)
    asset = found.asset
    show(
        AssetDetailOut.of_described(found).model_dump(mode="json"),
        lambda: table(
            ("Id", "Symbol", "Exchange", "Name", "Category", "Currency"),
            [(asset.id, asset.symbol, asset.exchange, asset.name, asset.category, asset.currency)],
        ),
    )


@app.command("source")
def set_source(
    symbol: Annotated[str, typer.Argument(help="An asset: SYMBOL, SYMBOL:EXCHANGE or its id.")],
    source: Annotated[str | None, typer.Option(help="A source; without it all are shown.")] = None,
    there: Annotated[
        str | None, typer.Option("--as", help="What the source calls the asset.")
    ] = None,
    rank: Annotated[
        int | None, typer.Option(help="1 is asked first, before those without a rank.")
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Forget both.")] = False,
) -> None:
    """Show or say what sources call a shared asset, and which of them is asked first."""
    says = there is not None or rank is not None
    if (says or remove) != (source is not None) or (says and remove):
        raise InputError("Give --source with --as, --rank or both, or with --remove.")

    async def put(argosy: Argosy) -> tuple[AssetSource, ...]:
        async with argosy.database.write() as session:
            asset = (await assets.get(session, None, symbol)).asset
            stored = await asset_sources.of_asset(session, asset)
            if source is None:
                return stored
            name = argosy.sources.get(source.strip().lower()).name
            wanted = asset_sources.without(stored, name)
            if not remove:
                wanted = asset_sources.changed(stored, name, symbol=there, rank=rank)
            return await asset_sources.put(session, asset, wanted, registry=argosy.sources, by=None)

    found = with_argosy(put)
    show(
        [asdict(one) for one in found],
        lambda: table(
            ("Source", "Symbol there", "Rank>"),
            [(one.source, one.symbol, one.rank) for one in found],
        ),
    )


def _category(text: str) -> AssetCategory:
    word = text.strip().upper()
    if word not in AssetCategory.__members__:
        message = f"category: {text[:40]!r} is none of {', '.join(AssetCategory)}."
        raise InputError(message)
    return AssetCategory[word]
