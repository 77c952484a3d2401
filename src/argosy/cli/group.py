"""The command group: knows each command's module, and loads only the one that is called."""

import importlib
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typing_extensions import override

from argosy import __version__

COMMANDS = {
    "serve": ("argosy.cli.serve", "Serve the API and the web app."),
    "demo": ("argosy.cli.demo", "Load a demo portfolio on real prices."),
    "explain": ("argosy.cli.explain", "Show where a figure comes from."),
    "user": ("argosy.cli.user", "Make accounts."),
    "portfolio": ("argosy.cli.portfolio", "Make, list and look at portfolios."),
    "summary": ("argosy.cli.summary", "Show all portfolios together."),
    "report": ("argosy.cli.report", "Write reports to be kept."),
    "transactions": ("argosy.cli.transactions", "Enter transactions."),
    "asset": ("argosy.cli.asset", "Make assets that all users share."),
    "catalog": ("argosy.cli.catalog", "Fill the catalog of shared assets."),
    "prices": ("argosy.cli.prices", "Store prices that all users share."),
    "quality": ("argosy.cli.quality", "Look at the quality of stored prices."),
    "quote": ("argosy.cli.quote", "Show what assets cost right now."),
    "rates": ("argosy.cli.rates", "Store exchange rates that all users share."),
    "queue": ("argosy.cli.queue", "Look at the histories that are to be fetched."),
    "sources": ("argosy.cli.sources", "Look at the sources of prices and rates."),
    "watchlist": ("argosy.cli.watchlist", "Keep lists of assets and see what they cost."),
    "alert": ("argosy.cli.alert", "Say what you want to be told of."),
    "notification": ("argosy.cli.notification", "See what was told, and say when and how."),
    "webhook": ("argosy.cli.webhook", "Tell programs what happens."),
    "jobs": ("argosy.cli.jobs", "Look at what runs by itself."),
    "daemon": ("argosy.cli.daemon", "Run the schedule in a process of its own."),
    "worker": ("argosy.cli.worker", "Fetch queued histories in a process of its own."),
    "db": ("argosy.cli.db", "Migrate, back up, restore, check and rebuild the database."),
    "openapi": ("argosy.cli.openapi", "Write the OpenAPI document."),
}
"""Each command: the module whose `app` it is, and its line in the list. Adding one is a line."""

EPILOG = (
    "Exit codes: 0 done, 1 refused, 2 wrong usage, 3 not found, 4 storage or the outside world "
    "failed."
)


class LazyGroup(TyperGroup):
    """Loads a command's module when it is called, not to list it."""

    _listing = False

    @override
    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    @override
    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            return None
        module, summary = COMMANDS[cmd_name]
        if self._listing:
            return TyperCommand(cmd_name, help=summary)
        command = typer.main.get_command(importlib.import_module(module).app)
        command.name = cmd_name
        return command

    @override
    def format_help(self, ctx: Any, formatter: Any) -> None:
        self._listing = True
        super().format_help(ctx, formatter)
        self._listing = False


app = typer.Typer(
    cls=LazyGroup,
    help="Argosy: a self-hosted portfolio platform.",
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def run(
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print JSON; may stand anywhere on the line."),
    ] = False,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Argosy: a self-hosted portfolio platform."""
