"""`argosy asset populate`: assets that many begin with, and their prices."""

from datetime import timedelta
from typing import Annotated

import typer
from rich.text import Text

from argosy.cli import prices
from argosy.cli.numbers import counted
from argosy.cli.output import note, progress, show
from argosy.cli.program import with_argosy
from argosy.core.errors import InputError
from argosy.core.market.asset import Asset
from argosy.core.market.spans import Span
from argosy.runtime.clock import today
from argosy.services import filling, populating
from argosy.services.filling import Filled, Filling, NotFilled
from argosy.services.populating import Group
from argosy.wiring import Argosy

_ALL = "all"
_GROUPS = "|".join([*Group, _ALL])


def populate(
    category: Annotated[str, typer.Option(help=f"{_GROUPS}.")],
    create_only: Annotated[
        bool, typer.Option("--create-only", help="Make the assets, fetch nothing.")
    ] = False,
    skip_existing: Annotated[
        bool, typer.Option("--skip-existing", help="Leave assets alone that were there before.")
    ] = False,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many.")] = None,
    source: Annotated[
        str | None, typer.Option(help="Whom to ask; the best for each asset if none.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=36_500, help="Days of history.")] = 365,
) -> None:
    """Make well-known assets that all users share, and fetch their prices."""
    groups = _groups(category)
    made: list[Asset] = []
    existing: list[Asset] = []
    done: list[Filled | NotFilled] = []

    async def run(argosy: Argosy) -> None:
        found = await populating.populate(argosy.database, argosy.sources, groups, limit=limit)
        made.extend(found.made)
        existing.extend(asset for asset in found.assets if asset.id not in found.new)
        if create_only:
            return
        wanted = found.made if skip_existing else found.assets
        yesterday = today(argosy.clock) - timedelta(days=1)
        since = yesterday - timedelta(days=days - 1)
        prices.warn(argosy, source, since=since, count=len(wanted))
        asked = Filling(days=Span(since, yesterday), source=source)
        with progress("Filling histories") as step:
            filled = filling.fill(
                argosy.database, argosy.sources, wanted, asked, clock=argosy.clock
            )
            async for one in filled:
                done.append(one)
                step(len(done), len(wanted))
        await filling.renew_metrics(argosy.database, done)

    stopped = False
    try:
        with_argosy(run)
    except KeyboardInterrupt:
        stopped = True
    beside = {
        "new_assets": [asset.symbol for asset in made],
        "existing_assets": [asset.symbol for asset in existing],
    }
    told = f"{counted(len(made), 'asset')} created, {len(existing):,} there already."
    if create_only:
        show(beside, lambda: Text(told))
    else:
        note(told)
        prices.report_filled(done, beside=beside)
    if stopped:
        note("Stopped. What was loaded is stored; run it again to go on.")
        raise typer.Exit(prices.INTERRUPTED)
    prices.tell_failures(
        [(one.asset.symbol, one.error) for one in done if isinstance(one, NotFilled)]
    )


def _groups(text: str) -> list[Group]:
    word = text.strip().lower().replace("-", "_")
    if word == _ALL:
        return list(Group)
    if word not in set(Group):
        raise InputError(f"category: {text[:40]!r} is none of {_GROUPS.replace('|', ', ')}.")
    return [Group(word)]
