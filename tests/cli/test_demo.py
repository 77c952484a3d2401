"""`argosy demo`: two commands on a fresh machine."""

import os
import re
import signal
import subprocess
import sys
from time import monotonic, sleep

import httpx2
import pytest

from tests.cli.conftest import CHEAP


def test_the_demo_says_where_it_is_and_how_to_sign_in(command, tmp_path):
    made = command("demo")
    assert made.code == 0, made.error
    assert "31 March 2021" in made.out
    kept = (tmp_path / "data" / "demo-password").read_text()
    assert f"http://127.0.0.1:8000 — sign in as demo@argosy.example with {kept}" in made.out


def test_a_second_run_changes_nothing_and_says_the_same(demo):
    first, second = demo("demo", "--json").json, demo("demo", "--json").json
    assert first == second
    assert first["created"] is False
    assert first["last_day"] == "2021-03-31"


def test_the_password_is_the_owners_alone(demo, tmp_path):
    mode = (tmp_path / "data" / "demo-password").stat().st_mode
    assert mode & 0o077 == 0


def test_a_password_that_was_lost_is_made_anew(demo, tmp_path):
    file = tmp_path / "data" / "demo-password"
    lost = file.read_text()
    file.unlink()
    anew = demo("demo", "--json").json
    assert anew["password"] not in {lost, ""}
    assert demo("demo", "--json").json == anew


def test_it_is_not_served_to_others_with_a_secret_that_nobody_chose(command):
    refused = command("demo", "--serve", "--host", "0.0.0.0")
    assert refused.code == 1
    assert "ARGOSY_SECRET" in refused.error


@pytest.fixture
def environment(tmp_path):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ARGOSY_")}
    return {**kept, **CHEAP, "ARGOSY_DATA_DIR": str(tmp_path / "data"), "COLUMNS": "80"}


def test_it_serves_itself_and_its_sign_in_works(environment, tmp_path):
    command = [sys.executable, "-m", "argosy", "demo", "--serve", "--port", "0"]
    log = tmp_path / "log"
    with log.open("wb") as output:
        server = subprocess.Popen(command, env=environment, stdout=output, stderr=output)
        try:
            told = _wait_for(log, r"(http://\S+) — sign in as (\S+) with (\S+)")
            with httpx2.Client(base_url=told[1], timeout=30) as client:
                body = {"email": told[2], "password": told[3]}
                tokens = client.post("/api/v1/auth/login", json=body).raise_for_status().json()
                client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
                (portfolio,) = client.get("/api/v1/portfolios").raise_for_status().json()
                shown = client.get(f"/api/v1/portfolios/{portfolio['id']}").raise_for_status()
        finally:
            server.send_signal(signal.SIGTERM)
            code = server.wait(timeout=30)
    assert portfolio["name"] == "Demo"
    assert shown.json()["as_of"] == "2021-03-31"
    assert code in {0, -signal.SIGTERM}


def test_a_killed_first_run_leaves_nothing_or_all_and_the_next_one_completes_it(environment):
    command = [sys.executable, "-m", "argosy", "demo", "--json"]
    for wait_s in (0.6, 1.2, 1.8):
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        sleep(wait_s)
        process.kill()
        process.wait()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert '"created": false' in again.stdout
    assert done.stdout.replace('"created": true', '"created": false') == again.stdout


def _wait_for(log, pattern):
    until = monotonic() + 60
    while monotonic() < until:
        found = re.search(pattern, log.read_text())
        if found:
            return found
        sleep(0.1)
    raise AssertionError(log.read_text())
