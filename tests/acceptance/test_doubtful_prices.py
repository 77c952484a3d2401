"""A provider that tells wrong prices: what a user sees stays right, and the doubt is told."""

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.acceptance.conftest import POSTGRESQL
from tests.acceptance.person import Person
from tests.acceptance.program import Program
from tests.simulator.faults import Trait
from tests.simulator.odd import HALF, MISSING, NAN, SPIKE
from tests.simulator.server import Simulator
from tests.simulator.yahoo import raw_closes

ODD = {
    Trait.SPIKE,
    Trait.HALF_SPLIT,
    Trait.NAN_ROWS,
    Trait.MISSING_DAY,
    Trait.DUPLICATE_DAY,
    Trait.LIVE_LAST_ROW,
}


NULL = 3
"""Another row without numbers in Yahoo's answer."""


@pytest.fixture(params=["program", POSTGRESQL])
def server(request: pytest.FixtureRequest) -> Program:
    """The program on each database."""
    name = {"program": "program", "postgresql": "postgres_program"}[request.param]
    found: Program = request.getfixturevalue(name)
    return found


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator().running() as running:
        yield running


@pytest.fixture
def me(server: Program) -> Iterator[Person]:
    person = Person(server.url)
    yield person
    person.http.close()


def argosy(server: Program, simulator: Simulator, *arguments: str, fails: bool = False) -> str:
    """Run a command beside the running server, as an operator does."""
    asked = {"ARGOSY_YAHOO_URL": simulator.url}
    done = subprocess.run(
        [sys.executable, "-m", "argosy", *arguments],
        capture_output=True,
        check=False,
        text=True,
        env={**server.environment, **asked},
    )
    assert (done.returncode != 0) is fails, done.stderr
    return done.stderr if fails else done.stdout


def load(server: Program, simulator: Simulator, symbol: str, *, fails: bool = False) -> str:
    there = ("--symbol", symbol, "--source", "yahoo", "--symbol-there", "ACME")
    return argosy(server, simulator, "prices", "load", *there, fails=fails)


def seen(person: Person, symbol: str) -> dict[str, Decimal]:
    """The series that values this user's portfolios."""
    rows = person.get(f"/assets/{symbol}/prices", series="reconciled")["items"]
    return {row["day"]: Decimal(row["close"]) for row in rows}


def test_a_provider_with_many_faults_leaves_the_series_right_and_the_doubts_told(
    server: Program, simulator: Simulator, me: Person
):
    pytest.importorskip("yfinance")
    listing = simulator.listings["ACME"]
    high = listing.bars[SPIKE].close * 101  # else the bar contradicts itself, and is refused
    listing.bars[SPIKE] = replace(listing.bars[SPIKE], high=high)
    truth = {day.isoformat(): close for day, close in raw_closes(listing).items()}
    days = list(truth)
    split = days.index(max(listing.splits).isoformat())
    halved = days[split - HALF : split]
    argosy(server, simulator, "asset", "create", "ODD", "--exchange", "NYSE")

    simulator.traits = frozenset({Trait.WRONG_CURRENCY})
    assert "currency" in load(server, simulator, "ODD", fails=True).lower()
    assert seen(me, "ODD") == {}

    simulator.traits = frozenset(ODD)
    load(server, simulator, "ODD")
    series = seen(me, "ODD")
    assert all(
        close == pytest.approx(truth[day], rel=Decimal("1e-4")) for day, close in series.items()
    )
    unseen = {days[SPIKE], days[NULL], days[NAN], days[MISSING], days[-1], *halved}
    assert set(truth) - set(series) == unseen

    report = me.get("/assets/ODD/quality")
    suspects = {
        one["day"]: one["kind"] for one in report["findings"] if one["severity"] == "suspect"
    }
    assert suspects == {days[SPIKE]: "unit"} | dict.fromkeys(halved, "split")
    assert {(gap["start"], gap["status"]) for gap in report["gaps"]} >= {(days[NAN], "open")}
    told = json.loads(argosy(server, simulator, "quality", "report", "--symbol", "ODD", "--json"))
    assert told["findings"] == report["findings"]

    portfolio = me.portfolio()
    me.buy(portfolio, days[SPIKE - 1], "10", str(truth[days[SPIKE - 1]]), symbol="ODD")
    holding = me.holdings(portfolio, days[SPIKE])["ODD"]
    assert (holding["price_on"], holding["price"]) == (
        days[SPIKE - 1],
        str(series[days[SPIKE - 1]].normalize()),
    )

    simulator.heal()
    load(server, simulator, "ODD")
    healed = seen(me, "ODD")
    assert set(healed) == set(truth)
    assert all(
        close == pytest.approx(truth[day], rel=Decimal("1e-4")) for day, close in healed.items()
    )
    after = me.get("/assets/ODD/quality")
    assert [one for one in after["findings"] if one["severity"] == "suspect"] == []


def test_a_rejected_price_stays_away_when_it_is_fetched_again(
    server: Program, simulator: Simulator, me: Person
):
    pytest.importorskip("yfinance")
    days = [day.isoformat() for day in raw_closes(simulator.listings["ACME"])]
    argosy(server, simulator, "asset", "create", "TWICE", "--exchange", "NYSE")
    load(server, simulator, "TWICE")
    assert days[20] in seen(me, "TWICE")
    argosy(server, simulator, "quality", "reject", "TWICE", days[20], "--source", "yahoo")
    load(server, simulator, "TWICE")
    assert days[20] not in seen(me, "TWICE")
    argosy(server, simulator, "quality", "accept", "TWICE", days[20], "--source", "yahoo")
    assert days[20] in seen(me, "TWICE")
