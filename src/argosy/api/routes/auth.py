"""Signing up, signing in, staying signed in."""

from typing import Annotated

from fastapi import Body

from argosy.api.body import exact_router
from argosy.api.dependencies import AccessClaims, Credentials, CurrentUser, Program, Writing
from argosy.api.responses import SIGNED_IN, Responses
from argosy.api.schemas.auth import LoginIn, RefreshIn, RegisterIn, TokensOut, UserOut
from argosy.api.schemas.fields import InvalidInput, Problem
from argosy.api.schemas.live import TicketOut
from argosy.core.errors import AccessError, UnauthorizedError
from argosy.runtime.tokens import Token, TokenType
from argosy.services import tickets, users
from argosy.services.users import Session

router = exact_router(prefix="/auth", tags=["auth"])

_REGISTER: Responses = {
    403: {"model": Problem, "description": "Registration is closed, or the invite code is wrong."},
    409: {"model": Problem, "description": "The e-mail address or the username is taken."},
    422: {"model": InvalidInput, "description": "Input that cannot be meant."},
}
_TICKET: Responses = {
    **SIGNED_IN,
    403: {"model": Problem, "description": "Tickets are not given here."},
}


@router.post("/register", status_code=201, responses=_REGISTER)
async def register(body: RegisterIn, argosy: Program) -> UserOut:
    """Make an account. E-mail and username are unique in any letter case."""
    users.check_registration(argosy.settings, body.invite_code)
    draft = users.NewUser(email=body.email, username=body.username)
    async with argosy.database.read() as session:
        await users.refuse_taken(session, draft)
    # Hashed before the transaction: it takes a quarter of a second, and others want to write.
    hashed = await argosy.passwords.hash(body.password)
    async with argosy.database.write() as session:
        user = await users.register(session, draft, hashed_password=hashed)
    return UserOut.model_validate(user)


@router.post("/login", responses=SIGNED_IN)
async def login(body: LoginIn, argosy: Program) -> TokensOut:
    """Sign in with e-mail and password."""
    async with argosy.database.read() as session:
        found = await users.find_credentials(session, body.email)
    user = await users.check_password(argosy.passwords, found, body.password)
    async with argosy.database.write() as session:
        started = await users.start_session(session, argosy.tokens, user.id)
    return _tokens(started)


@router.get("/me", responses=SIGNED_IN)
async def read_me(user: CurrentUser) -> UserOut:
    """Return the account that the access token belongs to."""
    return UserOut.model_validate(user)


@router.post("/refresh", responses=SIGNED_IN)
async def refresh(
    argosy: Program,
    credentials: Credentials,
    body: Annotated[RefreshIn | None, Body()] = None,
) -> TokensOut:
    """Exchange a refresh token (Authorization header or body) for two new tokens; it works once."""
    text = body.refresh_token if body else credentials.credentials if credentials else None
    if text is None:
        message = "Send the refresh token as `Authorization: Bearer …`, or in the body."
        raise UnauthorizedError(message)
    token = Token(text, argosy.tokens.read(text, TokenType.REFRESH))
    async with argosy.database.write() as session:
        renewed = await users.renew_session(session, argosy.tokens, token, now=argosy.clock.now())
    # Raised after the commit: that a token was used twice has ended its whole family.
    if renewed is None:
        message = "This refresh token was used before, or withdrawn. Sign in again."
        raise UnauthorizedError(message)
    return _tokens(renewed)


@router.post("/ws-ticket", status_code=201, responses=_TICKET)
async def create_ticket(claims: AccessClaims, argosy: Program, session: Writing) -> TicketOut:
    """Give a ticket that opens one WebSocket within half a minute, where they are switched on."""
    if not argosy.settings.live_tickets:
        raise AccessError("Tickets are not given here (ARGOSY_LIVE_TICKETS).")
    ticket = await tickets.issue(session, claims, now=argosy.clock.now())
    return TicketOut(
        ticket=ticket.text,
        expires_at=ticket.expires_at,
        session_expires_at=ticket.session_expires_at,
    )


def _tokens(session: Session) -> TokensOut:
    return TokensOut(
        access_token=session.access_token,
        refresh_token=session.refresh_token,
        token_type="bearer",  # noqa: S106 - not a password
    )
