"""What the service says about itself."""

from typing import Literal

from fastapi import APIRouter, Response
from sqlalchemy.exc import SQLAlchemyError

from argosy import __version__
from argosy.api.dependencies import Program
from argosy.api.errors import answer
from argosy.api.schemas.fields import Out, Problem
from argosy.api.schemas.queue import QueueHealthOut
from argosy.api.schemas.source import SourceHealthOut, SourcesHealthOut
from argosy.core.errors import StorageError
from argosy.services import queue
from argosy.services.sources import Circuit
from argosy.settings import Registration

SERVICE = "argosy"
UNAVAILABLE: dict[int | str, dict[str, object]] = {
    503: {"model": Problem, "description": "It does not answer."}
}

health = APIRouter(tags=["service"])
root = APIRouter(tags=["service"])


class ServiceOut(Out):
    """Who answers here."""

    service: str
    version: str
    status: Literal["running"]
    registration: Registration


class HealthOut(Out):
    """The process is alive."""

    status: Literal["healthy"]
    service: str
    version: str


class PartHealthOut(Out):
    """A part that the process needs, and which one it is."""

    status: Literal["healthy"]
    backend: Literal["sqlite", "postgresql", "redis", "memory"]


_HEALTHY = HealthOut(status="healthy", service=SERVICE, version=__version__)


@root.get("/api/v1")
async def describe_service(argosy: Program) -> ServiceOut:
    """Say which service and version this is, and who may make an account."""
    return ServiceOut(
        service=SERVICE,
        version=__version__,
        status="running",
        registration=argosy.settings.registration,
    )


@health.get("/health")
async def check_health() -> HealthOut:
    """Say that the process is alive; asks nothing and nobody, so it answers under any load."""
    return _HEALTHY


@health.get("/health/db", response_model=PartHealthOut, responses=UNAVAILABLE)
async def check_database(argosy: Program) -> PartHealthOut | Response:
    """Ask the database for nothing; 503 if it does not answer."""
    try:
        await argosy.ping_database()
    except (SQLAlchemyError, StorageError, OSError):
        return answer(503, "The database does not answer.", "unavailable")
    backend: Literal["sqlite", "postgresql"]
    backend = "sqlite" if argosy.database.is_sqlite else "postgresql"
    return PartHealthOut(status="healthy", backend=backend)


@health.get("/health/redis", response_model=PartHealthOut, responses=UNAVAILABLE)
async def check_redis(argosy: Program) -> PartHealthOut | Response:
    """Ask Redis for nothing; without one, say that memory takes its place."""
    try:
        used = await argosy.ping_redis()
    except StorageError:
        return answer(503, "Redis does not answer.", "unavailable")
    return PartHealthOut(status="healthy", backend="redis" if used else "memory")


@health.get("/health/sources")
async def check_sources(argosy: Program) -> SourcesHealthOut:
    """Say which of the sources that are set up are left alone after many failures; asks none.

    Always 200: without its sources the service still answers from what is stored.
    """
    breakers = {
        one.name: argosy.sources.breaker(one.name) for one in argosy.sources if one.lacks is None
    }
    found = [
        SourceHealthOut(name=name, circuit=one.circuit, retry_at=one.retry_at)
        for name, one in breakers.items()
    ]
    closed = all(one.circuit is Circuit.CLOSED for one in found)
    return SourcesHealthOut(status="healthy" if closed else "degraded", sources=found)


@health.get("/health/queue", response_model=QueueHealthOut, responses=UNAVAILABLE)
async def check_queue(argosy: Program) -> QueueHealthOut | Response:
    """Say how many histories wait to be fetched, for how long, and how many workers there are."""
    try:
        async with argosy.database.read() as session:
            found = await queue.state(session, clock=argosy.clock)
    except (SQLAlchemyError, StorageError, OSError):
        return answer(503, "The database does not answer.", "unavailable")
    return QueueHealthOut.of(found, argosy.clock.now())
