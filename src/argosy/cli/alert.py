"""`argosy alert`: what somebody wants to be told of."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from argosy.api.schemas.alert import AlertIn, AlertOut, AlertPatch, Kind
from argosy.api.schemas.fields import In
from argosy.api.schemas.rows import checked
from argosy.cli.output import note, show, table
from argosy.cli.portfolio_option import UserOption
from argosy.cli.program import with_argosy
from argosy.services import acting, alerts
from argosy.services.alerts import AlertFilter, Desk, Listed
from argosy.wiring import Argosy

app = typer.Typer(
    help="Be told of prices, portfolios, stale data, ex-days and failed jobs.",
    no_args_is_help=True,
)

AlertId = Annotated[str, typer.Argument(help="An alert's id, as `argosy alert list` has it.")]
Name = Annotated[str | None, typer.Option("--name", help="A name for it.")]
Text = Annotated[str | None, typer.Option("--note", help="Told with it.")]
SideOption = Annotated[str | None, typer.Option("--side", help="above or below.")]
Threshold = Annotated[
    str | None, typer.Option("--threshold", help="A price, a value, or a fraction (0.05).")
]
Lower = Annotated[str | None, typer.Option("--lower", help="Least weight of drift (0.2).")]
Upper = Annotated[str | None, typer.Option("--upper", help="Most weight of drift (0.3).")]
WindowOption = Annotated[str | None, typer.Option("--window", help="1D, 7D or 30D of change.")]
FigureOption = Annotated[
    str | None, typer.Option("--figure", help="value or total_return, of level.")
]
DaysOption = Annotated[
    int | None, typer.Option("--days", help="Sessions of stale, days of ex_date.")
]
Expires = Annotated[str | None, typer.Option("--expires-at", help="2025-12-31T00:00:00Z")]
CoolDown = Annotated[
    int | None, typer.Option("--cool-down", help="Minutes of silence after it was told.")
]
BackOff = Annotated[
    int | None, typer.Option("--back-off", help="Minutes after which it is told again.")
]


@app.command("list")
def list_alerts(
    kind: Annotated[str | None, typer.Option(help="Of one kind only.")] = None,
    user: UserOption = None,
) -> None:
    """Show a user's newest alerts and what is known of them."""
    only = None if kind is None else checked(_KindIn, {"kind": kind}).kind

    async def read(argosy: Argosy) -> list[Listed]:
        wanted = AlertFilter(kind=only)
        async with argosy.database.read() as session:
            owner = await acting.find_user(session, user)
            return (await alerts.page(session, owner.id, wanted, limit=1000)).items

    _show(with_argosy(read))


@app.command()
def create(
    kind: Annotated[
        str,
        typer.Argument(help="price, change, drift, drawdown, level, stale, ex_date or job."),
    ],
    symbol: Annotated[str | None, typer.Option(help="The asset it looks at.")] = None,
    portfolio: Annotated[str | None, typer.Option(help="The portfolio it looks at.")] = None,
    category: Annotated[str | None, typer.Option(help="CRYPTO, ETF, …: of drift.")] = None,
    job: Annotated[str | None, typer.Option(help="A job's name; else any job.")] = None,
    side: SideOption = None,
    threshold: Threshold = None,
    lower: Lower = None,
    upper: Upper = None,
    window: WindowOption = None,
    figure: FigureOption = None,
    days: DaysOption = None,
    name: Name = None,
    text: Text = None,
    expires_at: Expires = None,
    cool_down: CoolDown = None,
    back_off: BackOff = None,
    user: UserOption = None,
) -> None:
    """Make an alert; it is looked at within a minute while Argosy runs."""
    given = {
        "kind": kind, "asset": symbol, "category": category, "job": job, "side": side,
        "threshold": threshold, "lower": lower, "upper": upper, "window": window,
        "figure": figure, "days": days, "name": name, "note": text, "expires_at": expires_at,
        "cool_down_minutes": cool_down, "back_off_minutes": back_off,
    }  # fmt: skip

    async def make(argosy: Argosy) -> Listed:
        fields = _given(given)
        async with argosy.database.write() as session:
            owner = await acting.find_user(session, user)
            if portfolio is not None:
                found = await acting.find_portfolio(session, portfolio, user=user or owner.email)
                fields["portfolio_id"] = found.id
            desk = Desk(owner, argosy.sources, argosy.clock)
            return await alerts.create(session, desk, checked(AlertIn, fields).draft())

    _show([with_argosy(make)])


@app.command()
def change(
    alert_id: AlertId,
    side: SideOption = None,
    threshold: Threshold = None,
    lower: Lower = None,
    upper: Upper = None,
    window: WindowOption = None,
    figure: FigureOption = None,
    days: DaysOption = None,
    name: Name = None,
    text: Text = None,
    expires_at: Expires = None,
    cool_down: CoolDown = None,
    back_off: BackOff = None,
    enabled: Annotated[
        bool | None, typer.Option("--enable/--disable", help="Look at it, or let it rest.")
    ] = None,
    user: UserOption = None,
) -> None:
    """Change what is given of an alert; the rest stays."""
    given = {
        "side": side, "threshold": threshold, "lower": lower, "upper": upper, "window": window,
        "figure": figure, "days": days, "name": name, "note": text, "expires_at": expires_at,
        "cool_down_minutes": cool_down, "back_off_minutes": back_off, "enabled": enabled,
    }  # fmt: skip
    patch = checked(AlertPatch, _given(given))

    async def act(argosy: Argosy) -> Listed:
        async with argosy.database.write() as session:
            owner = await acting.find_user(session, user)
            old = (await alerts.get(session, owner.id, alert_id)).alert
            desk = Desk(owner, argosy.sources, argosy.clock)
            return await alerts.change(session, desk, old, patch.onto(old))

    _show([with_argosy(act)])


@app.command()
def delete(alert_id: AlertId, user: UserOption = None) -> None:
    """Delete an alert; what it has told stays."""

    async def act(argosy: Argosy) -> None:
        async with argosy.database.write() as session:
            owner = await acting.find_user(session, user)
            await alerts.delete(session, Desk(owner, argosy.sources, argosy.clock), alert_id)

    with_argosy(act)
    note("Deleted.")


def _given(fields: Mapping[str, object]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


class _KindIn(In):
    kind: Kind


def _show(found: Sequence[Listed]) -> None:
    shown = [AlertOut.of(one) for one in found]
    show([one.model_dump(mode="json") for one in shown], lambda: _table(shown))


def _table(shown: Sequence[AlertOut]) -> RenderableType:
    columns = ("Id", "About", "Waits for", "So", "Told", "Reason")
    return table(columns, map(_row, shown), spare=("Reason", "Told"))


def _row(one: AlertOut) -> tuple[object, ...]:
    about = " in ".join(
        part for part in (one.symbol or one.category or one.job, one.portfolio) if part
    )
    so = "off" if not one.enabled else {None: "unknown", True: "yes", False: "no"}[one.holds]
    told = None if one.told_at is None else f"{one.told_at:%Y-%m-%d %H:%M}"
    return one.id, about or "any job", one.waits_for, so, told, one.reason
