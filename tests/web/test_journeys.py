"""What people do on the page, from the door to an explained figure."""

import os
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.web.conftest import DESKTOP, PASSWORD, PHONE

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"


def written(amount: str, *, signed: bool = False) -> str:
    """An amount in euros as the page writes it for a British reader."""
    value = Decimal(amount)
    size = f"{abs(value):,.2f}"
    if value < 0:
        return f"−{size}"
    return f"+{size}" if signed and value > 0 else size


def change(amount: str) -> str:
    arrow = {1: "▲", -1: "▼", 0: ""}[(Decimal(amount) > 0) - (Decimal(amount) < 0)]
    return arrow + written(amount, signed=True)


def test_a_newcomer_registers_and_is_led_to_a_first_portfolio(looking):
    page = (window := looking()).page
    page.goto(f"{window.address}/sign-in?new=yes")
    page.get_by_label("E-mail").fill("newcomer@example.org")
    page.get_by_label("Username").fill("newcomer")
    page.get_by_label("Password, 8 characters or more").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Nothing is stored yet")).to_be_visible()
    page.get_by_label("Base currency").select_option("EUR")
    page.get_by_role("button", name="Add by hand").click()
    expect(page.get_by_role("heading", name="Transactions")).to_be_visible()


def test_the_demo_is_one_click_in_and_one_out(looking, person):
    window = looking()
    page = window.page
    window.sign_in(person)
    expect(page.get_by_role("heading", name="Nothing is stored yet")).to_be_visible()
    page.get_by_role("button", name="Look around the demo").click()
    page.wait_for_url("**/overview")
    (demo,) = person.get("/portfolios")
    value = person.get(f"/portfolios/{demo['id']}", as_of="2021-03-31")["total_value"]
    assert window.figure("total_value") == f"€{written(value)}"
    said = page.get_by_role("status").filter(has_text="The demo")
    expect(said).to_contain_text("Prices end on 31 Mar 2021")
    said.get_by_role("button", name="Remove the demo").click()
    expect(page.get_by_role("heading", name="Nothing is stored yet")).to_be_visible()
    assert person.get("/portfolios") == []


def test_a_wrong_password_is_refused_in_words(looking, person):
    page = (window := looking()).page
    page.goto(f"{window.address}/sign-in")
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password", exact=True).fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()


def test_the_overview_shows_the_figures_of_the_api(looking, ledger):
    window = looking()
    window.open(ledger, "overview?range=ALL")
    figures, holdings = ledger.figures(), ledger.holdings()
    assert window.figure("total_value") == f"€{written(figures['total_value'])}"
    assert window.figure("total_gain") == change(figures["total_gain"])
    for holding in holdings.values():
        asset = holding["asset_id"]
        assert window.figure("value", asset) == written(holding["value"])
        assert window.figure("unrealized_gain", asset) == written(
            holding["unrealized_gain"], signed=True
        )
    total = window.page.get_by_role("table", name="Holdings").locator("tfoot")
    expect(total).to_contain_text(written(figures["total_value"]))


def test_the_range_changes_the_figures_beside_the_chart(looking, ledger):
    window = looking()
    page = window.open(ledger, "overview?range=ALL")
    performance = ledger.person.get(f"/portfolios/{ledger.id}/performance", range="ALL")
    assert window.figure("gain") == change(performance["gain"])
    assert window.figure("flows") == written(performance["flows"], signed=True)
    expect(page.get_by_role("img", name="Value since the start")).to_be_visible()
    page.get_by_role("button", name="Table").click()
    expect(page.get_by_role("table", name="Value over time")).to_be_visible()


def test_a_figure_explains_itself_down_to_the_transactions(looking, ledger):
    window = looking()
    page = window.open(ledger, "overview")
    holding = ledger.holdings()["ACME"]
    page.locator(f'[data-figure="unrealized_gain"][data-asset="{holding["asset_id"]}"]').click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("heading", name="Unrealized gain")).to_be_visible()
    gain = written(holding["unrealized_gain"], signed=True)
    expect(drawer.locator(".explain-sum")).to_contain_text(gain)
    expect(drawer.locator(".lines.top > li").first).to_contain_text(written(holding["value"]))
    expect(drawer.locator(".lines.top > li").last).to_contain_text(f"−{written(holding['cost'])}")
    while (closed := drawer.locator('.line[aria-expanded="false"]')).count():
        closed.first.click()
    drawer.get_by_role("link", name="Buy, quantity").first.click()
    expect(page.get_by_role("heading", name="Edit transaction")).to_be_visible()
    expect(page.get_by_label("Quantity", exact=True)).to_have_value("40")


def test_a_transaction_is_added_changed_deleted_and_brought_back(looking, ledger):
    page = looking().open(ledger, "transactions")
    form = page.get_by_role("form", name="Add transaction")
    form.get_by_label("Asset").fill("OMNI")
    page.get_by_role("option", name="OMNI").click()
    form.get_by_label("Date").fill("2024-07-01")
    form.get_by_label("Quantity").fill("3")
    form.get_by_label("Price").fill("104,50")
    expect(form).to_contain_text("12.5 → 15.5")
    form.get_by_role("button", name="Add purchase").click()
    row = page.get_by_role("row", name="1 Jul 2024")
    expect(row).to_contain_text("−313.50")
    assert ledger.holdings()["OMNI"]["quantity"] == "15.5"

    row.click()
    edit = page.get_by_role("form", name="Edit transaction")
    edit.get_by_label("Quantity").fill("4")
    edit.get_by_role("button", name="Save changes").click()
    expect(row).to_contain_text("−418.00")

    row.click()
    page.get_by_role("button", name="Delete, with undo").click()
    expect(page.get_by_text("Deleted: 1 Jul 2024, buy 4 OMNI.")).to_be_visible()
    assert ledger.holdings()["OMNI"]["quantity"] == "12.5"
    page.get_by_role("button", name="Undo").click()
    expect(row).to_contain_text("−418.00")
    assert ledger.holdings()["OMNI"]["quantity"] == "16.5"


