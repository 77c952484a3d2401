"""The scaled-out program on this machine: two servers, a daemon, three workers, real databases."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.program import Program
from tests.support.servers import postgres_server, redis_server

API_COUNT, WORKER_COUNT = 2, 3


@dataclass(frozen=True)
class ScaledOut:
    """Where the servers answer."""

    urls: tuple[str, ...]
    settings: dict[str, str]


@contextmanager
def scaled_out(folder: Path, **more: str) -> Iterator[ScaledOut]:
    """Start everything, and end it with the block."""
    with ExitStack() as stack:
        settings = {
            "ARGOSY_DATABASE_URL": stack.enter_context(postgres_server()),
            "ARGOSY_REDIS_URL": stack.enter_context(redis_server()),
            "ARGOSY_JOBS": "elsewhere",
            "ARGOSY_SECRET": "one secret that all of the processes share",
            **more,
        }
        servers = []
        for number in range(1, API_COUNT + 1):
            own = folder / f"api-{number}"
            own.mkdir()
            program = Program(own, **settings).start()
            stack.callback(program.stop)
            servers.append(program)
        for command in [("daemon",), *[("worker", "--count", "1")] * WORKER_COUNT]:
            process = _start(folder, servers[0].environment, command)
            stack.callback(_end, process)
        yield ScaledOut(tuple(program.url for program in servers), settings)


def _start(
    folder: Path, environment: dict[str, str], command: tuple[str, ...]
) -> "subprocess.Popen[bytes]":
    with (folder / f"{command[0]}.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "argosy", *command],
            env=environment, cwd=folder, stdout=log, stderr=log,
        )  # fmt: skip


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
