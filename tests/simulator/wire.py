"""What goes over the wire, both ways."""

import json
from decimal import Decimal
from typing import Any, NamedTuple


class Reply(NamedTuple):
    """What goes back."""

    status: int
    body: bytes
    kind: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


class Request(NamedTuple):
    """What came in: the path without its query, the query, the headers by lower-case name."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


def json_reply(value: Any, status: int = 200, **headers: str) -> Reply:
    """A JSON answer; decimals become numbers with just their digits."""
    sent = tuple((name.replace("_", "-"), text) for name, text in headers.items())
    return Reply(status, json.dumps(value, default=_number).encode(), headers=sent)


def _number(value: object) -> float:
    assert isinstance(value, Decimal)
    return float(value)
