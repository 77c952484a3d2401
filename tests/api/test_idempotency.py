"""A repeated request with the same key changes nothing and gets the first answer."""

import asyncio
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from argosy.api.body import exact_router
from argosy.api.dependencies import CurrentUser, Writing
from argosy.api.idempotency import once
from argosy.api.schemas.fields import DecimalIn, DecimalOut, In, Out
from argosy.core.errors import ConflictError
from argosy.runtime.ids import new_id
from tests.support.api import app_client, sign_up

KEY = {"Idempotency-Key": "order-66"}


class NoteIn(In):
    amount: DecimalIn


class NoteOut(Out):
    id: str
    amount: DecimalOut


def notes(app: FastAPI) -> None:
    """A route that changes something: each call leaves a row in the audit log."""
    router = exact_router()

    @router.post("/notes", status_code=201, dependencies=[once])
    async def create(body: NoteIn, user: CurrentUser, session: Writing) -> NoteOut:
        made = NoteOut(id=new_id(), amount=body.amount)
        await session.execute(
            text(
                "INSERT INTO audit_log (user_id, action, kind, subject_id)"
                " VALUES (:user, 'create', 'note', :id)"
            ),
            {"user": user.id, "id": made.id},
        )
        await asyncio.sleep(0.05)
        if body.amount < 0:
            raise ConflictError("The amount is negative.")
        return made

    @router.post("/others", status_code=201, dependencies=[once])
    async def create_other(body: NoteIn) -> NoteOut:
        return NoteOut(id=new_id(), amount=body.amount)

    app.include_router(router)


@pytest.fixture
async def client(each_argosy):
    async with app_client(each_argosy, extend=notes) as opened:
        await sign_up(opened)
        yield opened


@pytest.fixture
def stored(each_argosy):
    async def count() -> int:
        async with each_argosy.database.read() as session:
            return (await session.execute(text("SELECT count(*) FROM audit_log"))).scalar_one()

    return count


async def test_the_second_request_gets_the_first_answer(client, stored):
    first = await client.post("/notes", json={"amount": "1.50"}, headers=KEY)
    second = await client.post("/notes", json={"amount": "1.50"}, headers=KEY)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert "idempotent-replay" not in first.headers
    assert second.headers["Idempotent-Replay"] == "true"
    assert await stored() == 1


async def test_of_simultaneous_requests_one_acts_and_all_get_its_answer(client, stored):
    answers = await asyncio.gather(
        *(client.post("/notes", json={"amount": "1.50"}, headers=KEY) for _ in range(5))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotent-replay" in answer.headers for answer in answers) == 4
    assert await stored() == 1


async def test_another_body_under_the_same_key_is_refused(client, stored):
    await client.post("/notes", json={"amount": "1.50"}, headers=KEY)
    other = await client.post("/notes", json={"amount": "2.50"}, headers=KEY)
    assert other.status_code == 409
    assert other.json()["code"] == "conflict"
    assert await stored() == 1


async def test_without_a_key_each_request_acts(client, stored):
    for _ in range(2):
        await client.post("/notes", json={"amount": "1.50"})
    assert await stored() == 2


async def test_a_refused_request_keeps_no_answer_and_no_trace(client, stored):
    refused = await client.post("/notes", json={"amount": "-1"}, headers=KEY)
    again = await client.post("/notes", json={"amount": "-1"}, headers=KEY)
    assert (refused.status_code, again.status_code) == (409, 409)
    assert "idempotent-replay" not in again.headers
    assert await stored() == 0


async def test_a_key_belongs_to_one_user_and_one_route(client, each_argosy):
    first = await client.post("/notes", json={"amount": "1.50"}, headers=KEY)
    elsewhere = await client.post("/others", json={"amount": "1.50"}, headers=KEY)
    async with app_client(each_argosy, extend=notes) as other:
        await sign_up(other, "bob")
        somebody = await other.post("/notes", json={"amount": "1.50"}, headers=KEY)
    for answer in (elsewhere, somebody):
        assert answer.status_code == 201
        assert answer.json()["id"] != first.json()["id"]


async def test_a_key_is_forgotten_after_its_days(client, stored, clock):
    await client.post("/notes", json={"amount": "1.50"}, headers=KEY)
    # The database stamps its rows with its own clock; the test's stands years before it.
    clock.advance(timedelta(days=365 * 20))
    client.headers.pop("Authorization")
    tokens = await client.post(
        "/api/v1/auth/login",
        json={"email": "ada@example.org", "password": "a long and quiet sentence"},
    )
    client.headers["Authorization"] = f"Bearer {tokens.json()['access_token']}"
    again = await client.post("/notes", json={"amount": "2.50"}, headers=KEY)
    assert again.status_code == 201
    assert await stored() == 2


@pytest.mark.parametrize("key", ["", "k" * 256])
async def test_a_key_has_one_to_255_characters(client, key):
    response = await client.post("/notes", json={"amount": 1}, headers={"Idempotency-Key": key})
    assert response.status_code == 422


async def test_what_an_answer_says_is_stored_before_it_is_sent(each_argosy):
    seen = []

    def extend(app: FastAPI) -> None:
        notes(app)
        inner = app.router

        async def watch(scope, receive, send) -> None:
            async def look(message) -> None:
                if message["type"] == "http.response.start" and scope["path"] == "/notes":
                    async with each_argosy.database.read() as session:
                        count = await session.execute(text("SELECT count(*) FROM audit_log"))
                        seen.append(count.scalar_one())
                await send(message)

            await inner(scope, receive, look)

        app.router = watch  # type: ignore[assignment]

    async with app_client(each_argosy, extend=extend) as client:
        await sign_up(client)
        await client.post("/notes", json={"amount": 1})
    assert seen == [1]
