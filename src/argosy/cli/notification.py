"""`argosy notification`: what somebody was told, and how they want to be told."""

from typing import Annotated

import typer

from argosy.api.schemas.notification import (
    NotificationOut,
    NotificationSettingsIn,
    NotificationSettingsOut,
)
from argosy.api.schemas.rows import checked
from argosy.cli.output import note, show, table
from argosy.cli.portfolio_option import UserOption
from argosy.cli.program import with_argosy
from argosy.core.errors import InputError
from argosy.runtime.ids import new_id
from argosy.runtime.mail import Letter
from argosy.services import acting, notifying
from argosy.services.delivering import Sent
from argosy.services.notifying import Notification, NotificationSettings
from argosy.wiring import Argosy

app = typer.Typer(help="See what was told, and say when and how.", no_args_is_help=True)


@app.command("list")
def list_notifications(
    unread: Annotated[bool, typer.Option("--unread", help="Only what was not read.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="The newest so many.")] = 50,
    user: UserOption = None,
) -> None:
    """Show what a user was told, the newest first."""

    async def read(argosy: Argosy) -> list[Notification]:
        async with argosy.database.read() as session:
            owner = await acting.find_user(session, user)
            page, _ = await notifying.page(session, owner.id, unread=unread, limit=limit)
            return page.items

    found = with_argosy(read)
    rows = [
        (f"{one.at:%Y-%m-%d %H:%M}", "" if one.read_at else "new", one.title, one.id)
        for one in found
    ]
    show(
        [NotificationOut.of(one).model_dump(mode="json") for one in found],
        lambda: table(("At (UTC)", "", "What", "Id"), rows, spare=("Id",)),
    )


@app.command()
def read(
    ids: Annotated[list[str] | None, typer.Argument(help="Ids; without any all.")] = None,
    user: UserOption = None,
) -> None:
    """Say that notifications were read."""

    async def mark(argosy: Argosy) -> int:
        async with argosy.database.write() as session:
            owner = await acting.find_user(session, user)
            return await notifying.mark(
                session, owner.id, ids or None, read=True, clock=argosy.clock
            )

    changed = with_argosy(mark)
    show({"changed": changed}, lambda: table(("Read>",), [(changed,)]))


@app.command()
def settings(
    time_zone: Annotated[str | None, typer.Option(help="Such as Europe/Zurich.")] = None,
    quiet: Annotated[str | None, typer.Option(help="Quiet hours: 22:00-07:00, or none.")] = None,
    email: Annotated[bool | None, typer.Option(help="Be told by e-mail too.")] = None,
    user: UserOption = None,
) -> None:
    """Show when and how a user is told; change what is given."""

    async def change(argosy: Argosy) -> NotificationSettingsOut:
        async with argosy.database.write() as session:
            owner = await acting.find_user(session, user)
            old = await notifying.settings_of(session, owner.id)
            wanted = _wanted(old, time_zone, quiet, email)
            if wanted != old:
                old = await notifying.change_settings(session, owner.id, wanted)
        return NotificationSettingsOut.of(old, can_mail=argosy.mail.is_set)

    found = with_argosy(change)
    rows = list(found.model_dump(mode="json").items())
    show(found.model_dump(mode="json"), lambda: table(("Setting", "Value"), rows))


@app.command()
def mail(user: UserOption = None) -> None:
    """Send a user a test by e-mail, and say what the mail server answers."""

    async def send(argosy: Argosy) -> str:
        if not argosy.mail.is_set:
            raise InputError("No mail server is set: ARGOSY_SMTP_HOST and ARGOSY_SMTP_FROM.")
        async with argosy.database.read() as session:
            owner = await acting.find_user(session, user)
        text = "This is a test: Argosy can send you e-mail."
        letter = Letter(key=new_id(), to=owner.email, subject="A test of Argosy", text=text)
        await argosy.mail.send(letter)
        return owner.email

    address = with_argosy(send)
    note(f"The mail server took a letter to {address}.")


@app.command()
def send() -> None:
    """Send now what is due: to the app, by e-mail and to webhooks."""

    async def deliver(argosy: Argosy) -> Sent:
        return await argosy.courier().deliver()

    done = with_argosy(deliver)
    row = (done.delivered, done.waiting, done.failed)
    show(done, lambda: table(("Sent>", "Tried again later>", "Failed>"), [row]))


def _wanted(
    old: NotificationSettings, time_zone: str | None, quiet: str | None, email: bool | None
) -> NotificationSettings:
    fields = NotificationSettingsOut.of(old, can_mail=False).model_dump(exclude={"can_mail"})
    if quiet is not None:
        start, _, end = (None, "", None) if quiet == "none" else quiet.partition("-")
        fields |= {"quiet_from": start, "quiet_until": end}
    if time_zone is not None:
        fields["time_zone"] = time_zone
    if email is not None:
        fields["email"] = email
    return checked(NotificationSettingsIn, fields).wanted()
