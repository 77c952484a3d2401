"""Bodies and answers about notifications, and how one is told."""

from datetime import time
from typing import Annotated, Any, Self

from pydantic import ConfigDict, Field, StringConstraints

from argosy.api.schemas.fields import In, InstantOut, Out
from argosy.services.notifying import Notification, NotificationSettings

ClockTime = Annotated[
    str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$"), Field(examples=["22:00"])
]


class NotificationOut(Out):
    """Something that happened; `details` has what was seen, what was waited for, and whence.

    Sent from `deliver_at` on, which is later than `at` where that lay in the quiet hours.
    """

    id: str
    kind: str
    alert_id: str | None
    title: str
    body: str
    details: dict[str, Any]
    at: InstantOut
    deliver_at: InstantOut
    read_at: InstantOut | None

    @classmethod
    def of(cls, one: Notification) -> Self:
        names = cls.model_fields
        return cls(**{name: getattr(one, name) for name in names})


class NotificationPage(Out):
    """Notifications, the newest first; `unread` counts all of them, not this page alone."""

    items: list[NotificationOut]
    next_cursor: str | None
    unread: int


class ReadIn(In):
    """Which notifications were read; without ids all of them."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"ids": ["01890a5d-ac96-774b-bcce-b302099a8057"]}]}
    )

    ids: Annotated[list[str], Field(max_length=1_000)] | None = None
    read: bool = Field(default=True, description="False: they count as unread again.")


class ReadOut(Out):
    """How many changed, and how many are unread now."""

    changed: int
    unread: int


class NotificationSettingsIn(In):
    """How one is told; quiet hours that end before they begin go past midnight."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "time_zone": "Europe/Zurich",
                    "quiet_from": "22:00",
                    "quiet_until": "07:00",
                    "email": True,
                }
            ]
        }
    )

    time_zone: Annotated[str, StringConstraints(max_length=64)] = "UTC"
    quiet_from: ClockTime | None = None
    quiet_until: ClockTime | None = None
    email: bool = False

    def wanted(self) -> NotificationSettings:
        return NotificationSettings(
            time_zone=self.time_zone,
            quiet_from=_time(self.quiet_from),
            quiet_until=_time(self.quiet_until),
            email=self.email,
        )


class NotificationSettingsOut(Out):
    """How one is told; `can_mail` says whether this server sends e-mail at all."""

    time_zone: str
    quiet_from: str | None
    quiet_until: str | None
    email: bool
    can_mail: bool

    @classmethod
    def of(cls, one: NotificationSettings, *, can_mail: bool) -> Self:
        return cls(
            time_zone=one.time_zone,
            quiet_from=_text(one.quiet_from),
            quiet_until=_text(one.quiet_until),
            email=one.email,
            can_mail=can_mail,
        )


def _time(text: str | None) -> time | None:
    return None if text is None else time.fromisoformat(text)


def _text(at: time | None) -> str | None:
    return None if at is None else f"{at:%H:%M}"
