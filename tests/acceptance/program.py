"""The real program in a process of its own, on a free loopback port."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx2

_START_S = 60.0
_NOWHERE = "http://127.0.0.1:1"
_SOURCES = (
    *("YAHOO", "ECB", "BINANCE", "ALPHAVANTAGE", "COINGECKO", "FINNHUB", "MASSIVE", "FRANKFURTER"),
    "COINMARKETCAP",
)
"""None of them is asked from here; a test that needs one names its simulator."""


class Program:
    """`python -m argosy serve` over a data directory."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.log = folder / "serve.log"
        self.environment = {
            **{name: os.environ.get(name, "") for name in ("PATH", "PYTHONPATH")},
            "HOME": str(folder),
            "ARGOSY_DATA_DIR": str(folder / "data"),
            "ARGOSY_PASSWORD_MEMORY_KIB": "64",
            "ARGOSY_PASSWORD_ROUNDS": "1",
            "ARGOSY_LOG_LEVEL": "WARNING",
            "ARGOSY_JOBS": "elsewhere",
            **{f"ARGOSY_{source}_URL": _NOWHERE for source in _SOURCES},
            **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def start(self) -> "Program":
        """Start it and wait until `/health` answers."""
        folder_log = self.log.open("ab")
        begin = folder_log.tell()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "argosy", "serve", "--port", "0"],
            cwd=self.folder,
            env=self.environment,
            stdout=folder_log,
            stderr=subprocess.STDOUT,
        )
        folder_log.close()
        self.url = self._address(begin)
        return self

    def stop(self) -> None:
        """End it as Ctrl-C does."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """End it as a power cut does."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    def _address(self, begin: int) -> str:
        deadline = time.monotonic() + _START_S
        while time.monotonic() < deadline:
            assert self.process is not None
            text = self.log.read_bytes()[begin:].decode()
            assert self.process.poll() is None, text[-500:]
            for word in text.split():
                if word.startswith("http://127.0.0.1:") and _healthy(word):
                    return word
            time.sleep(0.05)
        raise AssertionError(self.log.read_text()[-2000:])


def _healthy(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/health", timeout=2).status_code == 200
    except httpx2.TransportError:
        return False
