"""Pages of long lists: where one ends is where the next begins, whatever came in between."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from argosy.core.errors import InputError
from argosy.store.types import read_id

Item = TypeVar("Item")

_NUMBERS = range(-(2**63), 2**63)
_UNKEPT = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    """Some items of a list, and the cursor that asks for the next ones; None at the end."""

    items: list[Item]
    next_cursor: str | None


def write_cursor(place: Sequence[str | int]) -> str:
    """Write the last item's place in the order as text for the caller to give back."""
    return urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")


def read_cursor(cursor: str, *kinds: type) -> list[str | int]:
    """Read what `write_cursor` wrote; anything else is refused."""
    try:
        place = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except ValueError:
        place = None
    fits = isinstance(place, list) and [type(part) for part in place] == list(kinds)
    if not fits or not all(map(_may_be_sought, place)):
        raise bad_cursor()
    found: list[str | int] = place
    return found


def read_id_cursor(cursor: str) -> str:
    """Read the cursor of a list that is in the order of its ids."""
    (place,) = read_cursor(cursor, str)
    found = read_id(str(place))
    if found is None:
        raise bad_cursor()
    return found


def bad_cursor() -> InputError:
    """Return the refusal of a cursor that no page has given."""
    return InputError("This cursor is none of ours; take next_cursor as it is.")


def _may_be_sought(part: str | int) -> bool:
    """Whether both databases can compare with it."""
    return part in _NUMBERS if isinstance(part, int) else _UNKEPT.search(part) is None
