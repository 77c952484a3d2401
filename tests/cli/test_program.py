"""The command line, as the processes that people start."""

import io
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass

import httpx2
import pytest
import structlog

from argosy.cli import error_text, exit_code, main, mode
from argosy.core import errors
from argosy.core.errors import RowProblem

PASSWORD = "a long and quiet sentence"


@pytest.fixture
def environment(tmp_path):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ARGOSY_")}
    return {**kept, "ARGOSY_DATA_DIR": str(tmp_path / "data"), "COLUMNS": "200"}


@dataclass
class Result:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def argosy(environment, tmp_path, monkeypatch, capsys):
    """Run a command as `main` would, in this process: starting one takes a second each time."""
    root = logging.getLogger()
    logs, configured = (root.handlers[:], root.level), structlog.get_config()

    def run(*arguments, stdin="", **more):
        monkeypatch.chdir(tmp_path)
        for name in [name for name in os.environ if name.startswith("ARGOSY_")]:
            monkeypatch.delenv(name)
        for name, value in {**environment, **more}.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["argosy", *arguments])
        typed = io.StringIO(stdin) if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", typed)
        capsys.readouterr()
        with pytest.raises(SystemExit) as left:
            main()
        printed = capsys.readouterr()
        return Result(left.value.code or 0, printed.out, printed.err)

    yield run
    root.handlers, root.level = logs
    structlog.configure(**configured)


def test_help_lists_every_command(environment):
    command = [sys.executable, "-m", "argosy", "--help"]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    for word in ("serve", "user", "openapi", "--json", "Exit codes"):
        assert word in result.stdout


def test_help_loads_no_framework(argosy):
    code = (
        "import sys; from argosy.cli import group; sys.argv = ['argosy', '--help']\n"
        "from argosy.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "heavy = {'fastapi', 'sqlalchemy', 'numpy', 'uvicorn', 'pydantic'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, timeout=60)


def create(argosy, name="ada", *more, stdin=PASSWORD + "\n"):
    names = ("--email", f"{name}@example.org", "--username", name)
    return argosy("user", "create", *names, "--password-stdin", *more, stdin=stdin)


def test_a_user_is_made_and_may_be_an_administrator(argosy):
    result = create(argosy, "ada", "--admin", "--json")
    assert result.returncode == 0, result.stderr
    made = json.loads(result.stdout)
    assert made["username"] == "ada"
    assert made["is_admin"] is True
    assert "password" not in result.stdout
    assert "bob" in create(argosy, "bob").stdout


def test_what_is_refused_has_its_exit_code_and_one_sentence(argosy):
    assert create(argosy).returncode == 0
    again = create(argosy)
    assert again.returncode == 1
    assert again.stderr == "Error: This e-mail address has an account already.\n"
    short = create(argosy, "bob", stdin="short\n")
    assert (short.returncode, short.stderr) == (1, "Error: A password has 8 to 100 characters.\n")
    as_json = create(argosy, "ada", "--json")
    assert json.loads(as_json.stderr)["code"] == "duplicate"
    assert as_json.stdout == ""


def test_wrong_usage_and_wrong_settings_have_theirs(argosy):
    assert argosy("user", "create").returncode == 2
    assert argosy("no-such-command").returncode == 2
    asking = argosy("user", "create", "--email", "a@b.org", "--username", "ada")
    assert asking.returncode == 1
    assert "--password-stdin" in asking.stderr
    broken = argosy(
        "user",
        "create",
        "--email",
        "a@b.org",
        "--username",
        "ada",
        "--password-stdin",
        stdin=PASSWORD,
        ARGOSY_PORT="x",
    )
    assert broken.returncode == 1
    assert "ARGOSY_PORT" in broken.stderr


@pytest.mark.parametrize(
    "setting",
    [
        {"ARGOSY_DATABASE_URL": "mysql://localhost/argosy"},
        {"ARGOSY_DATABASE_URL": "argosy.db"},
        {"ARGOSY_DATABASE_URL": "postgresql://me:hidden@localhost:port/argosy"},
        {"ARGOSY_REDIS_URL": "localhost:6379"},
    ],
)
def test_an_address_that_cannot_be_meant_is_told_by_the_settings_name(argosy, setting):
    result = argosy("portfolio", "list", **setting)
    (name,) = setting
    assert result.returncode == 1
    assert result.stderr.startswith(f"Error: {name}")
    assert "hidden" not in result.stderr


def test_a_database_that_does_not_answer_is_a_failure_of_storage(argosy, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "argosy.db").write_text("no database at all, " * 100)
    nowhere = {"ARGOSY_DATABASE_URL": "postgresql://me:hidden@127.0.0.1:1/argosy"}
    for command in (("portfolio", "list"), ("db", "check"), ("db", "upgrade")):
        for setting in (nowhere, {}):
            result = argosy(*command, **setting)
            assert result.returncode == 4
            assert result.stderr.startswith("Error: The database cannot be opened")
            assert "hidden" not in result.stderr


def test_what_cannot_be_a_port_a_password_or_a_file_is_refused(argosy, tmp_path):
    for command in ("serve", "demo"):
        assert argosy(command, "--port", "65536").returncode == 2
    bytes_alone = io.TextIOWrapper(io.BytesIO(b"\xff\xfe a long sentence\n"), encoding="utf-8")
    refused = create(argosy, stdin=bytes_alone)
    assert (refused.returncode, refused.stderr) == (1, "Error: The password is not UTF-8 text.\n")
    (tmp_path / "file").touch()
    unwritten = argosy("openapi", str(tmp_path / "file" / "openapi.json"))
    assert unwritten.returncode == 4
    assert unwritten.stderr.startswith("Error: ")


def test_a_directory_that_cannot_be_made_is_a_failure_of_storage(argosy, tmp_path):
    (tmp_path / "file").touch()
    names = ("--email", "a@b.org", "--username", "ada", "--password-stdin")
    result = argosy(
        "user", "create", *names, stdin=PASSWORD, ARGOSY_DATA_DIR=str(tmp_path / "file/x")
    )
    assert result.returncode == 4
    assert result.stderr.startswith("Error: The data directory")


def test_serving_to_other_machines_needs_a_secret(argosy):
    result = argosy("serve", "--host", "0.0.0.0")
    assert result.returncode == 1
    assert "ARGOSY_SECRET" in result.stderr


class Serving:
    def __init__(self, environment, folder):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "argosy", "serve", "--port", "0"],
            env=environment,
            cwd=folder,
            stderr=subprocess.PIPE,
            text=True,
        )

    def __enter__(self):
        assert self.process.stderr is not None
        for line in self.process.stderr:
            if found := re.search(r"Argosy is at (http://127.0.0.1:\d+)", line):
                return httpx2.Client(base_url=found[1], timeout=10)
        raise AssertionError("the server has ended")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=20)
        assert self.process.returncode in {0, -signal.SIGTERM}


