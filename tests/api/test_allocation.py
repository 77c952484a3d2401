"""Allocation, drift, targets, tags and exposures over the API: shapes, owners, freshness."""

from decimal import Decimal
from typing import Any

import pytest
from pydantic import TypeAdapter

from argosy.api.schemas.allocation import AllocationOut, DriftReportOut
from tests.api.story import BASE, Story
from tests.support.api import app_client, sign_up

D = Decimal


@pytest.fixture
async def story(client) -> Story:
    return await Story.told(client, track_cash=True)


async def ask(client: Any, method: str, path: str, body: Any = None, *, status: int) -> Any:
    response = await client.request(method, BASE + path, json=body)
    assert response.status_code == status, response.text
    return response.json() if response.content else None


async def test_slices_add_up_to_the_value_that_the_portfolio_shows(story):
    whole = await story.ask()
    for by in ("holding", "category", "currency", "country,sector", "portfolio_cash,currency,tag"):
        found = await story.ask("/allocation", by=by)
        TypeAdapter(AllocationOut).validate_python(found)
        assert found["total_value"] == whole["total_value"]
        assert sum(D(one["value"]) for one in found["slices"]) == D(whole["total_value"])
        assert (found["end"], found["currency"], found["method"]) == (
            "2024-06-01",
            "EUR",
            "value_weights",
        )


async def test_an_allocation_can_be_of_a_past_day_in_another_unit_and_of_a_part(story):
    past = await story.ask("/allocation", as_of="2023-06-30")
    assert past["total_value"] == (await story.ask(as_of="2023-06-30"))["total_value"]
    part = await story.ask("/allocation", scope="category:CRYPTO", currency="ETH")
    assert [(one["name"], one["weight"]) for one in part["slices"]] == [("ETH", 1.0)]
    assert (part["scope"], part["currency"]) == ("category:CRYPTO", "ETH")


async def test_a_stated_weight_is_seen_at_once_and_an_unchanged_answer_is_304(story):
    path = f"{BASE}/portfolios/{story.portfolio_id}/allocation"
    first = await story.client.get(path, params={"by": "country"})
    same = await story.client.get(
        path, params={"by": "country"}, headers={"If-None-Match": first.headers["etag"]}
    )
    assert same.status_code == 304
    body = {"date": "2024-05-01", "exposures": {"country": {"us": "0.6", "JP": "0.15"}}}
    await ask(story.client, "PUT", "/assets/ACME/exposures", body, status=200)
    found = {one["key"]: one for one in (await story.ask("/allocation", by="country"))["slices"]}
    acme = next(one for one in (await story.ask("/allocation"))["slices"] if one["name"] == "ACME")
    assert D(found["United States"]["value"]) == (D(acme["value"]) * D("0.6")).quantize(D("1E-18"))
    before = await story.ask("/allocation", by="country", as_of="2024-04-30")
    assert {one["key"] for one in before["slices"]} == {"CASH", "unknown"}
    await ask(story.client, "DELETE", "/assets/ACME/exposures?dimension=country", status=204)
    after = await story.ask("/allocation", by="country")
    assert {one["key"] for one in after["slices"]} == {"CASH", "unknown"}
    await ask(story.client, "DELETE", "/assets/ACME/exposures", status=404)


async def test_a_companys_country_is_what_its_source_says_and_a_funds_is_not(story):
    told = {"metadata": {"country": "USA", "sector": "TECHNOLOGY"}}
    await ask(story.client, "PATCH", "/assets/ACME", told, status=200)
    await ask(story.client, "PATCH", "/assets/SPUN", {**told, "category": "ETF"}, status=200)
    found = {
        one["key"]: one for one in (await story.ask("/allocation", by="sector,holding"))["slices"]
    }
    assert [one["name"] for one in found["Technology"]["slices"]] == ["ACME"]
    assert "SPUN" in {one["name"] for one in found["unknown"]["slices"]}


