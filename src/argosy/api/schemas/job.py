"""Jobs of the schedule."""

from typing import Self

from pydantic import ConfigDict

from argosy.api.schemas.fields import In, InstantOut, Out
from argosy.services.schedule import JobRun


class JobOut(Out):
    """A job: when it ran and is due, and what came of it; `error` says why the last run failed."""

    name: str
    due_at: InstantOut | None
    paused: bool
    running: bool
    started_at: InstantOut | None
    finished_at: InstantOut | None
    outcome: str | None
    error: str | None
    runs: int
    failures: int

    @classmethod
    def of(cls, state: JobRun) -> Self:
        return cls(
            name=state.name,
            due_at=state.due_at,
            paused=state.paused,
            running=state.worker is not None,
            started_at=state.started_at,
            finished_at=state.finished_at,
            outcome=state.outcome,
            error=state.error,
            runs=state.runs,
            failures=state.failures,
        )


class JobPatch(In):
    """Whether a job rests."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"paused": True}]})

    paused: bool
