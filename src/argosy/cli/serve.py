"""`argosy serve`: the API and the web app in one process."""

import gc
import socket
from collections.abc import Callable
from typing import Annotated, TypeAlias

import typer
import uvicorn
from starlette.types import ASGIApp
from typing_extensions import override

from argosy.api.app import create_app
from argosy.api.conversation import MESSAGE_BYTES
from argosy.cli.output import note
from argosy.cli.program import read_settings
from argosy.core.errors import StorageError
from argosy.jobs.embedded import running
from argosy.settings import Jobs, Settings
from argosy.wiring import Argosy, refuse_unsafe_address, set_up_logs

app = typer.Typer(help="Serve the API and the web app.")

HostOption: TypeAlias = Annotated[str | None, typer.Option(help="The address to bind.")]
PortOption: TypeAlias = Annotated[
    int | None, typer.Option(min=0, max=65535, help="The port to bind; 0 takes a free one.")
]
_GRACE_S = 10


class Server(uvicorn.Server):
    """A server that says where it is once it answers, and what else is to be said then.

    Before it stops it ends what would go on by itself: `on_stop` is told.
    """

    def __init__(self, config: uvicorn.Config, welcome: str, on_stop: Callable[[], object]) -> None:
        super().__init__(config)
        self._welcome = welcome
        self._on_stop = on_stop

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        gc.freeze()  # what was imported stays: no collection need walk it
        if self.started and sockets:
            host, port = sockets[0].getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            note(f"Argosy is at http://{shown}:{port}{self._welcome} (Ctrl-C stops it)")

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._on_stop()
        await super().shutdown(sockets=sockets)


@app.command()
def serve(host: HostOption = None, port: PortOption = None) -> None:
    """Serve the API and the web app; an empty data directory is filled first."""
    run_server(settings_at(host, port))


def settings_at(host: str | None, port: int | None) -> Settings:
    """Return the settings with the address that a command names, if it names one."""
    chosen = {"host": host, "port": port}
    return read_settings().model_copy(
        update={name: value for name, value in chosen.items() if value is not None}
    )


def run_server(settings: Settings, *, welcome: str = "") -> None:
    """Serve until the process is told to stop."""
    refuse_unsafe_address(settings)
    set_up_logs(settings)
    beside = running if settings.jobs is Jobs.EMBEDDED else None
    served = create_app(Argosy(settings), beside=beside)
    config = server_config(settings, served)
    panel = " (each request's SQL: /dev)" if settings.dev_panel else ""
    server = Server(config, panel + welcome, served.state.live.hub.stop)
    with _bind(settings) as listener:
        server.run(sockets=[listener])
    if not server.started:
        raise StorageError("Argosy could not start; the log above says why.")


def server_config(settings: Settings, app: ASGIApp) -> uvicorn.Config:
    """Return how an application is served."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_GRACE_S,
        ws_max_size=MESSAGE_BYTES,
        ws_per_message_deflate=False,  # each message is written once, for all who hear it
    )


def _bind(settings: Settings) -> socket.socket:
    """Take the address before anything is opened, so that a taken one costs nothing."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        reason = error.strerror or str(error)
        message = f"{settings.host}:{settings.port} cannot be bound: {reason}."
        raise StorageError(message) from error
    return listener
