"""Ledger replay from database rows to positions and realized gains, against beancount.

`python -m bench.replay [TRANSACTIONS]`. beancount loads the same ledger as text (parse, book,
validate); it is measured where it is installed.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from decimal import Decimal
from itertools import product
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.ledger.book import replay
from argosy.core.ledger.transaction import CostBasisMethod, PortfolioRules, Transaction
from argosy.core.market.history import MarketFacts
from argosy.core.market.market import Market
from argosy.core.money import ZERO, exact_context
from argosy.settings import Settings
from argosy.store import assets, ledger_blocks, transactions
from argosy.wiring import Argosy
from bench.portfolio import register
from bench.setting import fill
from bench.workload import SIZES, beancount_text, make

ROUNDS = 5


async def ours(
    argosy: Argosy, portfolio_id: str, method: CostBasisMethod, *, packed: bool
) -> tuple[float, Decimal]:
    """Read and replay; return the seconds and the sum of realized gains."""
    start = time.perf_counter()
    async with argosy.database.read() as session:
        lines = await (_packed if packed else _rows)(session, portfolio_id)
        ids = {line.asset_id for line in lines if line.asset_id is not None}
        found = await assets.get_many(session, ids)
    rules = {portfolio_id: PortfolioRules(currency="USD", method=method)}
    gains = await argosy.compute.run(_gains, lines, rules, Market(found, MarketFacts()))
    return time.perf_counter() - start, gains


def _gains(lines: list[Transaction], rules: dict[str, PortfolioRules], market: Market) -> Decimal:
    [book] = replay(lines, rules, market).values()
    with exact_context():
        return sum((at.realized() for at in book.positions.values()), ZERO)


async def _rows(session: AsyncSession, portfolio_id: str) -> list[Transaction]:
    return await transactions.read_ledger(session, [portfolio_id])


async def _packed(session: AsyncSession, portfolio_id: str) -> list[Transaction]:
    lines = await ledger_blocks.read(session, {portfolio_id: 1})
    assert lines is not None, "the ledger is packed"
    return lines


async def main() -> None:
    """Print medians and ratios."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    count, days = SIZES.get(size, (50, 2_520))
    work = make(size, count, days)
    with tempfile.TemporaryDirectory() as folder:
        peer = _beancount(Path(folder), beancount_text(work))
        async with Argosy.opened(Settings(data_dir=Path(folder))) as argosy:
            user_id = await register(argosy)
            portfolio_id = await fill(argosy.database, work, user_id=user_id)
            async with argosy.database.read() as session:
                lines = await _rows(session, portfolio_id)
            async with argosy.database.write() as session:
                await ledger_blocks.write(session, portfolio_id, 1, lines)
            del lines
            for method, packed in product((CostBasisMethod.AVERAGE, CostBasisMethod.FIFO), (0, 1)):
                runs = [
                    await ours(argosy, portfolio_id, method, packed=bool(packed))
                    for _ in range(ROUNDS)
                ]
                seconds = statistics.median(run[0] for run in runs)
                ratio = "" if peer is None else f"  beancount / ours {peer / seconds:6.1f}"
                form = "packed" if packed else "rows"
                print(f"{size} {method.value:8} {form:7} median {seconds * 1e3:8.1f} ms{ratio}")


def _beancount(folder: Path, text: str) -> float | None:
    try:
        from beancount import loader
    except ModuleNotFoundError:
        print("beancount is not installed: no peer in this run")
        return None
    path = folder / "ledger.beancount"
    path.write_text(text)
    import os

    os.environ["BEANCOUNT_DISABLE_LOAD_CACHE"] = "1"
    start = time.perf_counter()
    _, errors, _ = loader.load_file(str(path))
    seconds = time.perf_counter() - start
    print(f"beancount load_file: {seconds:.2f} s, {len(errors)} errors")
    return seconds


if __name__ == "__main__":
    asyncio.run(main())
