"""`argosy webhook`: programs that are told what happens."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import RenderableType

from argosy.api.schemas.rows import checked
from argosy.api.schemas.webhook import (
    DeliveryOut,
    WebhookIn,
    WebhookMadeOut,
    WebhookOut,
    WebhookPatch,
)
from argosy.cli.output import note, show, table
from argosy.cli.portfolio_option import UserOption
from argosy.cli.program import with_argosy
from argosy.services import acting, webhooks
from argosy.services.webhooks import Delivery, Keys, Webhook
from argosy.wiring import Argosy

app = typer.Typer(help="Tell programs what happens, with a signature.", no_args_is_help=True)

WebhookId = Annotated[str, typer.Argument(help="A webhook's id, as `argosy webhook list` has it.")]
KindOption = Annotated[
    list[str] | None, typer.Option("--kind", help="alert.price, …; may be repeated. Else all.")
]


@app.command("list")
def list_webhooks(user: UserOption = None) -> None:
    """Show a user's webhooks."""

    async def read(argosy: Argosy) -> list[Webhook]:
        async with argosy.database.read() as session:
            owner = await acting.find_user(session, user)
            return await webhooks.of_user(session, owner.id)

    _show(with_argosy(read))


@app.command()
def create(
    url: Annotated[str, typer.Argument(help="Where it is, beginning with https://.")],
    kind: KindOption = None,
    name: Annotated[str | None, typer.Option(help="A name for it.")] = None,
    user: UserOption = None,
) -> None:
    """Make a webhook, and show its secret this once."""
    draft = checked(WebhookIn, {"url": url, "name": name, "kinds": kind or []}).draft()

    async def make(argosy: Argosy) -> tuple[Webhook, str]:
        async with argosy.database.write() as session:
            owner = await acting.find_user(session, user)
            return await webhooks.create(session, owner.id, draft, _keys(argosy))

    _show_made(*with_argosy(make))


@app.command()
def change(
    webhook_id: WebhookId,
    url: Annotated[str | None, typer.Option(help="Another URL.")] = None,
    kind: KindOption = None,
    enabled: Annotated[
        bool | None, typer.Option("--enable/--disable", help="Tell it, or let it rest.")
    ] = None,
    user: UserOption = None,
) -> None:
    """Change what is given of a webhook; enabled anew it has all its patience again."""
    given = {"url": url, "kinds": kind, "enabled": enabled}
    fields = {key: value for key, value in given.items() if value is not None}
    patch = checked(WebhookPatch, fields)

    async def act(argosy: Argosy) -> Webhook:
        async with argosy.database.write() as session:
            owner = await acting.find_user(session, user)
            old = await webhooks.get(session, owner.id, webhook_id)
            return await webhooks.change(session, old, patch.onto(old), _keys(argosy))

    _show([with_argosy(act)])


@app.command()
def secret(webhook_id: WebhookId, user: UserOption = None) -> None:
    """Give a webhook another secret, and show it this once."""

    async def act(argosy: Argosy) -> tuple[Webhook, str]:
        async with argosy.database.write() as session:
            owner = await acting.find_user(session, user)
            return await webhooks.renew_secret(session, owner.id, webhook_id, _keys(argosy))

    _show_made(*with_argosy(act))


@app.command()
def delete(webhook_id: WebhookId, user: UserOption = None) -> None:
    """Delete a webhook with its log."""

    async def act(argosy: Argosy) -> None:
        async with argosy.database.write() as session:
            owner = await acting.find_user(session, user)
            await webhooks.delete(session, owner.id, webhook_id)

    with_argosy(act)
    note("Deleted.")


@app.command("test")
def send_test(webhook_id: WebhookId, user: UserOption = None) -> None:
    """Send a test at once, and show what came of it."""

    async def act(argosy: Argosy) -> Delivery:
        async with argosy.database.read() as session:
            owner = await acting.find_user(session, user)
        return await webhooks.test(argosy.courier(), owner.id, webhook_id)

    _show_deliveries([with_argosy(act)])


@app.command()
def log(
    webhook_id: WebhookId,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="The newest so many.")] = 50,
    user: UserOption = None,
) -> None:
    """Show what was sent to a webhook, the newest first."""

    async def read(argosy: Argosy) -> list[Delivery]:
        async with argosy.database.read() as session:
            owner = await acting.find_user(session, user)
            return (await webhooks.log(session, owner.id, webhook_id, limit=limit)).items

    _show_deliveries(with_argosy(read))


@app.command()
def replay(
    webhook_id: WebhookId,
    delivery_id: Annotated[str, typer.Argument(help="As `argosy webhook log` has it.")],
    user: UserOption = None,
) -> None:
    """Let a delivery be sent once more, under the id that it had."""

    async def act(argosy: Argosy) -> Delivery:
        async with argosy.database.write() as session:
            owner = await acting.find_user(session, user)
            return await webhooks.replay(
                session, owner.id, webhook_id, delivery_id, clock=argosy.clock
            )

    _show_deliveries([with_argosy(act)])


def _keys(argosy: Argosy) -> Keys:
    return Keys(argosy.secret, argosy.outgoing)


def _show(found: Sequence[Webhook]) -> None:
    rows = [
        (one.id, one.url, ", ".join(one.kinds) or "all", _state(one), one.name) for one in found
    ]
    show(
        [WebhookOut.of(one).model_dump(mode="json") for one in found],
        lambda: table(("Id", "URL", "Kinds", "State", "Name"), rows, spare=("Name",)),
    )


def _state(one: Webhook) -> str:
    if one.enabled:
        return f"{one.failures} failed" if one.failures else "on"
    return one.disabled_reason or "off"


def _show_made(made: Webhook, secret_: str) -> None:
    rows = [("Id", made.id), ("URL", made.url), ("Secret", secret_)]
    show(
        WebhookMadeOut.of_made(made, secret_).model_dump(mode="json"),
        lambda: table(("", "Shown this once"), rows),
    )


def _show_deliveries(found: Sequence[Delivery]) -> None:
    shown = [DeliveryOut.of(one) for one in found]
    show([one.model_dump(mode="json") for one in shown], lambda: _deliveries(shown))


def _deliveries(shown: Sequence[DeliveryOut]) -> RenderableType:
    columns = ("Id", "Kind", "Status", "Tries>", "Due (UTC)", "Last")
    return table(columns, map(_row, shown), spare=("Due (UTC)",))


def _row(one: DeliveryOut) -> tuple[object, ...]:
    last = one.tries[-1] if one.tries else None
    came = None if last is None else last.error or last.status
    return one.id, one.kind, one.status, one.attempts, f"{one.due_at:%Y-%m-%d %H:%M}", came
