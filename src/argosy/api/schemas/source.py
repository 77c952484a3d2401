"""Answers about sources."""

from typing import Literal, Self

from argosy.api.schemas.fields import InstantOut, Out
from argosy.core.market.asset import AssetCategory
from argosy.services.sources import Capability, Circuit, Grade, SourceState


class SourceLimitOut(Out):
    """At most `requests` in any `per_s` seconds, in the provider's units; `left` of them now."""

    requests: int
    per_s: float
    left: int


class SourceFailureOut(Out):
    """How asking a source failed last, whatever came after."""

    at: InstantOut
    code: str
    reason: str


class SourceOut(Out):
    """What a source can do, under which terms and limits, and how it is doing.

    `lacks` names the setting without which it cannot be asked. `circuit` is `open` where it is
    left alone until `retry_at`, after many failures; both are this process's own.
    """

    name: str
    title: str
    grade: Grade
    terms: str
    url: str
    capabilities: list[Capability]
    categories: list[AssetCategory]
    intervals: list[str]
    limits: list[SourceLimitOut]
    stated_limits: bool
    needs_key: bool
    needs_network: bool
    lacks: str | None
    circuit: Circuit
    retry_at: InstantOut | None
    last_failure: SourceFailureOut | None

    @classmethod
    def of(cls, state: SourceState) -> Self:
        manifest, failure = state.manifest, state.last_failure
        return cls(
            name=manifest.name,
            title=manifest.title,
            grade=manifest.grade,
            terms=manifest.terms,
            url=manifest.url,
            capabilities=[one for one in Capability if one in manifest.capabilities],
            categories=[one for one in AssetCategory if one in manifest.categories],
            intervals=list(manifest.intervals),
            limits=[
                SourceLimitOut(requests=limit.requests, per_s=limit.per_s, left=left)
                for limit, left in state.limits
            ],
            stated_limits=manifest.stated_limits,
            needs_key=manifest.needs_key,
            needs_network=manifest.needs_network,
            lacks=state.lacks,
            circuit=state.circuit,
            retry_at=state.retry_at,
            last_failure=SourceFailureOut.model_validate(failure) if failure else None,
        )


class SourceHealthOut(Out):
    """Whether one source is asked now."""

    name: str
    circuit: Circuit
    retry_at: InstantOut | None


class SourcesHealthOut(Out):
    """`degraded` where a source that is set up is left alone after many failures."""

    status: Literal["healthy", "degraded"]
    sources: list[SourceHealthOut]
