"""Bodies and answers about webhooks and what was sent to them."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints

from argosy.api.schemas.fields import In, InstantOut, Out
from argosy.runtime.outgoing import URL_MAX
from argosy.services.webhooks import KINDS, NAME_MAX, Delivery, Webhook, WebhookDraft

Name = Annotated[str, StringConstraints(max_length=NAME_MAX)]
Url = Annotated[str, StringConstraints(min_length=1, max_length=URL_MAX)]
Kinds = Annotated[
    list[Annotated[str, StringConstraints(max_length=40)]],
    Field(max_length=20, description=f"Some of {', '.join(KINDS)}; none stand for all."),
]


class WebhookIn(In):
    """A URL that is told of some kinds of events, or of all."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"url": "https://example.org/argosy", "kinds": ["alert.price"]}]
        }
    )

    url: Url
    name: Name | None = None
    kinds: Kinds = Field(default_factory=list)
    enabled: bool = True

    def draft(self) -> WebhookDraft:
        return WebhookDraft(
            url=self.url, name=self.name, kinds=tuple(self.kinds), enabled=self.enabled
        )


class WebhookPatch(In):
    """Some fields of a webhook; what is left out stays."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"enabled": False}]})

    url: Url | None = None
    name: Name | None = None
    kinds: Kinds | None = None
    enabled: bool | None = None

    def onto(self, old: Webhook) -> WebhookDraft:
        """Return the whole of what the webhook shall be; a name of null is taken away."""
        return WebhookDraft(
            url=self.url or old.url,
            name=self.name if "name" in self.model_fields_set else old.name,
            kinds=old.kinds if self.kinds is None else tuple(self.kinds),
            enabled=old.enabled if self.enabled is None else self.enabled,
        )


class WebhookOut(Out):
    """A webhook; `failures` counts deliveries in a row that failed for good."""

    id: str
    url: str
    name: str | None
    kinds: list[str]
    enabled: bool
    failures: int
    disabled_reason: str | None
    created_at: InstantOut

    @classmethod
    def of(cls, one: Webhook) -> Self:
        return cls(
            id=one.id,
            url=one.url,
            name=one.name,
            kinds=list(one.kinds),
            enabled=one.enabled,
            failures=one.failures,
            disabled_reason=one.disabled_reason,
            created_at=one.created_at,
        )


class WebhookMadeOut(WebhookOut):
    """A webhook with its secret, which is shown this once."""

    secret: str = Field(description="What its messages are signed with; keep it.")

    @classmethod
    def of_made(cls, one: Webhook, secret: str) -> Self:
        return cls(**WebhookOut.of(one).model_dump(), secret=secret)


class TryOut(Out):
    """What came of one attempt; `answer` is the beginning of what came back."""

    at: InstantOut
    status: int | None
    error: str | None
    answer: str | None
    took_ms: int


class DeliveryOut(Out):
    """One message to a webhook; its `id` is the `webhook-id` of each attempt."""

    id: str
    kind: str
    notification_id: str | None
    status: str
    due_at: InstantOut
    attempts: int
    delivered_at: InstantOut | None
    created_at: InstantOut
    tries: list[TryOut]

    @classmethod
    def of(cls, one: Delivery) -> Self:
        return cls(
            id=one.id,
            kind=one.kind,
            notification_id=one.notification_id,
            status=one.status.value,
            due_at=one.due_at,
            attempts=one.attempts,
            delivered_at=one.delivered_at,
            created_at=one.created_at,
            tries=[TryOut.model_validate(dict(tried)) for tried in one.tries],
        )


class DeliveryPage(Out):
    """What was sent to a webhook, the newest first."""

    items: list[DeliveryOut]
    next_cursor: str | None
