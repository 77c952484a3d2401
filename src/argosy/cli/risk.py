"""`argosy portfolio risk`, `drawdowns`, `correlation` and `stress`: what a portfolio may lose."""

from typing import Annotated

import orjson
import typer

from argosy.api import risk_json, stress_json
from argosy.api.asking import Format
from argosy.cli import risk_tables
from argosy.cli.figures import Day, First, Last, Name
from argosy.cli.output import show
from argosy.cli.portfolio_option import CurrencyOption, ScopeOption, UserOption, load_ledger
from argosy.cli.program import with_argosy
from argosy.core.errors import InputError
from argosy.core.money import parse_decimal
from argosy.core.risk.crises import Crisis, crises_of
from argosy.core.risk.profile import Choices
from argosy.core.risk.report import Thresholds
from argosy.core.risk.stress import Scenario, ShockKind
from argosy.runtime.clock import today
from argosy.services import correlating, risk, stressing
from argosy.services.beside import beside
from argosy.services.books import Ledger
from argosy.services.correlating import BITCOIN, Question, Together
from argosy.services.risk import Answer, Falls
from argosy.services.session_returns import Basis, Span, found_over
from argosy.services.stressing import PROXIES, WantedShock
from argosy.services.views import parse_view
from argosy.wiring import Argosy

_Range = Annotated[
    str | None, typer.Option("--range", help="1D, 7D, 1W, 1M, 3M, YTD, 1Y, 5Y, ALL …")
]
_Basis = Annotated[
    Basis, typer.Option(help="history: as it was; holdings: today's weights on past returns.")
]


def show_risk(
    name: Name,
    span: _Range = None,
    start: First = None,
    end: Last = None,
    basis: _Basis = Basis.HISTORY,
    risk_free: Annotated[
        float | None, typer.Option(help="A yearly rate as a fraction; 0.02 is 2 %.")
    ] = None,
    confidence: Annotated[float, typer.Option(help="Of value at risk.")] = 0.95,
    currency: CurrencyOption = None,
    scope: ScopeOption = "portfolio",
    user: UserOption = None,
) -> None:
    """Show volatility, ratios, falls and value at risk over a range."""
    view = parse_view(currency, scope)
    if not 0.5 <= confidence < 1:
        raise InputError("confidence: a fraction from 0.5 to below 1 is needed, such as 0.95.")
    if risk_free is not None and not -1 < risk_free <= 1:
        raise InputError("risk-free: a fraction is needed; 0.02 is 2 % a year.")

    async def compute(argosy: Argosy) -> tuple[Ledger, Answer, Choices]:
        ledger = await load_ledger(argosy, name, user, view)
        free = argosy.settings.risk_free_rate if risk_free is None else risk_free
        choices = Choices(risk_free=free, confidence=confidence)
        asked = Span(name=span, start=start, end=end, today=today(argosy.clock))
        found = found_over(ledger, basis, asked)
        return ledger, risk.risk_over(found, choices, Thresholds()), choices

    ledger, answer, choices = with_argosy(compute)
    written = risk_json.risk_bytes(ledger, answer, choices, Format.JSON)
    show(orjson.loads(written), lambda: risk_tables.risk_table(ledger, answer, choices))


def show_drawdowns(
    name: Name,
    span: _Range = None,
    start: First = None,
    end: Last = None,
    top: Annotated[int, typer.Option(min=1, help="How many, the deepest first.")] = 10,
    basis: _Basis = Basis.HISTORY,
    currency: CurrencyOption = None,
    scope: ScopeOption = "portfolio",
    user: UserOption = None,
) -> None:
    """Show the deepest falls with their days."""
    view = parse_view(currency, scope)

    async def compute(argosy: Argosy) -> tuple[Ledger, Falls]:
        ledger = await load_ledger(argosy, name, user, view)
        asked = Span(name=span, start=start, end=end, today=today(argosy.clock))
        return ledger, risk.falls_over(found_over(ledger, basis, asked), top=top)

    ledger, answer = with_argosy(compute)
    written = risk_json.falls_bytes(ledger, answer, Format.JSON, series=False)
    show(orjson.loads(written), lambda: risk_tables.falls_table(answer))


def show_correlation(
    name: Name,
    lookback: Annotated[int, typer.Option(min=2, help="Calendar days.")] = 90,
    end: Last = None,
    top: Annotated[int, typer.Option(min=1, help="The most valuable holdings.")] = 8,
    against: Annotated[str, typer.Option(help="An asset's symbol or id, held or not.")] = BITCOIN,
    currency: CurrencyOption = None,
    scope: ScopeOption = "portfolio",
    user: UserOption = None,
) -> None:
    """Show how holdings move together, and with bitcoin or another asset."""
    view = parse_view(currency, scope)
    question = Question(against=against, lookback=lookback, end=end, top=top)

    async def compute(argosy: Argosy) -> tuple[Ledger, Together]:
        ledger = await load_ledger(argosy, name, user, view)
        async with argosy.database.read() as session:
            known = await beside(session, ledger, [against], compute=argosy.compute)
        day = today(argosy.clock)
        return ledger, correlating.moving_together(ledger, known, question, today=day)

    ledger, found = with_argosy(compute)
    written = stress_json.together_bytes(ledger, found, question, Format.JSON)
    show(orjson.loads(written), lambda: risk_tables.together_table(found))


def show_stress(
    name: Name,
    crisis: Annotated[str, typer.Option(help="Keys with commas; all if none.")] = "",
    shock: Annotated[
        list[str] | None,
        typer.Option(
            help="Instead: asset:AAPL=-0.3, category:CRYPTO=-0.5 or currency:USD=-0.1; repeatable."
        ),
    ] = None,
    as_of: Day = None,
    currency: CurrencyOption = None,
    scope: ScopeOption = "portfolio",
    user: UserOption = None,
) -> None:
    """Show what past crises, or shocks of one's own, would do to what is held."""
    view = parse_view(currency, scope)
    crises = crises_of(crisis)
    shocks = [_shock(one) for one in shock or ()]

    async def compute(argosy: Argosy) -> tuple[Ledger, bytes, list[tuple[Crisis | None, Scenario]]]:
        ledger = await load_ledger(argosy, name, user, view)
        now = today(argosy.clock)
        scenarios: list[tuple[Crisis | None, Scenario]]
        if shocks:
            day, found = stressing.under_shocks(ledger, shocks, as_of=as_of, today=now)
            scenarios = [(None, found)]
        else:
            async with argosy.database.read() as session:
                known = await beside(session, ledger, PROXIES, compute=argosy.compute)
            replayed = stressing.replayed(ledger, known, crises, as_of=as_of, proxy=None, today=now)
            day, scenarios = replayed.as_of, list(replayed.scenarios)
        return ledger, stress_json.stress_bytes(ledger, day, scenarios), scenarios

    ledger, written, scenarios = with_argosy(compute)
    show(orjson.loads(written), lambda: risk_tables.stress_table(ledger, scenarios))


def _shock(text: str) -> WantedShock:
    what, _, change = text.partition("=")
    kind, _, of = what.partition(":")
    if kind not in {*ShockKind} or not of or not change:
        raise InputError(f"shock: {text[:40]!r} is none. Write category:CRYPTO=-0.5.")
    return stressing.wanted_shock(ShockKind(kind), of, parse_decimal(change, field="shock"))


def register(app: typer.Typer) -> None:
    """Add these commands to the group `portfolio`."""
    app.command("risk")(show_risk)
    app.command("drawdowns")(show_drawdowns)
    app.command("correlation")(show_correlation)
    app.command("stress")(show_stress)
