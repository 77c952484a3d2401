"""Slices and months are explained: the expression gives the figure, its leaves are rows."""

from decimal import Decimal

import pytest

from argosy.services import explaining_parts
from tests.api.evaluator import evaluate, leaves
from tests.api.story import BASE, Story

D = Decimal


@pytest.fixture
async def story(client) -> Story:
    story = await Story.told(client, track_cash=True)
    body = {"date": "2024-05-01", "exposures": {"country": {"US": "0.6", "JP": "0.15"}}}
    await client.put(f"{BASE}/assets/ACME/exposures", json=body)
    tag = {"name": "Core", "taxonomy": "strategy", "assets": [{"asset": "ETH", "weight": "0.3"}]}
    await client.post(f"{BASE}/tags", json=tag)
    return story


AXES = ("holding", "category", "currency", "country", "portfolio_cash", "tag:strategy")


@pytest.mark.parametrize("by", AXES)
@pytest.mark.parametrize("expanded", [True, False])
async def test_every_slice_is_explained_down_to_its_leaves(story, by, expanded, monkeypatch):
    if not expanded:
        monkeypatch.setattr(explaining_parts, "EXPANDED_LINES", 0)
    for one in (await story.ask("/allocation", by=by))["slices"]:
        for name in ("value", "weight"):
            found = await story.ask("/explain", figure=f"{name}:{by}:{one['key']}")
            assert evaluate(found["nodes"]) == D(found["value"])
            if name == "value":
                assert found["value"] == one["value"]
            else:
                assert float(found["value"]) == one["weight"]
            kinds = {leaf["kind"] for leaf in leaves(found["nodes"])}
            cash_alone = one["name"] in {"Cash", "EUR"} or one["name"].startswith("Cash ")
            if expanded:
                assert "transaction" in kinds
                assert "figure" not in kinds
            elif not cash_alone:
                assert "figure" in kinds
            if one["key"] in {"Japan", "Core"}:
                assert "exposure" in kinds


async def test_the_income_of_a_month_and_a_year_is_explained(story):
    for by in ("month", "year"):
        for row in (await story.ask("/income", by=by))["items"]:
            if row["payments"]:
                found = await story.ask("/explain", figure=f"income:{row['key']}")
                assert found["value"] == row["net"]
                assert evaluate(found["nodes"]) == D(row["net"])
                assert "transaction" in {leaf["kind"] for leaf in leaves(found["nodes"])}


async def test_a_part_that_is_none_says_which_there_are(story):
    path = f"{BASE}/portfolios/{story.portfolio_id}/explain"
    for figure, why in (
        ("value:category:BOATS", "There are Cash, CRYPTO, STOCK."),
        ("weight:colour:red", "is none of"),
        ("income:2024-13", "neither a month"),
        ("income:soon", "neither a month"),
    ):
        refused = await story.client.get(path, params={"figure": figure})
        assert (refused.status_code, why in refused.text) == (422, True), refused.text
    more = {"figure": "income:2024", "include": "day_before"}
    assert (await story.client.get(path, params=more)).status_code == 422
