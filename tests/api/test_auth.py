"""Signing up, signing in, staying signed in."""

import asyncio
from datetime import timedelta

import jwt
import pytest
from sqlalchemy import text

from argosy.wiring import Argosy
from tests.support.api import PASSWORD, app_client, log_in, make_settings, register, sign_up

LOGIN = "/api/v1/auth/login"
REGISTER = "/api/v1/auth/register"
ME = "/api/v1/auth/me"
REFRESH = "/api/v1/auth/refresh"


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def test_an_account_is_made_and_signs_in(each_client):
    account = await sign_up(each_client)
    me = (await each_client.get(ME)).json()
    assert me == account
    assert set(me) == {"id", "email", "username", "is_active", "is_admin", "created_at"}
    assert me["email"] == "ada@example.org"
    assert me["is_active"] is True
    assert me["created_at"].endswith("Z")


async def test_nobody_becomes_admin_by_being_first(client):
    assert (await register(client))["is_admin"] is False


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("email", "ADA@Example.ORG", "e-mail"),
        ("username", "ADA", "username"),
        ("username", "ＡＤＡ", "username"),
    ],
)
async def test_names_are_taken_in_any_letter_case(each_client, field, value, named):
    await register(each_client)
    body = {"email": "else@example.org", "username": "else", "password": PASSWORD, field: value}
    response = await each_client.post(REGISTER, json=body)
    assert response.status_code == 409
    assert response.json()["code"] == "duplicate"
    assert named in response.json()["detail"]


