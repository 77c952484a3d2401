"""Idempotency keys, the audit log, versions and dirty markers."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from argosy.core.errors import ConflictError
from argosy.store import audit, dirty, idempotency, versions
from argosy.store.audit import Change
from argosy.store.idempotency import Answer, Request
from tests.store.people import add_portfolio, add_user


async def test_a_repeated_request_gets_the_first_answer(database):
    async with database.write() as session:
        user = await add_user(session)
        request = Request(user_id=user, route="POST /x", key="k", body_hash="a")
        assert await idempotency.begin(session, request) is None
        await idempotency.finish(session, request, Answer(201, b'{"id": 1}'))
    async with database.write() as session:
        assert await idempotency.begin(session, request) == Answer(201, b'{"id": 1}')
        with pytest.raises(ConflictError, match="another body"):
            await idempotency.begin(session, replace(request, body_hash="b"))
        assert await idempotency.begin(session, replace(request, route="POST /y")) is None


async def test_a_key_is_free_again_if_the_request_failed(database):
    async with database.write() as session:
        user = await add_user(session)
    request = Request(user_id=user, route="POST /x", key="k", body_hash="a")
    with pytest.raises(ZeroDivisionError):  # noqa: PT012
        async with database.write() as session:
            assert await idempotency.begin(session, request) is None
            raise ZeroDivisionError
    async with database.write() as session:
        assert await idempotency.begin(session, request) is None
        await idempotency.finish(session, request, Answer(201, b""))


async def test_of_two_requests_at_once_one_does_the_work(database):
    async with database.write() as session:
        user = await add_user(session)
    request = Request(user_id=user, route="POST /x", key="k", body_hash="a")

    async def send(number: int) -> bytes:
        async with database.write() as session:
            first = await idempotency.begin(session, request)
            if first is not None:
                return first.body
            await asyncio.sleep(0.05)
            await idempotency.finish(session, request, Answer(201, b"%d" % number))
            return b"%d" % number

    answers = await asyncio.gather(*(send(number) for number in range(5)))
    assert len(set(answers)) == 1


async def test_old_answers_are_forgotten(database):
    soon = datetime.now(UTC) + timedelta(minutes=1)
    async with database.write() as session:
        user = await add_user(session)
        request = Request(user_id=user, route="POST /x", key="k", body_hash="a")
        await idempotency.begin(session, request)
        await idempotency.finish(session, request, Answer(201, b"x"))
        await idempotency.forget(session, before=soon - timedelta(days=1))
        assert await idempotency.begin(session, request) == Answer(201, b"x")
        await idempotency.forget(session, before=soon)
        assert await idempotency.begin(session, request) is None


async def test_the_audit_log_says_who_when_before_and_after(database):
    async with database.write() as session:
        user = await add_user(session)
        first = Change(
            user_id=user,
            action="create",
            kind="transaction",
            subject_id="t1",
            after={"fee": "1.10"},
        )
        second = replace(first, action="delete", before={"fee": "1.10"}, after=None)
        await audit.record(session, first, replace(first, subject_id="t2"))
        await audit.record(session, second)
        await audit.record(session)
        entries = await audit.of_subject(session, "transaction", "t1")
    assert [entry.change for entry in entries] == [second, first]
    assert all(entry.at.tzinfo is UTC for entry in entries)


async def test_versions_rise_by_scope(database):
    async with database.write() as session:
        assert await versions.read(session, []) == {}
        await versions.bump(session, ["a", "b", "a"])
        await versions.bump(session, ["b"])
        assert await versions.read(session, ["a", "b", "c"]) == {"a": 1, "b": 2, "c": 0}


async def test_the_earliest_dirty_day_stays_until_it_is_rebuilt(database):
    async with database.write() as session:
        user = await add_user(session)
        one, two = await add_portfolio(session, user), await add_portfolio(session, user)
        await dirty.mark(session, {})
        await dirty.mark(session, {one: date(2024, 3, 1), two: date(2024, 5, 1)})
        await dirty.mark(session, {one: date(2024, 2, 1)})
        await dirty.mark(session, {one: date(2024, 4, 1)})
        assert await dirty.read(session) == {one: date(2024, 2, 1), two: date(2024, 5, 1)}
        marks = (await dirty.markers(session))[one].marks
        await dirty.clear(session, one, marks=marks - 1)
        assert one in await dirty.read(session)
        await dirty.clear(session, one, marks=marks)
        assert await dirty.read(session) == {two: date(2024, 5, 1)}
