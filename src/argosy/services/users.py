"""Accounts and sessions: who may enter, and how long."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import AccessError, DuplicateError, InputError, UnauthorizedError
from argosy.runtime.ids import new_id
from argosy.runtime.passwords import Passwords
from argosy.runtime.tokens import Token, Tokens
from argosy.settings import Registration, Settings
from argosy.store import users as rows
from argosy.store.users import User

__all__ = ["User"]

USERNAME_LENGTHS = range(3, 51)
PASSWORD_LENGTHS = range(8, 101)
TWO_TABS = timedelta(seconds=10)
"""Two tabs of one browser may renew at the same moment; later than this a second use is theft."""

_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_EMAIL = re.compile(
    r"(?!\.)(?!.*\.\.)(?!.*\.@)"
    r"[^\s@\"(),:;<>\[\\\]\x00-\x1f\x7f]{1,64}@"
    rf"(?:{_LABEL}\.)+(?!\d+$){_LABEL}"
)
_EMAIL_LENGTH_MAX = 254
_WRONG = "The e-mail address or the password is wrong."


@dataclass(frozen=True, slots=True)
class NewUser:
    """Who wants an account; names are checked and in one Unicode form."""

    email: str
    username: str
    is_admin: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """The two tokens that keep somebody signed in."""

    access_token: str
    refresh_token: str


def check_email(text: str) -> str:
    """Return an e-mail address in one form, or refuse it; by syntax alone, nothing is asked."""
    address = unicodedata.normalize("NFC", text.strip())
    if len(address) > _EMAIL_LENGTH_MAX or _EMAIL.fullmatch(address) is None:
        raise InputError("This is no e-mail address; one looks like name@example.org.")
    return address


def check_username(text: str) -> str:
    """Return a username in one form, or refuse it."""
    name = unicodedata.normalize("NFC", text.strip())
    if len(name) not in USERNAME_LENGTHS:
        raise InputError("A username has 3 to 50 characters.")
    if any(unicodedata.category(character).startswith("C") for character in name):
        raise InputError("A username has no control characters.")
    return name


def check_new_password(text: str) -> str:
    """Return a password that may be chosen, or refuse it; only its length counts."""
    if len(text) not in PASSWORD_LENGTHS:
        raise InputError("A password has 8 to 100 characters.")
    return text


def letter_key(text: str) -> str:
    """Return what names that differ only in letter case have in common."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def check_registration(settings: Settings, invite_code: str | None) -> None:
    """Refuse a newcomer whom the settings do not let in."""
    if settings.registration is Registration.CLOSED:
        raise AccessError("Registration is closed; an administrator makes accounts.")
    if settings.registration is Registration.INVITE:
        wanted = settings.invite_code
        assert wanted is not None, "settings refuse invitations without a code"
        given = (invite_code or "").encode()
        if not compare_digest(given, wanted.get_secret_value().encode()):
            raise AccessError("Registration needs a valid invite code.")


async def refuse_taken(session: AsyncSession, draft: NewUser) -> None:
    """Refuse names that somebody has in any letter case, and say which one it is."""
    if await rows.find_by_email(session, letter_key(draft.email)) is not None:
        raise DuplicateError("This e-mail address has an account already.")
    if await rows.find_by_username(session, letter_key(draft.username)) is not None:
        raise DuplicateError("This username is taken.")


async def register(session: AsyncSession, draft: NewUser, *, hashed_password: str) -> User:
    """Store a new account. Nobody becomes an administrator by being first."""
    await refuse_taken(session, draft)
    return await rows.insert(
        session,
        id=new_id(),
        email=draft.email,
        email_key=letter_key(draft.email),
        username=draft.username,
        username_key=letter_key(draft.username),
        hashed_password=hashed_password,
        is_admin=draft.is_admin,
    )


async def set_password(session: AsyncSession, user_id: str, hashed_password: str) -> None:
    """Give an account another password."""
    await rows.set_password(session, user_id, hashed_password)


async def find_user(session: AsyncSession, user_id: str) -> User | None:
    """Return an account by its id."""
    return await rows.find(session, user_id)


async def active_user(session: AsyncSession, user_id: str) -> User:
    """Return whose token it is, or refuse: the account is gone or inactive."""
    user = await rows.find(session, user_id)
    if user is None or not user.is_active:
        raise UnauthorizedError("This account is not active.")
    return user


async def find_credentials(session: AsyncSession, email: str) -> rows.Credentials | None:
    """Return an account with its password's hash, by an e-mail address in any letter case."""
    return await rows.find_credentials(session, letter_key(email.strip()))


async def check_password(
    passwords: Passwords, found: rows.Credentials | None, password: str
) -> User:
    """Return the account if the password is its own and it is active.

    An unknown address, a wrong password and an inactive account get the same words after the
    same time, so that nobody learns who has an account.
    """
    right = await passwords.verify(password, found.hashed_password if found else None)
    if found is None or not right or not found.user.is_active:
        raise UnauthorizedError(_WRONG)
    return found.user


async def start_session(session: AsyncSession, tokens: Tokens, user_id: str) -> Session:
    """Sign a user in: a new family of refresh tokens begins."""
    return await _issue(session, tokens, user_id, family=None)


async def renew_session(
    session: AsyncSession, tokens: Tokens, token: Token, *, now: datetime
) -> Session | None:
    """Exchange a refresh token for a new one; None if it was used before or withdrawn.

    A second use means that somebody else has a copy: the whole family ends.
    """
    kept = await rows.lock_refresh_token(session, _fingerprint(token.text))
    if kept is None:
        return None
    if kept.revoked_at is not None:
        if now - kept.revoked_at > TWO_TABS:
            await rows.revoke_family(session, kept.family, at=now)
        return None
    await active_user(session, token.claims.user_id)
    await rows.revoke_refresh_token(session, kept.id, at=now)
    return await _issue(session, tokens, token.claims.user_id, family=kept.family)


async def _issue(
    session: AsyncSession, tokens: Tokens, user_id: str, *, family: str | None
) -> Session:
    refresh = tokens.refresh(user_id, family=family)
    assert refresh.claims.family is not None
    await rows.insert_refresh_token(
        session,
        id=refresh.claims.id,
        user_id=user_id,
        family=refresh.claims.family,
        hashed_token=_fingerprint(refresh.text),
        expires_at=refresh.claims.expires_at,
    )
    return Session(access_token=tokens.access(user_id).text, refresh_token=refresh.text)


def _fingerprint(text: str) -> str:
    """Return what is stored of a token: a copy of the database opens no session."""
    return sha256(text.encode()).hexdigest()
