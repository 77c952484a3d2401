"""Whose portfolios a command means, and which one: commands are not signed in."""

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.errors import ConflictError, InputError, NotFoundError
from argosy.services.users import User, letter_key
from argosy.store import portfolios
from argosy.store import users as rows
from argosy.store.portfolios import Portfolio
from argosy.store.types import read_id


async def find_user(session: AsyncSession, name: str | None) -> User:
    """Return the account of an e-mail address or username; the only one if none is named."""
    if name is not None:
        key = letter_key(name.strip())
        found = await rows.find_by_email(session, key) or await rows.find_by_username(session, key)
        if found is None:
            what = "user"
            raise NotFoundError(what, name)
        return found
    accounts = await rows.first(session, limit=2)
    if not accounts:
        raise InputError("There is no account yet. Make one: argosy user create.")
    if len(accounts) > 1:
        raise InputError("There are several accounts. Name one: --user with its e-mail address.")
    return accounts[0]


async def find_portfolio(session: AsyncSession, name: str, *, user: str | None) -> Portfolio:
    """Return a portfolio by its id, or by its name in any letter case among one user's own."""
    portfolio_id = read_id(name.strip())
    if portfolio_id is not None and user is None:
        found = (await portfolios.get_many(session, [portfolio_id])).get(portfolio_id)
        if found is None:
            what = "portfolio"
            raise NotFoundError(what, name)
        return await portfolios.get(session, found.user_id, portfolio_id)
    owner = await find_user(session, user)
    if portfolio_id is not None:
        return await portfolios.get(session, owner.id, portfolio_id)
    return _only(name, await portfolios.of_user(session, owner.id))


def _only(name: str, own: list[Portfolio]) -> Portfolio:
    key = letter_key(name.strip())
    alike = [one for one in own if letter_key(one.name) == key]
    if not alike:
        what = "portfolio"
        raise NotFoundError(what, name)
    if len(alike) > 1:
        ids = ", ".join(one.id for one in alike)
        message = f"Several portfolios are called {name}. Name one by its id: {ids}."
        raise ConflictError(message)
    return alike[0]
