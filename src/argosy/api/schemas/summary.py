"""What all portfolios of a user together look like on the wire."""

from pydantic import Field

from argosy.api.schemas.fields import DecimalOut
from argosy.api.schemas.performance import PerformanceOut


class MemberOut(PerformanceOut):
    """One portfolio among the others, in the summary's currency."""

    id: str
    name: str
    own_currency: str
    is_demo: bool
    total_value: DecimalOut | None
    weight: float | None = Field(description="Its share of the sum of all values.")
    total_gain: DecimalOut | None
    day_change: DecimalOut | None


class SummaryOut(PerformanceOut):
    """All portfolios of a user; transfers between them are no flows."""

    as_of: str
    total_value: DecimalOut | None
    total_gain: DecimalOut | None
    day_change: DecimalOut | None
    portfolios: list[MemberOut]
