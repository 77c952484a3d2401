"""The schedule under Celery: its worker and beat on a real broker, and the same story."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from argosy.core.errors import InputError
from argosy.jobs.celery_app import beat_schedule, make_app
from argosy.jobs.schedule import schedule_of
from argosy.settings import Settings
from tests.acceptance.program import Program
from tests.chaos.world import listings, settings
from tests.scaled.test_scaled import BOUGHT, tell
from tests.simulator.server import Simulator


def test_beat_looks_after_every_job_of_the_one_table_and_the_queue():
    chosen = Settings(_env_file=None)
    entries = beat_schedule(chosen)
    assert entries.keys() == {job.name for job in schedule_of(chosen)} | {"backfill"}
    for job in schedule_of(chosen):
        assert entries[job.name]["args"] == (job.name,)
        assert entries[job.name]["schedule"] <= job.every.total_seconds()


def test_without_a_broker_it_says_which_setting_is_missing():
    with pytest.raises(InputError, match="ARGOSY_REDIS_URL"):
        make_app(Settings(_env_file=None))


@pytest.mark.postgres
@pytest.mark.valkey
def test_a_purchase_leads_to_prices(tmp_path: Path, postgres_url: str, redis_url: str):
    simulator = Simulator()
    simulator.listings = listings(1, datetime.now(UTC).date() - timedelta(days=1))
    with simulator.running():
        program = Program(
            tmp_path,
            **settings(simulator.url),
            ARGOSY_DATABASE_URL=postgres_url,
            ARGOSY_REDIS_URL=redis_url,
        ).start()
        command = [sys.executable, "-m", "celery", "-A", "argosy.jobs.celery_app", "worker"]
        options = ["--concurrency", "2", "--beat", "--schedule", str(tmp_path / "beat")]
        with (tmp_path / "celery.log").open("wb") as log:
            celery = subprocess.Popen(
                [*command, *options],
                env=program.environment, cwd=tmp_path, stdout=log, stderr=log,
            )  # fmt: skip
        try:
            shown = tell([program.url])
        finally:
            celery.terminate()
            celery.wait(60)
            program.stop()
    assert all(symbol in shown["holdings"] for symbol in BOUGHT)
