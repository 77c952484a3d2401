"""All simulated providers, started by hand: `make simulator`, or `python -m tests.simulator`.

Writes `.env.simulator`, the settings that point Argosy at it, and listens until Ctrl-C.
"""

import argparse
import signal
from datetime import UTC, datetime
from pathlib import Path

from tests.simulator import alphavantage, coingecko, coinmarketcap, finnhub, massive, remote
from tests.simulator.market import currency_pairs, rate_days, read_listings, small_world, until
from tests.simulator.server import Simulator
from tests.simulator.switches import PATH

SETTINGS_FILE = Path(".env.simulator")


def settings(url: str) -> dict[str, str]:
    """Return what Argosy must be told to ask nobody but the simulator."""
    return {
        "ARGOSY_YAHOO_URL": url,
        "ARGOSY_ECB_URL": f"{url}/ecb",
        "ARGOSY_FRANKFURTER_URL": f"{url}/frankfurter",
        "ARGOSY_BINANCE_URL": f"{url}/binance",
        "ARGOSY_ALPHAVANTAGE_URL": f"{url}/alphavantage",
        "ARGOSY_ALPHAVANTAGE_KEY": alphavantage.PAID,
        "ARGOSY_COINGECKO_URL": f"{url}/coingecko/api/v3",
        "ARGOSY_COINGECKO_KEY": coingecko.KEY,
        "ARGOSY_COINMARKETCAP_URL": f"{url}/coinmarketcap",
        "ARGOSY_COINMARKETCAP_KEY": coinmarketcap.KEY,
        "ARGOSY_FINNHUB_URL": f"{url}/finnhub",
        "ARGOSY_FINNHUB_KEY": finnhub.PAID,
        "ARGOSY_MASSIVE_URL": f"{url}/massive",
        "ARGOSY_MASSIVE_KEY": massive.PAID,
        "ARGOSY_REMOTE_URL": f"{url}/remote",
        "ARGOSY_REMOTE_TOKEN": remote.TOKEN,
    }


def main() -> None:
    """Listen until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=8190)
    parser.add_argument("--seed", type=int, default=7, help="another seed is another past")
    parser.add_argument("--prices", type=Path, help="a folder of SYMBOL.csv instead of a seed's")
    parser.add_argument("--write", type=Path, default=SETTINGS_FILE, help="the file of settings")
    chosen = parser.parse_args()
    for ending in (
        signal.SIGINT,
        signal.SIGTERM,
    ):  # also where a shell started it in the background
        signal.signal(ending, signal.default_int_handler)
    simulator = Simulator(port=chosen.port)
    today = datetime.now(UTC).date()
    simulator.listings = until(small_world(chosen.seed), today)
    if chosen.prices is not None:
        simulator.listings |= read_listings(chosen.prices)
    simulator.rates = rate_days(chosen.seed, until=today)
    simulator.pairs = currency_pairs(sorted(simulator.rates), chosen.seed)
    lines = [f"{name}={value}\n" for name, value in settings(simulator.url).items()]
    with simulator.running():
        chosen.write.write_text("".join(lines), encoding="utf-8")
        print(
            f"Simulating {', '.join(simulator.formats)} at {simulator.url}. Ctrl-C ends it.",
            flush=True,
        )
        print(f"Symbols: {', '.join(simulator.listings)}. Faults: POST {simulator.url}{PATH}")
        print(f"Argosy asks it with: env $(cat {chosen.write}) argosy …", flush=True)
        try:
            simulator.stopped.wait()
        except KeyboardInterrupt:
            chosen.write.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
