"""Clients of a released API keep working: nothing they read is taken, nothing new is demanded."""

import json
from copy import deepcopy

import pytest

from tests.architecture.openapi_changes import breaking_changes
from tests.architecture.source import DOCS, ROOT

CURRENT = ROOT / "openapi.json"
RELEASED = DOCS / "api" / "openapi.released.json"

OLD = {
    "paths": {
        "/things": {
            "get": {
                "parameters": [{"in": "query", "name": "since", "required": False}],
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {
                                "schema": {
                                    "type": "array",
                                    "items": {"$ref": "#/components/schemas/Thing"},
                                }
                            }
                        }
                    }
                },
            },
            "post": {
                "requestBody": {
                    "content": {
                        "application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}
                    }
                },
                "responses": {"201": {}},
            },
        }
    },
    "components": {
        "schemas": {
            "Thing": {
                "type": "object",
                "required": ["name"],
                "properties": {
                    "name": {"type": "string"},
                    "price": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
                },
            }
        }
    },
}


@pytest.mark.skipif(not RELEASED.exists(), reason="nothing was released yet")
def test_the_api_breaks_no_client_of_the_last_release():
    changes = breaking_changes(json.loads(RELEASED.read_text()), json.loads(CURRENT.read_text()))
    assert not changes, "\n".join(changes)


def test_additions_break_nobody():
    new = deepcopy(OLD)
    new["paths"]["/more"] = {"get": {"responses": {}}}
    new["components"]["schemas"]["Thing"]["properties"]["note"] = {"type": "string"}
    assert breaking_changes(OLD, new) == []


def test_a_lost_path_or_method_is_a_break():
    assert breaking_changes(OLD, {"paths": {}}) == ["/things is gone"]
    new = deepcopy(OLD)
    del new["paths"]["/things"]["post"]
    assert breaking_changes(OLD, new) == ["POST /things is gone"]


def test_a_lost_field_of_an_answer_is_a_break():
    new = deepcopy(OLD)
    del new["components"]["schemas"]["Thing"]["properties"]["price"]
    assert breaking_changes(OLD, new) == ["GET /things: the answer has lost [].price"]


def test_a_field_that_changes_its_type_is_a_break():
    new = deepcopy(OLD)
    new["components"]["schemas"]["Thing"]["properties"]["price"] = {"type": "number"}
    assert breaking_changes(OLD, new) == ["GET /things: [].price was null or string and is number"]


def test_a_new_demand_is_a_break():
    new = deepcopy(OLD)
    new["components"]["schemas"]["Thing"]["required"] = ["name", "price"]
    new["paths"]["/things"]["get"]["parameters"][0]["required"] = True
    assert breaking_changes(OLD, new) == [
        "GET /things: the parameter since is now required",
        "POST /things: the body now needs price",
    ]


def test_a_lost_parameter_is_a_break():
    new = deepcopy(OLD)
    new["paths"]["/things"]["get"]["parameters"] = []
    assert breaking_changes(OLD, new) == ["GET /things: the parameter since is gone"]
