"""Portfolios that somebody listens to: their figures, computed once a version for all."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from argosy.core.errors import NotFoundError
from argosy.runtime.clock import Clock, today
from argosy.runtime.compute import ComputePool
from argosy.runtime.hub import Hub
from argosy.runtime.topics import Kind, Topic
from argosy.services import books
from argosy.services.books import SCOPES, Known, Ledger, LedgerCache
from argosy.store import live as rows
from argosy.store import versions
from argosy.store.database import Database

Write = Callable[[Ledger, date], bytes]
"""Writes a portfolio's figures as `GET /portfolios/{id}` does."""


@dataclass(frozen=True, kw_only=True)
class Engine:
    """What figures are computed with, and how they are written."""

    database: Database
    clock: Clock
    ledgers: LedgerCache
    compute: ComputePool
    write: Write


@dataclass(eq=False, slots=True)
class _Watched:
    """A portfolio that is listened to; `key` is the version that was told last."""

    topic: Topic
    user_id: str
    portfolio_id: str
    key: tuple[object, ...] | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class LivePortfolios:
    """The topics of portfolios in a hub."""

    def __init__(self, hub: Hub, engine: Engine) -> None:
        self._hub = hub
        self._engine = engine
        self._watched: dict[str, _Watched] = {}

    async def topics(self, user_id: str, portfolio_id: str) -> list[Topic]:
        """Return the topics of a user's own portfolio: its figures, up to date, and its lines.

        Raises
        ------
        NotFoundError
            If there is none, or it is somebody else's.
        """
        async with self._engine.database.read() as session:
            known = await books.known(session, user_id, portfolio_id)
        id_ = known.portfolio.id
        topic = self._hub.topic(f"portfolio:{id_}", Kind.VALUES)
        watched = self._watched.get(id_)
        if watched is None or watched.topic is not topic:
            watched = self._watched[id_] = _Watched(topic, user_id, id_)
        if watched.key != self._key_of(known):
            await self._refresh(watched)
        return [topic, self._hub.topic(f"transactions:{id_}", Kind.HAPPENINGS)]

    async def look(self) -> None:
        """Tell what changed of the portfolios that somebody listens to."""
        heard = [one for one in self._watched.values() if self._hub.listeners(one.topic)]
        async with self._engine.database.read() as session:
            now = await rows.portfolio_versions(session, [one.portfolio_id for one in heard])
            scopes = await versions.read(session, SCOPES)
        facts = (*(scopes[scope] for scope in SCOPES), today(self._engine.clock))
        for one in heard:
            version = now.get(one.portfolio_id)
            if version is None:
                self._gone(one)
            elif one.key != (version, *facts):
                await self._refresh(one)

    def tidy(self) -> None:
        """Forget the portfolios whose topics the hub has forgotten."""
        for id_, one in list(self._watched.items()):
            if self._hub.find(one.topic.name) is not one.topic:
                del self._watched[id_]

    async def _refresh(self, watched: _Watched) -> None:
        """Compute a portfolio's figures, unless somebody has meanwhile; tell them if they moved."""
        engine = self._engine
        async with watched.lock, engine.database.read() as session:
            try:
                known = await books.known(session, watched.user_id, watched.portfolio_id)
            except NotFoundError:
                self._gone(watched)
                return
            key = self._key_of(known)
            if key == watched.key:
                return
            ledger = await books.load(session, known, cache=engine.ledgers, compute=engine.compute)
            figures = await engine.compute.run(engine.write, ledger, today(engine.clock))
            watched.key = key
            body = b'{"portfolio":' + figures + b"}"
            if body != watched.topic.body:
                self._hub.publish(watched.topic, "portfolio_update", body)

    def _key_of(self, known: Known) -> tuple[object, ...]:
        return (known.portfolio.version, *known.versions, today(self._engine.clock))

    def _gone(self, watched: _Watched) -> None:
        if self._watched.get(watched.portfolio_id) is watched:
            del self._watched[watched.portfolio_id]
            self._hub.publish(watched.topic, "portfolio_deleted", b"{}")
