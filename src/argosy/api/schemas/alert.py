"""Bodies and answers about alerts."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Self

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, StringConstraints

from argosy.api.schemas.fields import (
    DecimalIn,
    DecimalOut,
    In,
    InstantOut,
    Out,
    any_case,
    written_day,
)
from argosy.core.alerts.wording import waits_for
from argosy.core.market.asset import AssetCategory
from argosy.services.alerts import (
    NAME_MAX,
    NOTE_MAX,
    Alert,
    AlertDraft,
    AlertKind,
    Condition,
    Figure,
    Listed,
    Patience,
    Side,
    Window,
)

_LAST_YEAR = 9_000


def _not_too_far(at: datetime) -> datetime:
    if at.year > _LAST_YEAR:
        message = "the instant is too far away"
        raise ValueError(message)
    return at


Name = Annotated[str, StringConstraints(max_length=NAME_MAX)]
Note = Annotated[str, StringConstraints(max_length=NOTE_MAX)]
AssetName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200),
    Field(description="An asset's id, `SYMBOL` or `SYMBOL:EXCHANGE`."),
]
Minutes = Annotated[int, Field(ge=0, le=527_040)]
Days = Annotated[int, Field(ge=0, le=366)]
At = Annotated[AwareDatetime, AfterValidator(_not_too_far), written_day]
Kind = Annotated[AlertKind, any_case]
SideIn = Annotated[Side, any_case]
WindowIn = Annotated[Window, any_case]
FigureIn = Annotated[Figure, any_case]
Category = Annotated[AssetCategory, any_case]


class _Fields(In):
    """What an alert says beside its kind."""

    name: Name | None = None
    note: Note | None = None
    asset: AssetName | None = None
    portfolio_id: Annotated[str, StringConstraints(max_length=100)] | None = None
    category: Category | None = None
    job: Annotated[str, StringConstraints(max_length=50)] | None = None
    side: SideIn | None = None
    threshold: DecimalIn | None = None
    lower: DecimalIn | None = None
    upper: DecimalIn | None = None
    window: WindowIn | None = None
    figure: FigureIn | None = None
    days: Days | None = None
    expires_at: At | None = None


class AlertIn(_Fields):
    """What is to be told; the kind says which fields it takes ([alerts](../how-to/alerts.md))."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"kind": "price", "asset": "BTC", "side": "above", "threshold": "100000"},
                {"kind": "change", "asset": "AAPL", "threshold": "0.05", "window": "1D"},
            ]
        }
    )

    kind: Kind
    enabled: bool = True
    cool_down_minutes: Minutes = 60
    back_off_minutes: Annotated[int, Field(ge=1, le=527_040)] | None = None

    def draft(self) -> AlertDraft:
        return _draft(self.model_dump())


class AlertPatch(_Fields):
    """Some fields of an alert; what is left out stays, what is null is taken away."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"threshold": "110000"}]})

    enabled: bool | None = None
    cool_down_minutes: Minutes | None = None
    back_off_minutes: Annotated[int, Field(ge=1, le=527_040)] | None = None

    def onto(self, old: Alert) -> AlertDraft:
        """Return the whole of what the alert shall be."""
        given = {name: getattr(self, name) for name in self.model_fields_set}
        for name in ("enabled", "cool_down_minutes"):
            if given.get(name, 0) is None:
                del given[name]
        return _draft(_fields_of(old) | given)


def _draft(fields: dict[str, Any]) -> AlertDraft:
    back_off = fields["back_off_minutes"]
    numbers = ("kind", "side", "threshold", "lower", "upper", "window", "figure", "days")
    rest = ("asset", "portfolio_id", "category", "job", "name", "note", "enabled", "expires_at")
    return AlertDraft(
        condition=Condition(**{name: fields[name] for name in numbers}),
        patience=Patience(
            cool_down=timedelta(minutes=fields["cool_down_minutes"]),
            back_off=None if back_off is None else timedelta(minutes=back_off),
        ),
        **{name: fields[name] for name in rest},
    )


def _fields_of(alert: Alert) -> dict[str, Any]:
    condition, subject, back_off = alert.condition, alert.subject, alert.patience.back_off
    return {
        **{name: getattr(condition, name) for name in Condition.__dataclass_fields__},
        "asset": subject.asset_id,
        "portfolio_id": subject.portfolio_id,
        "category": subject.category,
        "job": subject.job,
        "name": alert.name,
        "note": alert.note,
        "enabled": alert.enabled,
        "expires_at": alert.expires_at,
        "cool_down_minutes": int(alert.patience.cool_down.total_seconds() // 60),
        "back_off_minutes": None if back_off is None else int(back_off.total_seconds() // 60),
    }


class AlertOut(Out):
    """An alert, and what is known of it.

    `holds` is what was known last, null while nothing ever was; `since` when that began, `seen`
    what was seen then, `reason` why nothing is known now.
    """

    id: str
    kind: AlertKind
    name: str | None
    note: str | None
    waits_for: str = Field(description="What it waits for, in words.")
    asset_id: str | None
    symbol: str | None
    portfolio_id: str | None
    portfolio: str | None
    category: AssetCategory | None
    job: str | None
    side: Side | None
    threshold: DecimalOut | None
    lower: DecimalOut | None
    upper: DecimalOut | None
    window: Window | None
    figure: Figure | None
    days: int | None
    enabled: bool
    expires_at: InstantOut | None
    cool_down_minutes: int
    back_off_minutes: int | None
    holds: bool | None
    since: InstantOut | None
    told_at: InstantOut | None
    seen: dict[str, str | None] | None
    reason: str | None
    created_at: InstantOut

    @classmethod
    def of(cls, one: Listed) -> Self:
        alert, asset = one.alert, one.asset
        fields = _fields_of(alert)
        fields["asset_id"] = fields.pop("asset")
        return cls(
            **fields,
            id=alert.id,
            waits_for=waits_for(alert.condition, one.currency),
            symbol=None if asset is None else asset.symbol,
            portfolio=None if one.portfolio is None else one.portfolio.name,
            holds=alert.state.holds,
            since=alert.since,
            told_at=alert.state.told_at,
            seen=None if alert.seen is None else dict(alert.seen),
            reason=alert.reason,
            created_at=alert.created_at,
        )


class AlertPage(Out):
    """Alerts, the newest first."""

    items: list[AlertOut]
    next_cursor: str | None
