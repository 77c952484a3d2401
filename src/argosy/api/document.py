"""The OpenAPI document: what FastAPI knows, and what it cannot know by itself."""

from collections.abc import Sequence
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute, iter_route_contexts
from pydantic.json_schema import models_json_schema
from starlette.routing import BaseRoute

REF = "#/components/schemas/{model}"
_UNUSED = ("HTTPValidationError", "ValidationError")
_DESCRIPTION = """\
Money, quantities, prices and rates are strings of plain decimals; fractions and statistics are
numbers. A timestamp may be a bare date. Enums are read in any letter case. Errors have the form
`{"detail", "code"}`."""


def describe(app: FastAPI) -> None:
    """Let an app describe itself with all that FastAPI cannot know by itself."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _build(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def render(app: FastAPI) -> bytes:
    """Write an app's document as it is checked in."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(app.openapi(), option=options)


def _build(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, description=_DESCRIPTION, routes=app.routes
    )
    schemas: dict[str, Any] = document["components"]["schemas"]
    _describe_large_bodies(document, app.routes)
    for name in _UNUSED:
        schemas.pop(name, None)
    document["components"]["schemas"] = dict(sorted(schemas.items()))
    return document


def _describe_large_bodies(document: dict[str, Any], routes: Sequence[BaseRoute]) -> None:
    """Add the bodies that `large_body` reads: FastAPI does not see them."""
    for route in iter_route_contexts(routes):
        if not isinstance(route.original_route, APIRoute):
            continue
        for dependant in route.dependant.dependencies:
            model = getattr(dependant.call, "body_model", None)
            if model is None:
                continue
            _, definitions = models_json_schema([(model, "validation")], ref_template=REF)
            document["components"]["schemas"].update(definitions["$defs"])
            reference = {"schema": {"$ref": REF.format(model=model.__name__)}}
            for method in route.methods or ():
                document["paths"][route.path_format][method.lower()]["requestBody"] = {
                    "required": True,
                    "content": {"application/json": reference},
                }
