"""Run every benchmark: `python -m bench`, or one of them: `python -m bench.replay`."""

import subprocess
import sys

PARTS = (
    "replay",
    "portfolio",
    "edit",
    "requests",
    "ingest",
    "market",
    "readback",
    "readiness",
    "live",
)


def main() -> int:
    """Run all parts one after the other; return how many failed."""
    failed = 0
    for part in PARTS:
        print(f"# {part}", flush=True)
        failed += (
            subprocess.run([sys.executable, "-m", f"bench.{part}"], check=False).returncode != 0
        )
    return failed


if __name__ == "__main__":
    sys.exit(main())
