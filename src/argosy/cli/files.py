"""Files that commands read, and how what is wrong in them is told."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from argosy.cli import listed, mode
from argosy.cli.output import note
from argosy.core.errors import RowProblem
from argosy.core.importers.draft import ImportProblem
from argosy.core.importers.lines import Source

CHUNK = 1 << 18

FileArgument: TypeAlias = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="A CSV file.")
]


def source_of(path: Path) -> Source:
    """Return a file as something that can be read from its start again and again."""

    def chunks() -> Iterator[bytes]:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                yield chunk

    return chunks


def tell(problems: Sequence[RowProblem]) -> None:
    """Tell people what is wrong, line by line; in JSON it is part of the answer."""
    if mode.as_json():
        return
    for line in listed(problems):
        note(line)


def written(problems: Sequence[RowProblem]) -> list[dict[str, object]]:
    """Return problems as JSON."""
    return [
        {
            "row": one.row,
            "line": one.line if isinstance(one, ImportProblem) else None,
            "reason": one.reason,
            "code": one.code,
        }
        for one in problems
    ]
