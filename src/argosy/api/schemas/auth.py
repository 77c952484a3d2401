"""Bodies and answers of signing up and signing in."""

from collections.abc import Callable
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from argosy.api.schemas.fields import In, InstantOut, Out
from argosy.core.errors import InputError
from argosy.services.users import check_email, check_username


def _worded(check: Callable[[str], str]) -> Callable[[str], str]:
    """Let a service's check refuse a field in the field's own place."""

    def validate(text: str) -> str:
        try:
            return check(text)
        except InputError as error:
            raise ValueError(str(error)) from error

    return validate


Email = Annotated[
    str,
    AfterValidator(_worded(check_email)),
    WithJsonSchema({"type": "string", "format": "email", "examples": ["ada@example.org"]}),
]
Username = Annotated[
    str,
    StringConstraints(min_length=3, max_length=50, strip_whitespace=True),
    AfterValidator(_worded(check_username)),
]
# A password is taken as it is typed, spaces and all.
NewPassword = Annotated[
    str, StringConstraints(min_length=8, max_length=100, strip_whitespace=False)
]
AnyPassword = Annotated[str, StringConstraints(max_length=1000, strip_whitespace=False)]


class RegisterIn(In):
    """A new account."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "email": "ada@example.org",
                    "username": "ada",
                    "password": "a long and quiet sentence",
                }
            ]
        }
    )

    email: Email
    username: Username
    password: NewPassword
    invite_code: str | None = Field(
        default=None, description="Needed while registration is by invite only."
    )


class LoginIn(In):
    """Who signs in."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"email": "ada@example.org", "password": "a long and quiet sentence"}]
        }
    )

    email: Annotated[str, StringConstraints(max_length=320)]
    password: AnyPassword


class RefreshIn(In):
    """A refresh token, where it does not travel in the Authorization header."""

    refresh_token: str


class TokensOut(Out):
    """The two tokens of a session."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "access_token": "eyJhbGciOiJIUzI1NiJ9.….…",
                    "refresh_token": "eyJhbGciOiJIUzI1NiJ9.….…",
                    "token_type": "bearer",
                }
            ]
        }
    )

    access_token: str
    refresh_token: str
    token_type: str


class UserOut(Out):
    """A person's own account."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "01890a5d-ac96-774b-bcce-b302099a8057",
                    "email": "ada@example.org",
                    "username": "ada",
                    "is_active": True,
                    "is_admin": False,
                    "created_at": "2024-01-05T14:30:00Z",
                }
            ]
        }
    )

    id: str
    email: str
    username: str
    is_active: bool
    is_admin: bool
    created_at: InstantOut
