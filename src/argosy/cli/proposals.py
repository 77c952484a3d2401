"""`argosy portfolio proposals`: splits and dividends that a portfolio does not book yet."""

from typing import Annotated

import typer

from argosy.api.schemas.proposal import BookingIn, ProposalOut
from argosy.api.schemas.rows import checked
from argosy.cli.figures import Name
from argosy.cli.numbers import money, quantity
from argosy.cli.output import note, show, table
from argosy.cli.portfolio_option import UserOption
from argosy.cli.program import with_argosy
from argosy.core.errors import InputError
from argosy.services import acting, proposals
from argosy.services.proposals import Proposed
from argosy.wiring import Argosy


def show_proposals(
    name: Name,
    book: Annotated[str | None, typer.Option(help="Book the proposal with this key.")] = None,
    dismiss: Annotated[str | None, typer.Option(help="Put it away.")] = None,
    restore: Annotated[str | None, typer.Option(help="Bring it back.")] = None,
    amount: Annotated[str | None, typer.Option(help="With --book: what was paid.")] = None,
    tax: Annotated[str | None, typer.Option(help="With --book: what was withheld.")] = None,
    date: Annotated[str | None, typer.Option(help="With --book: when.")] = None,
    dismissed: Annotated[
        bool, typer.Option("--dismissed", help="Show also what was put away.")
    ] = False,
    user: UserOption = None,
) -> None:
    """Show splits and dividends that a portfolio held through and does not book."""
    if sum(one is not None for one in (book, dismiss, restore)) > 1:
        raise InputError("Give one of --book, --dismiss and --restore.")
    fields = {"amount": amount, "tax": tax, "date": date}
    if book is None and any(fields.values()):
        raise InputError("--amount, --tax and --date go with --book.")
    changes = checked(BookingIn, fields).changes()

    async def act(argosy: Argosy) -> list[Proposed]:
        async with argosy.database.read() as session:
            own = await acting.find_portfolio(session, name, user=user)
        if book is not None:
            added = await argosy.proposals.book(own.user_id, own.id, book, changes)
            note("Booked." if added.created else "It is booked already.")
        elif dismiss is not None:
            await argosy.proposals.dismiss(own.user_id, own.id, dismiss)
        elif restore is not None:
            async with argosy.database.write() as session:
                await proposals.restore(session, own.user_id, own.id, restore)
        async with argosy.database.read() as session:
            return await argosy.proposals.of_portfolio(session, own.user_id, own.id)

    found = [one for one in with_argosy(act) if dismissed or not one.proposal.dismissed]
    shown = [ProposalOut.of(one) for one in found]
    show(
        [one.model_dump(mode="json") for one in shown],
        lambda: table(
            ("Key", "Date", "What", "Symbol", "Ratio>", "Per share>", "Shares>", "Amount>", "In"),
            map(_row, shown),
            spare=("Date", "What", "Per share", "Shares"),
        ),
    )


def _row(one: ProposalOut) -> tuple[object, ...]:
    paid = one.transaction.amount
    return (
        one.key,
        one.on,
        "put away" if one.dismissed else one.type,
        one.symbol,
        one.ratio,
        None if one.per_share is None else quantity(one.per_share),
        quantity(one.shares),
        None if paid is None else money(paid, one.currency or ""),
        one.currency,
    )
