"""`argosy asset actions`: what companies did to a shared asset's shares."""

from typing import Annotated

import typer

from argosy.api.schemas.action import ActionOut
from argosy.cli.numbers import quantity
from argosy.cli.output import note, show, table
from argosy.cli.program import with_argosy
from argosy.services import actions, assets
from argosy.services.actions import AssetActions
from argosy.wiring import Argosy


def show_actions(
    symbol: Annotated[str, typer.Argument(help="An asset: SYMBOL, SYMBOL:EXCHANGE or its id.")],
) -> None:
    """Show the splits and dividends of a shared asset, and who says so."""

    async def read(argosy: Argosy) -> AssetActions:
        async with argosy.database.read() as session:
            asset = (await assets.get(session, None, symbol)).asset
            return await actions.of_asset(session, None, asset)

    found = ActionOut.of_asset(with_argosy(read))
    show(
        [one.model_dump(mode="json") for one in found],
        lambda: table(
            ("Date", "What", "Ratio>", "Per share>", "Currency", "Paid on", "Sources"),
            map(_row, found),
            spare=("Paid on",),
        ),
    )
    for one in found:
        for other in one.disputed:
            said = other.ratio or f"{quantity(other.amount)} {other.currency}"
            note(f"{one.on} {one.type}: {other.source} says {said} on {other.on}.")


def _row(one: ActionOut) -> tuple[object, ...]:
    amount = None if one.amount is None else quantity(one.amount)
    sources = ", ".join(one.sources)
    return (one.on, one.type, one.ratio, amount, one.currency, one.pay_on, sources)
