"""`make chaos SEEDS=20`: so many seeded runs under misfortune, on both databases.

Exit code 1 if one of them ends with a lost job, a wrong or doubled price, or a budget overdrawn.
"""

import argparse
import asyncio
import shutil
import sys
import tempfile
from pathlib import Path

from argosy.runtime.logs import configure_logs
from tests.chaos.chaos import Chaos, Told
from tests.chaos.stage import StageOf, embedded, scaled


def main() -> int:
    """Run the seeds, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--only", choices=["scaled", "embedded"], help="one way of running")
    chosen = parser.parse_args()
    configure_logs(level="ERROR", as_json=False)
    failed = 0
    stages = {"scaled": scaled, "embedded": embedded}
    for name, stage in stages.items():
        if chosen.only not in {None, name}:
            continue
        with stage() as stage_of:
            for seed in range(chosen.first, chosen.first + chosen.seeds):
                told = once(seed, stage_of)
                print(f"{name}, {told.line()}", flush=True)
                failed += bool(told.wrong)
    return min(failed, 1)


def once(seed: int, stage_of: StageOf) -> Told:
    """Run one seed in a folder of its own, which stays where something went wrong."""
    folder = Path(tempfile.mkdtemp(prefix=f"argosy-chaos-{seed}-"))
    told = asyncio.run(Chaos(seed, stage_of(folder), folder).run())
    if told.wrong:
        print(f"The logs are in {folder}.", file=sys.stderr)
    else:
        shutil.rmtree(folder)
    return told


if __name__ == "__main__":
    sys.exit(main())
