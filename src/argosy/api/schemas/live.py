"""Messages of clients over the live feed's WebSockets, and its tickets."""

from typing import Annotated, Literal, TypeAlias

from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter

from argosy.api.schemas.fields import In, InstantOut, Out

_Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
_NAMES_MAX = 10_000


class ResumeIn(In):
    """How far somebody came: the last `seq` he had, and the `stream` it is a number of."""

    stream: Annotated[str, StringConstraints(max_length=64)]
    seq: Annotated[int, Field(ge=0)]


class AuthenticateIn(In):
    """The first message, and again before the token expires."""

    action: Literal["authenticate"]
    token: Annotated[str, StringConstraints(max_length=8_192)]
    resume: ResumeIn | None = None


class _NamedIn(In):
    portfolios: Annotated[tuple[_Name, ...], Field(max_length=_NAMES_MAX)] = ()
    symbols: Annotated[tuple[_Name, ...], Field(max_length=_NAMES_MAX)] = ()
    jobs: bool = False
    alerts: bool = False


class SubscribeIn(_NamedIn):
    """What is to be told from now on, or from a number on."""

    action: Literal["subscribe", "subscribe_symbols"]
    resume: ResumeIn | None = None


class UnsubscribeIn(_NamedIn):
    """What is to be told no longer."""

    action: Literal["unsubscribe", "unsubscribe_symbols"]


class SignOfLifeIn(In):
    """`ping` is answered; `pong` answers the server's."""

    action: Literal["ping", "pong"]


MessageIn: TypeAlias = AuthenticateIn | SubscribeIn | UnsubscribeIn | SignOfLifeIn

MESSAGE: TypeAdapter[MessageIn] = TypeAdapter(Annotated[MessageIn, Field(discriminator="action")])
"""Reads one message."""


class TicketOut(Out):
    """A ticket, good for one connection that begins before it expires."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "ticket": "h2x0Zk1m3v…",
                    "expires_at": "2024-01-05T14:30:30Z",
                    "session_expires_at": "2024-01-05T15:00:00Z",
                }
            ]
        }
    )

    ticket: str
    expires_at: InstantOut
    session_expires_at: InstantOut
