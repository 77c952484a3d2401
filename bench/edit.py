"""One edited line of a long ledger, until all figures show it, beside reading the ledger anew.

`python -m bench.edit [TRANSACTIONS]`. In one process: the edit stored, the ledger followed, figures
of the portfolio and its holdings, the whole daily series and a year's returns.
"""

import asyncio
import random
import resource
import statistics
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path

from argosy.api import figures_json
from argosy.core.ledger.transaction import Transaction
from argosy.services import books, figures, transactions
from argosy.services.books import LedgerCache
from argosy.services.transactions import Actor
from argosy.settings import Settings
from argosy.wiring import Argosy
from bench.portfolio import register
from bench.setting import fill
from bench.workload import LAST_DAY, SIZES, make

LIMIT_S = 0.1
MEMORY_LIMIT_MIB = 700
EDITS = 20
TODAY = LAST_DAY + timedelta(days=1)


def main() -> None:
    """Measure the size that is asked for, or the largest."""
    size = int(sys.argv[1]) if sys.argv[1:] else max(SIZES)
    asyncio.run(measure(size))


async def measure(size: int) -> None:
    """Print what reading anew and following an edit take, and the memory."""
    assets, days = SIZES[size]
    with tempfile.TemporaryDirectory() as folder:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:  # of its own memory
            user_id, portfolio_id = apart.submit(_prepare, folder, size).result()
        async with Argosy.opened(Settings(data_dir=Path(folder))) as argosy:
            lines, cold = await _look(argosy, user_id, portfolio_id)
            chance, edits = random.Random(4), list[float]()
            for _ in range(EDITS):
                line = chance.choice(lines)
                start = time.perf_counter()
                fee = Decimal(chance.randrange(1, 10**6)).scaleb(-3)
                async with argosy.database.write() as session:
                    actor = Actor(user_id, argosy.clock)
                    await transactions.patch(session, actor, line.id, {"fee": fee})
                lines, _ = await _look(argosy, user_id, portfolio_id)
                edits.append(time.perf_counter() - start)
            argosy.ledgers = LedgerCache()
            _, anew = await _look(argosy, user_id, portfolio_id)
    median, mib = statistics.median(edits), _memory_mib()
    print(f"## {size} transactions, {assets} assets, {days} days: one edited line in all figures")
    print(f"read anew: {cold * 1e3:9.2f} ms first, {anew * 1e3:.2f} ms at the end")
    print(
        f"edited: median {median * 1e3:9.2f} ms (max {max(edits) * 1e3:.2f}), "
        f"{median / anew:.3f} of reading anew, {median / LIMIT_S:.2f} of the limit"
    )
    print(f"memory: {mib:.0f} MiB, {mib / MEMORY_LIMIT_MIB:.2f} of the limit")


def _prepare(folder: str, size: int) -> tuple[str, str]:
    """Fill a data directory; return the user's and the portfolio's id."""

    async def run() -> tuple[str, str]:
        async with Argosy.opened(Settings(data_dir=Path(folder))) as argosy:
            user_id = await register(argosy)
            work = make(size, *SIZES[size])
            return user_id, await fill(argosy.database, work, user_id=user_id)

    return asyncio.run(run())


async def _look(argosy: Argosy, user_id: str, portfolio_id: str) -> tuple[list[Transaction], float]:
    """Work all figures out; return the lines and the seconds it took."""
    start = time.perf_counter()
    async with argosy.database.read() as session:
        known = await books.known(session, user_id, portfolio_id)
        ledger = await books.load(session, known, cache=argosy.ledgers, compute=argosy.compute)
    found = figures.figures_on(ledger, None, today=TODAY)
    figures_json.portfolio_json(ledger, found)
    figures_json.holdings_json(found, ledger.assets, lots=False, closed=False)
    figures.series_between(ledger, None, None, today=TODAY)
    figures.performance_over(ledger, name="1Y", start=None, end=None, today=TODAY)
    return list(ledger.transactions), time.perf_counter() - start


def _memory_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
