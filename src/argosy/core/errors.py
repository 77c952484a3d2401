"""Every error that Argosy raises on purpose.

::

    ArgosyError
    ├── InputError                the caller asked for something impossible
    │   ├── CurrencyMismatchError   UnknownAssetError   ImportFormatError(line)
    │   ├── ForbiddenAddressError
    │   └── BatchError(problems)
    ├── UnauthorizedError         nobody is signed in
    ├── AccessError               signed in, but the role does not allow it
    ├── NotFoundError             no such thing, or it is somebody else's
    ├── ConflictError             it contradicts what is stored
    │   ├── OversoldError(held, on)   DuplicateError   AmbiguousSymbolError   StaleError
    │   └── BatchConflictError(problems)
    ├── TooSoonError(retry_after_s)   the same was done a moment ago
    ├── MissingDataError          one figure was asked for whose data do not exist
    │   ├── PriceMissingError   RateMissingError   HistoryTooShortError
    ├── SolveError                no answer satisfies the limits
    │   ├── InfeasibleError   NotConvergedError
    ├── StorageError              the database or the disk refused
    └── SourceError               the outside world failed
        ├── SourceDownError   RateLimitedError(retry_after_s)   SourceChangedError
        ├── SourceRefusedError   SourceKeyMissingError(setting)
        ├── NotAtSourceError
        └── SourcesFailedError(errors)   each source that was asked failed

Statuses are the API's business: `argosy.api.errors` maps each class once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

_SHOWN = 100
"""Of a text that somebody sent, so much is told back."""


class ArgosyError(Exception):
    """The root: whoever catches it has caught everything Argosy raises on purpose."""

    code: ClassVar[str] = "error"


class InputError(ArgosyError):
    """The caller asked for something impossible."""

    code = "invalid"


class CurrencyMismatchError(InputError):
    """Two amounts were joined that are not in the same currency."""

    code = "currency_mismatch"


class UnknownAssetError(InputError):
    """A symbol names no asset that the user can see."""

    code = "unknown_asset"

    def __init__(self, symbol: str) -> None:
        self.symbol = symbol
        super().__init__(f"No asset has the symbol {symbol[:_SHOWN]}. Create it first.")


class ImportFormatError(InputError):
    """A file cannot be read as what it claims to be."""

    code = "import_format"

    def __init__(self, message: str, *, line: int | None = None) -> None:
        self.line = line
        super().__init__(f"Line {line}: {message}" if line is not None else message)


class ForbiddenAddressError(InputError):
    """A user's URL leads where none may lead, or cannot be a URL."""

    code = "address_forbidden"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with one row of many, and how to mend it. Rows count from 0."""

    row: int
    reason: str
    code: str = "invalid"

    @property
    def place(self) -> str:
        """Where the row stands, for people."""
        return f"row {self.row}"


class BatchError(InputError):
    """Some rows of a batch are wrong; none was stored."""

    code = "batch_invalid"

    def __init__(self, problems: list[RowProblem]) -> None:
        self.problems = problems
        super().__init__(_told(problems))


class UnauthorizedError(ArgosyError):
    """Nobody is signed in, or the token is not valid any more."""

    code = "unauthorized"


class AccessError(ArgosyError):
    """Signed in, but the role does not allow it."""

    code = "forbidden"


class NotFoundError(ArgosyError):
    """No such thing, or it belongs to somebody else."""

    code = "not_found"

    def __init__(self, what: str, key: object) -> None:
        self.what = what
        self.key = key
        super().__init__(f"There is no {what} {key}.")


class ConflictError(ArgosyError):
    """The request contradicts what is stored."""

    code = "conflict"


class OversoldError(ConflictError):
    """More would leave a position than it holds on that day."""

    code = "oversold"

    def __init__(
        self,
        *,
        symbol: str,
        held: Decimal,
        wanted: Decimal,
        on: date,
        transaction_id: str | None = None,
    ) -> None:
        self.symbol = symbol
        self.held = held
        self.wanted = wanted
        self.on = on
        self.transaction_id = transaction_id
        super().__init__(
            f"{symbol}: {plain(held)} held on {on.isoformat()}; this needs {plain(wanted)}."
        )


class DuplicateError(ConflictError):
    """Something with the same name or key exists already."""

    code = "duplicate"


class AmbiguousSymbolError(ConflictError):
    """A symbol alone matches assets on several exchanges."""

    code = "ambiguous_symbol"

    def __init__(self, symbol: str, candidates: list[str]) -> None:
        self.symbol = symbol
        self.candidates = candidates
        super().__init__(f"{symbol} could be {', '.join(candidates)}. Name the exchange.")


class StaleError(ConflictError):
    """What the caller edits has changed since it was read."""

    code = "stale"


class BatchConflictError(ConflictError):
    """Some rows of a batch contradict the ledger; none was stored."""

    code = "batch_conflict"

    def __init__(self, problems: list[RowProblem]) -> None:
        self.problems = problems
        super().__init__(_told(problems))


class TooSoonError(ArgosyError):
    """The same was done a moment ago; it may be asked for again after a while."""

    code = "too_soon"

    def __init__(self, message: str, *, retry_after_s: float) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(f"{message} Try again in {max(1, round(retry_after_s))} s.")


class MissingDataError(ArgosyError):
    """One figure was asked for whose data do not exist."""

    code = "missing_data"


class PriceMissingError(MissingDataError):
    """An asset has no price at or before the day."""

    code = "price_missing"


class RateMissingError(MissingDataError):
    """Two currencies are not connected by rates at or before the day."""

    code = "rate_missing"


class HistoryTooShortError(MissingDataError):
    """A statistic needs more points than there are."""

    code = "history_too_short"


class SolveError(ArgosyError):
    """No answer satisfies the limits."""

    code = "solve_failed"


class InfeasibleError(SolveError):
    """The limits contradict each other."""

    code = "infeasible"


class NotConvergedError(SolveError):
    """The solver stopped before it reached an answer."""

    code = "not_converged"


class StorageError(ArgosyError):
    """The database or the disk refused; nothing of the request was stored."""

    code = "storage"


class SourceError(ArgosyError):
    """The outside world failed; where it was not `asked` at all, we kept from it ourselves."""

    code = "source_failed"

    def __init__(self, source: str, message: str, *, asked: bool = True) -> None:
        self.source = source
        self.asked = asked
        super().__init__(f"{source}: {message}")


class SourceDownError(SourceError):
    """The source did not answer, or answered that it is broken."""

    code = "source_down"


class RateLimitedError(SourceError):
    """The source asks for fewer requests."""

    code = "rate_limited"

    def __init__(
        self,
        source: str,
        message: str,
        *,
        retry_after_s: float | None = None,
        asked: bool = True,
    ) -> None:
        self.retry_after_s = retry_after_s
        super().__init__(source, message, asked=asked)


class SourceChangedError(SourceError):
    """The answer does not have the form it used to have."""

    code = "source_changed"


class SourceRefusedError(SourceError):
    """The source refused: a wrong key, a plan that does not include it, a blocked address."""

    code = "source_refused"


class SourceKeyMissingError(SourceRefusedError):
    """The source wants a key or an address, and none is set."""

    code = "source_key_missing"

    def __init__(self, source: str, setting: str) -> None:
        self.setting = setting
        super().__init__(source, f"it cannot be asked yet. Set {setting}.")


class NotAtSourceError(SourceError):
    """The source does not know this symbol. Never retried, never stored as an empty history."""

    code = "not_at_source"


class SourcesFailedError(SourceError):
    """Several sources were asked, one after the other, and none had it; `errors` says why."""

    code = "sources_failed"

    def __init__(self, errors: Mapping[str, ArgosyError]) -> None:
        self.errors = dict(errors)
        reasons = " ".join(f"{str(error).rstrip('.')}." for error in errors.values())
        super().__init__(", ".join(errors), f"none of them gave it. {reasons}")


def _told(problems: list[RowProblem]) -> str:
    first = problems[0]
    count = "1 row is wrong" if len(problems) == 1 else f"{len(problems)} rows are wrong"
    return f"{count}; nothing is stored yet. First, {first.place}: {first.reason}"


def plain(value: Decimal) -> str:
    """Write a decimal in plain digits, without an exponent or trailing zeros.

    Examples
    --------
    >>> plain(Decimal("1E+3")), plain(Decimal("0.500")), plain(Decimal("-0.00"))
    ('1000', '0.5', '0')
    """
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text
