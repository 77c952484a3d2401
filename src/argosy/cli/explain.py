"""`argosy explain`: where a figure comes from, down to its transactions, prices and rates."""

from typing import Annotated

import orjson
import typer
from rich.console import Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from argosy.api import figures_json as write
from argosy.cli.figures import Day, First
from argosy.cli.numbers import UNKNOWN, money, percent, quantity
from argosy.cli.output import show
from argosy.cli.portfolio_option import UserOption, load_ledger
from argosy.cli.program import with_argosy
from argosy.core.explain import Node
from argosy.core.money import CONTEXT, UNIT, plain
from argosy.runtime.clock import today
from argosy.services import assets, explaining, explaining_parts
from argosy.services.explaining import Explanation, PassedOver
from argosy.services.explaining_risk import SHARES_OF_RISK
from argosy.services.session_returns import Span
from argosy.wiring import Argosy

app = typer.Typer(help="Show where a figure comes from.")

_SIGNS = {"add": "sum of", "subtract": "−", "multiply": "×", "divide": "÷", "negate": "minus"}
_HIDDEN = {"id", "asset_id", "transaction_id", "portfolio_id"}


@app.command()
def explain(
    figure: Annotated[str, typer.Argument(help="The figure's field, such as total_value.")],
    portfolio: Annotated[str, typer.Option(help="The portfolio's name or id.")],
    asset: Annotated[
        str | None, typer.Option(help="The symbol or id, of a holding's figure.")
    ] = None,
    as_of: Day = None,
    start: First = None,
    user: UserOption = None,
) -> None:
    """Show the computation behind a figure as a tree; its leaves are stored rows."""

    async def compute(argosy: Argosy) -> tuple[Explanation, str | None]:
        ledger = await load_ledger(argosy, portfolio, user)
        day = today(argosy.clock)
        if explaining_parts.is_part(figure) and asset is None and start is None:
            async with argosy.database.read() as session:
                on = as_of or day
                weights = await explaining_parts.weights_of(session, ledger, figure, on)
            part = explaining_parts.explain_part(ledger, figure, as_of, weights, today=day)
            return part, None
        asset_id = None
        if asset is not None:
            async with argosy.database.read() as session:
                found = await assets.get(session, ledger.portfolio.user_id, asset)
            asset_id = found.asset.id
        explanation = explaining.explain(
            ledger,
            figure=figure,
            asset_id=asset_id,
            span=Span(start=start, end=as_of, today=day),
            risk_free=argosy.settings.risk_free_rate,
        )
        return explanation, asset_id

    found, asset_id = with_argosy(compute)
    show(orjson.loads(write.explanation_json(found, asset_id)), lambda: _explanation(found))


def _explanation(found: Explanation) -> RenderableType:
    head = f"{found.figure} on {found.as_of.isoformat()}: {_value(found)}"
    lines = [Text(head, style="bold"), Text(found.formula, style="dim")]
    if found.reason is not None:
        lines.append(Text(found.reason))
    if found.flags:
        lines.append(Text(f"To be seen with care: {', '.join(found.flags)}"))
    lines += [Text(f"Not used: {_doubted(one)}") for one in found.passed_over]
    if not found.nodes:
        return Group(*lines)
    return Group(*lines, _tree(found.nodes))


def _doubted(one: PassedOver) -> str:
    day, source, close, reason = one.close
    return f"{one.asset.symbol} {plain(close)} on {day.isoformat()} ({source}), in doubt: {reason}"


def _value(found: Explanation) -> str:
    if found.value is None:
        return UNKNOWN
    if found.currency is not None:
        return f"{money(found.value, found.currency)} {found.currency}"
    is_share = found.figure.endswith("return") or found.figure == "weight"
    is_share = is_share or found.figure in {*explaining.RETURN_FIGURES, *SHARES_OF_RISK}
    return percent(found.value) if is_share else quantity(found.value)


def _tree(nodes: list[Node]) -> Tree:
    """Hang every node under the one that uses it; one that is used again is only named."""
    top = Tree(Text(""), guide_style="dim", hide_root=True)
    seen: set[int] = set()
    waiting = [(top, nodes[-1])]
    while waiting:
        above, node = waiting.pop()
        if node.id in seen and node.args:
            above.add(Text(f"{_shown(node)}  as in [{node.id}] above", style="dim"))
            continue
        seen.add(node.id)
        branch = above.add(_line(node))
        waiting += [(branch, nodes[number]) for number in reversed(_operands(nodes, node))]
    return top


def _operands(nodes: list[Node], node: Node) -> list[int]:
    """Return what a node is made of; a sum of sums is one sum, unless a part has a name."""
    if node.op != "add":
        return list(node.args)
    found: list[int] = []
    waiting = list(reversed(node.args))
    while waiting:
        number = waiting.pop()
        part = nodes[number]
        if part.op == "add" and part.label is None:
            waiting.extend(reversed(part.args))
        else:
            found.append(number)
    return found


def _line(node: Node) -> Text:
    line = Text(_shown(node))
    if node.op is None:
        facts = [f"{name} {value}" for name, value in node.facts.items() if name not in _HIDDEN]
        return line.append(f"  {node.kind} {', '.join(facts)}".rstrip(), style="cyan")
    what = node.label or _SIGNS.get(node.op, node.op)
    return line.append(f"  [{node.id}] {what}", style="dim")


def _shown(node: Node) -> str:
    """Write a node's value; a quotient has digits without end, and 18 decimals are enough."""
    value = node.value
    if value.is_finite() and len(plain(value).partition(".")[2]) > 18:
        value = value.quantize(UNIT, context=CONTEXT)
    return quantity(value)
