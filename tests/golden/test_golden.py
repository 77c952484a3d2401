"""Published examples: the figures in the files beside this one were typed from their sources.

Source: the `citation` of each case in those files; this one only runs them.
"""

import tomllib
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from argosy.core.money import exact_context
from argosy.core.performance.dietz import modified_dietz
from argosy.core.performance.mwr import money_weighted
from argosy.core.performance.twr import annualize, cumulative, daily_returns
from argosy.core.returns.closes import Closes
from argosy.core.returns.series import daily_series
from argosy.core.returns.sessions import close_returns
from argosy.core.risk import measures, relative
from argosy.core.risk.drawdowns import falls
from argosy.core.risk.value_at_risk import parametric
from argosy.core.valuation.figures import figures
from argosy.core.valuation.gains import realized_gains
from argosy.core.valuation.income import payments, year_before, yields
from argosy.core.valuation.wash_sales import wash_sales
from tests.support.ledger import Ledger

FILES = sorted(Path(__file__).parent.glob("*.toml"))
KINDS = (
    "case",
    "mwr",
    "dietz",
    "linked",
    "twr",
    "fall",
    "ratio",
    "wash",
    "yield",
    "beside",
    "shape",
    "tail",
)


def _load(kind: str) -> list[Any]:
    found = []
    for path in FILES:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        for case in content.get(kind, []):
            case.setdefault("method", content.get("method", "average"))
            case.setdefault("currency", content.get("currency", "USD"))
            found.append(pytest.param(case, id=f"{path.stem}: {case['name']}"))
    return found


def test_every_golden_case_cites_its_source_and_says_how_it_was_confirmed():
    for path in FILES:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        assert len(content.get("source", "")) > 20, f"{path.name} names no source"
        cases = [case for kind in KINDS for case in content.get(kind, [])]
        assert cases, f"{path.name} has no cases"
        for case in cases:
            assert len(case.get("citation", "")) > 20, f"{case['name']} cites nothing"
            assert case.get("confirmed"), f"{case['name']} does not say how it was confirmed"


def test_there_are_at_least_forty_cases_of_eight_publishers():
    cases = [case for kind in KINDS for case in _load(kind)]
    publishers = {case.values[0]["citation"].split(",")[0].split(" (")[0][:12] for case in cases}
    assert len(cases) >= 40
    assert len(publishers) >= 8


@pytest.mark.parametrize("case", _load("case"))
def test_the_ledger_gives_the_published_figures(case):
    header = f"portfolio main {case['currency']} method {case['method']}\n"
    ledger = Ledger.read(header + case["ledger"])
    within = Decimal(case.get("within", "0"))
    with exact_context():
        disposals = ledger.disposals()
        if "realized" in case:
            assert abs(ledger.realized() - Decimal(case["realized"])) <= within
        if "gains" in case:
            _same([disposal.gain for disposal in disposals], case["gains"], within)
        if "costs" in case:
            _same([disposal.cost for disposal in disposals], case["costs"], within)
        for symbol, (quantity, cost) in case.get("holdings", {}).items():
            assert ledger.holding(symbol).quantity == Decimal(quantity)
            assert abs(ledger.holding(symbol).cost - Decimal(cost)) <= within
        for symbol, lots in case.get("lots", {}).items():
            held = [
                (lot.quantity, lot.cost / lot.quantity) for lot in ledger.holding(symbol).lots()
            ]
            assert held == [tuple(map(Decimal, lot.split(" @ "))) for lot in lots]
        if "held_over_a_year" in case:
            _check_ages(case, ledger)


def _same(figures: list[Decimal], published: list[str], within: Decimal) -> None:
    assert len(figures) == len(published)
    for figure, expected in zip(figures, published, strict=True):
        assert abs(figure - Decimal(expected)) <= within, (figure, expected)


def _check_ages(case: dict[str, Any], ledger: Ledger) -> None:
    gains = ledger.gains()
    ages = {gain.quantity: (gain.sold - gain.bought).days for gain in gains}
    over = [quantity for quantity, days in ages.items() if days > 365]
    assert over == [Decimal(x) for x in case["held_over_a_year"]]
    up_to = [quantity for quantity, days in ages.items() if days <= 365]
    assert up_to == [Decimal(x) for x in case["held_up_to_a_year"]]


def _days_and_flows(rows: list[tuple[str, float]]) -> tuple[Any, Any]:
    days = np.array([date.fromisoformat(day).toordinal() for day, _ in rows], np.int64)
    return days, np.array([amount for _, amount in rows], np.float64)


@pytest.mark.parametrize("case", _load("mwr"))
def test_the_money_weighted_return_is_the_published_one(case):
    days, flows = _days_and_flows(case["flows"])
    found = money_weighted(days, flows, simple_return=None)
    assert found.value is not None
    annual = (1.0 + found.value) ** (365.0 / (days[-1] - days[0])) - 1.0
    assert abs(annual - case["annual"]) <= case["within"]


