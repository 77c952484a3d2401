"""The simulator as it is started by hand."""

import signal
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal

import httpx2
import pytest

from argosy.settings import Settings
from tests.simulator.__main__ import settings
from tests.simulator.faults import Fault
from tests.simulator.market import rate_days, read_listings, small_world, until

OURS = {"celery_broker_url", "database_url", "metrics_token", "redis_url"}


def test_the_settings_name_every_address_and_key_of_a_provider():
    wanted = {
        f"ARGOSY_{name.upper()}"
        for name in Settings.model_fields
        if name.endswith(("_url", "_key", "_token")) and name not in OURS
    }
    assert set(settings("http://127.0.0.1:1")) == wanted


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_starts_by_hand_and_takes_its_settings_along_when_it_ends(tmp_path, ending):
    file = tmp_path / "env"
    command = [sys.executable, "-m", "tests.simulator", "--port", "0", "--write", str(file)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        assert "Simulating yahoo" in started.stdout.readline()
        told = dict(line.split("=", 1) for line in file.read_text().splitlines())
        query = {"symbol": "BTCUSDT", "interval": "1d"}
        rows = httpx2.get(f"{told['ARGOSY_BINANCE_URL']}/api/v3/klines", params=query)
        started.send_signal(ending)
        assert started.wait() == 0
    assert len(rows.json()) == 366
    assert rows.headers["X-Format"] == "provider-formats §5"
    assert not file.exists()


def test_faults_are_switched_by_hand_for_all_or_one(simulator):
    switch, rates = f"{simulator.url}/_faults", f"{simulator.url}/frankfurter/v1/2026-10-01.."
    httpx2.post(switch, json={"fault": "SERVER_ERROR", "times": 2, "source": "frankfurter"})
    httpx2.post(switch, json={"fault": "SPIKE"})
    told = httpx2.get(switch).json()
    assert told["waiting"] == [["SERVER_ERROR", "frankfurter"]] * 2
    assert told["lasting"] == ["SPIKE"]
    assert set(told["faults"]) == set(Fault.__members__)
    assert httpx2.get(f"{simulator.url}/v8/finance/chart/NOSUCH").status_code == 404
    assert [httpx2.get(rates).status_code for _ in range(3)] == [503, 503, 200]
    assert httpx2.delete(switch).json()["lasting"] == []


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"fault": "NOSUCH"},
        {"fault": "SLOW", "source": "x"},
        {"fault": "SLOW", "times": "x"},
    ],
)
def test_what_is_no_fault_is_refused(simulator, body):
    assert httpx2.post(f"{simulator.url}/_faults", json=body).status_code == 422
    assert not simulator.faults


@pytest.mark.parametrize("today", [date(2026, 11, 21), date(2025, 1, 1), date(2030, 2, 28)])
def test_the_world_ends_within_the_week_before_today_on_its_weekdays(today):
    usual, moved = small_world(), until(small_world(), today)
    ends = {listing.bars[-1].day for listing in moved.values()}
    assert today - timedelta(days=7) <= min(ends) <= max(ends) < today
    assert {bar.day.weekday() for bar in moved["ACME"].bars} == set(range(5))
    assert [bar.close for bar in moved["ACME"].bars] == [bar.close for bar in usual["ACME"].bars]
    days = [bar.day for bar in moved["ACME"].bars]
    assert list(moved["ACME"].splits) == [days[60], days[150]]
    assert today - timedelta(days=7) <= max(rate_days(until=today)) < today


def test_a_past_is_read_from_files(tmp_path):
    (tmp_path / "ACME.csv").write_text("date,close\n2026-01-06,11\n2026-01-05,10.5\n")
    (tmp_path / "SOL-EUR.csv").write_text("date,open,high,low,close,volume\n2026-01-05,1,3,1,2,9\n")
    found = read_listings(tmp_path)
    assert [bar.close for bar in found["ACME"].bars] == [Decimal("10.5"), Decimal(11)]
    assert (found["ACME"].name, found["ACME"].splits) == ("Acme Corp", {})
    coin = found["SOL-EUR"]
    assert (coin.currency, coin.zone, coin.kind) == ("EUR", "UTC", "CRYPTOCURRENCY")
    assert (coin.bars[0].high, coin.bars[0].volume) == (Decimal(3), 9)
