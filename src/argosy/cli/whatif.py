"""`argosy portfolio what-if`: every figure before and after a change that is not made."""

from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Group, RenderableType
from rich.text import Text

from argosy.api.body import parse_json
from argosy.api.schemas.rows import checked
from argosy.api.schemas.whatif import WhatIfIn
from argosy.api.whatif_json import MONEY, whatif_json
from argosy.cli.figures import Name
from argosy.cli.numbers import money, percent
from argosy.cli.output import show, table
from argosy.cli.portfolio_option import UserOption
from argosy.cli.program import with_argosy
from argosy.core.errors import InputError
from argosy.core.money import parse_decimal
from argosy.runtime.clock import today
from argosy.services import acting, figures, whatif
from argosy.services.transactions import Actor
from argosy.services.whatif import Compared, WhatIf
from argosy.wiring import Argosy

Moves = Annotated[
    list[str] | None,
    typer.Option("--price", help="SYMBOL=PRICE, or SYMBOL=-20% of its last one; may be repeated."),
]
Rates = Annotated[
    list[str] | None,
    typer.Option("--rate", help="CURRENCY=RATE in the portfolio's, or CURRENCY=+5%."),
]


def show_what_if(
    name: Name,
    file: Annotated[
        Path | None, typer.Option(help="JSON as `POST /portfolios/{id}/what-if` takes it.")
    ] = None,
    method: Annotated[str | None, typer.Option(help="Another cost-basis method.")] = None,
    price: Moves = None,
    rate: Rates = None,
    delete: Annotated[
        list[str] | None, typer.Option(help="The id of a line to leave out; may be repeated.")
    ] = None,
    user: UserOption = None,
) -> None:
    """Show what other lines, rules, prices or rates would come to; nothing is stored."""
    body = {} if file is None else _read(file)
    if method is not None:
        body["rules"] = {**(body.get("rules") or {}), "cost_basis_method": method}
    for option, key, what in ((price, "prices", "symbol"), (rate, "rates", "currency")):
        value = "price" if key == "prices" else "rate"
        moved = [_moved(text, what=what, value=value) for text in option or ()]
        if moved:
            body[key] = [*body.get(key, []), *moved]
    if delete:
        body["delete"] = [*body.get("delete", []), *delete]
    wanted = checked(WhatIfIn, body).wanted()
    found, day = with_argosy(lambda argosy: _compare(argosy, name, user, wanted))
    show(orjson.loads(whatif_json(found, today=day)), lambda: _table(found))


async def _compare(
    argosy: Argosy, name: str, user: str | None, wanted: WhatIf
) -> tuple[Compared, Any]:
    async with argosy.database.read() as session:
        portfolio = await acting.find_portfolio(session, name, user=user)
    found = await whatif.compare(
        argosy.database,
        Actor(portfolio.user_id, argosy.clock),
        portfolio.id,
        wanted,
        ledgers_kept=argosy.ledgers,
        compute=argosy.compute,
    )
    return found, today(argosy.clock)


def _read(file: Path) -> dict[str, Any]:
    try:
        body = parse_json(file.read_bytes())
    except (OSError, ValueError) as error:
        message = f"{file} cannot be read as JSON: {error}"
        raise InputError(message) from error
    if not isinstance(body, dict):
        message = f"{file} holds no JSON object."
        raise InputError(message)
    return body


def _moved(text: str, *, what: str, value: str) -> dict[str, object]:
    """Read `BTC=50000` or `BTC=-20%`."""
    name, equals, number = text.partition("=")
    if not equals or not name.strip():
        message = f"{text[:40]!r}: write {what.upper()}=NUMBER or {what.upper()}=-20%."
        raise InputError(message)
    if number.endswith("%"):
        change = parse_decimal(number.removesuffix("%").removeprefix("+"), field=value)
        return {what: name.strip(), "change": str(change.scaleb(-2))}
    return {what: name.strip(), value: number}


def _table(found: Compared) -> RenderableType:
    day = found.as_of
    before, after = (
        figures.figures_on(ledger, day, today=day) for ledger in (found.before, found.after)
    )
    old, new = (ledger.portfolio.rules.currency for ledger in (found.before, found.after))
    rows = [
        (
            name.replace("_", " ").capitalize(),
            money(getattr(before, name), old),
            money(getattr(after, name), new),
        )
        for name in MONEY
    ]
    rows.append(("Simple return", percent(before.total_return), percent(after.total_return)))
    head = Text(f"{found.before.portfolio.name}, end of {day.isoformat()}", style="bold")
    return Group(head, table(("", f"Now {old}>", f"Then {new}>"), rows))


def register(app: typer.Typer) -> None:
    """Add this command to the group `portfolio`."""
    app.command("what-if")(show_what_if)
