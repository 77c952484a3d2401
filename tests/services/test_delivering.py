"""The outbox over both databases: real HTTP, real SMTP, workers that die, receivers that fail."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from argosy.core.errors import ConflictError, NotFoundError, TooSoonError
from argosy.runtime.bus import ALERTS
from argosy.runtime.clock import FixedClock
from argosy.runtime.mail import NoMail
from argosy.runtime.signatures import is_signed
from argosy.services import notifying, webhooks
from argosy.services.delivering import FAILURES_MAX, RETRIES, Courier, Sent
from argosy.services.notifying import Draft, NotificationSettings
from argosy.services.webhooks import Keys, Webhook, WebhookDraft
from argosy.settings import MailSecurity
from argosy.store import deliveries
from argosy.store.deliveries import Channel, Delivery
from argosy.wiring import Argosy
from tests.store.people import add_user
from tests.support.api import make_settings
from tests.support.postbox import Postbox, taking_letters
from tests.support.receiver import Answer, Receiver, receiving

NOON = datetime(2024, 1, 5, 12, tzinfo=UTC)
LEASE = timedelta(minutes=2)


class World:
    """A person with one webhook, and what tells them something."""

    def __init__(
        self, argosy: Argosy, clock: FixedClock, receiver: Receiver, box: Postbox, user_id: str
    ) -> None:
        self.argosy = argosy
        self.clock = clock
        self.receiver = receiver
        self.box = box
        self.user_id = user_id
        self.secret = ""

    @property
    def keys(self) -> Keys:
        return Keys(self.argosy.secret, self.argosy.outgoing)

    async def hook(self, *kinds: str, url: str | None = None) -> Webhook:
        draft = WebhookDraft(url=url or self.receiver.url, kinds=kinds)
        async with self.argosy.database.write() as session:
            made, self.secret = await webhooks.create(session, self.user_id, draft, self.keys)
        return made

    async def tell(self, kind: str = "alert.price", count: int = 1) -> None:
        drafts = [
            Draft(
                user_id=self.user_id,
                kind=kind,
                title=f"Number {at}",
                body="Body",
                details={"value": "1.50"},
            )
            for at in range(count)
        ]
        async with self.argosy.database.write() as session:
            await notifying.add(session, drafts, at=self.clock.now(), mail=True)

    async def deliver(self, after: timedelta = timedelta(0)) -> Sent:
        self.clock.advance(after)
        return await self.argosy.courier().deliver()

    async def log(self, hook: Webhook) -> list[Delivery]:
        async with self.argosy.database.read() as session:
            return (await webhooks.log(session, self.user_id, hook.id)).items

    async def stored(self, hook: Webhook) -> Webhook:
        async with self.argosy.database.read() as session:
            return await webhooks.get(session, self.user_id, hook.id)


@pytest.fixture
async def world(database_url: str, tmp_path: Path) -> AsyncIterator[World]:
    clock = FixedClock(NOON)
    async with AsyncExitStack() as opened:
        receiver = await opened.enter_async_context(receiving())
        box = await opened.enter_async_context(taking_letters())
        settings = make_settings(
            tmp_path,
            database_url,
            outgoing_http=True,
            outgoing_networks="127.0.0.1/32",
            smtp_host="127.0.0.1",
            smtp_port=box.port,
            smtp_security=MailSecurity.NONE,
            smtp_from="argosy@example.org",
        )
        argosy = await opened.enter_async_context(Argosy.opened(settings, clock=clock))
        async with argosy.database.write() as session:
            user_id = await add_user(session)
        yield World(argosy, clock, receiver, box, user_id)


async def test_a_webhook_is_sent_a_signed_body_that_names_itself(world: World):
    hook = await world.hook()
    await world.tell()
    assert await world.deliver() == Sent(delivered=2)  # the app, and the webhook
    (request,) = world.receiver.requests
    assert (request.method, request.headers["content-type"]) == ("POST", "application/json")
    assert is_signed(world.secret, request.headers, request.body, now=NOON)
    body = json.loads(request.body)
    assert (body["type"], body["timestamp"]) == ("alert.price", "2024-01-05T12:00:00Z")
    assert body["data"]["details"] == {"value": "1.50"}
    (one,) = await world.log(hook)
    assert request.headers["webhook-id"] == one.id
    assert (one.status, one.attempts, one.delivered_at) == ("delivered", 1, NOON)
    assert one.tries[0]["status"] == 204
    assert await world.deliver() == Sent()
    assert len(world.receiver.requests) == 1


async def test_a_failure_is_tried_again_under_the_same_id_and_then_given_up(world: World):
    hook = await world.hook()
    world.receiver.answers = [Answer(500, body=b"out of order")]
    await world.tell()
    assert await world.deliver() == Sent(delivered=1, waiting=1)
    for wait in RETRIES:
        assert await world.deliver(wait - timedelta(seconds=1)) == Sent()
        done = await world.deliver(timedelta(seconds=1))
    assert done == Sent(failed=1)
    assert await world.deliver(timedelta(days=2)) == Sent()
    (one,) = await world.log(hook)
    assert (one.status, one.attempts) == ("failed", 1 + len(RETRIES))
    assert one.tries[-1]["error"] == "It answered 500."
    assert one.tries[-1]["answer"] == "out of order"
    assert {request.headers["webhook-id"] for request in world.receiver.requests} == {one.id}
    assert len({request.body for request in world.receiver.requests}) == 1
    assert len({request.headers["webhook-timestamp"] for request in world.receiver.requests}) == 6
    assert (await world.stored(hook)).failures == 1


async def test_one_that_recovers_is_delivered_and_forgiven(world: World):
    hook = await world.hook()
    world.receiver.answers = [Answer(503), Answer(204)]
    await world.tell()
    await world.deliver()
    assert await world.deliver(RETRIES[0]) == Sent(delivered=1)
    assert (await world.stored(hook)).failures == 0


async def test_a_webhook_that_fails_too_often_is_disabled_and_its_user_told(world: World):
    hook = await world.hook("alert")
    world.receiver.answers = [Answer(500)]
    for count in range(1, FAILURES_MAX + 1):
        await world.tell()
        for wait in (timedelta(0), *RETRIES):
            await world.deliver(wait)
        assert (await world.stored(hook)).failures == count
    found = await world.stored(hook)
    assert (found.enabled, found.disabled_reason) == (False, "It answered 500.")
    async with world.argosy.database.read() as session:
        page, unread = await notifying.page(session, world.user_id, limit=1)
    assert page.items[0].kind == notifying.DISABLED
    assert page.items[0].details == {"webhook_id": hook.id, "reason": "It answered 500."}
    assert unread == FAILURES_MAX + 1
    await world.tell()
    assert len(await world.log(hook)) == FAILURES_MAX  # nothing more is meant for it
    async with world.argosy.database.write() as session:
        again = WebhookDraft(url=hook.url, kinds=hook.kinds)
        mended = await webhooks.change(session, found, again, world.keys)
    assert (mended.enabled, mended.failures, mended.disabled_reason) == (True, 0, None)


async def test_one_that_says_it_is_gone_is_disabled_at_once(world: World):
    hook = await world.hook()
    world.receiver.answers = [Answer(410)]
    await world.tell(count=3)
    await world.deliver()
    assert (await world.stored(hook)).enabled is False
    assert "pending" not in [one.status for one in await world.log(hook)]


async def test_only_the_kinds_that_were_asked_for_are_sent(world: World):
    await world.hook("alert.price", notifying.DISABLED)
    for kind in ("alert.price", "alert.drift", notifying.DISABLED):
        await world.tell(kind)
    await world.deliver()
    kinds = [json.loads(request.body)["type"] for request in world.receiver.requests]
    assert sorted(kinds) == ["alert.price", notifying.DISABLED]


async def test_what_a_killed_worker_had_is_sent_by_another_and_not_before(world: World):
    hook = await world.hook()
    await world.tell()
    now = world.clock.now()
    async with world.argosy.database.write() as session:
        taken = await deliveries.claim(
            session, list(Channel), worker="killed", now=now, until=now + LEASE, limit=10
        )
    assert len(taken) == 2
    assert await world.deliver() == Sent()
    assert await world.deliver(LEASE) == Sent(delivered=2)
    (late,) = [one for one in taken if one.channel is Channel.WEBHOOK]
    async with world.argosy.database.write() as session:  # and the killed one comes back
        assert not await deliveries.finish(session, late, {"status": "failed"}, tried={})
    (one,) = await world.log(hook)
    assert one.status == "delivered"


async def test_several_workers_together_send_each_thing_once(world: World):
    await world.hook()
    await world.tell(count=40)
    couriers = [world.argosy.courier() for _ in range(4)]
    done = await asyncio.gather(*(one.deliver() for one in couriers))
    assert sum(one.delivered for one in done) == 80
    ids = [request.headers["webhook-id"] for request in world.receiver.requests]
    assert len(ids) == len(set(ids)) == 40


async def test_the_outbox_is_stored_with_what_it_tells_or_not_at_all(world: World):
    hook = await world.hook()
    async with world.argosy.database.trial() as session:  # taken back, as by any failure
        draft = Draft(user_id=world.user_id, kind="x", title="x", body="x", details={})
        await notifying.add(session, [draft], at=NOON, mail=True)
    assert await world.log(hook) == []
    assert await world.deliver() == Sent()


async def test_what_falls_in_quiet_hours_is_sent_after_them(world: World):
    await world.hook()
    async with world.argosy.database.write() as session:
        quiet = NotificationSettings(
            quiet_from=NOON.time(), quiet_until=NOON.replace(hour=14).time(), email=True
        )
        await notifying.change_settings(session, world.user_id, quiet)
    await world.tell()
    assert await world.deliver(timedelta(hours=1, minutes=59)) == Sent()
    assert await world.deliver(timedelta(minutes=1)) == Sent(delivered=3)
    assert len(world.box.letters) == len(world.receiver.requests) == 1


async def test_who_wants_e_mail_gets_it_once_and_who_does_not_gets_none(world: World):
    await world.tell()
    await world.deliver()
    assert world.box.letters == []
    async with world.argosy.database.write() as session:
        wanted = NotificationSettings(email=True)
        await notifying.change_settings(session, world.user_id, wanted)
    world.box.refusals = ["451 busy"]
    await world.tell()
    assert await world.deliver() == Sent(delivered=1, waiting=1)
    assert await world.deliver(RETRIES[0]) == Sent(delivered=1)
    (letter,) = world.box.letters
    assert (letter["To"], letter["Subject"]) == ("ada@example.org", "Number 0")
    world.box.refusals = ["550 nobody here"]
    await world.tell()
    assert await world.deliver() == Sent(delivered=1, failed=1)


async def test_a_process_without_a_mail_server_leaves_letters_to_others(world: World):
    async with world.argosy.database.write() as session:
        await notifying.change_settings(session, world.user_id, NotificationSettings(email=True))
    await world.tell()
    courier = world.argosy.courier()
    without = replace(courier, sender=replace(courier.sender, mail=NoMail()))
    assert await without.deliver() == Sent(delivered=1, waiting=1)
    assert await world.deliver(RETRIES[0]) == Sent(delivered=1)
    assert len(world.box.letters) == 1


async def test_the_app_is_told_over_the_bus(world: World):
    async with world.argosy.bus.listen(ALERTS) as events:
        await world.tell()
        await world.deliver()
        async with asyncio.timeout(5):
            event = await anext(events)
    said: dict[str, Any] = json.loads(event.payload)
    assert (said["user_id"], said["type"], said["title"]) == (world.user_id, "alert", "Number 0")


async def test_another_server_secret_signs_nothing(world: World):
    hook = await world.hook()
    await world.tell()
    courier = world.argosy.courier()
    sender = replace(courier.sender, server_secret="another secret of another machine")
    assert await replace(courier, sender=sender).deliver() == Sent(delivered=1, waiting=1)
    assert world.receiver.requests == []
    assert "ARGOSY_SECRET" in (await world.log(hook))[0].tries[0]["error"]


async def test_an_address_that_leads_inside_is_never_asked(world: World):
    argosy = world.argosy
    hook = await world.hook()
    argosy.outgoing._named = (ip_network("192.0.2.0/24"),)  # what was allowed is no more
    await world.tell()
    assert await world.deliver() == Sent(delivered=1, failed=1)
    assert world.receiver.connections == 0
    assert "only public ones" in (await world.log(hook))[0].tries[0]["error"]


async def test_a_test_says_at_once_what_came_of_it_and_is_not_tried_again(world: World):
    hook = await world.hook()
    courier: Courier = world.argosy.courier()
    one = await webhooks.test(courier, world.user_id, hook.id)
    assert (one.status, one.kind, one.attempts) == ("delivered", "test", 1)
    (request,) = world.receiver.requests
    assert is_signed(world.secret, request.headers, request.body, now=NOON)
    with pytest.raises(TooSoonError):
        await webhooks.test(courier, world.user_id, hook.id)
    world.clock.advance(timedelta(seconds=5))
    world.receiver.answers = [Answer(404)]
    failed = await webhooks.test(courier, world.user_id, hook.id)
    assert (failed.status, failed.tries[0]["error"]) == ("failed", "It answered 404.")
    assert await world.deliver(timedelta(days=1)) == Sent()
    assert (await world.stored(hook)).failures == 0
    with pytest.raises(NotFoundError):
        await webhooks.test(courier, world.user_id, "no id")


async def test_a_delivery_is_replayed_under_its_id(world: World):
    hook = await world.hook()
    await world.tell()
    await world.deliver()
    (one,) = await world.log(hook)
    async with world.argosy.database.write() as session:
        again = await webhooks.replay(session, world.user_id, hook.id, one.id, clock=world.clock)
    assert (again.status, again.attempts) == ("pending", 0)
    assert await world.deliver() == Sent(delivered=1)
    first, second = world.receiver.requests
    assert (first.headers["webhook-id"], first.body) == (second.headers["webhook-id"], second.body)
    async with world.argosy.database.write() as session:
        off = replace(WebhookDraft(url=hook.url), enabled=False)
        await webhooks.change(session, await world.stored(hook), off, world.keys)
        with pytest.raises(ConflictError):
            await webhooks.replay(session, world.user_id, hook.id, one.id, clock=world.clock)


async def test_a_renewed_secret_signs_what_comes_after(world: World):
    hook = await world.hook()
    old = world.secret
    async with world.argosy.database.write() as session:
        _, new = await webhooks.renew_secret(session, world.user_id, hook.id, world.keys)
    await world.tell()
    await world.deliver()
    (request,) = world.receiver.requests
    assert is_signed(new, request.headers, request.body, now=NOON)
    assert not is_signed(old, request.headers, request.body, now=NOON)


async def test_what_was_told_long_ago_is_forgotten_with_its_deliveries(world: World):
    hook = await world.hook()
    await world.tell()
    await world.deliver()
    world.clock.advance(timedelta(days=1))
    await world.tell()
    async with world.argosy.database.write() as session:
        assert await notifying.clean(session, before=world.clock.now()) == 1
    assert len(await world.log(hook)) == 1