def test_selling_more_than_is_held_is_refused_beside_the_button(looking, ledger):
    page = looking().open(ledger, "transactions")
    form = page.get_by_role("form", name="Add transaction")
    form.get_by_role("button", name="Sell", exact=True).click()
    form.get_by_label("Asset").fill("ACME")
    page.get_by_role("option", name="ACME").click()
    form.get_by_label("Date").fill("2024-07-01")
    form.get_by_label("Quantity").fill("26")
    form.get_by_label("Price").fill("60")
    before = len(ledger.transactions())
    form.get_by_role("button", name="Add sale").click()
    expect(form.get_by_role("alert")).to_contain_text("25")
    assert len(ledger.transactions()) == before


def test_a_file_is_shown_before_it_is_stored(looking, ledger):
    page = looking().open(ledger, "transactions?import=file")
    before = len(ledger.transactions())
    text = (
        "timestamp,type,symbol,quantity,price,fee,currency\n"
        "2024-08-01,BUY,ACME,5,63.20,1.50,EUR\n"
        "2024-08-02,SELL,OMNI,2.5,103.10,1.50,EUR\n"
    )
    choose(page, "broker.csv", text)
    panel = page.get_by_role("region", name="Import")
    expect(panel).to_contain_text("2 new")
    effect = panel.get_by_role("table", name="Effect on the holdings")
    expect(effect.get_by_role("row", name="ACME")).to_contain_text("+5")
    expect(effect.get_by_role("row", name="OMNI")).to_contain_text("−2.5")
    assert len(ledger.transactions()) == before
    panel.get_by_role("button", name="Commit 2 rows").click()
    expect(page.get_by_text("Imported: 2 rows added")).to_be_visible()
    assert len(ledger.transactions()) == before + 2


def test_a_file_with_a_wrong_row_names_it_and_stores_nothing(looking, ledger):
    page = looking().open(ledger, "transactions?import=file")
    before = len(ledger.transactions())
    text = (
        "timestamp,type,symbol,quantity,price,fee,currency\n"
        "2024-08-01,BUY,ACME,5,63.20,1.50,EUR\n"
        "2024-08-02,BUY,ACME,,63.20,1.50,EUR\n"
    )
    choose(page, "broker.csv", text)
    panel = page.get_by_role("region", name="Import")
    expect(panel).to_contain_text("1 needs you")
    expect(panel.get_by_role("table", name="Rows of the file")).to_contain_text("quantity")
    expect(panel.get_by_role("button", name="Commit")).to_be_disabled()
    assert len(ledger.transactions()) == before


def choose(page, name: str, text: str) -> None:
    file = {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
    page.locator('input[type="file"]').set_input_files(file)


def test_the_address_holds_the_day_and_the_open_explanation(looking, ledger):
    window = looking()
    page = window.open(ledger, "overview?as_of=2024-03-01&explain=total_value")
    value = ledger.figures(as_of="2024-03-01")["total_value"]
    expect(page.get_by_role("dialog")).to_contain_text(written(value))
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert window.figure("total_value") == f"€{written(value)}"
    assert "as_of=2024-03-01" in page.url


def test_keys_lead_through_the_app_and_hide_amounts(looking, ledger):
    window = looking()
    page = window.open(ledger, "overview")
    window.figure("total_value")
    page.keyboard.press("g")
    page.keyboard.press("t")
    expect(page.get_by_role("heading", name="Transactions")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("o")
    window.figure("total_value")
    page.keyboard.press("h")
    assert window.figure("total_value") == "€•••"
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Find or do anything").fill("holdings")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Holdings")).to_be_visible()


@pytest.mark.parametrize("width", [360, PHONE["width"], 1024])
@pytest.mark.parametrize("place", ["overview", "holdings", "transactions", "gains"])
def test_nothing_scrolls_sideways(looking, ledger, place, width):
    page = looking({**PHONE, "width": width}).open(ledger, place)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_light_and_dark_follow_the_reader(looking, ledger):
    backgrounds = set()
    for scheme in ("light", "dark"):
        page = looking(scheme=scheme).open(ledger, "overview")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        backgrounds.add(
            page.evaluate("getComputedStyle(document.querySelector('.sheet')).backgroundColor")
        )
    assert backgrounds == {"rgb(252, 253, 252)", "rgb(15, 27, 34)"}


@pytest.mark.skipif(
    not AXE.is_file() and os.environ.get("CI", "").lower() != "true",
    reason="the web app's packages are not installed; `make test-web` installs them",
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_pages_are_open_to_everyone(looking, ledger, size, scheme):
    page = looking(size, scheme).open(ledger, "overview")
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
    for place in (
        "overview",
        "overview?explain=total_value",
        "holdings?closed=yes",
        "transactions?import=file",
        "gains",
    ):
        page.goto(page.url.split("/p/")[0] + f"/p/{ledger.id}/{place}")
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(300)  # fades end
        page.evaluate(AXE.read_text("utf-8"))
        found = page.evaluate("rules => axe.run(document, rules)", rules)
        assert {fault["id"]: fault["nodes"][0]["html"] for fault in found["violations"]} == {}
