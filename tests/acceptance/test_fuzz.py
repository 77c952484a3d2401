"""Whatever the document allows, and what it doesn't: no fault of our own, and answers as described."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.person import Person
from tests.acceptance.program import Program

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance,ignored_auth"
)


@pytest.fixture
def me(tmp_path: Path) -> Iterator[Person]:
    """Somebody in a program of their own: the demo fills it with rates that all users share."""
    program = Program(tmp_path).start()
    person = Person(program.url)
    person.asset()
    yield person
    person.http.close()
    program.stop()


def test_random_requests_get_answers_that_the_document_describes(me: Person, tmp_path: Path):
    me.buy(me.portfolio(), "2024-01-02", "1", "100")
    command = [
        str(Path(sys.executable).parent / "schemathesis"),
        "run",
        str(me.http.base_url.copy_with(path="/openapi.json")),
        f"--header=Authorization: {me.http.headers['Authorization']}",
        f"--checks={CHECKS}",
        "--phases=examples,coverage,fuzzing",
        "--exclude-path=/api/v1/events",  # its answer has no end
        "--exclude-path=/api/v1/assets/{asset_id}/sync",  # nobody outside answers here
        "--exclude-path=/metrics",  # this machine may read them without a token
        "--max-examples=5",
        "--max-time=45",
        "--request-timeout=60",  # a busy machine is no fault
        "--generation-deterministic",
        "--suppress-health-check=all",
    ]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout[-20000:]
