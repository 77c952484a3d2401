"""`argosy transactions`: lines of a ledger, one by one and from files."""

from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from argosy.api.schemas.batch import ImportOut
from argosy.api.schemas.rows import checked
from argosy.api.schemas.transaction import TransactionOut, TransactionRowIn
from argosy.cli.files import FileArgument, source_of, tell
from argosy.cli.output import note, progress, show, table
from argosy.cli.portfolio_option import UserOption
from argosy.cli.program import with_argosy
from argosy.services import acting, importing, transactions
from argosy.services.importing import Preview
from argosy.services.transactions import Actor, Added
from argosy.wiring import Argosy

app = typer.Typer(help="Enter transactions.", no_args_is_help=True)

PortfolioOption = Annotated[str, typer.Option("--portfolio", help="Its name or id.")]
Text_ = Annotated[str | None, typer.Option()]


@app.command()
def add(
    kind: Annotated[str, typer.Argument(metavar="TYPE", help="BUY, SELL, DIVIDEND, SPLIT …")],
    portfolio: PortfolioOption,
    date: Annotated[str, typer.Option(help="A date, or an instant such as 2024-01-05T14:30Z.")],
    symbol: Annotated[str | None, typer.Option(help="SYMBOL or SYMBOL:EXCHANGE.")] = None,
    quantity: Text_ = None,
    price: Text_ = None,
    amount: Annotated[str | None, typer.Option(help="The whole, before fee and tax.")] = None,
    fee: Text_ = None,
    tax: Text_ = None,
    currency: Annotated[str | None, typer.Option(help="By default the asset's.")] = None,
    fx_rate: Annotated[
        str | None, typer.Option(help="Portfolio currency per unit of the currency.")
    ] = None,
    ratio: Annotated[str | None, typer.Option(help="new:old, such as 2:1.")] = None,
    to_symbol: Annotated[str | None, typer.Option(help="The asset it turns into.")] = None,
    cost_share: Annotated[str | None, typer.Option(help="From 0 to 1.")] = None,
    cost: Annotated[str | None, typer.Option(help="What transferred shares carry.")] = None,
    to_portfolio: Annotated[str | None, typer.Option(help="Where a transfer goes.")] = None,
    note_: Annotated[str | None, typer.Option("--note")] = None,
    external_id: Annotated[str | None, typer.Option(help="Entered once, however often.")] = None,
    user: UserOption = None,
) -> None:
    """Enter one transaction."""
    fields: dict[str, object] = {
        "type": kind, "timestamp": date, "symbol": symbol, "quantity": quantity, "price": price,
        "amount": amount, "fee": fee, "tax": tax, "currency": currency, "fx_rate": fx_rate,
        "ratio": ratio, "to_symbol": to_symbol, "cost_share": cost_share, "cost": cost,
        "note": note_, "external_id": external_id,
    }  # fmt: skip

    async def enter(argosy: Argosy) -> Added:
        async with argosy.database.write() as session:
            own = await acting.find_portfolio(session, portfolio, user=user)
            if to_portfolio is not None:
                target = await acting.find_portfolio(session, to_portfolio, user=user)
                fields["to_portfolio_id"] = target.id
            draft = checked(TransactionRowIn, fields).draft(portfolio_id=own.id)
            return await transactions.add(session, Actor(own.user_id, argosy.clock), draft)

    added = with_argosy(enter)
    if not added.created:
        note("Its external id is there already; nothing was added.")
    line = added.entry.line
    asset = added.entry.asset
    show(
        TransactionOut.of(added.entry).model_dump(mode="json"),
        lambda: table(
            ("Id", "Day", "Type", "Symbol", "Quantity>", "Price>", "Amount>", "Currency"),
            [
                (
                    line.id,
                    line.day,
                    line.type,
                    asset.symbol if asset else None,
                    line.quantity,
                    line.price,
                    line.amount,
                    line.currency,
                )
            ],
        ),
    )


@app.command("import")
def import_transactions(
    file: FileArgument,
    portfolio: PortfolioOption,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would happen; store nothing.")
    ] = False,
    user: UserOption = None,
) -> None:
    """Enter the rows of a file whose columns are a transaction's fields: all or none."""

    async def enter(argosy: Argosy) -> Preview:
        read = await importing.read_file(source_of(file), portfolio_id=None)
        async with argosy.database.write() as session:
            own = await acting.find_portfolio(session, portfolio, user=user)
            return await importing.import_file(
                session,
                Actor(own.user_id, argosy.clock),
                read,
                portfolio_id=own.id,
                dry_run=dry_run,
            )

    with progress("Importing"):
        preview = with_argosy(enter)
    show(ImportOut.of(preview).model_dump(mode="json"), lambda: _preview(preview))
    tell(preview.problems)
    tell(preview.warnings)
    if preview.problems:
        raise typer.Exit(1)


def _preview(preview: Preview) -> RenderableType:
    done = "can be stored" if preview.dry_run else "stored"
    head = Text(
        f"{preview.created:,} of {preview.row_count:,} rows {done}, "
        f"{preview.duplicates:,} are there already, {len(preview.problems):,} have problems."
    )
    holdings = [
        (one.asset.symbol, one.quantity_before, one.quantity_after)
        for one in preview.change.holdings
    ]
    if not holdings:
        return head
    return Group(head, Text(), table(("Symbol", "Before>", "After>"), holdings))
