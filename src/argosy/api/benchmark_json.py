"""A portfolio beside a benchmark as JSON values."""

from datetime import date
from decimal import Decimal

from argosy.api.figures_json import text
from argosy.api.performance_json import NOTHING, Values, asset_values, column, head
from argosy.core.performance.beside import Beside
from argosy.core.performance.ranges import Range
from argosy.core.risk import relative
from argosy.services.benchmarks import Compared, ComparedHolding, Mix
from argosy.services.books import Ledger

METHOD = "same flows at the close; price return"

COLUMNS = (
    *("asset_id", "symbol", "exchange", "name", "start", "end", "days", "value_start"),
    *("value_end", "flows", "gain", "benchmark_value_end", "benchmark_gain", "gain_difference"),
    *("beaten", "twr", "benchmark_return", "return_difference", "mwr", "benchmark_mwr", "flags"),
)


def benchmark_values(
    ledger: Ledger, mix: Mix, found: Compared | None, holdings: list[ComparedHolding] | None
) -> Values:
    """Write a portfolio beside a benchmark."""
    span = None
    if found is not None:
        own = found.beside.performance
        span = Range(own.start, own.end)
    return {
        **head(ledger, span, METHOD),
        "assets": [
            {**asset_values(asset), "weight": float(weight)} for asset, weight in mix.assets
        ],
        "rebalance": mix.rebalance.value,
        **(_no_benchmark() if found is None else _compared(found)),
        "holdings": None
        if holdings is None
        else [{**asset_values(one.asset), **_beside(one.beside)} for one in holdings],
    }


def _compared(found: Compared) -> Values:
    figures = _beside(found.beside)
    days = [date.fromordinal(day).isoformat() for day in found.beside.days.tolist()]
    flags = [*figures["flags"], *found.flags]
    return {
        **figures,
        "sessions": found.relative.sessions,
        "sessions_a_year": found.relative.sessions_a_year,
        **{name: getattr(found.relative, name) for name in relative.FIGURES},
        "series": {
            "date": days,
            "value": column(found.beside.value),
            "benchmark_value": column(found.beside.same),
            "twr": column(found.beside.twr),
            "benchmark_return": column(found.beside.growth - 1.0),
        },
        "flags": flags,
        "reasons": {**figures["reasons"], **found.relative.reasons},
    }


_OWN = ("value_start", "value_end", "flows", "gain")
_OWN_RETURNS = ("twr", "mwr")
_MONEY_BESIDE = ("benchmark_value_end", "benchmark_gain", "gain_difference")
_RETURNS_BESIDE = ("benchmark_return", "return_difference", "benchmark_mwr")


def _beside(found: Beside) -> Values:
    own = found.performance
    ahead = found.gain_difference
    names = {*_OWN, *_OWN_RETURNS}
    reasons = {name: why for name, why in own.reasons.items() if name in names} | found.reasons
    if ahead is None:
        reasons["beaten"] = reasons["gain_difference"]
    return {
        "start": own.start.isoformat(),
        "end": own.end.isoformat(),
        "days": own.days,
        **{name: text(getattr(own, name)) for name in _OWN},
        **{name: _money(getattr(found, name)) for name in _MONEY_BESIDE},
        "beaten": None if ahead is None else ahead > 0.0,
        **{name: getattr(own, name) for name in _OWN_RETURNS},
        **{name: getattr(found, name) for name in _RETURNS_BESIDE},
        "flags": list(found.flags),
        "reasons": reasons,
    }


def _money(value: float | None) -> str | None:
    """Write a statistic that is money, as plain digits."""
    return None if value is None else text(Decimal(repr(value)))


def _no_benchmark() -> Values:
    names = (*_OWN, *_MONEY_BESIDE, "beaten", *_OWN_RETURNS, *_RETURNS_BESIDE, *relative.FIGURES)
    columns = ("date", "value", "benchmark_value", "twr", "benchmark_return")
    return {
        **dict.fromkeys(("days", *names, "sessions_a_year")),
        "sessions": 0,
        "series": {name: [] for name in columns},
        "flags": [],
        "reasons": dict.fromkeys(names, NOTHING),
    }
