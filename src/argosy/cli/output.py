"""What commands print: a table for people, or JSON for scripts."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from decimal import Decimal
from typing import Any

import orjson
from rich.console import Console, RenderableType
from rich.progress import Progress
from rich.table import Table

from argosy.cli import mode
from argosy.core.errors import plain


def show(value: object, render: Callable[[], RenderableType]) -> None:
    """Print a result: `value` as JSON where that is wanted, else what `render` makes."""
    if mode.as_json():
        options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        sys.stdout.write(orjson.dumps(value, default=_write, option=options).decode())
        return
    _console().print(render())


def note(text: str) -> None:
    """Tell people what happens; scripts that read stdout do not see it."""
    _console(stderr=True).print(text, highlight=False, soft_wrap=True)


@contextmanager
def progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar while something long runs; nothing where no person watches."""
    console = _console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)


def table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, title: str = "") -> Table:
    """Lay rows out; columns whose title ends in `>` are figures and stand right."""
    grid = Table(title=title or None, box=None, header_style="bold", pad_edge=False)
    for column in columns:
        grid.add_column(column.rstrip(">"), justify="right" if column.endswith(">") else "left")
    for row in rows:
        grid.add_row(*("–" if cell is None else _text(cell) for cell in row))
    return grid


def _console(*, stderr: bool = False) -> Console:
    """Make a console that prints names as they are written, brackets and colons too."""
    return Console(stderr=stderr, markup=False, emoji=False)


def _text(cell: object) -> str:
    return plain(cell) if isinstance(cell, Decimal) else str(cell)


def _write(value: object) -> Any:
    if isinstance(value, Decimal):
        return plain(value)
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError
