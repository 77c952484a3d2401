"""What there is to be fetched in a chaotic run: listings that end yesterday, and who answers."""

import random
from dataclasses import dataclass
from datetime import date, time, timedelta
from threading import Lock
from time import monotonic

from argosy.core.market.sessions import sessions_between
from tests.simulator.faults import Fault
from tests.simulator.market import Listing, everyday, walk
from tests.simulator.remote import TOKEN
from tests.simulator.server import FORMATS, Simulator
from tests.simulator.wire import Reply, Request

STOCKS = tuple(f"STK{number}" for number in range(14))
ELSEWHERE = tuple(f"RMT{number}" for number in range(6))
"""Of these the server that answers like an Argosy is asked first."""

COIN = "BTC"
_DAYS = 720

PASSING = (
    Fault.RATE_LIMITED,
    Fault.RATE_LIMITED_BRIEFLY,
    Fault.SERVER_ERROR,
    Fault.EMPTY,
    Fault.DOWN_PAGE,
    Fault.TRUNCATED,
    Fault.GARBAGE,
    Fault.RESHAPED,
    Fault.DROPPED,
    Fault.CUT_SHORT,
    Fault.BARE_404,
)
"""Faults that say nothing of the symbol, and are over soon."""


@dataclass(frozen=True)
class Asked:
    """One data request that a provider got."""

    source: str
    at_s: float
    cost: int


class CountingSimulator(Simulator):
    """Writes down when which provider was asked for data, and what that cost."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Asked] = []
        self._lock = Lock()

    def reply(self, request: Request) -> Reply | Fault:
        name = request.path.removeprefix("/").partition("/")[0]
        source = name if name in FORMATS else "yahoo"
        if source != "yahoo" or request.path.startswith(("/v7/", "/v8/", "/v10/", "/v1/finance")):
            cost = 2 if request.path.endswith("/klines") else 1
            with self._lock:
                self.asked.append(Asked(source, monotonic(), cost))
        return super().reply(request)


def settings(url: str) -> dict[str, str]:
    """Return what the program must be told to ask nobody but the simulator."""
    return {
        "ARGOSY_YAHOO_URL": url,
        "ARGOSY_BINANCE_URL": f"{url}/binance",
        "ARGOSY_ECB_URL": f"{url}/ecb",
        "ARGOSY_COINGECKO_URL": f"{url}/coingecko/api/v3",
        "ARGOSY_REMOTE_URL": f"{url}/remote/bare",
        "ARGOSY_REMOTE_TOKEN": TOKEN,
    }


def listings(seed: int, yesterday: date) -> dict[str, Listing]:
    """Return two years of each symbol, as the providers call it."""
    days = everyday(yesterday - timedelta(days=_DAYS - 1), _DAYS)
    sessions = [date.fromordinal(day) for day in sessions_between("NASDAQ", days[0], days[-1])]
    chance = random.Random(seed)
    found = {}
    for symbol in (*STOCKS, *ELSEWHERE):
        found[symbol] = Listing(
            symbol, f"{symbol} Inc", "EQUITY", "USD", "America/New_York", "NMS",
            time(9, 30), time(16), walk(chance.randrange(2**30), sessions, 80.0),
        )  # fmt: skip
    found["BTC-USD"] = Listing(
        "BTC-USD", "Bitcoin USD", "CRYPTOCURRENCY", "USD", "UTC", "CCC",
        time(0), time(23, 59), walk(seed, days, 43_000.0),
    )  # fmt: skip
    return found
