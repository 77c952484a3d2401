"""How the developers' panel looks: plain pages without a script, in the colors of the web app."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Protocol

from argosy.runtime.statements import Statement

_SLOW_S = 0.05
_SHOWN_MAX = 4000
_LIST_OF_MARKS = re.compile(r"(\?|%s)(?:, \1){3,}")
_CLAUSE = re.compile(
    r"\s+(?=(?:FROM|WHERE|GROUP BY|ORDER BY|LIMIT|VALUES|SET|ON CONFLICT|RETURNING|UNION ALL"
    r"|LEFT (?:OUTER )?JOIN)\b|(?<!LEFT )(?<!OUTER )JOIN\b)"
)

_STYLE = """
:root{color-scheme:light;--paper:#eef2f2;--sheet:#fcfdfc;--tint:#e9efef;--ink:#0f2029;
--ink2:#45565f;--ink3:#5a6a72;--rule:#d6dedf;--accent:#a8186b;--loss:#a93a0b;--buff:#f5e6bc;
--buffink:#654a04}
@media(prefers-color-scheme:dark){:root{color-scheme:dark;--paper:#0a1318;--sheet:#0f1b22;
--tint:#172730;--ink:#e7eeee;--ink2:#aebdc3;--ink3:#8c9da5;--rule:#22343d;--accent:#f283be;
--loss:#f3a077;--buff:#3b3015;--buffink:#ebd08b}}
*{box-sizing:border-box}
body{margin:0;background:var(--sheet);color:var(--ink);
font:14px/20px Inter,system-ui,sans-serif;font-variant-numeric:tabular-nums lining-nums}
main{max-width:1120px;margin:0 auto;padding:32px}
h1{font:600 26px/32px ui-serif,"New York","Iowan Old Style",Charter,Cambria,Georgia,serif;
margin:0 0 4px;overflow-wrap:anywhere}
p{margin:0 0 24px;color:var(--ink2)}
a{color:var(--accent);font-weight:500;text-decoration:none}
a:hover{text-decoration:underline;text-underline-offset:3px}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
table{width:100%;border-collapse:collapse;font-size:13px}
th{font-weight:500;color:var(--ink2);text-align:left;border-bottom:1px solid var(--ink)}
th,td{padding:8px 16px 8px 0;border-bottom:1px solid var(--rule);vertical-align:top}
thead th{border-bottom-color:var(--ink)}
tbody tr:hover{background:var(--tint)}
.figure{text-align:right;white-space:nowrap}
td.path{overflow-wrap:anywhere}
.faint{color:var(--ink3)}.bad{color:var(--loss);font-weight:600}
.mark{background:var(--buff);color:var(--buffink);border-radius:9px;padding:0 8px;
font-size:12px;white-space:nowrap}
section{border-top:1px solid var(--ink);padding:16px 0 24px}
section h2{display:flex;flex-wrap:wrap;gap:4px 16px;margin:0 0 8px;font-size:13px;
line-height:20px;font-weight:500}
pre{margin:0 0 8px;white-space:pre-wrap;overflow-wrap:anywhere;
font:12px/18px ui-monospace,"SF Mono","Cascadia Mono",Consolas,"DejaVu Sans Mono",monospace}
pre.plan{background:var(--paper);padding:8px 12px;border-radius:3px;color:var(--ink2)}
@media(max-width:600px){main{padding:16px}td,th{padding-right:8px}.wide{display:none}}
"""


class Exchange(Protocol):
    """What a page tells of a request."""

    number: int
    at: datetime
    method: str
    path: str
    status: int
    seconds: float
    statements: list[Statement]

    @property
    def sql_seconds(self) -> float: ...
    @property
    def repeats(self) -> dict[str, int]: ...


def overview(exchanges: Iterable[Exchange]) -> str:
    """List the last requests, newest first."""
    rows = "".join(map(_row, exchanges))
    if not rows:
        return _page("Requests", "<h1>Requests</h1><p>Nothing was asked yet.</p>")
    return _page(
        "Requests",
        "<h1>Requests</h1><p>The last ones of this process, newest first; open one for its SQL "
        'and plans. <a href="/dev/requests">The same as JSON</a></p>'
        "<table><thead><tr><th class=wide>At, UTC<th>Request<th>Status"
        "<th class=figure>Statements<th class=wide><th class='figure wide'>SQL, ms"
        "<th class=figure>Total, ms"
        f"</tr></thead><tbody>{rows}</tbody></table>",
    )


def details(exchange: Exchange, plans: Mapping[str, Sequence[str]]) -> str:
    """Show one request with its statements in the order in which they ran."""
    title = f"{exchange.method} {exchange.path}"
    repeats = exchange.repeats
    sections = "".join(
        _section(statement, repeats.get(statement.sql, 1), plans.get(statement.sql, ()))
        for statement in exchange.statements
    )
    return _page(
        title,
        f'<nav><a href="/dev">Requests</a></nav><h1>{escape(title)}</h1>'
        f"<p>Status {exchange.status} after {_ms(exchange.seconds)} ms, "
        f"{_ms(exchange.sql_seconds)} ms of it in {_count(exchange, repeats)}.</p>{sections}",
    )


def _row(exchange: Exchange) -> str:
    bad = " class=bad" if exchange.status >= 400 else ""
    most = max(exchange.repeats.values(), default=0)
    mark = f"<span class=mark>one runs {most} times</span>" if most else ""
    return (
        f"<tr><td class='wide faint'>{exchange.at:%H:%M:%S}"
        f'<td class=path><a href="/dev/{exchange.number}">{escape(exchange.method)} '
        f"{escape(exchange.path)}</a><td{bad}>{exchange.status}"
        f"<td class=figure>{len(exchange.statements)}<td class=wide>{mark}"
        f"<td class='figure wide'>{_ms(exchange.sql_seconds)}"
        f"<td class=figure>{_ms(exchange.seconds)}</tr>"
    )


def _section(statement: Statement, times: int, plan: Sequence[str]) -> str:
    slow = " class=bad" if statement.seconds >= _SLOW_S else ""
    rows = "" if statement.rows is None else f"<span>rows {statement.rows}</span>"
    mark = f"<span class=mark>runs {times} times</span>" if times > 1 else ""
    given = escape(", ".join(statement.shapes))
    planned = f"<pre class=plan>{escape(chr(10).join(plan))}</pre>" if plan else ""
    return (
        f"<section><h2><span{slow}>{_ms(statement.seconds)} ms</span>{rows}{mark}"
        f"<span class=faint>{given}</span></h2>"
        f"<pre>{escape(_laid_out(statement.sql))}</pre>{planned}</section>"
    )


def _laid_out(sql: str) -> str:
    """Begin each clause on a line, and tell a long row of placeholders by its length."""
    shorter = _LIST_OF_MARKS.sub(lambda found: f"{found[1]} × {found[0].count(',') + 1}", sql)
    text = _CLAUSE.sub("\n", shorter.strip())
    return text if len(text) <= _SHOWN_MAX else f"{text[:_SHOWN_MAX]} …"


def _count(exchange: Exchange, repeats: Mapping[str, int]) -> str:
    number = len(exchange.statements)
    told = f"{number} statement{'' if number == 1 else 's'}"
    return f"{told}, {len(repeats)} of them repeated" if repeats else told


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:,.1f}"


def _page(title: str, content: str) -> str:
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        f"<title>{escape(title)} – Argosy</title>"
        '<meta name="viewport" content="width=device-width">'
        f"<style>{_STYLE}</style><main>{content}</main></html>"
    )
