"""A real server with the built page, and a browser that looks at it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from argosy.api.web import STATIC

PASSWORD = "a long and quiet sentence"
DESKTOP = {"width": 1440, "height": 1000}
PHONE = {"width": 390, "height": 844}
_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_START = "from argosy.cli import main; main()"


class Person:
    """Someone with an account and a small portfolio, known to the API and to the browser."""

    def __init__(self, address: str) -> None:
        name = f"ada-{uuid4().hex[:10]}"
        self.email = f"{name}@example.org"
        self.api = httpx2.Client(base_url=f"{address}/api/v1", timeout=30)
        body = {"email": self.email, "username": name, "password": PASSWORD}
        self.post("/auth/register", body)
        self.tokens = self.post("/auth/login", {"email": self.email, "password": PASSWORD})
        self.api.headers["authorization"] = f"Bearer {self.tokens['access_token']}"

    def post(self, path: str, body: dict) -> dict:
        response = self.api.post(path, json=body)
        assert response.is_success, response.text
        return response.json()

    def get(self, path: str, **query: str):
        response = self.api.get(path, params=query)
        assert response.is_success, response.text
        return response.json()


class Ledger:
    """A portfolio in euros with two assets and five transactions."""

    def __init__(self, person: Person) -> None:
        self.person = person
        fields = {"name": "Family fund", "currency": "EUR", "cost_basis_method": "fifo"}
        self.id = person.post("/portfolios", {**fields, "track_cash": True})["id"]
        for symbol, name in (("ACME", "Acme Works"), ("OMNI", "Omni Fund")):
            category = "STOCK" if symbol == "ACME" else "ETF"
            asset = {"symbol": symbol, "name": name, "category": category, "currency": "EUR"}
            person.post("/assets", asset)
        self.add("DEPOSIT", "2024-01-02", amount="10000")
        self.add("BUY", "2024-01-03", symbol="ACME", quantity="40", price="50.25", fee="4.95")
        self.add("BUY", "2024-02-05", symbol="OMNI", quantity="12.5", price="101.40")
        self.add("SELL", "2024-05-06", symbol="ACME", quantity="15", price="61.10", fee="4.95")
        self.add("DIVIDEND", "2024-06-03", symbol="ACME", amount="31.25", tax="4.69")

    def add(self, kind: str, day: str, **fields: str) -> dict:
        return self.person.post(
            "/transactions",
            {"portfolio_id": self.id, "type": kind, "timestamp": day, "currency": "EUR", **fields},
        )

    def figures(self, **query: str) -> dict:
        return self.person.get(f"/portfolios/{self.id}", **query)

    def holdings(self) -> dict[str, dict]:
        rows = self.person.get(f"/portfolios/{self.id}/holdings")
        return {row["symbol"]: row for row in rows}

    def transactions(self) -> list[dict]:
        return self.person.get("/transactions", portfolio_id=self.id)["items"]


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The program as people start it, on an empty data directory; by its address."""
    if not (STATIC / "index.html").is_file():
        pytest.fail("The web app is not built; `make setup` builds it.")
    folder = tmp_path_factory.mktemp("web")
    settings = {
        "ARGOSY_DATA_DIR": str(folder / "data"),
        "ARGOSY_PASSWORD_MEMORY_KIB": "64",
        "ARGOSY_JOBS": "elsewhere",
    }
    kept = {name: text for name, text in os.environ.items() if not name.startswith("ARGOSY_")}
    log = folder / "server.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", _START, "serve", "--port", "0"],
            env={**kept, **settings}, stdout=out, stderr=out,
        )  # fmt: skip
    try:
        yield _address(process, log)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(600):
        found = re.search(r"http://127\.0\.0\.1:\d+", log.read_text())
        if found:
            return found[0]
        try:
            process.wait(timeout=0.1)
        except subprocess.TimeoutExpired:
            continue
        break
    pytest.fail(f"The server did not start: {log.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium.

    Not for the session: its event loop counts as running until it is closed, and tests that come
    after it in the same process may start none of their own.
    """
    if _CHROMIUM is None:
        pytest.skip("There is no Chromium here.")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=_CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture
def person(server: str) -> Iterator[Person]:
    """Someone new."""
    made = Person(server)
    yield made
    made.api.close()


@pytest.fixture
def ledger(person: Person) -> Ledger:
    """A new person's portfolio."""
    return Ledger(person)


class Look:
    """A browser window at the server; `errors` is what the page complained of."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page: Page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.address = address
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def sign_in(self, person: Person) -> None:
        self.page.goto(f"{self.address}/sign-in")
        self.page.get_by_label("E-mail").fill(person.email)
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()

    def open(self, ledger: Ledger, place: str) -> Page:
        """Sign in and go to a place of the portfolio."""
        self.sign_in(ledger.person)
        self.page.wait_for_url("**/p/**")
        self.page.goto(f"{self.address}/p/{ledger.id}/{place}")
        return self.page

    def figure(self, name: str, asset: str | None = None) -> str:
        """The text of a figure as a reader sees it, once it is there."""
        which = f'[data-figure="{name}"]' + (f'[data-asset="{asset}"]' if asset else "")
        shown = self.page.locator(f"main {which}").first
        shown.wait_for()
        self.page.locator('.strip[data-pending="true"]').wait_for(state="detached")
        # Only screen readers hear the name of the figure before it.
        whole, hidden = shown.inner_text(), shown.locator(".hidden-text").inner_text()
        return whole.replace(hidden, "").replace("\n", "").replace(" ", "").strip()


@pytest.fixture
def looking(browser: Browser, server: str) -> Iterator:
    """Open windows of any size and scheme; what one complains of fails the test."""
    opened: list[tuple[BrowserContext, Look]] = []

    def look(size: dict[str, int] = DESKTOP, scheme: str = "light") -> Look:
        context = browser.new_context(viewport=size, color_scheme=scheme, locale="en-GB")
        window = Look(context, server)
        opened.append((context, window))
        return window

    yield look
    for context, window in opened:
        context.close()
        assert window.errors == []
