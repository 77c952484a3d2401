"""The API's reference page: made here, so that it needs no script and no other host."""

from html import escape
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;
color-scheme:light dark}
summary{cursor:pointer;padding:.3rem 0}code{font-size:.93em}
.method{display:inline-block;min-width:4.5rem;font-weight:600}
table{border-collapse:collapse;margin:.5rem 0 1rem}
td,th{text-align:left;padding:.15rem 1rem .15rem 0;vertical-align:top}
"""


@router.get("/api/docs", response_class=HTMLResponse)
async def show_reference(request: Request) -> HTMLResponse:
    """Show every operation with its fields."""
    document = request.app.openapi()
    by_tag: dict[str, list[str]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            tag = operation.get("tags", ["service"])[0]
            by_tag.setdefault(tag, []).append(_operation(document, path, method, operation))
    sections = "".join(f"<h2>{escape(tag)}</h2>{''.join(parts)}" for tag, parts in by_tag.items())
    return HTMLResponse(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Argosy API</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<h1>Argosy API {escape(document['info']['version'])}</h1>"
        f"<p>{escape(document['info']['description'])}</p>"
        f'<p><a href="/openapi.json">openapi.json</a></p>{sections}</html>'
    )


def _operation(document: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> str:
    parts = [f"<p>{escape(operation.get('description', ''))}</p>"]
    if parameters := operation.get("parameters"):
        rows = [(item["name"], item["schema"], item.get("required")) for item in parameters]
        parts.append(_table("Parameters", rows))
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if body:
        parts.append(_fields("Body", document, body["schema"]))
    for status, response in operation["responses"].items():
        content = response.get("content", {}).get("application/json")
        if status.startswith("2") and content:
            parts.append(_fields(f"Answer {status}", document, content["schema"]))
    return (
        f"<details><summary><span class=method>{escape(method.upper())}</span>"
        f"<code>{escape(path)}</code> {escape(operation.get('summary', ''))}</summary>"
        f"{''.join(parts)}</details>"
    )


def _fields(title: str, document: dict[str, Any], schema: dict[str, Any]) -> str:
    name = _type_name(schema)
    model = document["components"]["schemas"].get(name.removesuffix("[]"), {})
    required = set(model.get("required", ()))
    properties = model.get("properties", {})
    rows = [(field, of, field in required) for field, of in properties.items()]
    return _table(f"{title}: {name}", rows)


def _table(title: str, rows: list[tuple[str, dict[str, Any], Any]]) -> str:
    lines = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{escape(_type_name(schema))}</td>"
        f"<td>{'required' if required else ''}</td>"
        f"<td>{escape(str(schema.get('description', '')))}</td></tr>"
        for name, schema, required in rows
    )
    return f"<h4>{escape(title)}</h4><table>{lines}</table>"


def _type_name(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " or ".join(_type_name(option) for option in schema["anyOf"])
    if schema.get("type") == "array":
        return _type_name(schema.get("items", {})) + "[]"
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    return str(schema.get("format") or schema.get("type") or "any")
