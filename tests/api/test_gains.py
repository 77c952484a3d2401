"""Gains, reports, methods and income over the API: shapes, sums, files, freshness."""

import csv
import io
from decimal import Decimal

import pytest
from pydantic import TypeAdapter
from pypdf import PdfReader

from argosy.api import gains_pdf
from argosy.api.schemas.gains import GainsOut, MethodsOut
from argosy.api.schemas.income import IncomeOut
from tests.api.story import BASE, LINES, Story, line

D = Decimal
MORE = [
    line("TRANSFER_IN", "2024-06-01", "BARE", quantity="3", price="10"),
    line("BUY", "2024-06-01", "ACME", quantity="5", price="70"),
    line("SELL", "2024-06-02", "ACME", quantity="12", price="40", fee="2"),
]


@pytest.fixture
async def story(client) -> Story:
    return await Story.told(client, lines=LINES + MORE, cost_basis_method="fifo")


async def test_gains_have_lots_terms_hints_and_work_to_do(story):
    found = await story.ask("/gains")
    TypeAdapter(GainsOut).validate_python(found)
    assert (found["method"], found["currency"], found["long_term_days"]) == ("fifo", "EUR", 365)
    last = found["items"][-1]
    assert (last["symbol"], last["term"], len(last["lots"])) == ("ACME", "long", 2)
    assert last["wash_sale"]["quantity"] == "5"
    assert [todo["lack"] for todo in found["worklist"]] == ["cost_assumed"]
    assert found["flags"] == ["cost_assumed"]
    terms = found["by_term"].values()
    for name in found["totals"].keys() - {"count"}:
        assert sum(D(one[name]) for one in terms) == D(found["totals"][name])
    assert found["totals"]["gain"] == (await story.ask())["realized_gain"]


async def test_a_year_is_a_span_and_years_add_up(story):
    every = await story.ask("/gains")
    whole = every["totals"]
    years = [await story.ask("/gains", year=year) for year in (2023, 2024)]
    assert sum(D(one["totals"]["gain"]) for one in years) == D(whole["gain"])
    assert years[1]["items"] == [one for one in every["items"] if one["date"] >= "2024"]
    span = await story.ask("/gains", start="2024-01-01", end="2024-12-31")
    assert span == years[1]
    longer = await story.ask("/gains", year=2024, long_term_days=500)
    assert longer["by_term"]["long"]["count"] < span["by_term"]["long"]["count"]
    path = f"{BASE}/portfolios/{story.portfolio_id}/gains"
    for query in ("year=2024&start=2024-01-01", "start=2024-02-01&end=2024-01-01", "year=1"):
        assert (await story.client.get(f"{path}?{query}")).status_code == 422


async def test_the_csv_has_a_row_a_lot_and_adds_up(story):
    response = await story.client.get(
        f"{BASE}/portfolios/{story.portfolio_id}/reports/gains", params={"format": "csv"}
    )
    assert response.headers["content-disposition"] == 'attachment; filename="gains-all.csv"'
    rows = list(csv.DictReader(io.StringIO(response.text)))
    found = await story.ask("/reports/gains")
    assert len(rows) == sum(max(len(one["lots"]), 1) for one in found["items"])
    for name in ("proceeds", "cost", "gain", "fees"):
        assert sum(D(row[name] or "0") for row in rows) == D(found["totals"][name])


async def test_the_pdf_says_what_the_json_says(story):
    await story.change(name="Łódź – Ωμέγα #set text(red)")
    response = await story.client.get(
        f"{BASE}/portfolios/{story.portfolio_id}/reports/gains",
        params={"format": "pdf", "year": 2024},
    )
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-disposition"] == 'attachment; filename="gains-2024.pdf"'
    pages = PdfReader(io.BytesIO(response.content)).pages
    text = "\n".join(page.extract_text() for page in pages)
    found = await story.ask("/gains", year=2024)
    for words in (
        "Realized gains",
        "Łódź – Ωμέγα #set text(red)",
        "Period 2024",
        "Method fifo",
        "Losses beside purchases",
        "The transfer names no cost",
        f"Page {len(pages)} of {len(pages)}",
        f"{D(found['totals']['gain']):,.2f}".replace("-", "−"),
        *(one["symbol"] for one in found["items"]),
    ):
        assert words in text, words


async def test_a_pdf_of_very_many_lots_adds_them_up_by_asset(story, monkeypatch):
    monkeypatch.setattr(gains_pdf, "LOTS_MAX", 3)
    response = await story.client.get(
        f"{BASE}/portfolios/{story.portfolio_id}/reports/gains", params={"format": "pdf"}
    )
    text = PdfReader(io.BytesIO(response.content)).pages[0].extract_text()
    assert "By asset (9 lots: the CSV has each of them)" in text


async def test_every_method_leads_to_the_same_in_the_end(story):
    found = await story.ask("/gains/methods", year=2024)
    TypeAdapter(MethodsOut).validate_python(found)
    methods = [one["method"] for one in found["items"]]
    assert methods == ["fifo", "average", "lifo", "hifo", "uk_pool"]
    assert len({one["total"] for one in found["items"]}) == 1
    own = found["items"][0]
    assert own["realized"] == (await story.ask("/gains", year=2024))["totals"]["gain"]
    shown = await story.ask()
    assert (own["cost"], own["unrealized"]) == (shown["total_cost"], shown["unrealized_gain"])
    for one in found["items"][1:]:
        await story.change(cost_basis_method=one["method"])
        shown = await story.ask()
        assert one["unrealized"] == shown["unrealized_gain"], one["method"]
        assert one["realized_to_date"] == shown["realized_gain"], one["method"]


async def test_income_adds_up_to_what_the_portfolio_shows_and_books_nothing(story):
    found = {by: await story.ask("/income", by=by) for by in ("month", "year", "asset", "category")}
    income = (await story.ask())["income"]
    for one in found.values():
        TypeAdapter(IncomeOut).validate_python(one)
        assert one["total"]["net"] == income
        assert sum(D(row["net"]) for row in one["items"]) == D(income)
    assert found["year"]["items"][0]["tax"] != "0"
    assert (found["year"]["method"], found["year"]["end"]) == ("net_of_tax", "2024-06-02")
    response = await story.client.get(
        f"{BASE}/portfolios/{story.portfolio_id}/income", params={"by": "year", "format": "csv"}
    )
    assert response.text.splitlines()[1].startswith("EUR,2023,2023,2023-01-01,2023-12-31,")
    refused = await story.client.get(
        f"{BASE}/portfolios/{story.portfolio_id}/income?start=2024-02-01&end=2024-01-01"
    )
    assert refused.status_code == 422


async def test_a_dividend_booked_last_year_is_in_the_calendar_as_a_forecast(story):
    await story.enter([line("DIVIDEND", "2023-08-15", "ACME", amount="13", tax="2")])
    found = await story.ask("/income")
    (one,) = found["calendar"]
    assert (one["symbol"], one["certainty"], one["pay_on"]) == ("ACME", "forecast", "2024-08-14")
    assert found["yield_of_all"]["on_cost"] > 0
    assert [row["symbol"] for row in found["yields"]] == ["ACME"]
    lines = await story.client.get(f"{BASE}/transactions?portfolio_id={story.portfolio_id}")
    assert "2024-08" not in lines.text, "nothing is booked by itself"