@pytest.mark.parametrize("case", _load("dietz"))
def test_the_modified_dietz_return_is_the_published_one(case):
    days, flows = _days_and_flows(case["flows"])
    (start, value_start), (end, value_end) = case["start"], case["end"]
    found = modified_dietz(
        value_start=value_start,
        value_end=value_end,
        days=days,
        flows=flows,
        start=date.fromisoformat(start).toordinal(),
        end=date.fromisoformat(end).toordinal(),
    )
    assert found is not None
    assert abs(found - case["value"]) <= case["within"]


@pytest.mark.parametrize("case", _load("linked"))
def test_returns_link_to_the_published_total(case):
    total = float(cumulative(np.array(case["returns"]))[-1])
    assert abs(total - case["value"]) <= case["within"]


@pytest.mark.parametrize("case", _load("twr"))
def test_the_time_weighted_return_is_the_published_one(case):
    ledger = Ledger.read(case["ledger"])
    end = date.fromisoformat(case["end"])
    series = daily_series(ledger.book(), end)
    total = float(cumulative(daily_returns(series).returns)[-1])
    assert abs(total - case["value"]) <= case["within"]
    if "annual" in case:
        first = ledger.book().first_day
        assert first is not None
        annual = annualize(total, (end - first).days)
        assert annual is not None
        assert abs(annual - case["annual"]) <= case["within"]


@pytest.mark.parametrize("case", _load("wash"))
def test_a_loss_beside_a_purchase_is_hinted_at_as_published(case):
    header = f"portfolio main {case['currency']} method {case['method']}\n"
    ledger = Ledger.read(header + case["ledger"])
    book = ledger.book()
    (hint,) = wash_sales(
        book, ledger.transactions, realized_gains(book, date.min, date.max)
    ).values()
    assert (hint.loss, hint.quantity) == (Decimal(case["loss"]), Decimal(case["quantity"]))
    assert list(hint.transactions) == case["purchases"]


@pytest.mark.parametrize("case", _load("yield"))
def test_the_yield_on_cost_is_the_published_one(case):
    book, end = Ledger.read(case["ledger"]).book(), date.fromisoformat(case["end"])
    paid = payments(book, year_before(end) + timedelta(days=1), end)
    whole, (each,) = yields(figures(book, as_of=end), paid)
    assert abs(float(whole.on_cost) - case["on_cost"]) <= case["within"]
    assert each.on_cost == whole.on_cost


@pytest.mark.parametrize("case", _load("fall"))
def test_the_maximum_drawdown_is_the_published_one(case):
    values = np.array(case["values"], np.float64)
    closes = Closes(np.arange(738_000, 738_000 + len(values)), values)
    (fall,) = falls(close_returns(closes, all_week=True), top=1)
    assert abs(fall.depth - case["depth"]) <= case["within"]


@pytest.mark.parametrize("case", _load("ratio"))
def test_the_measures_of_risk_are_the_published_ones(case):
    returns = np.array(case["returns"], np.float64)
    for name, published in case["figures"].items():
        found = getattr(measures, name)(returns, case["sessions"], **case["options"])
        assert abs(found - published) <= case["within"], (name, found, published)


@pytest.mark.parametrize("case", _load("beside"))
def test_figures_beside_a_benchmark_make_the_published_ones(case):
    returns, benchmark = (np.array(case[name], np.float64) for name in ("returns", "benchmark"))
    sessions, count = case["sessions"], len(case["returns"])
    own, other = (measures.volatility(one, sessions) for one in (returns, benchmark))
    assert own / other == pytest.approx(case["fama_beta"], abs=5e-3)
    found = relative.relative(returns, benchmark, sessions)
    left = own * ((count - 1) / count) ** 0.5 * (1.0 - found.r_squared) ** 0.5
    assert left == pytest.approx(case["specific_risk"], abs=5e-5)
    yearly = [float(np.prod(1.0 + one)) ** (sessions / count) - 1.0 for one in (returns, benchmark)]
    assert yearly[0] - found.beta * yearly[1] == pytest.approx(case["jensen_alpha"], abs=5e-4)


@pytest.mark.parametrize("case", _load("shape"))
def test_the_shape_of_returns_is_the_published_one(case):
    returns = np.array(case["returns"], np.float64)
    skewness, excess = measures.skewness(returns), measures.excess_kurtosis(returns)
    assert skewness is not None
    assert excess is not None
    assert abs(skewness / (excess + 3.0) - case["skewness_by_kurtosis"]) <= case["within"]


@pytest.mark.parametrize("case", _load("tail"))
def test_the_value_at_risk_is_the_published_one(case):
    tail = parametric(np.array(case["returns"], np.float64), case["confidence"])
    assert tail is not None
    assert abs(tail.var * case["value"] - case["parametric"]) <= case["within"]
