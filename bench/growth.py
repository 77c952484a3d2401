"""How the cost of a first look grows with transactions, assets and days; drawn on log axes.

`python -m bench.growth [FILE.svg]`. Each step of a look is timed by itself in this process: reading
the ledger and its market, replaying, the figures of the last day, the daily series, the returns.
One of the three sizes grows while the others stay; the exponent is the slope of the best line
through the upper half of the points.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from argosy.runtime.compute import collector_paused
from argosy.services import books, figures
from argosy.services.books import Ledger
from argosy.settings import Settings
from argosy.store.database import Database
from argosy.wiring import Argosy
from bench.portfolio import register
from bench.setting import fill
from bench.workload import LAST_DAY, make

BASE = {"transactions": 10_000, "assets": 100, "days": 2_520}
GROWING = {
    "transactions": (1_000, 3_000, 10_000, 30_000, 100_000),
    "assets": (10, 30, 100, 300, 1_000),
    "days": (252, 756, 2_520, 7_560),
}
ROUNDS = 3
STEPS = ("read", "replay", "figures", "series", "returns")
COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#000000")
"""Colors that are told apart with any kind of color vision (Okabe and Ito); the last is the sum."""


@dataclass(frozen=True)
class Curve:
    """Seconds of each step at each size of one dimension."""

    name: str
    sizes: tuple[int, ...]
    seconds: dict[str, list[float]]

    def exponent(self, step: str) -> float:
        """Return the slope of the upper half of the points on log axes."""
        half = len(self.sizes) // 2
        x, y = np.log(self.sizes[half:]), np.log(self.seconds[step][half:])
        return float(np.polyfit(x, y, 1)[0])


def main() -> None:
    """Print the seconds and exponents, and draw them where a file is named."""
    curves = [_curve(name, sizes) for name, sizes in GROWING.items()]
    for curve in curves:
        print(f"## {curve.name} grow; else {_besides(curve.name)}")
        print(f"{'':10}" + "".join(f"{size:>12,}" for size in curve.sizes) + "    exponent")
        for step, seconds in curve.seconds.items():
            shown = "".join(f"{one * 1e3:>9.2f} ms" for one in seconds)
            print(f"{step:10}{shown}    {curve.exponent(step):8.2f}")
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(draw(curves), encoding="utf-8")


def _besides(name: str) -> str:
    return ", ".join(f"{size:,} {other}" for other, size in BASE.items() if other != name)


def _curve(name: str, sizes: tuple[int, ...]) -> Curve:
    found = [asyncio.run(_look(**{**BASE, name: size})) for size in sizes]
    steps = (*STEPS, "together")
    return Curve(name, sizes, {step: [one[step] for one in found] for step in steps})


async def _look(*, transactions: int, assets: int, days: int) -> dict[str, float]:
    """Return the seconds of each step of a first look, the best of some rounds."""
    with tempfile.TemporaryDirectory() as folder:
        async with Argosy.opened(Settings(data_dir=Path(folder))) as argosy:
            user_id = await register(argosy)
            work = make(transactions, assets, days)
            portfolio_id = await fill(argosy.database, work, user_id=user_id)
            rounds = [await _once(argosy, user_id, portfolio_id) for _ in range(ROUNDS)]
    best = {step: min(one[step] for one in rounds) for step in STEPS}
    return {**best, "together": sum(best.values())}


async def _once(argosy: Argosy, user_id: str, portfolio_id: str) -> dict[str, float]:
    started = time.perf_counter()
    ledger = await _read(argosy.database, user_id, portfolio_id, argosy)
    loaded = time.perf_counter() - started
    replay = _seconds(lambda: ledger.replayed(ledger.transactions, ledger.market, until=LAST_DAY))
    return {
        "read": max(loaded - replay, 1e-6),
        "replay": replay,
        "figures": _seconds(lambda: figures.figures_on(ledger, None, today=LAST_DAY)),
        "series": _seconds(lambda: ledger.series),
        "returns": _seconds(
            lambda: figures.performance_over(
                ledger, name="ALL", start=None, end=None, today=LAST_DAY
            )
        ),
    }


async def _read(database: Database, user_id: str, portfolio_id: str, argosy: Argosy) -> Ledger:
    async with database.read() as session:
        wanted = await books.known(session, user_id, portfolio_id)
        cache = books.LedgerCache()
        return await books.load(session, wanted, cache=cache, compute=argosy.compute)


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    with collector_paused():
        work()
    return time.perf_counter() - begun


WIDTH, HEIGHT, LEFT, TOP, GAP = 300, 240, 56, 44, 64


def draw(curves: list[Curve]) -> str:
    """Return the curves side by side as SVG."""
    whole = LEFT + len(curves) * (WIDTH + GAP)
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {TOP + HEIGHT + 96}" '
            'font-family="sans-serif" font-size="12" role="img">'
        ),
        "<title>Seconds of a first look by transactions, assets and days, on log axes</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    ]
    low, high = _decades([one for curve in curves for one in _all(curve)])
    for place, curve in enumerate(curves):
        parts += _panel(curve, LEFT + place * (WIDTH + GAP), low, high)
    for place, step in enumerate((*STEPS, "together")):
        x, y = LEFT + place * 110, TOP + HEIGHT + 70
        color = COLORS[place]
        parts.append(f'<line x1="{x}" y1="{y}" x2="{x + 22}" y2="{y}" {_stroke(color, step)}/>')
        parts.append(f'<text x="{x + 28}" y="{y + 4}" fill="#222">{step}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _panel(curve: Curve, left: int, low: int, high: int) -> list[str]:
    first, last = _decades(curve.sizes)
    parts = [f'<text x="{left}" y="{TOP - 16}" font-weight="bold" fill="#222">{curve.name}</text>']
    for power in range(low, high + 1):
        y = _place(10.0**power, low, high, HEIGHT)
        parts.append(_rule(left, TOP + HEIGHT - y, left + WIDTH, TOP + HEIGHT - y))
        label = f"{10.0**power * 1e3:g} ms" if power < 0 else f"{10**power} s"
        parts.append(_label(left - 6, TOP + HEIGHT - y + 4, label, "end"))
    for power in range(first, last + 1):
        x = left + _place(10.0**power, first, last, WIDTH)
        parts.append(_rule(x, TOP, x, TOP + HEIGHT))
        parts.append(_label(x, TOP + HEIGHT + 18, f"{10**power:,}", "middle"))
    for place, (step, seconds) in enumerate(curve.seconds.items()):
        points = " ".join(
            f"{left + _place(size, first, last, WIDTH):.1f},"
            f"{TOP + HEIGHT - _place(one, low, high, HEIGHT):.1f}"
            for size, one in zip(curve.sizes, seconds, strict=True)
        )
        color = COLORS[place]
        parts.append(f'<polyline points="{points}" fill="none" {_stroke(color, step)}/>')
    slope = curve.exponent("together")
    about = f"together ∝ {curve.name}^{slope:.2f}; else {_besides(curve.name)}"
    parts.append(
        f'<text x="{left}" y="{TOP + HEIGHT + 40}" font-size="11" fill="#555">{about}</text>'
    )
    return parts


def _all(curve: Curve) -> list[float]:
    return [one for seconds in curve.seconds.values() for one in seconds]


def _decades(values: list[float] | tuple[int, ...]) -> tuple[int, int]:
    """Return the powers of ten that hold all values between them."""
    return int(np.floor(np.log10(min(values)))), int(np.ceil(np.log10(max(values))))


def _place(value: float, low: int, high: int, length: int) -> float:
    return float((np.log10(value) - low) / (high - low) * length)


def _stroke(color: str, step: str) -> str:
    width = 3 if step == "together" else 1.6
    return f'stroke="{color}" stroke-width="{width}"'


def _rule(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#ddd"/>'


def _label(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="#555">{text}</text>'


if __name__ == "__main__":
    main()
