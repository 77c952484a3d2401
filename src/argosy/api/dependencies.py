"""What routes ask for: the program's parts, a session, the user who is signed in.

Dependencies are coroutines, also where they wait for nothing: plain functions go to a thread.
"""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import AccessError, UnauthorizedError
from argosy.runtime.tokens import Claims, TokenType
from argosy.services import users
from argosy.services.users import User
from argosy.wiring import Argosy

CLAIMS = "argosy.claims"
"""In the scope of a request: what its access token says."""

bearer = HTTPBearer(
    auto_error=False, bearerFormat="JWT", description="The access token of `POST /auth/login`."
)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


async def program(request: Request) -> Argosy:
    """Return the parts that the app was made with."""
    argosy = request.app.state.argosy
    assert isinstance(argosy, Argosy)
    return argosy


Program = Annotated[Argosy, Depends(program)]


async def access_claims(request: Request, argosy: Program, credentials: Credentials) -> Claims:
    """Return what the access token says; 401 if there is none that is valid."""
    if credentials is None:
        message = "Sign in first: the request has no access token."
        raise UnauthorizedError(message)
    claims = argosy.tokens.read(credentials.credentials, TokenType.ACCESS)
    request.scope[CLAIMS] = claims
    return claims


AccessClaims = Annotated[Claims, Depends(access_claims)]


async def current_user(argosy: Program, claims: AccessClaims) -> User:
    """Return who is signed in; 401 if the user is inactive. Routes that only read ask `Viewer`."""
    async with argosy.database.read() as session:
        return await users.active_user(session, claims.user_id)


CurrentUser = Annotated[User, Depends(current_user)]


async def admin(user: CurrentUser) -> User:
    """Return the signed-in user if it is an administrator; 403 otherwise."""
    if not user.is_admin:
        message = "This needs an administrator."
        raise AccessError(message)
    return user


AdminUser = Annotated[User, Depends(admin)]


async def reading(argosy: Program) -> AsyncIterator[AsyncSession]:
    """Open a session that sees one state of the database."""
    async with argosy.database.read() as session:
        yield session


async def writing(argosy: Program, _user: CurrentUser) -> AsyncIterator[AsyncSession]:
    """Open the request's one transaction; strangers are turned away before it holds the lock."""
    async with argosy.database.write() as session:
        yield session


# `scope="function"`: the transaction ends before the answer is sent, so whoever has the answer
# finds what it says, and a commit that fails is an error instead of a lie.
Reading = Annotated[AsyncSession, Depends(reading, scope="function")]
Writing = Annotated[AsyncSession, Depends(writing, scope="function")]


async def viewer(claims: AccessClaims, session: Reading) -> User:
    """Return who is signed in, asked in the session that the route reads from."""
    return await users.active_user(session, claims.user_id)


Viewer = Annotated[User, Depends(viewer)]
