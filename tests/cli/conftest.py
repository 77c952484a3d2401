"""The command line in this process, and the demo made once for all tests that look at it."""

import io
import json
import logging
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import structlog

from argosy.cli import main

CHEAP = {"ARGOSY_PASSWORD_MEMORY_KIB": "64", "ARGOSY_PASSWORD_ROUNDS": "1"}


@dataclass(frozen=True)
class Result:
    """What a command printed, and the code that a script would see."""

    code: int
    out: str
    error: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Result]


@pytest.fixture
def command(tmp_path, monkeypatch, capsys) -> Iterator[Run]:
    """Run a command as `main` would, in this process: starting one takes a second each time."""
    root = logging.getLogger()
    logs, configured = (root.handlers[:], root.level), structlog.get_config()
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("ARGOSY_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("ARGOSY_DATA_DIR", str(tmp_path / "data"))
    for name, value in CHEAP.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str, stdin: str = "") -> Result:
        monkeypatch.setattr(sys, "argv", ["argosy", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        printed = capsys.readouterr()
        return Result(int(left.value.code or 0), printed.out, printed.err)

    yield run
    root.handlers, root.level = logs
    structlog.configure(**configured)


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory):
    """A folder in which the demo's data directory is made by the first test that needs it."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture
def demo(command, tmp_path, demo_template) -> Run:
    """The command line over a data directory with the demo in it."""
    kept = demo_template / "data"
    if not kept.exists():
        made = command("demo")
        assert made.code == 0, made.error
        shutil.copytree(tmp_path / "data", kept)
    elif not (tmp_path / "data").exists():
        shutil.copytree(kept, tmp_path / "data")
    return command
