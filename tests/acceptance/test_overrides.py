"""A user's prices, splits and rates for shared things win in that user's portfolios alone."""

import subprocess
import sys

from tests.acceptance.person import exact, picked
from tests.acceptance.program import Program


def shared(program: Program, symbol: str) -> None:
    """Make a shared asset as an operator does, beside the running server."""
    command = [sys.executable, "-m", "argosy", "asset", "create", symbol, "--exchange", "XETRA"]
    subprocess.run(command, check=True, capture_output=True, env=program.environment)


def test_overrides_of_shared_assets_reach_nobody_else(program: Program, people):
    shared(program, "SHARED")
    me, other = people(), people()
    ids = {person.get("/assets/SHARED")["id"] for person in (me, other)}
    assert len(ids) == 1
    portfolios = {}
    for person in (me, other):
        portfolios[person] = person.portfolio()
        person.buy(portfolios[person], "2024-01-02", "10", "100", symbol="SHARED")
    me.prices("SHARED", {"2024-01-03": "150"})
    me.put("/assets/SHARED/splits", {"splits": [{"date": "2024-01-04", "ratio": "2:1"}]})
    mine = me.holdings(portfolios[me], "2024-01-05")["SHARED"]
    theirs = other.holdings(portfolios[other], "2024-01-05")["SHARED"]
    assert picked(mine, "value") != picked(theirs, "value")
    assert picked(theirs, "value") == exact("1000")
    assert any("split_unbooked" in flag for flag in mine["flags"])
    assert not any("split_unbooked" in flag for flag in theirs["flags"])
    assert [row["override"] for row in me.get("/assets/SHARED/prices")["items"]] == [True]
    assert other.get("/assets/SHARED/prices")["items"] == []
    assert other.get("/assets/SHARED/splits") == []


def test_a_shared_asset_is_changed_by_administrators_alone(program: Program, people):
    shared(program, "COMMON")
    me = people()
    me.patch("/assets/COMMON", {"name": "Mine"}, status=403)
    body = {"symbol": "common", "exchange": "xetra"}
    problem = me.post("/assets", body, status=409)
    assert "COMMON" in problem["detail"]
    # The same symbol elsewhere is one's own, and one's own comes first.
    own = me.post("/assets", {"symbol": "COMMON", "exchange": "Attic"})["id"]
    assert me.get("/assets/COMMON")["id"] == own
    assert me.get("/assets/COMMON:XETRA")["id"] != own
