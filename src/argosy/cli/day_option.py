"""Options that name a day."""

from datetime import date
from typing import Any

import typer


def day_option(explanation: str) -> Any:
    """Return an option whose value is a day, written as 2024-01-31."""
    return typer.Option(parser=_read_day, metavar="DAY", help=explanation)


def _read_day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"{text[:40]!r} is no day; write it as 2024-01-31."
        raise typer.BadParameter(message) from None
