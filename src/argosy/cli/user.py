"""`argosy user`: accounts."""

import sys
from dataclasses import asdict
from typing import Annotated

import typer

from argosy.cli.output import show, table
from argosy.cli.program import with_argosy
from argosy.core.errors import InputError
from argosy.services import users
from argosy.services.users import NewUser, User
from argosy.wiring import Argosy

app = typer.Typer(help="Make accounts.", no_args_is_help=True)


@app.callback()
def group() -> None:
    """Make accounts."""


@app.command()
def create(
    email: Annotated[str, typer.Option(help="The e-mail address that signs in.")],
    username: Annotated[str, typer.Option(help="3 to 50 characters.")],
    admin: Annotated[bool, typer.Option("--admin", help="Make an administrator.")] = False,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from the first line.")
    ] = False,
) -> None:
    """Make an account, also while registration is closed."""
    draft = NewUser(users.check_email(email), users.check_username(username), is_admin=admin)
    password = users.check_new_password(_read_password(from_stdin=password_stdin))

    async def make(argosy: Argosy) -> User:
        hashed = await argosy.passwords.hash(password)
        async with argosy.database.write() as session:
            return await users.register(session, draft, hashed_password=hashed)

    user = with_argosy(make)
    show(
        asdict(user),
        lambda: table(
            ("Id", "E-mail", "Username", "Administrator"),
            [(user.id, user.email, user.username, "yes" if user.is_admin else "no")],
        ),
    )


def _read_password(*, from_stdin: bool) -> str:
    if from_stdin:
        try:
            password = sys.stdin.readline().rstrip("\r\n")
            password.encode()  # in some locales bytes that are no text come as half characters
        except UnicodeError as error:
            raise InputError("The password is not UTF-8 text.") from error
        return password
    if not sys.stdin.isatty():
        raise InputError("There is no terminal to ask for a password; use --password-stdin.")
    typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return typed
