"""`argosy watchlist`: lists of assets and what they cost."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, TypeVar

import typer
from rich.console import RenderableType
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.api.schemas.watchlist import WatchlistDetailOut, WatchlistOut
from argosy.cli.numbers import percent, quantity
from argosy.cli.output import note, show, table
from argosy.cli.portfolio_option import UserOption
from argosy.cli.program import with_argosy
from argosy.services import acting, assets, watchlists
from argosy.services.watchlists import Desk, Looking, Watchlist
from argosy.wiring import Argosy

app = typer.Typer(help="Keep lists of assets and see what they cost.", no_args_is_help=True)

T = TypeVar("T")
Name = Annotated[str, typer.Argument(help="A list's name, or its id.")]
Symbol = Annotated[str, typer.Argument(help="An asset: SYMBOL, SYMBOL:EXCHANGE or its id.")]
NoteOption = Annotated[str | None, typer.Option("--note", help="Any text.")]
Place = Annotated[int | None, typer.Option("--position", min=0, help="Its place, from 0.")]


@app.command("list")
def list_watchlists(user: UserOption = None) -> None:
    """Show a user's lists in their order."""

    async def read(argosy: Argosy) -> list[Watchlist]:
        async with argosy.database.read() as session:
            owner = await acting.find_user(session, user)
            return await watchlists.of_user(session, owner.id)

    _show_lists(with_argosy(read))


@app.command("show")
def show_watchlist(name: Name, user: UserOption = None) -> None:
    """Show a list: last prices, and how they changed since the session before."""

    async def read(argosy: Argosy) -> WatchlistDetailOut:
        looking = Looking(argosy.quotes, argosy.compute, argosy.clock)
        async with argosy.database.read() as session:
            owner = await acting.find_user(session, user)
            one = await watchlists.find(session, owner.id, name)
            found = await watchlists.watched(session, one, looking)
        return WatchlistDetailOut.of_watched(one, found)

    found = with_argosy(read)
    show(found.model_dump(mode="json"), lambda: _prices(found))


@app.command()
def create(
    name: Annotated[str, typer.Argument(help="1 to 100 characters.")],
    text: NoteOption = None,
    user: UserOption = None,
) -> None:
    """Make a list."""

    async def make(argosy: Argosy) -> Watchlist:
        async with argosy.database.write() as session:
            owner = await acting.find_user(session, user)
            return await watchlists.create(session, owner.id, name=name, note=text)

    _show_lists([with_argosy(make)])


@app.command()
def change(
    name: Name,
    to: Annotated[str | None, typer.Option("--name", help="Another name.")] = None,
    text: NoteOption = None,
    position: Place = None,
    user: UserOption = None,
) -> None:
    """Give a list another name, note or place."""

    async def act(session: AsyncSession, _: Argosy, one: Watchlist) -> Watchlist:
        kept = one.note if text is None else text
        return await watchlists.change(
            session, one, name=to or one.name, note=kept, position=position
        )

    _show_lists([_changed(name, user, act)])


@app.command()
def delete(name: Name, user: UserOption = None) -> None:
    """Delete a list."""

    async def act(session: AsyncSession, argosy: Argosy, one: Watchlist) -> None:
        await watchlists.delete(session, _desk(argosy, one), one.id)

    _changed(name, user, act)
    note("Deleted.")


@app.command()
def add(
    name: Name,
    symbol: Symbol,
    text: NoteOption = None,
    position: Place = None,
    user: UserOption = None,
) -> None:
    """Put an asset on a list, or give one that is on it another note or place."""

    async def act(session: AsyncSession, argosy: Argosy, one: Watchlist) -> None:
        desk = _desk(argosy, one)
        await watchlists.put(session, desk, one, symbol, note=text, position=position)

    _changed(name, user, act)
    note(f"{symbol} is on {name}.")


@app.command()
def remove(name: Name, symbol: Symbol, user: UserOption = None) -> None:
    """Take an asset off a list."""

    async def act(session: AsyncSession, argosy: Argosy, one: Watchlist) -> None:
        asset = (await assets.get(session, one.user_id, symbol)).asset
        await watchlists.remove(session, _desk(argosy, one), one, asset.id)

    _changed(name, user, act)
    note(f"{symbol} is no longer on {name}.")


def _changed(
    name: str,
    user: str | None,
    act: Callable[[AsyncSession, Argosy, Watchlist], Awaitable[T]],
) -> T:
    async def run(argosy: Argosy) -> T:
        async with argosy.database.write() as session:
            owner = await acting.find_user(session, user)
            one = await watchlists.find(session, owner.id, name)
            return await act(session, argosy, one)

    return with_argosy(run)


def _desk(argosy: Argosy, one: Watchlist) -> Desk:
    return Desk(one.user_id, argosy.sources, argosy.clock)


def _show_lists(found: Sequence[Watchlist]) -> None:
    shown = [WatchlistOut.of(one).model_dump(mode="json") for one in found]
    rows = [(one.id, one.name, one.items, one.note) for one in found]
    show(shown, lambda: table(("Id", "Name", "Assets>", "Note"), rows, spare=("Note",)))


def _prices(found: WatchlistDetailOut) -> RenderableType:
    columns = ("Symbol", "Price>", "In", "Day>", "Of", "Source", "Note")
    rows = [
        (
            one.asset.symbol,
            quantity(one.price),
            one.currency,
            percent(one.day_change_fraction),
            one.price_on,
            one.source,
            one.note,
        )
        for one in found.items
    ]
    return table(columns, rows, spare=("Note", "Source"))
