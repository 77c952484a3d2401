"""`argosy demo`: an account with a portfolio on real prices."""

from datetime import date
from typing import Annotated

import typer
from rich.text import Text

from argosy.cli.output import progress, show
from argosy.cli.program import with_argosy
from argosy.cli.serve import HostOption, PortOption, run_server, settings_at
from argosy.services import demo
from argosy.services.demo import Demo
from argosy.settings import Settings
from argosy.wiring import Argosy, refuse_unsafe_address

app = typer.Typer(help="Load a demo portfolio on real prices.")


@app.command()
def load(
    serve: Annotated[bool, typer.Option("--serve", help="Serve it afterwards.")] = False,
    host: HostOption = None,
    port: PortOption = None,
) -> None:
    """Load a demo portfolio on real prices; a second call changes nothing."""
    settings = settings_at(host, port)
    if serve:
        refuse_unsafe_address(settings)
    made = with_argosy(_set_up)
    sign_in = f"sign in as {made.email} with {made.password}"
    if not serve:
        show(_answer(made, settings), lambda: Text(_told(made, settings, sign_in)))
        return
    run_server(settings, welcome=f" — {sign_in}")


async def _set_up(argosy: Argosy) -> Demo:
    with progress("Loading the demo") as step:
        return await demo.set_up(
            argosy.database,
            argosy.passwords,
            clock=argosy.clock,
            rates=argosy.rates,
            directory=argosy.settings.data_dir,
            progress=step,
        )


def _answer(made: Demo, settings: Settings) -> dict[str, str | bool]:
    return {
        "url": _address(settings),
        "email": made.email,
        "password": made.password,
        "portfolio_id": made.portfolio_id,
        "last_day": made.last_day.isoformat(),
        "created": made.created,
    }


def _told(made: Demo, settings: Settings, sign_in: str) -> str:
    done = "is ready" if made.created else "was there already"
    return (
        f"The demo portfolio {done}; its last day is {_day(made.last_day)}.\n"
        f"Start it with: argosy serve\n"
        f"{_address(settings)} — {sign_in}"
    )


def _address(settings: Settings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