async def test_an_issuers_file_states_each_dimension_it_has(story):
    text = "Name;Sector;Location;Weight (%)\nA;Energy;USA;60,5\nB;Banks;DE;30\nFX;;;-0,5\n"
    response = await story.client.post(
        f"{BASE}/assets/SPUN/exposures/import",
        files={"file": ("fund.csv", text)},
        data={"date": "2024-05-01", "source": "issuer"},
    )
    assert response.status_code == 201, response.text
    assert [(one["dimension"], one["weights"], one["source"]) for one in response.json()] == [
        ("country", {"Germany": "0.3", "United States": "0.605"}, "issuer"),
        ("sector", {"Banks": "0.3", "Energy": "0.605"}, "issuer"),
    ]
    for bad, why in (
        ("Name,Weight\nA,1\n", "import_format"),
        ("Sector,Weight\nA,x\n", "batch_invalid"),
    ):
        response = await story.client.post(
            f"{BASE}/assets/SPUN/exposures/import", files={"file": ("bad.csv", bad)}
        )
        assert (response.status_code, response.json()["code"]) == (422, why)


async def test_own_words_reach_nobody_else_on_both_databases(each_argosy):
    async with app_client(each_argosy) as ada, app_client(each_argosy) as bob:
        story = await Story.told(ada)
        await sign_up(bob, "bob")
        async with each_argosy.database.write() as session:
            await _share(session, story.assets["ACME"])
        body = {"exposures": {"sector": {"Energy": "1"}}}
        (mine,) = await ask(ada, "PUT", "/assets/ACME/exposures", body, status=200)
        assert (mine["override"], mine["date"]) == (True, "2024-06-03")
        assert await ask(bob, "GET", "/assets/ACME/exposures", status=200) == []
        await ask(bob, "DELETE", "/assets/ACME/exposures", status=404)
        tag = {"name": "Core", "assets": [{"asset": "ACME", "weight": "0.75"}, {"asset": "ETH"}]}
        made = await ask(ada, "POST", "/tags", tag, status=201)
        assert {one["symbol"]: one["weight"] for one in made["assets"]} == {
            "ACME": "0.75",
            "ETH": "1",
        }
        assert await ask(bob, "GET", "/tags", status=200) == []
        for method in ("PUT", "DELETE"):
            body = {"name": "Mine"} if method == "PUT" else None
            await ask(bob, method, f"/tags/{made['id']}", body, status=404)
        for path in ("allocation", "drift", "targets", "income", "gains", "gains/methods"):
            await ask(bob, "GET", f"/portfolios/{story.portfolio_id}/{path}", status=404)
        await ask(
            bob, "PUT", f"/portfolios/{story.portfolio_id}/targets", {"targets": []}, status=404
        )
        found = await story.ask("/allocation", by="tag")
        assert {one["key"] for one in found["slices"]} == {"Core", "unknown"}
        targets = {"targets": [{"by": "tag", "key": "Core", "weight": "0.9", "band": "0.01"}]}
        path = f"/portfolios/{story.portfolio_id}/targets"
        await ask(ada, "PUT", path, targets, status=200)
        await ask(ada, "PUT", f"/tags/{made['id']}", {**tag, "name": "Kern"}, status=200)
        (target,) = (await ask(ada, "GET", path, status=200))["targets"]
        assert (target["key"], target["low"]) == ("Kern", "0.89"), "a target follows its tag"
        drift = await story.ask("/drift")
        assert [row["key"] for row in drift["groups"][0]["rows"]] == ["Kern", "unknown"]
        await ask(ada, "DELETE", f"/tags/{made['id']}", status=204)
        assert (await story.ask("/drift"))["groups"][0]["rows"][0]["value"] == "0"


async def _share(session: Any, asset_id: str) -> None:
    from sqlalchemy import update

    from argosy.store.tables.asset import AssetRow

    shared = update(AssetRow).where(AssetRow.id == asset_id).values(owner_id=None, owner_key="")
    await session.execute(shared)


