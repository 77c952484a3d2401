"""What commands print: a table for people, or JSON for scripts."""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, is_dataclass
from decimal import Decimal
from typing import Any, Literal

import orjson
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from argosy.cli import mode
from argosy.core.errors import plain

_GAP = 2
"""Spaces between two columns."""


def show(value: object, render: Callable[[], RenderableType]) -> None:
    """Print a result: `value` as JSON where that is wanted, else what `render` makes."""
    if mode.as_json():
        options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        sys.stdout.write(orjson.dumps(value, default=_write, option=options).decode())
        return
    shown = render()
    # Lines of text may hold a path: a terminal folds them, a script reads them whole.
    _console().print(shown, soft_wrap=isinstance(shown, Text))


def print_csv(rows: bytes) -> None:
    """Print the bytes of a CSV file as they are."""
    sys.stdout.write(rows.decode())


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


def table(
    columns: Sequence[str], rows: Iterable[Sequence[object]], *, spare: Sequence[str] = ()
) -> RenderableType:
    """Lay rows out; columns whose title ends in `>` are figures and stand right.

    No id and no figure is ever cut. A window that is too narrow for all columns leaves out the
    `spare` ones, first to last; one that is narrower still shows each row as a list.
    """
    cells = zip(*([_text(cell) for cell in row] for row in rows), strict=True)
    found = list(cells) or [()] * len(columns)
    return _Fitted(list(map(_Column, columns, found)), spare)


class _Column:
    """A column as it is asked for: its title, where it stands, and whether its cells may fold."""

    def __init__(self, title: str, cells: tuple[str, ...]) -> None:
        self.title = title.rstrip(">")
        self.cells = cells
        self.justify: Literal["left", "right"] = "right" if title.endswith(">") else "left"
        self.folds = self.justify == "left" and any(" " in cell for cell in cells)

    @property
    def least(self) -> int:
        """How wide it is at least: as its longest cell, or its longest word where that folds."""
        texts = (self.title, *self.cells)
        parts = (word for text in texts for word in (text.split() if self.folds else (text,)))
        return max(map(cell_len, parts), default=0)


@dataclass(frozen=True)
class _Fitted:
    """Columns that know how to stand in a window of any width."""

    columns: Sequence[_Column]
    spare: Sequence[str]

    def __rich_console__(self, _on: Console, options: ConsoleOptions) -> RenderResult:
        for left_out in range(len(self.spare) + 1):
            hidden = self.spare[:left_out]
            shown = [one for one in self.columns if one.title not in hidden]
            if sum(one.least + _GAP for one in shown) - _GAP <= options.max_width:
                yield _grid(shown)
                if hidden:
                    yield Text(f"A wider window shows {', '.join(hidden)} too.", style="dim")
                return
        yield _list(self.columns)


def _grid(columns: Sequence[_Column]) -> Table:
    grid = Table(box=None, header_style="bold", pad_edge=False)
    for one in columns:
        grid.add_column(one.title, justify=one.justify, no_wrap=not one.folds, overflow="fold")
    for row in zip(*(one.cells for one in columns), strict=True):
        grid.add_row(*row)
    return grid


def _list(columns: Sequence[_Column]) -> Table:
    lines = Table.grid(padding=(0, _GAP, 0, 0))
    lines.add_column(style="bold")
    lines.add_column(overflow="fold")
    for number, row in enumerate(zip(*(one.cells for one in columns), strict=True)):
        if number:
            lines.add_row()
        for one, cell in zip(columns, row, strict=True):
            if cell:
                lines.add_row(one.title, cell)
    return lines


def _console(*, stderr: bool = False) -> Console:
    """Make a console that prints names as they are written, brackets and colons too."""
    return Console(stderr=stderr, markup=False, emoji=False)


def _text(cell: object) -> str:
    if cell is None:
        return "–"
    return plain(cell) if isinstance(cell, Decimal) else str(cell)


def _write(value: object) -> Any:
    if isinstance(value, Decimal):
        return plain(value)
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError
