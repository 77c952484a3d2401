"""Whatever the document allows, and what it doesn't: no fault of our own, and answers as described."""

import subprocess
import sys
from pathlib import Path

from tests.acceptance.person import Person
from tests.acceptance.program import Program

CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_schema_conformance,ignored_auth"
)


def test_random_requests_get_answers_that_the_document_describes(
    program: Program, me: Person, tmp_path: Path
):
    me.buy(me.portfolio(), "2024-01-02", "1", "100")
    command = [
        str(Path(sys.executable).parent / "schemathesis"),
        "run",
        f"{program.url}/openapi.json",
        f"--header=Authorization: {me.http.headers['Authorization']}",
        f"--checks={CHECKS}",
        "--phases=examples,coverage,fuzzing",
        "--max-examples=5",
        "--max-time=10",
        "--generation-deterministic",
        "--suppress-health-check=all",
    ]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout[-6000:]
