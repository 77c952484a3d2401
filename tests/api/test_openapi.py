"""The description that is checked in is the program's."""

import json
from pathlib import Path

from openapi_spec_validator import validate

from argosy.api.openapi import document

FILE = Path(__file__).parents[2] / "openapi.json"


def operations(described):
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_the_file_is_fresh():
    assert FILE.read_bytes() == document(), "argosy openapi writes it anew"


def test_it_is_valid():
    validate(json.loads(document()))


def test_no_setting_of_the_environment_touches_it(monkeypatch):
    before = document()
    monkeypatch.setenv("ARGOSY_PORT", "9999")
    monkeypatch.setenv("ARGOSY_JSON_BODY_LIMIT", "2048")
    assert document() == before


def test_every_operation_is_explained_and_has_its_own_name():
    described = json.loads(document())
    ids = [operation["operationId"] for _, _, operation in operations(described)]
    assert sorted(ids) == sorted(set(ids))
    for path, method, operation in operations(described):
        assert operation.get("description"), f"{method} {path}"
        assert operation.get("tags"), f"{method} {path}"


def test_errors_are_described_in_the_form_they_have():
    described = json.loads(document())
    assert "HTTPValidationError" not in json.dumps(described)
    for path, method, operation in operations(described):
        if path.startswith("/api/v1/"):
            assert "422" in operation["responses"] or method == "get", f"{method} {path}"


def test_bodies_have_examples():
    described = json.loads(document())
    schemas = described["components"]["schemas"]
    for path, method, operation in operations(described):
        content = operation.get("requestBody", {}).get("content", {})
        reference = content.get("application/json", {}).get("schema", {}).get("$ref")
        if reference:
            schema = schemas[reference.rpartition("/")[2]]
            has_one = schema.get("examples") or schema.get("example")
            fields = schema.get("properties", {}).values()
            assert has_one or any("examples" in field for field in fields), f"{method} {path}"
