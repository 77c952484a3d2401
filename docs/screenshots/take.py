"""Take the pictures of the docs: the demo in a headless Chromium, wide and narrow, light and dark.

`make screenshots` runs it. It serves the demo from an empty directory on a free port, so the
pictures show what anybody sees after `make run`.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).parent
WIDE, DRAWER, NARROW = (1440, 1000), (1340, 900), (390, 844)
PLACES = ("transactions",)
WELCOME = re.compile(r"(http://\S+) .*sign in as (\S+) with (\S+)")
PATIENCE_S = 60


class Demo(NamedTuple):
    """A demo that is served, and how to sign in."""

    url: str
    email: str
    password: str


class Picture(NamedTuple):
    """One file: its name, the page's size, and light or dark."""

    name: str
    size: tuple[int, int]
    scheme: str


OVERVIEWS = (
    Picture("overview-light", WIDE, "light"),
    Picture("overview-dark", WIDE, "dark"),
    Picture("overview-phone-light", NARROW, "light"),
    Picture("overview-phone-dark", NARROW, "dark"),
)


@contextmanager
def served() -> Iterator[Demo]:
    """Serve the demo from an empty directory for the time of a block."""
    with tempfile.TemporaryDirectory() as directory:
        command = [sys.executable, "-m", "argosy", "demo", "--serve", "--port", "0"]
        environment = os.environ | {"ARGOSY_DATA_DIR": directory, "COLUMNS": "200"}  # noqa: TID251
        log = Path(directory) / "log"
        with (
            log.open("w") as said,
            subprocess.Popen(command, stderr=said, env=environment, cwd=directory) as server,
        ):
            try:
                yield told_by(server, log)
            finally:
                server.terminate()


def told_by(server: "subprocess.Popen[bytes]", log: Path) -> Demo:
    """Wait for the line that says where the server is."""
    while server.poll() is None:
        if found := WELCOME.search(log.read_text()):
            return Demo(*found.groups())
        time.sleep(0.2)
    raise SystemExit("The demo did not start:\n" + log.read_text())


def chromium() -> str | None:
    """Return the system's Chromium; without one playwright looks for its own."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for path in map(shutil.which, names) if path), None)


@contextmanager
def signed_in(browser: Browser, demo: Demo, size: tuple[int, int], scheme: str) -> Iterator[Page]:
    """Open the overview of the demo in a window of its own."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
        locale="en-US",
    )
    context.set_default_timeout(PATIENCE_S * 1000)
    page = context.new_page()
    page.goto(demo.url)
    page.locator("input[name=email]").fill(demo.email)
    page.locator("input[name=password]").fill(demo.password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/overview*")
    settle(page)
    yield page
    context.close()


def settle(page: Page) -> None:
    """Wait until everything is there and drawn."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1500)


def shoot(page: Page, name: str) -> None:
    """Write the page as it is seen."""
    file = HERE / f"{name}.png"
    page.screenshot(path=file, animations="disabled")
    print(f"{file.name}: {file.stat().st_size // 1024} KiB")


def place(page: Page, name: str) -> None:
    """Go to another page of the portfolio."""
    page.goto(re.sub(r"/p/([^/]+)/.*", rf"/p/\1/{name}", page.url))
    settle(page)


def main() -> None:
    with served() as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium())
        for name, size, scheme in OVERVIEWS:
            with signed_in(browser, demo, size, scheme) as page:
                shoot(page, name)
        with signed_in(browser, demo, WIDE, "light") as page:
            for name in PLACES:
                place(page, name)
                shoot(page, f"{name}-light")
        with signed_in(browser, demo, DRAWER, "light") as page:
            page.locator('main [data-figure="total_value"]').first.click()
            settle(page)
            shoot(page, "explain-light")
        browser.close()


if __name__ == "__main__":
    main()
