"""Errors become answers here, by one table; every answer has the form `{"detail", "code"}`."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson
import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

from argosy.core import errors
from argosy.core.errors import ArgosyError, plain

STATUSES: dict[type[ArgosyError], int] = {
    errors.ArgosyError: 500,
    errors.InputError: 422,
    errors.CurrencyMismatchError: 422,
    errors.UnknownAssetError: 422,
    errors.ImportFormatError: 422,
    errors.ForbiddenAddressError: 422,
    errors.BatchError: 422,
    errors.UnauthorizedError: 401,
    errors.AccessError: 403,
    errors.NotFoundError: 404,
    errors.ConflictError: 409,
    errors.OversoldError: 409,
    errors.DuplicateError: 409,
    errors.AmbiguousSymbolError: 409,
    errors.StaleError: 409,
    errors.BatchConflictError: 409,
    errors.TooSoonError: 429,
    errors.MissingDataError: 409,
    errors.PriceMissingError: 409,
    errors.RateMissingError: 409,
    errors.HistoryTooShortError: 409,
    errors.SolveError: 409,
    errors.InfeasibleError: 409,
    errors.NotConvergedError: 409,
    errors.StorageError: 503,
    errors.SourceError: 502,
    errors.SourceDownError: 503,
    errors.RateLimitedError: 503,
    errors.SourceChangedError: 502,
    errors.SourceRefusedError: 502,
    errors.SourceKeyMissingError: 502,
    errors.NotAtSourceError: 502,
    errors.SourcesFailedError: 502,
}
"""The one table: each class of `argosy.core.errors` and its status."""

EXTRAS: dict[type, dict[str, str]] = {
    errors.UnknownAssetError: {"symbol": "symbol"},
    errors.ImportFormatError: {"line": "line"},
    errors.BatchError: {"problems": "problems"},
    errors.BatchConflictError: {"problems": "problems"},
    errors.OversoldError: {
        name: name for name in ("symbol", "held", "wanted", "on", "transaction_id")
    },
    errors.AmbiguousSymbolError: {"symbol": "symbol", "candidates": "candidates"},
    errors.SourceError: {"source": "source"},
    errors.RateLimitedError: {"retry_after": "retry_after_s"},
    errors.TooSoonError: {"retry_after": "retry_after_s"},
}
"""What an answer holds beside `detail` and `code`: its field → the error's attribute."""

HTTP_CODES = {
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    503: "unavailable",
}
INTERNAL = b'{"detail":"Internal server error","code":"internal"}'
PROBLEMS_MAX = 100
"""Of very many wrong fields the first hundred are told."""

_ECHO_MAX = 100
_NO_OBJECT = {"model_type", "model_attributes_type"}
_PRIVATE = {"password", "new_password", "refresh_token", "invite_code", "token"}

log = structlog.get_logger("argosy.api")


def answer(
    status: int,
    detail: object,
    code: str,
    *,
    headers: Mapping[str, str] | None = None,
    **extra: Any,
) -> Response:
    """Write an error as JSON."""
    content = orjson.dumps({"detail": detail, "code": code, **extra}, default=_write)
    known = dict(headers or {})
    if status == 401:
        known.setdefault("WWW-Authenticate", "Bearer")
    return Response(content, status, headers=known, media_type="application/json")


def internal_error() -> Response:
    """Write the answer to a fault of our own; its cause is in the log under the request's id."""
    return Response(INTERNAL, 500, media_type="application/json")


def status_of(error: ArgosyError) -> int:
    """Return the status of an error: its own row, else that of the nearest class above."""
    return next(STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES)


def install(app: FastAPI) -> None:
    """Let an app answer with this table."""
    app.add_exception_handler(ArgosyError, _argosy_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(DBAPIError, _database_error)


async def _argosy_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ArgosyError)
    status = status_of(error)
    if status == 500:
        raise error
    if status >= 502:
        log.warning("outside_failed", code=error.code, reason=str(error))
    detail = _as_field_errors(error) if status == 422 else str(error)
    return answer(status, detail, error.code, headers=_headers(error), **_extras(error))


def _headers(error: ArgosyError) -> dict[str, str]:
    if isinstance(error, errors.RateLimitedError | errors.TooSoonError):
        wait_s = error.retry_after_s
        return {} if wait_s is None else {"Retry-After": str(max(1, round(wait_s)))}
    return {}


def _extras(error: ArgosyError) -> dict[str, Any]:
    """Return what a program may act on, beside the sentence."""
    fields: dict[str, str] = {}
    for kind in type(error).__mro__:
        fields |= EXTRAS.get(kind, {})
    return {name: getattr(error, attribute) for name, attribute in fields.items()}


def _as_field_errors(error: ArgosyError) -> list[dict[str, Any]]:
    """Write impossible input in the form in which FastAPI writes it: a list of fields."""
    if isinstance(error, errors.BatchError):
        return [
            {"type": problem.code, "loc": ["body", problem.row], "msg": problem.reason}
            for problem in error.problems[:PROBLEMS_MAX]
        ]
    return [{"type": error.code, "loc": ["body"], "msg": str(error)}]


async def _validation_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return answer(422, field_errors(error.errors()), "invalid")


def field_errors(problems: Sequence[Any]) -> list[dict[str, Any]]:
    """Keep of pydantic's errors what may travel: no secrets, no megabytes, no live objects."""
    shown = []
    for problem in problems[:PROBLEMS_MAX]:
        loc = list(problem["loc"])
        message = problem["msg"].removeprefix("Value error, ")
        if problem["type"] in _NO_OBJECT:
            message = "A JSON object is needed"
            message += ", with Content-Type: application/json" if loc == ["body"] else ""
        item: dict[str, Any] = {"type": problem["type"], "loc": loc, "msg": message}
        given = problem.get("input")
        if (
            isinstance(given, str | int | float | Decimal | None)
            and len(str(given)) <= _ECHO_MAX
            and not _PRIVATE.intersection(map(str, loc))
            and problem["type"] != "json_invalid"
        ):
            item["input"] = str(given) if isinstance(given, Decimal | float | int) else given
        if problem["type"] == "json_invalid":
            item["msg"] = f"{problem['msg']}: {problem['ctx']['error']}"
        shown.append(item)
    return shown


async def _http_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 400:  # a form that cannot be taken apart is wrong input like any other
        problem = {"type": "invalid", "loc": ["body"], "msg": error.detail}
        return answer(422, [problem], "invalid")
    code = HTTP_CODES.get(error.status_code, "error")
    return answer(error.status_code, error.detail, code, headers=error.headers)


async def _database_error(_request: Request, error: Exception) -> Response:
    """Answer a database that went away; a statement of ours that is wrong is a fault of our own."""
    assert isinstance(error, DBAPIError)
    if not error.connection_invalidated and type(error).__name__ != "OperationalError":
        raise error
    log.error("database_failed", exc_info=error)
    message = "The database does not answer. Nothing of this request is stored; try again."
    return answer(503, message, errors.StorageError.code)


def _write(value: object) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    raise TypeError
