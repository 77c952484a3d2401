"""Bodies, read exactly: JSON numbers become `Decimal`, never float, and large ones do not block.

Every router uses `ExactRoute`. A route whose body may have very many rows takes it with
`large_body` or `large_rows`, which validate it away from the event loop.
"""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from decimal import Decimal
from json import JSONDecodeError
from typing import Any, Generic, NoReturn, TypeVar

from fastapi import APIRouter, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError
from starlette.exceptions import HTTPException
from typing_extensions import override

from argosy.core.errors import RowProblem, UnauthorizedError
from argosy.runtime.tokens import TokenType
from argosy.services.batches import undisturbed

Model = TypeVar("Model", bound=BaseModel)
Draft = TypeVar("Draft")

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")

LARGE_BYTES = 64 * 1024
"""From here on a body is parsed in a thread."""

STRANGERS_BYTES = 1024 * 1024
"""A larger body is read only from those who are signed in."""


class ExactRequest(Request):
    """A request whose JSON keeps every digit."""

    @override
    async def json(self) -> Any:
        """Return the body's JSON, or raise `JSONDecodeError`."""
        if not hasattr(self, "_json"):
            body = await self.body()
            if len(body) > STRANGERS_BYTES and not _is_signed_in(self):
                # Parsing costs seconds; whoever asks for that is known by name.
                raise HTTPException(401, "Sign in first: a body this large needs an access token.")
            if len(body) < LARGE_BYTES:
                self._json = parse_json(body)
            else:
                self._json = await asyncio.to_thread(parse_json, body)
        return self._json


class ExactRoute(APIRoute):
    """A route that hands its endpoint an `ExactRequest`, and keeps answers to be replayed."""

    @override
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_exactly(request: Request) -> Response:
            response = await handle(ExactRequest(request.scope, request.receive))
            keep: Callable[[Response], Awaitable[None]] | None
            keep = request.scope.get("argosy.keep_answer")
            if keep is not None:
                # Still inside the request's transaction: the answer is kept with what it answers.
                await keep(response)
            return response

        return handle_exactly


def exact_router(**options: Any) -> APIRouter:
    """Make a router whose bodies are read exactly."""
    return APIRouter(route_class=ExactRoute, **options)


def parse_json(body: bytes) -> Any:
    """Parse JSON with exact numbers.

    Raises
    ------
    JSONDecodeError
        If it is no JSON, holds NaN, Infinity or half a character, is nested too deeply, or is
        not UTF-8.
    """
    try:
        value = json.loads(
            body.decode("utf-8-sig"),
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            # A call into Python for each object lets other threads have their turn: the C
            # parser alone would hold the interpreter, and with it /health, to the body's end.
            object_hook=_same,
        )
        if _SURROGATE.search(body):
            _refuse_halves(value)
    except UnicodeEncodeError as error:
        message = "A text holds half a character (a lone surrogate)"
        raise JSONDecodeError(message, "", 0) from error
    except UnicodeDecodeError as error:
        message = "The body is not UTF-8"
        raise JSONDecodeError(message, "", error.start) from error
    except RecursionError as error:
        message = "The body is nested too deeply"
        raise JSONDecodeError(message, "", 0) from error
    except JSONDecodeError:
        raise
    except ValueError as error:  # an integer of thousands of digits
        message = "A number has too many digits"
        raise JSONDecodeError(message, "", 0) from error
    return value


def _refuse_halves(value: Any) -> None:
    """Raise `UnicodeEncodeError` if a text cannot be written in any encoding."""
    for part in json.JSONEncoder(ensure_ascii=False, default=str).iterencode(value):
        part.encode()


def _is_signed_in(request: Request) -> bool:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return False
    try:
        request.app.state.argosy.tokens.read(token, TokenType.ACCESS)
    except UnauthorizedError:
        return False
    return True


def _same(value: dict[str, Any]) -> dict[str, Any]:
    return value


def _refuse_constant(name: str) -> NoReturn:
    message = f"{name} is no number in JSON; leave the field out or send null"
    raise JSONDecodeError(message, "", 0)


def large_body(
    model: type[Model],
) -> Callable[[Request], Coroutine[Any, Any, Model]]:
    """Make a dependency that validates a body of very many rows in a thread.

    Use it as ``Annotated[BatchIn, Depends(large_body(BatchIn))]``; the OpenAPI document describes
    the body like any other.
    """

    async def read(request: Request) -> Model:
        try:
            raw = await request.json()
        except JSONDecodeError as error:
            raise json_refused(error) from error
        try:
            return await asyncio.to_thread(model.model_validate, raw)
        except ValidationError as error:
            problems = error.errors(include_url=False, include_context=False)
            raise RequestValidationError(
                [{**problem, "loc": ("body", *problem["loc"])} for problem in problems]
            ) from error

    read.body_model = model  # type: ignore[attr-defined]
    return read


@dataclass(frozen=True, slots=True)
class Rows(Generic[Model, Draft]):
    """A body whose rows are read: before the transaction begins, for others want to write too."""

    body: Model
    drafts: list[Draft]
    problems: list[RowProblem]


def large_rows(
    model: type[Model], read: Callable[[Model], tuple[list[Draft], list[RowProblem]]]
) -> Callable[[Request], Coroutine[Any, Any, Rows[Model, Draft]]]:
    """Make a dependency that validates a large body and reads its rows, both in a thread."""
    validated = large_body(model)

    async def rows(request: Request) -> Rows[Model, Draft]:
        body = await validated(request)
        return Rows(body, *await undisturbed(read, body))

    rows.body_model = model  # type: ignore[attr-defined]
    return rows


def json_refused(error: JSONDecodeError) -> RequestValidationError:
    """Word a body that is no JSON as FastAPI does."""
    return RequestValidationError(
        [
            {
                "type": "json_invalid",
                "loc": ("body", error.pos),
                "msg": "JSON decode error",
                "ctx": {"error": error.msg},
            }
        ]
    )
