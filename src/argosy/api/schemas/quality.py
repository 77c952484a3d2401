"""Bodies and answers about the quality of stored prices."""

from datetime import date
from typing import Literal, Self

from pydantic import ConfigDict, Field

from argosy.api.schemas.asset import AssetOut
from argosy.api.schemas.fields import DecimalOut, In, InstantOut, Out
from argosy.core.market.quality import Quality
from argosy.services.quality import Finding, Rated, Report
from argosy.services.verdicts import Doubted, Status


class ScoresOut(Out):
    """From 0 to 1, the best; null where nothing is known."""

    score: float | None
    completeness: float | None = Field(description="Sessions with a price / all sessions.")
    agreement: float | None = Field(description="Days on which all sources agree / common days.")
    freshness: float | None = Field(description="1 up to a session of age, 0 from 21 on.")
    trust: float | None = Field(description="1 / (1 + suspects in a hundred prices).")

    @classmethod
    def of(cls, found: Quality | None) -> Self:
        names = cls.model_fields
        if found is None:
            return cls(**dict.fromkeys(names))
        return cls(**{name: getattr(found.scores, name) for name in names})


class CoverageOut(Out):
    """What one source has."""

    source: str
    first_on: date
    last_on: date
    points: int
    suspects: int


class GapOut(Out):
    """Sessions in a row without a price of any source."""

    start: date
    end: date
    sessions: int
    status: str = Field(description="open; refetched: asked for again; marked: no source has it.")


class FindingOut(Out):
    """A doubt about a price, or about those until another day."""

    source: str
    day: date
    until: date
    kind: str | None
    severity: str = Field(description="suspect: it is not used; note: it is told, and used.")
    status: str | None = Field(description="suspect, accepted or rejected; null for a note.")
    reason: str | None

    @classmethod
    def of_note(cls, one: Finding) -> Self:
        return cls(
            source=one.source,
            day=one.day,
            until=one.until,
            kind=one.kind,
            severity=one.severity,
            status=None,
            reason=one.reason,
        )

    @classmethod
    def of_doubted(cls, one: Doubted) -> Self:
        return cls(
            source=one.source,
            day=one.verdict.day,
            until=one.verdict.day,
            kind=one.verdict.kind,
            severity="suspect",
            status=one.verdict.status,
            reason=one.verdict.reason,
        )


class ComparisonOut(Out):
    """Two sources on the days that both have; differences are fractions of the first one's."""

    first: str
    second: str
    days: int
    median_difference: float
    max_difference: float
    max_on: date
    beyond: int = Field(description="Days on which they differ by more than the tolerance.")


class QualityOut(Out):
    """The quality of an asset's shared daily prices."""

    asset: AssetOut
    scores: ScoresOut
    first_on: date | None
    last_on: date | None
    expected: int = Field(description="Sessions between the first and the last price.")
    present: int = Field(description="Of these with a price that is used.")
    missing: int = Field(description="Of these without any.")
    doubted: int = Field(description="Of these with prices that are all in doubt.")
    tolerance: float | None = Field(description="How far sources may differ, as a fraction.")
    sources: list[CoverageOut] = Field(description="The one that is believed first at the top.")
    gaps: list[GapOut]
    findings: list[FindingOut]
    comparisons: list[ComparisonOut]

    @classmethod
    def of(cls, report: Report) -> Self:
        found = report.quality
        findings = [FindingOut.of_doubted(one) for one in report.verdicts]
        findings += [FindingOut.of_note(one) for one in report.notes]
        return cls(
            asset=AssetOut.of(report.asset),
            scores=ScoresOut.of(found),
            first_on=found.first_on if found else None,
            last_on=found.last_on if found else None,
            expected=found.expected if found else 0,
            present=found.present if found else 0,
            missing=found.missing if found else 0,
            doubted=found.doubted if found else 0,
            tolerance=found.tolerance if found else None,
            sources=[CoverageOut.model_validate(one) for one in found.sources] if found else [],
            gaps=[
                GapOut(
                    start=gap.days.first,
                    end=gap.days.last,
                    sessions=gap.sessions,
                    status=status,
                )
                for gap, status in report.gaps
            ],
            findings=sorted(findings, key=lambda one: (one.day, one.source)),
            comparisons=[ComparisonOut.model_validate(one) for one in found.comparisons]
            if found
            else [],
        )


class PointOut(Out):
    """What is thought of one price."""

    source: str
    timestamp: InstantOut
    day: date
    interval: str
    close: DecimalOut
    status: str
    kind: str | None
    reason: str | None
    decided_at: InstantOut | None

    @classmethod
    def of(cls, one: Doubted) -> Self:
        verdict = one.verdict
        return cls(
            source=one.source,
            timestamp=verdict.at,
            day=verdict.day,
            interval=verdict.interval,
            close=verdict.close,
            status=verdict.status,
            kind=verdict.kind,
            reason=verdict.reason,
            decided_at=verdict.decided_at,
        )


class PointPage(Out):
    """Some of them, oldest first, and the cursor that asks for the next ones."""

    items: list[PointOut]
    next_cursor: str | None


class DecisionIn(In):
    """Whether a price counts."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"status": "rejected"}]})

    status: Literal["accepted", "rejected"]

    def chosen(self) -> Status:
        return Status(self.status)


class RatedOut(Out):
    """An asset and how good its prices were at the last look."""

    asset: AssetOut
    score: float
    completeness: float
    agreement: float | None
    freshness: float
    trust: float
    missing: int
    open_gaps: int
    suspects: int

    @classmethod
    def of(cls, one: Rated) -> Self:
        names = [name for name in cls.model_fields if name != "asset"]
        values = {name: getattr(one.quality, name) for name in names}
        return cls(asset=AssetOut.of(one.asset), **values)


class RatedPage(Out):
    """Some assets, the worst first, and the cursor that asks for the next ones."""

    items: list[RatedOut]
    next_cursor: str | None
