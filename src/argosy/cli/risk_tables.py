"""Risk for people: figures, falls, correlations and scenarios as tables."""

from collections.abc import Sequence
from math import isnan

from rich.console import Group, RenderableType
from rich.text import Text

from argosy.cli.numbers import MINUS, UNKNOWN, money, percent
from argosy.cli.output import table
from argosy.core.risk.crises import Crisis
from argosy.core.risk.profile import Choices, Risk
from argosy.core.risk.stress import Scenario
from argosy.services.books import Ledger
from argosy.services.correlating import Together
from argosy.services.risk import Answer, Falls

_PERCENT = {
    "compound_return": "Return to the last session",
    "annualized_return": "Return, a year",
    "volatility": "Volatility, a year",
    "downside_deviation": "Downside deviation, a year",
    "max_drawdown": "Deepest fall",
    "current_drawdown": "Below the high now",
}
_RATIOS = {
    "sharpe_ratio": "Sharpe ratio",
    "sortino_ratio": "Sortino ratio",
    "calmar_ratio": "Calmar ratio",
    "skewness": "Skewness",
    "excess_kurtosis": "Excess kurtosis",
}


def risk_table(ledger: Ledger, answer: Answer, choices: Choices) -> RenderableType:
    """Lay out risk figures, those that do not exist with their reason."""
    found, measured = answer.found, answer.risk
    if found.span is None:
        return Text(found.reason or "")
    head = (
        f"{found.span.start.isoformat()} to {found.span.end.isoformat()}, "
        f"{measured.returns} sessions, {ledger.portfolio.rules.currency}"
    )
    rows = [
        (title, percent(getattr(measured, name)), measured.reasons.get(name, ""))
        for name, title in _PERCENT.items()
    ]
    rows += [
        (title, _ratio(getattr(measured, name)), measured.reasons.get(name, ""))
        for name, title in _RATIOS.items()
    ]
    parts: list[RenderableType] = [
        Text(head, style="bold"),
        table(("", ">", ""), rows),
        *_tails(measured, choices),
        Text(f"\n{answer.report.advice.value.replace('_', ' ').capitalize()}."),
        *(Text(one) for one in answer.report.findings),
    ]
    parts += [Text(why) for why in found.left_out.values()]
    if answer.flags:
        parts.append(Text(f"To be seen with care: {', '.join(answer.flags)}"))
    return Group(*parts)


def _tails(measured: Risk, choices: Choices) -> list[RenderableType]:
    if not measured.value_at_risk:
        return []
    rows = [
        (method.value.replace("_", " "), percent(tail.var), percent(tail.cvar))
        for method, tail in measured.value_at_risk.items()
    ]
    title = f"One session in {round(1 / (1 - choices.confidence))}"
    return [Text(), table((title, "Loses more than>", "On average>"), rows)]


def falls_table(answer: Falls) -> RenderableType:
    """Lay out falls, the deepest first."""
    if answer.falls is None:
        return Text(answer.reason or "")
    columns = ("Depth>", "Peak", "Trough", "Recovered", "Days down>", "Days under water>")
    rows = [
        (
            percent(one.depth),
            one.peak_on,
            one.trough_on,
            one.recovered_on,
            one.days_down,
            one.days_under_water,
        )
        for one in answer.falls
    ]
    return table(columns, rows, spare=("Days down",))


def together_table(found: Together) -> RenderableType:
    """Lay out correlations of each pair, and of each with one asset."""
    places = found.places()
    symbols = [one.symbol for one in found.assets]
    against = "" if found.against is None else f"With {found.against.symbol}"
    rows: list[tuple[str, ...]] = []
    for row, asset in zip(places, found.assets, strict=True):
        cells = [_ratio(float(found.correlations.coefficients[row, one])) for one in places]
        rows.append((asset.symbol, *cells, _ratio(found.pair(asset.id)[0])))
    rows.append(("All", *("" for _ in symbols), _ratio(found.whole()[0])))
    head = f"{found.start.isoformat()} to {found.end.isoformat()}"
    columns = ("", *(f"{symbol}>" for symbol in symbols), f"{against}>")
    return Group(Text(head, style="bold"), table(columns, rows))


def stress_table(
    ledger: Ledger, scenarios: Sequence[tuple[Crisis | None, Scenario]]
) -> RenderableType:
    """Lay out scenarios by what they come to."""
    currency = ledger.portfolio.rules.currency
    rows = [
        (
            "Shocks" if crisis is None else crisis.name,
            None if crisis is None else crisis.start,
            None if crisis is None else crisis.end,
            money(one.gain, currency),
            percent(one.change),
            ", ".join(one.unknown),
        )
        for crisis, one in scenarios
    ]
    columns = ("Scenario", "From", "To", f"Gain {currency}>", "Change>", "Not known of")
    return table(columns, rows, spare=("From", "To"))


def _ratio(value: float | None) -> str:
    if value is None or isnan(value):
        return UNKNOWN
    return f"{value:.2f}".replace("-", MINUS)
