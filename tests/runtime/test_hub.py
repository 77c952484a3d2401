"""Whoever listens gets every event once, or the newest; whatever he does, and however slow he is."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from argosy.runtime.clock import SystemClock
from argosy.runtime.eager import begin
from argosy.runtime.hub import Hub
from argosy.runtime.outbox import SILENCE_TICKS, Ending, Outbox
from argosy.runtime.topics import RING, Event, Kind

TOPICS = {
    "price:a": Kind.VALUES,
    "price:b": Kind.VALUES,
    "transactions:a": Kind.HAPPENINGS,
    "jobs": Kind.HAPPENINGS,
}
NOW = SystemClock().now()


def as_it_is(event: Event) -> Event:
    return event


class Listener:
    """One connection; what is sent while it does not read waits, as a server lets it wait."""

    def __init__(self, *, reads: bool = True) -> None:
        self.got: list[Event] = []
        self.endings: list[Ending] = []
        self.reads = asyncio.Event()
        if reads:
            self.reads.set()
        self.box = Outbox(self.send, as_it_is, heartbeat="ping", on_end=self.endings.append)

    async def send(self, message: Event) -> None:
        await self.reads.wait()
        self.got.append(message)


@dataclass
class Client:
    """Somebody who may come back: what he got over all his connections, and what he listens to."""

    names: tuple[str, ...]
    listener: Listener
    born: int
    before: list[Event]
    was_slow: bool = False

    @property
    def got(self) -> list[Event]:
        return self.before + self.listener.got


async def turns(count: int = 5) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


class Feed(RuleBasedStateMachine):
    """Publishing, listening, sleeping, reading on, coming back: in any order."""

    clients = Bundle("clients")

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.hub = Hub()
        self.running = self.loop.create_task(self.hub.run())
        self.said: dict[str, list[tuple[int, bytes]]] = defaultdict(list)
        self.count = 0
        self.everybody: list[Client] = []

    def teardown(self) -> None:
        self.running.cancel()
        for client in self.everybody:
            self.hub.leave(client.listener.box)
        self.loop.run_until_complete(asyncio.gather(self.running, return_exceptions=True))
        self.loop.run_until_complete(turns())
        self.loop.close()

    @rule(name=st.sampled_from(list(TOPICS)), times=st.sampled_from([1, 1, 2, 5, 20, 300]))
    def publish(self, name: str, times: int) -> None:
        for _ in range(times):
            self.count += 1
            body = b'{"n":%d}' % self.count
            self.hub.publish(self.hub.topic(name, TOPICS[name]), "said", body)
            self.said[name].append((self.count, body))

    @rule(
        target=clients,
        names=st.lists(st.sampled_from(list(TOPICS)), min_size=1, unique=True),
        reads=st.booleans(),
    )
    def listen(self, names: list[str], reads: bool) -> Client:
        listener = Listener(reads=reads)
        client = Client(tuple(names), listener, self.count, [], was_slow=not reads)
        self.everybody.append(client)
        self._subscribe(client, None)
        return client

    @rule(client=clients)
    def stop_reading(self, client: Client) -> None:
        client.listener.reads.clear()
        client.was_slow = True

    @rule(client=clients)
    def read_on(self, client: Client) -> None:
        client.listener.reads.set()
        self.loop.run_until_complete(turns())

    @rule(client=clients)
    def come_back(self, client: Client) -> None:
        self.hub.leave(client.listener.box)
        client.before = client.got
        client.listener = Listener()
        last = max((event.seq for event in client.before), default=None)
        if last is None:
            client.born = self.count
        self._subscribe(client, last)

    @rule()
    def settle(self) -> None:
        self.loop.run_until_complete(self.hub.settled() if self.count else turns())

    @rule()
    def turn(self) -> None:
        self.loop.run_until_complete(turns(1))

    def _subscribe(self, client: Client, seq: int | None) -> None:
        topics = {self.hub.topic(name, TOPICS[name]): seq for name in client.names}
        self.loop.run_until_complete(self.hub.subscribe(client.listener.box, topics))

    @invariant()
    def numbers_only_rise(self) -> None:
        for client in self.everybody:
            for name in client.names:
                seqs = [event.seq for event in client.got if event.topic == name]
                assert seqs == sorted(seqs)
                once = [one for one in client.got if one.topic == name and one.previous is not None]
                assert len({one.seq for one in once}) == len(once), "an event came twice"
            connection = [event.seq for event in client.listener.got]
            assert connection == sorted(connection), "one number says how far somebody came"

    @invariant()
    def nobody_holds_more_than_one_message(self) -> None:
        for client in self.everybody:
            assert len(client.listener.box._behind) <= len(client.names)

    @invariant()
    def nothing_is_missing_in_between(self) -> None:
        for client in self.everybody:
            for name in client.names:
                self._check_chain(client, name)

    def _check_chain(self, client: Client, name: str) -> None:
        at = client.born
        for event in (one for one in client.got if one.topic == name):
            between = [seq for seq, _ in self.said[name] if at < seq < event.seq]
            if event.type == "missed":
                assert TOPICS[name] is Kind.HAPPENINGS
                assert len([seq for seq, _ in self.said[name] if seq > at]) > RING["happenings"]
            elif event.previous is None:
                newest = [body for seq, body in self.said[name] if seq <= event.seq]
                assert event.body == newest[-1], "a snapshot is how things are at its number"
            elif TOPICS[name] is Kind.HAPPENINGS or not client.was_slow:
                assert not between, "an event was left out"
            at = event.seq

    @rule()
    def at_rest_everybody_has_the_newest(self) -> None:
        for client in self.everybody:
            client.listener.reads.set()
        if self.count:
            self.loop.run_until_complete(self.hub.settled())
        self.loop.run_until_complete(turns(20))
        for client in self.everybody:
            for name in client.names:
                due = [seq for seq, _ in self.said[name] if seq > client.born]
                got = [event for event in client.got if event.topic == name]
                if due:
                    assert got[-1].seq >= due[-1]
                    if TOPICS[name] is Kind.VALUES:
                        assert got[-1].body == self.said[name][-1][1]


TestFeed = Feed.TestCase


def test_a_number_of_another_stream_leads_to_a_snapshot_and_to_the_word_that_some_was_missed():
    async def story() -> list[Event]:
        hub = Hub()
        running = asyncio.create_task(hub.run())
        price, jobs = hub.topic("price:a", Kind.VALUES), hub.topic("jobs", Kind.HAPPENINGS)
        hub.publish(price, "price_update", b'{"price":"1"}')
        hub.publish(jobs, "job_update", b"{}")
        await hub.settled()
        listener = Listener()
        await hub.subscribe(listener.box, {price: -1, jobs: -1})
        running.cancel()
        return listener.got

    snapshot, missed = asyncio.run(story())
    assert snapshot.json == (
        b'{"type":"price_update","topic":"price:a","seq":2,"snapshot":true,"price":"1"}'
    )
    assert missed.json == b'{"type":"missed","topic":"jobs","seq":2,"snapshot":true}'


async def test_one_message_is_made_for_all_who_listen():
    hub = Hub()
    running = asyncio.create_task(hub.run())
    made: list[Event] = []

    def form(event: Event) -> bytes:
        made.append(event)
        return event.json

    got: list[bytes] = []

    async def send(message: bytes) -> None:
        got.append(message)

    topic = hub.topic("price:a", Kind.VALUES)
    for _ in range(250):  # more than one turn of a round
        box = Outbox(send, form, heartbeat=b"", on_end=print)
        await hub.subscribe(box, {topic: None})
    hub.publish(topic, "price_update", b'{"price":"1"}')
    await hub.settled()
    running.cancel()
    assert len(made) == 1
    assert len(got) == 250
    assert len({id(message) for message in got}) == 1


async def test_who_is_silent_gets_a_sign_of_life_and_whose_token_ended_is_left():
    listener = Listener()
    hub = Hub()
    hub.enter(listener.box)
    for _ in range(SILENCE_TICKS):
        hub.tick(NOW)
    assert listener.got == []
    hub.tick(NOW)
    assert listener.got == ["ping"]
    listener.box.expires_at = NOW
    hub.tick(NOW)
    assert listener.endings == [Ending.EXPIRED]


async def test_who_reads_nothing_for_long_is_left(monkeypatch):
    monkeypatch.setattr("argosy.runtime.outbox.PATIENCE_S", 0.0)
    listener, hub = Listener(reads=False), Hub()
    running = asyncio.create_task(hub.run())
    topic = hub.topic("price:a", Kind.VALUES)
    hub.enter(listener.box)
    await hub.subscribe(listener.box, {topic: None})
    hub.publish(topic, "price_update", b'{"price":"1"}')
    await hub.settled()
    hub.tick(NOW)
    assert listener.endings == [Ending.SLOW]
    hub.leave(listener.box)
    running.cancel()


async def test_a_listener_that_is_gone_holds_nobody_up():
    async def broken(_message: object) -> None:
        raise OSError

    hub, listener = Hub(), Listener()
    running = asyncio.create_task(hub.run())
    topic = hub.topic("price:a", Kind.VALUES)
    gone = Outbox(broken, as_it_is, heartbeat="ping", on_end=print)
    for box in (gone, listener.box):
        await hub.subscribe(box, {topic: None})
    for price in range(3):
        hub.publish(topic, "price_update", b'{"price":%d}' % price)
        await hub.settled()
    running.cancel()
    assert [event.body for event in listener.got] == [b'{"price":%d}' % n for n in range(3)]


async def test_a_topic_that_nobody_listens_to_is_kept_for_those_who_come_back(monkeypatch):
    hub, listener = Hub(), Listener()
    running = asyncio.create_task(hub.run())
    topic = hub.topic("price:a", Kind.VALUES)
    await hub.subscribe(listener.box, {topic: None})
    hub.leave(listener.box)
    hub.tidy()
    assert hub.find("price:a") is topic
    await asyncio.sleep(0)
    monkeypatch.setattr("argosy.runtime.hub.KEPT_S", -1.0)
    hub.tidy()
    assert hub.find("price:a") is None
    running.cancel()


async def test_what_need_not_wait_is_done_at_once_and_the_rest_goes_on_by_itself():
    reads, done = asyncio.Event(), []

    async def work(name: str) -> None:
        await reads.wait()
        done.append(name)

    waiting = begin(work("late"))
    assert waiting is not None
    reads.set()
    assert begin(work("at once")) is None
    assert done == ["at once"]
    await waiting
    assert done == ["at once", "late"]


async def test_what_waits_can_be_canceled():
    ended: list[str] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("ended")

    waiting = begin(work())
    assert waiting is not None
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert ended == ["ended"]
