"""Commands; each calls one use case.

Exit codes: 0 done, 1 refused (impossible input, a conflict, missing data), 2 wrong usage,
3 not found, 4 storage or the outside world failed.
"""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict

from argosy.cli import mode
from argosy.core.errors import (
    ArgosyError,
    BatchConflictError,
    BatchError,
    NotFoundError,
    RowProblem,
    SourceError,
    StorageError,
)

REFUSED, USAGE, NOT_FOUND, FAILED = 1, 2, 3, 4
_LISTED = 50


def main() -> None:
    """Run the command line; the entry point of the program `argosy`."""
    from argosy.cli.group import app  # noqa: PLC0415 - typer takes a while to load

    try:
        app(mode.take(sys.argv[1:]), prog_name="argosy")
    except ArgosyError as error:
        print(error_text(error), file=sys.stderr)
        raise SystemExit(exit_code(error)) from None


def exit_code(error: ArgosyError) -> int:
    """Return the exit code that a script may trust."""
    if isinstance(error, NotFoundError):
        return NOT_FOUND
    return FAILED if isinstance(error, StorageError | SourceError) else REFUSED


def error_text(error: ArgosyError) -> str:
    """Word an error: one sentence, one a row where many rows are wrong; JSON where it is wanted."""
    problems = error.problems if isinstance(error, BatchError | BatchConflictError) else []
    if mode.as_json():
        rows = [asdict(problem) for problem in problems]
        return json.dumps({"detail": str(error), "code": error.code, "problems": rows})
    return "\n".join([f"Error: {error}", *(f"  {line}" for line in listed(problems))])


def listed(problems: Sequence[RowProblem]) -> list[str]:
    """Say where each problem is; of very many the first ones, and how many there are more."""
    lines = [f"{problem.place}: {problem.reason}" for problem in problems[:_LISTED]]
    if len(problems) > _LISTED:
        lines.append(f"… and {len(problems) - _LISTED:,} more.")
    return lines
