"""A power cut in the middle of an import, and a full disk: nothing half, nothing lost."""

import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest

from tests.acceptance.person import Person
from tests.acceptance.program import Program

ROWS = 20_000


def batch(me: Person, portfolio: str, rows: int) -> dict[str, object]:
    line = me.line(portfolio, "BUY", "2024-01-02", quantity="1", price="100")
    return {"transactions": [line] * rows}


@pytest.mark.parametrize("seconds", [0.3, 1.0])
def test_a_program_killed_in_the_middle_of_an_import_keeps_all_or_nothing(tmp_path: Path, seconds):
    program = Program(tmp_path).start()
    me = Person(program.url)
    me.asset()
    portfolio = me.portfolio()
    kept = me.buy(portfolio, "2024-01-02", "1", "100")
    body = batch(me, portfolio, ROWS)

    def send() -> None:
        with suppress(httpx2.TransportError):  # it is killed before it answers
            me.ask("POST", "/transactions/batch", body)

    sending = threading.Thread(target=send)
    sending.start()
    time.sleep(seconds)
    program.kill()
    sending.join()
    token = me.http.headers["Authorization"]
    me.http.close()
    program.start()
    headers = {"Authorization": token}  # the secret has survived too
    with httpx2.Client(base_url=f"{program.url}/api/v1", headers=headers, timeout=60) as client:
        assert client.get(f"/transactions/{kept['id']}").json() == kept
        series = client.get(f"/portfolios/{portfolio}/holdings").json()
    program.stop()
    assert series[0]["quantity"] in {"1", str(ROWS + 1)}


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 12 MB."""
    mount = shutil.which("mount")
    folder = tmp_path / "disk"
    folder.mkdir()
    command = [mount or "mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)]
    if mount is None or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_refuses_and_loses_nothing(small_disk: Path):
    program = Program(small_disk).start()
    me = Person(program.url)
    me.asset()
    portfolio = me.portfolio()
    kept = me.buy(portfolio, "2024-01-02", "1", "100")
    filler = small_disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"\0" * 4096)
    answer = me.ask("POST", "/transactions/batch", batch(me, portfolio, 5000))
    assert answer.status_code == 503, answer.text
    assert "disk" in answer.json()["detail"]
    assert me.get("/transactions", portfolio_id=portfolio)["items"] == [kept]
    filler.unlink()
    me.post("/transactions/batch", batch(me, portfolio, 5000))
    assert me.get(f"/portfolios/{portfolio}/holdings")[0]["quantity"] == "5001"
    me.http.close()
    program.stop()
