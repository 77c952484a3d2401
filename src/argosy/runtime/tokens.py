"""Signed tokens: HS256 and nothing else, with a type, an id and an end."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import jwt

from argosy.core.errors import UnauthorizedError
from argosy.runtime.clock import Clock
from argosy.runtime.ids import new_id

ALGORITHM = "HS256"


class TokenType(StrEnum):
    """What a token is good for."""

    ACCESS = "access"
    REFRESH = "refresh"


@dataclass(frozen=True, slots=True)
class Claims:
    """What a valid token says."""

    user_id: str
    type: TokenType
    id: str
    issued_at: datetime
    expires_at: datetime
    family: str | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it travels, with what it says."""

    text: str
    claims: Claims


class Tokens:
    """Issues and reads tokens with one secret."""

    def __init__(self, secret: str, *, clock: Clock, access: timedelta, refresh: timedelta) -> None:
        self._secret = secret
        self._clock = clock
        self._lifetimes = {TokenType.ACCESS: access, TokenType.REFRESH: refresh}

    def access(self, user_id: str) -> Token:
        """Issue a token that opens the API for a short while."""
        return self._issue(user_id, TokenType.ACCESS, family=None)

    def refresh(self, user_id: str, *, family: str | None = None) -> Token:
        """Issue a token that gets new ones; all that follow one sign-in share its family."""
        return self._issue(user_id, TokenType.REFRESH, family=family or new_id())

    def read(self, text: str, wanted: TokenType) -> Claims:
        """Return what a token says, or raise `UnauthorizedError` saying why it is refused."""
        claims = self._decode(text)
        if claims.type is not wanted:
            message = f"This is a token of type {claims.type}; one of type {wanted} is needed."
            raise UnauthorizedError(message)
        if claims.expires_at <= self._clock.now():
            message = "The token has expired. Sign in again, or refresh it."
            raise UnauthorizedError(message)
        return claims

    def _issue(self, user_id: str, kind: TokenType, *, family: str | None) -> Token:
        issued_at = self._clock.now().replace(microsecond=0)
        claims = Claims(
            user_id=user_id,
            type=kind,
            id=new_id(),
            issued_at=issued_at,
            expires_at=issued_at + self._lifetimes[kind],
            family=family,
        )
        payload: dict[str, object] = {
            "sub": claims.user_id,
            "type": claims.type.value,
            "jti": claims.id,
            "iat": claims.issued_at,
            "exp": claims.expires_at,
        }
        if family is not None:
            payload["family"] = family
        return Token(jwt.encode(payload, self._secret, algorithm=ALGORITHM), claims)

    def _decode(self, text: str) -> Claims:
        try:
            payload = jwt.decode(
                text,
                self._secret,
                algorithms=[ALGORITHM],
                # The clock is an argument here, so the end is compared in `read`.
                options={
                    "require": ["sub", "type", "jti", "iat", "exp"],
                    "verify_exp": False,
                    "verify_iat": False,
                },
            )
            return Claims(
                user_id=payload["sub"],
                type=TokenType(payload["type"]),
                id=payload["jti"],
                issued_at=_instant(payload["iat"]),
                expires_at=_instant(payload["exp"]),
                family=payload.get("family"),
            )
        except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError) as error:
            message = "The token is not valid."
            raise UnauthorizedError(message) from error


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
