"""`argosy asset`: the shared asset master."""

from typing import Annotated

import typer

from argosy.api.schemas.asset import AssetDetailOut
from argosy.cli.output import show, table
from argosy.cli.program import with_argosy
from argosy.core.errors import InputError
from argosy.core.market.asset import AssetCategory
from argosy.services import assets
from argosy.services.assets import AssetDraft, Described
from argosy.wiring import Argosy

app = typer.Typer(help="Make assets that all users share.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Make assets that all users share."""


@app.command()
def create(
    symbol: Annotated[str, typer.Argument(help="1 to 50 characters.")],
    exchange: Annotated[str | None, typer.Option(help="Such as NASDAQ; none for crypto.")] = None,
    name: Annotated[str | None, typer.Option(help="By default the symbol.")] = None,
    category: Annotated[str, typer.Option(help="STOCK, ETF, FUND, CRYPTO …")] = "STOCK",
    currency: Annotated[str, typer.Option(help="Quote currency; GBp is pence.")] = "USD",
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


def _category(text: str) -> AssetCategory:
    word = text.strip().upper()
    if word not in AssetCategory.__members__:
        message = f"category: {text[:40]!r} is none of {', '.join(AssetCategory)}."
        raise InputError(message)
    return AssetCategory[word]