def test_an_empty_directory_is_served_and_tokens_survive_a_restart(environment, tmp_path):
    account = {"email": "ada@example.org", "username": "ada", "password": PASSWORD}
    with Serving(environment, tmp_path) as client, client:
        assert client.get("/health").json()["status"] == "healthy"
        assert client.post("/api/v1/auth/register", json=account).status_code == 201
        token = client.post("/api/v1/auth/login", json=account | {}).json()
        assert token["code"] == "invalid"
        login = {"email": account["email"], "password": PASSWORD}
        access = client.post("/api/v1/auth/login", json=login).json()["access_token"]
    assert (tmp_path / "data" / "argosy.db").exists()
    with Serving(environment, tmp_path) as client, client:
        me = client.get("/api/v1/auth/me", headers={"Authorization": f"Bearer {access}"})
    assert me.json()["username"] == "ada"


def test_a_taken_port_is_told(argosy):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = argosy("serve", "--port", str(taken.getsockname()[1]))
    assert result.returncode == 4
    assert "cannot be bound" in result.stderr


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.InputError("no"), 1),
        (errors.ConflictError("no"), 1),
        (errors.MissingDataError("no"), 1),
        (errors.NotFoundError("portfolio", 1), 3),
        (errors.StorageError("no"), 4),
        (errors.SourceDownError("yahoo", "no"), 4),
    ],
)
def test_exit_codes_tell_kinds_of_failure_apart(error, code):
    assert exit_code(error) == code


def test_rows_that_are_wrong_are_told_one_a_line():
    mode.take([])
    text = error_text(errors.BatchError([RowProblem(6, "quantity is empty")]))
    assert text.splitlines()[1] == "  row 6: quantity is empty"


def test_of_very_many_wrong_rows_the_first_are_told_and_the_others_counted():
    many = [RowProblem(row, "quantity is empty") for row in range(2000)]
    mode.take([])
    lines = error_text(errors.BatchError(many)).splitlines()
    assert len(lines) == 1 + 50 + 1
    assert lines[-1] == "  … and 1,950 more."
    mode.take(["--json"])
    assert len(json.loads(error_text(errors.BatchError(many)))["problems"]) == 2000
    mode.take([])


def test_the_json_flag_may_stand_anywhere_before_two_dashes():
    assert mode.take(["a", "--json", "b"]) == ["a", "b"]
    assert mode.as_json()
    assert mode.take(["a", "--", "--json"]) == ["a", "--", "--json"]
    assert not mode.as_json()