async def test_two_registrations_at_once_make_one_account(each_client):
    body = {"email": "twin@example.org", "username": "twin", "password": PASSWORD}
    answers = await asyncio.gather(*(each_client.post(REGISTER, json=body) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


@pytest.mark.parametrize(
    "change",
    [
        {"email": "ada"},
        {"email": "ada@"},
        {"email": "@example.org"},
        {"email": "ada@example"},
        {"email": "a da@example.org"},
        {"email": "ada..lovelace@example.org"},
        {"email": "a" * 65 + "@example.org"},
        {"email": "ada@" + "a" * 260 + ".org"},
        {"username": "ab"},
        {"username": "   ab   "},
        {"username": "a" * 51},
        {"username": "a\tb\nc"},
        {"password": "1234567"},
        {"password": "1" * 101},
        {"password": None},
        {"nickname": "unknown field"},
    ],
)
async def test_a_registration_that_cannot_be_meant_is_refused(client, change):
    body = {"email": "ada@example.org", "username": "ada", "password": PASSWORD, **change}
    response = await client.post(REGISTER, json=body)
    assert response.status_code == 422
    assert response.json()["code"] == "invalid"
    assert response.json()["detail"][0]["loc"] == ["body", next(iter(change))]


@pytest.mark.parametrize("password", ["12345678", "        ", "ß" * 100, "  spaces count  "])
async def test_only_a_passwords_length_counts_and_it_is_taken_as_typed(client, password):
    body = {"email": "ada@example.org", "username": "ada", "password": password}
    assert (await client.post(REGISTER, json=body)).status_code == 201
    login = {"email": "ada@example.org", "password": password}
    assert (await client.post(LOGIN, json=login)).status_code == 200
    login["password"] = password.strip() + "x"
    assert (await client.post(LOGIN, json=login)).status_code == 401


@pytest.mark.parametrize("email", ["first.last+tag@sub.example.co.uk", "ünïcode@bücher.example"])
async def test_unusual_addresses_are_addresses(client, email):
    body = {"email": email, "username": "ada", "password": PASSWORD}
    assert (await client.post(REGISTER, json=body)).json()["email"] == email


async def test_a_password_is_not_told_back(client):
    secret = "1" * 101
    body = {"email": "ada@example.org", "username": "ada", "password": secret}
    assert secret not in (await client.post(REGISTER, json=body)).text


async def test_signing_in_works_in_any_letter_case(client):
    await register(client)
    body = {"email": "ADA@example.ORG", "password": PASSWORD}
    answer = (await client.post(LOGIN, json=body)).json()
    assert set(answer) == {"access_token", "refresh_token", "token_type"}
    assert answer["token_type"] == "bearer"


async def test_a_wrong_password_and_an_unknown_user_get_the_same_words(client):
    await register(client)
    wrong = await client.post(LOGIN, json={"email": "ada@example.org", "password": "wrong one"})
    unknown = await client.post(LOGIN, json={"email": "bob@example.org", "password": "wrong one"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.headers["WWW-Authenticate"] == "Bearer"


async def test_an_unknown_user_costs_a_password_check_too(client, argosy, monkeypatch):
    checked = []
    verify = argosy.passwords._verify

    def count(password, stored):
        checked.append(stored)
        return verify(password, stored)

    monkeypatch.setattr(argosy.passwords, "_verify", count)
    await register(client)
    for email in ("ada@example.org", "bob@example.org"):
        await client.post(LOGIN, json={"email": email, "password": "wrong one"})
    costs = [stored.split("$")[3] for stored in checked]
    assert len(costs) == 2
    assert costs[0] == costs[1]


async def deactivate(argosy: Argosy) -> None:
    async with argosy.database.write() as session:
        await session.execute(text("UPDATE users SET is_active = :no"), {"no": False})


async def test_an_inactive_user_is_nobody(each_client, each_argosy):
    await register(each_client)
    tokens = await log_in(each_client)
    await deactivate(each_argosy)
    me = await each_client.get(ME, headers=bearer(tokens["access_token"]))
    renewed = await each_client.post(REFRESH, headers=bearer(tokens["refresh_token"]))
    login = await each_client.post(LOGIN, json={"email": "ada@example.org", "password": PASSWORD})
    assert [me.status_code, renewed.status_code, login.status_code] == [401, 401, 401]


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer nonsense",
        "Bearer a.b.c",
        "Basic YWRhOmFkYQ==",
        "Bearer " + "x" * 10_000,
    ],
)
async def test_without_a_valid_token_there_is_nothing(client, header):
    headers = {} if header is None else {"Authorization": header}
    response = await client.get(ME, headers=headers)
    assert response.status_code == 401
    assert response.json()["code"] == "unauthorized"
    assert response.headers["WWW-Authenticate"] == "Bearer"


async def test_tokens_signed_in_any_other_way_are_refused(client, argosy):
    await register(client)
    good = (await log_in(client))["access_token"]
    claims = jwt.decode(good, options={"verify_signature": False})
    secret = argosy.tokens._secret
    forged = [
        jwt.encode(claims, None, algorithm="none"),
        jwt.encode(claims, secret + "x", algorithm="HS256"),
        jwt.encode(claims, secret * 2, algorithm="HS512"),
        jwt.encode({**claims, "type": "admin"}, secret, algorithm="HS256"),
        jwt.encode({**claims, "exp": "soon"}, secret, algorithm="HS256"),
        jwt.encode({k: v for k, v in claims.items() if k != "exp"}, secret, algorithm="HS256"),
        jwt.encode({**claims, "sub": "01890a5d-0000-7000-8000-000000000000"}, secret),
        jwt.encode({**claims, "sub": "no id at all"}, secret),
        good[:-4] + "AAAA",
    ]
    assert (await client.get(ME, headers=bearer(good))).status_code == 200
    for token in forged:
        assert (await client.get(ME, headers=bearer(token))).status_code == 401, token


async def test_an_access_token_ends_after_thirty_minutes(client, clock):
    await sign_up(client)
    clock.advance(timedelta(minutes=29, seconds=59))
    assert (await client.get(ME)).status_code == 200
    clock.advance(timedelta(seconds=2))
    assert (await client.get(ME)).status_code == 401


async def test_a_refresh_token_opens_nothing_but_new_tokens(client):
    await register(client)
    tokens = await log_in(client)
    assert (await client.get(ME, headers=bearer(tokens["refresh_token"]))).status_code == 401
    refused = await client.post(REFRESH, headers=bearer(tokens["access_token"]))
    assert refused.status_code == 401


@pytest.mark.parametrize("where", ["header", "body"])
async def test_a_refresh_token_is_exchanged_once(each_client, where):
    await register(each_client)
    old = (await log_in(each_client))["refresh_token"]
    sent = {"headers": bearer(old)} if where == "header" else {"json": {"refresh_token": old}}
    new = (await each_client.post(REFRESH, **sent)).json()
    assert (await each_client.get(ME, headers=bearer(new["access_token"]))).status_code == 200
    assert (await each_client.post(REFRESH, **sent)).status_code == 401
    again = await each_client.post(REFRESH, headers=bearer(new["refresh_token"]))
    assert again.status_code == 200


async def test_a_stolen_refresh_token_ends_its_whole_family(each_client, clock):
    await register(each_client)
    old = (await log_in(each_client))["refresh_token"]
    other = (await log_in(each_client))["refresh_token"]
    new = (await each_client.post(REFRESH, headers=bearer(old))).json()["refresh_token"]
    clock.advance(timedelta(minutes=1))
    assert (await each_client.post(REFRESH, headers=bearer(old))).status_code == 401
    assert (await each_client.post(REFRESH, headers=bearer(new))).status_code == 401
    assert (await each_client.post(REFRESH, headers=bearer(other))).status_code == 200


async def test_of_two_renewals_at_once_one_succeeds(each_client):
    await register(each_client)
    headers = bearer((await log_in(each_client))["refresh_token"])
    answers = await asyncio.gather(*(each_client.post(REFRESH, headers=headers) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401]


async def test_a_refresh_token_ends_after_seven_days(client, clock):
    await register(client)
    headers = bearer((await log_in(client))["refresh_token"])
    clock.advance(timedelta(days=7, seconds=1))
    assert (await client.post(REFRESH, headers=headers)).status_code == 401


async def test_refreshing_with_nothing_is_refused(client):
    assert (await client.post(REFRESH)).status_code == 401


async def test_closed_registration_lets_nobody_in(tmp_path, sqlite_url):
    settings = make_settings(tmp_path, sqlite_url, registration="closed")
    async with Argosy.opened(settings) as argosy, app_client(argosy) as client:
        body = {"email": "ada@example.org", "username": "ada", "password": PASSWORD}
        response = await client.post(REGISTER, json=body)
    assert response.status_code == 403
    assert response.json()["code"] == "forbidden"


@pytest.mark.parametrize(("code", "status"), [("open sesame", 201), ("wrong", 403), (None, 403)])
async def test_an_invitation_needs_its_code(tmp_path, sqlite_url, code, status):
    settings = make_settings(tmp_path, sqlite_url, registration="invite", invite_code="open sesame")
    async with Argosy.opened(settings) as argosy, app_client(argosy) as client:
        body = {"email": "ada@example.org", "username": "ada", "password": PASSWORD}
        response = await client.post(REGISTER, json={**body, "invite_code": code})
    assert response.status_code == status


async def test_no_token_and_no_password_is_stored_in_the_clear(client, argosy):
    await register(client)
    tokens = await log_in(client)
    async with argosy.database.read() as session:
        users = (await session.execute(text("SELECT * FROM users"))).all()
        kept = (await session.execute(text("SELECT * FROM refresh_tokens"))).all()
    stored = repr(users) + repr(kept)
    assert PASSWORD not in stored
    assert tokens["refresh_token"] not in stored
    assert "$argon2id$" in stored