async def test_targets_are_checked_and_drift_is_exact(story):
    path = f"/portfolios/{story.portfolio_id}/targets"
    for targets, why in (
        ([{"by": "category", "key": "STOCK", "weight": "0.6"}, {"by": "category", "key": "ETF", "weight": "0.5"}], "above 1"),
        ([{"by": "category", "key": "STOCK", "weight": "1.1"}], "between 0 and 1"),
        ([{"by": "category", "key": "BOATS", "weight": "0.1"}], "no category"),
        ([{"by": "holding", "key": "ETH", "weight": "0.1"}, {"by": "holding", "key": "eth", "weight": "0.1"}], "two targets"),
        ([{"by": "sector", "key": "unknown", "weight": "0.1"}], "cannot have a target"),
        ([{"by": "colour", "key": "red", "weight": "0.1"}], "is none of"),
    ):  # fmt: skip
        refused = await ask(story.client, "PUT", path, {"targets": targets}, status=422)
        assert why in str(refused["detail"])
    await ask(story.client, "PUT", path, {"preset": "x"}, status=422)
    await ask(story.client, "PUT", path, {}, status=422)
    assert (await story.ask("/drift"))["reasons"] == {"groups": "The portfolio has no targets."}
    mix = [
        {"by": "holding", "key": "ETH", "weight": "0.2", "band": "0.25", "relative": True},
        {"by": "holding", "key": "CASH:EUR", "weight": "0.5"},
        {"by": "currency", "key": "usd", "weight": "0.3"},
    ]
    stored = (await ask(story.client, "PUT", path, {"targets": mix}, status=200))["targets"]
    assert [(one["name"], one["low"], one["high"]) for one in stored] == [
        ("ETH", "0.15", "0.25"),
        ("CASH:EUR", "0.45", "0.55"),
        ("USD", "0.25", "0.35"),
    ]
    found = await story.ask("/drift")
    TypeAdapter(DriftReportOut).validate_python(found)
    total = D(found["total_value"])
    ether = found["groups"][0]["rows"][0]
    assert D(ether["to_target"]) == (total * D("0.2") - D(ether["value"])).quantize(D("1E-18"))
    assert D(ether["to_band"]) == (total * D("0.15") - D(ether["value"])).quantize(D("1E-18"))
    assert [group["by"] for group in found["groups"]] == ["holding", "currency"]
    assert "outside:ETH" in found["flags"]


async def test_tags_of_one_taxonomy_share_an_asset_and_those_of_another_do_not(story):
    async def make(name: str, weight: str, taxonomy: str = "default", *, status: int = 201) -> Any:
        body = {
            "name": name,
            "taxonomy": taxonomy,
            "assets": [{"asset": "ACME", "weight": weight}],
        }
        return await ask(story.client, "POST", "/tags", body, status=status)

    await make("Core", "0.6")
    assert "belongs to Core by 0.6" in (await make("More", "0.5", status=409))["detail"]
    await make("core", "0.1", status=409)
    await make("More", "0.5", "style")
    await make("More", "0", "style2", status=422)
    found = await story.ask("/allocation", by="tag:style")
    assert found["by"] == ["tag:style"]
    assert "More" in {one["key"] for one in found["slices"]}


async def test_figures_can_be_files_for_a_spreadsheet(story):
    await ask(story.client, "PATCH", "/assets/ACME", {"symbol": "=ACME"}, status=200)
    response = await story.client.get(
        f"{BASE}/portfolios/{story.portfolio_id}/allocation",
        params={"by": "category,holding", "format": "csv"},
    )
    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    head, *rows = response.text.splitlines()
    assert head == "as_of,currency,path,key,name,value,weight,holdings,flags"
    assert any(",STOCK / =ACME," in row and ",'=ACME," in row for row in rows)
    path = f"/portfolios/{story.portfolio_id}/targets"
    await ask(story.client, "PUT", path, {"preset": "classes"}, status=200)
    response = await story.client.get(
        f"{BASE}/portfolios/{story.portfolio_id}/drift", params={"format": "csv"}
    )
    assert len(response.text.splitlines()) == 7
