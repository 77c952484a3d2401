"""The way in: the service's own routes, accounts, tokens, errors."""

import base64
import json

import httpx2
import pytest

from tests.acceptance.person import PASSWORD, Person
from tests.acceptance.program import Program


def test_the_service_names_itself(program: Program):
    assert httpx2.get(f"{program.url}/health").status_code == 200
    answer = httpx2.get(f"{program.url}/api/v1").json()
    assert {"service", "version", "status"} <= answer.keys()
    assert httpx2.get(f"{program.url}/openapi.json").json()["openapi"].startswith("3.")


PATHS = {
    "/api/v1/auth/register": "post",
    "/api/v1/auth/login": "post",
    "/api/v1/auth/me": "get",
    "/api/v1/portfolios": "get post",
    "/api/v1/portfolios/{}": "get put patch delete",
    "/api/v1/portfolios/{}/holdings": "get",
    "/api/v1/portfolios/{}/gains": "get",
    "/api/v1/portfolios/{}/series": "get",
    "/api/v1/portfolios/{}/performance": "get",
    "/api/v1/portfolios/{}/explain": "get",
    "/api/v1/transactions": "get post",
    "/api/v1/transactions/batch": "post",
    "/api/v1/transactions/{}": "get put patch delete",
    "/api/v1/transactions/portfolio/{}": "get",
    "/api/v1/assets": "get post",
    "/api/v1/assets/search": "get",
    "/api/v1/assets/{}": "get patch",
    "/api/v1/assets/{}/prices": "get put",
    "/api/v1/assets/{}/splits": "put",
    "/api/v1/exchange-rates": "get put",
}


def test_openapi_lists_every_route_of_the_contract(program: Program):
    listed = {
        "{}".join(part.split("}")[-1] for part in path.split("{")): set(methods)
        for path, methods in httpx2.get(f"{program.url}/openapi.json").json()["paths"].items()
    }
    for path, methods in PATHS.items():
        assert set(methods.split()) <= listed[path], path


def test_an_account_tells_who_it_is_and_is_no_administrator(me: Person):
    account = me.get("/auth/me")
    assert account["email"] == f"{me.name}@example.org"
    assert account["username"] == me.name
    assert account["is_admin"] is False
    assert "password" not in json.dumps(account)


def test_names_and_addresses_are_taken_in_any_letter_case(me: Person):
    body = {"email": "other@example.org", "username": me.name.upper(), "password": PASSWORD}
    me.post("/auth/register", body, status=409)
    body = {"email": f"{me.name}@EXAMPLE.org".upper(), "username": "another", "password": PASSWORD}
    me.post("/auth/register", body, status=409)
    login = {"email": f"{me.name.upper()}@Example.Org", "password": PASSWORD}
    tokens = me.post("/auth/login", login, status=200)
    assert tokens["token_type"].lower() == "bearer"
    assert {"access_token", "refresh_token"} <= tokens.keys()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "no address"),
        ("email", ""),
        ("username", "ab"),
        ("username", "a" * 51),
        ("password", "seven77"),
        ("password", "p" * 101),
        ("password", None),
    ],
)
def test_an_account_that_cannot_be_is_422(me: Person, field, value):
    body = {"email": "new@example.org", "username": "newcomer", "password": PASSWORD}
    problem = me.post("/auth/register", {**body, field: value}, status=422)
    assert problem["detail"][0]["loc"] == ["body", field]


def test_passwords_have_no_other_rule_than_their_length(people):
    me = people()
    for count, password in enumerate(["aaaaaaaa", "пароль с пробелом", "ü" * 100]):
        name = f"{me.name}-{count}"
        account = {"email": f"{name}@example.org", "password": password}
        me.post("/auth/register", {**account, "username": name})
        me.post("/auth/login", account, status=200)


@pytest.mark.parametrize(
    "path", ["/portfolios", "/transactions", "/assets", "/auth/me", "/assets/A"]
)
def test_without_a_token_everything_is_401(program: Program, path):
    answer = httpx2.get(f"{program.url}/api/v1{path}")
    assert (answer.status_code, set(answer.json())) == (401, {"detail", "code"})


def test_wrong_passwords_and_forged_tokens_are_401(me: Person):
    for account in ({"email": f"{me.name}@example.org"}, {"email": "nobody@example.org"}):
        me.post("/auth/login", {**account, "password": "wrong password"}, status=401)
    login = {"email": f"{me.name}@example.org", "password": PASSWORD}
    tokens = me.post("/auth/login", login, status=200)
    header, payload, signature = tokens["access_token"].split(".")
    bare = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    altered = "A" if signature[0] != "A" else "B"
    forged = [
        f"{bare}.{payload}.",
        f"{bare}.{payload}.{signature}",
        f"{header}.{payload}.{altered}{signature[1:]}",
        tokens["refresh_token"],
        "x.y.z",
    ]
    for token in forged:
        answer = me.ask("GET", "/auth/me", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401, token


def test_an_unknown_route_and_a_wrong_method_answer_in_the_same_form(me: Person):
    assert me.get("/nowhere", status=404)["code"]
    assert me.ask("DELETE", "/portfolios").json()["code"]
    assert me.ask("DELETE", "/portfolios").status_code == 405


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b"[" * 100000])
def test_a_body_that_is_no_json_object_is_422(me: Person, body):
    for path in ("/portfolios", "/transactions", "/transactions/batch", "/assets"):
        answer = me.http.post(path, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422, (path, answer.text)
        assert {"detail", "code"} <= answer.json().keys()


@pytest.mark.parametrize("text", ["half \ud800 a character", "a\x00b"])
def test_texts_that_no_database_can_keep_are_422(me: Person, text):
    portfolio = me.portfolio()
    line = me.line(portfolio, "BUY", "2024-01-02", quantity="1", price="1")
    bodies = {
        "/portfolios": {"name": text},
        "/assets": {"symbol": "NEW", "metadata": {"k": [text]}},
        "/auth/register": {"email": "n@example.org", "username": text, "password": PASSWORD},
        "/transactions": {**line, "note": text},
        "/transactions/batch": {"transactions": [{**line, "external_id": text}]},
    }
    for path, body in bodies.items():
        content = json.dumps(body).encode()
        answer = me.http.post(path, content=content, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422, path
