"""What an HTTP answer means before anybody reads its body: the failures all sources share."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

from argosy.core.errors import (
    RateLimitedError,
    SourceChangedError,
    SourceDownError,
    SourceError,
    SourceRefusedError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer, whoever fetched it. `retry_after` and `date` are headers as sent."""

    status: int
    body: bytes
    retry_after: str | None = None
    date: str | None = None

    @property
    def text(self) -> str:
        """The body as text; what is not UTF-8 is replaced."""
        return self.body.decode("utf-8", errors="replace")


def status_error(source: str, answer: Answer) -> SourceError | None:
    """Return the error that a status stands for, or None if it promises an answer.

    A symbol counts as unknown only if a body says so: a bare 404 may be anybody's.
    """
    status = answer.status
    if status == 429:
        wait_s = retry_after_s(answer)
        return RateLimitedError(source, "it asks for fewer requests.", retry_after_s=wait_s)
    if status >= 500 or status == 408:
        return SourceDownError(source, f"it answers {status}.")
    if status in {401, 402, 403, 407, 451}:
        return SourceRefusedError(source, f"it refuses with status {status}.")
    if status in {404, 410}:
        return SourceChangedError(source, f"it answers {status} without saying why.")
    return None if status < 300 else SourceChangedError(source, f"it answers {status}.")


def retry_after_s(answer: Answer) -> float | None:
    """Read `Retry-After`: seconds, or an instant counted from the answer's own date."""
    text = (answer.retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        until = parsedate_to_datetime(text)
        since = parsedate_to_datetime(answer.date or "")
        return max((_aware(until) - _aware(since)).total_seconds(), 0.0)
    except (ValueError, TypeError, OverflowError):
        return None


def sent_at(answer: Answer) -> datetime | None:
    """Return when an answer was sent, by its own clock; None where it does not say."""
    try:
        return _aware(parsedate_to_datetime(answer.date or "")).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def read_json(source: str, answer: Answer) -> Any:
    """Read a body as JSON with exact numbers; NaN and Infinity are None.

    An empty or cut answer is a failure that may pass; anything else that is no JSON is not what
    the source used to send.
    """
    text = answer.text.strip()
    if not text:
        raise SourceDownError(source, "the answer is empty.")
    if text.startswith("Too Many Requests"):
        raise RateLimitedError(
            source, "it asks for fewer requests.", retry_after_s=retry_after_s(answer)
        )
    if text.startswith("<"):
        if "Will be right back" in text:
            raise SourceDownError(source, "it says that it will be right back.")
        raise SourceChangedError(source, "it sent a web page instead of data.")
    try:
        return json.loads(text, parse_float=Decimal, parse_constant=lambda _: None)
    except (ValueError, RecursionError, ArithmeticError):
        if text.startswith(("{", "[")) and not text.endswith(("}", "]")):
            raise SourceDownError(source, "the answer breaks off.") from None
        raise SourceChangedError(source, "the answer is not JSON.") from None


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
