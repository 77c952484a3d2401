"""Which changes of an OpenAPI description break a client that was written against the older one."""

from collections.abc import Iterator
from typing import Any

METHODS = ("get", "put", "post", "patch", "delete")
Json = dict[str, Any]


def breaking_changes(old: Json, new: Json) -> list[str]:
    """Name each removal or new demand, by its place."""
    return list(_paths(old, new))


def _paths(old: Json, new: Json) -> Iterator[str]:
    for path, item in old["paths"].items():
        if path not in new["paths"]:
            yield f"{path} is gone"
            continue
        for method in METHODS:
            if method not in item:
                continue
            if method not in new["paths"][path]:
                yield f"{method.upper()} {path} is gone"
                continue
            place = f"{method.upper()} {path}"
            yield from _operation(place, (old, item[method]), (new, new["paths"][path][method]))


def _operation(place: str, old: tuple[Json, Json], new: tuple[Json, Json]) -> Iterator[str]:
    yield from _parameters(place, old, new)
    asked, now_asked = _body(*old), _body(*new)
    if now_asked is not None:
        before = _fields(old[0], asked) if asked is not None else {}
        for name in _required(new[0], now_asked) - _required(old[0], asked or {}):
            yield (
                f"{place}: the body now needs {name}"
                if name in before
                else (f"{place}: the body has a new required field {name}")
            )
    for status, answer in old[1].get("responses", {}).items():
        if not status.startswith("2"):
            continue
        if status not in new[1].get("responses", {}):
            yield f"{place}: no longer answers {status}"
            continue
        given = _fields(old[0], _schema(old[0], answer))
        still = _fields(new[0], _schema(new[0], new[1]["responses"][status]))
        for name, kinds in given.items():
            if name not in still:
                yield f"{place}: the answer has lost {name}"
            elif not still[name] <= kinds:
                yield f"{place}: {name} was {_words(kinds)} and is {_words(still[name])}"


def _parameters(place: str, old: tuple[Json, Json], new: tuple[Json, Json]) -> Iterator[str]:
    before = {(p["in"], p["name"]): p for p in _resolved_parameters(*old)}
    now = {(p["in"], p["name"]): p for p in _resolved_parameters(*new)}
    for key in before.keys() - now.keys():
        if key[0] != "path":
            yield f"{place}: the parameter {key[1]} is gone"
    for key, parameter in now.items():
        was_required = before.get(key, {}).get("required", False)
        if parameter.get("required") and not was_required and key[0] != "path":
            yield f"{place}: the parameter {key[1]} is now required"


def _resolved_parameters(root: Json, operation: Json) -> list[Json]:
    return [_resolve(root, parameter) for parameter in operation.get("parameters", [])]


def _body(root: Json, operation: Json) -> Json | None:
    body = operation.get("requestBody")
    return _schema(root, body) if body else None


def _schema(root: Json, holder: Json) -> Json:
    content = _resolve(root, holder).get("content", {})
    schema: Json = content.get("application/json", {}).get("schema", {})
    return schema


def _resolve(root: Json, schema: Json) -> Json:
    while "$ref" in schema:
        found: Any = root
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        schema = found
    return schema


def _required(root: Json, schema: Json) -> set[str]:
    return set(_resolve(root, schema).get("required", ()))


def _fields(
    root: Json, schema: Json, prefix: str = "", above: tuple[str, ...] = ()
) -> dict[str, frozenset[str]]:
    """Every field of a body by its dotted place, with the JSON types it may have."""
    reference = schema.get("$ref")
    if reference in above:
        return {}
    above = (*above, reference) if reference else above
    schema = _resolve(root, schema)
    fields: dict[str, frozenset[str]] = {}
    for option in [*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())]:
        fields |= _fields(root, option, prefix, above)
    if "items" in schema:
        fields |= _fields(root, schema["items"], f"{prefix}[]", above)
    for name, part in schema.get("properties", {}).items():
        place = f"{prefix}.{name}".lstrip(".")
        fields[place] = _kinds(root, part)
        fields |= _fields(root, part, place, above)
    return fields


def _kinds(root: Json, schema: Json) -> frozenset[str]:
    schema = _resolve(root, schema)
    options = [*schema.get("anyOf", ()), *schema.get("oneOf", ())]
    if options:
        return frozenset().union(*(_kinds(root, option) for option in options))
    kind = schema.get("type", "any")
    return frozenset(kind if isinstance(kind, list) else [kind])


def _words(kinds: frozenset[str]) -> str:
    return " or ".join(sorted(kinds))
