"""`make scaled`: two servers, a daemon and three workers over PostgreSQL and Redis, until Ctrl-C.

Everything is temporary, and asks the data providers that the environment names (`make simulator`
stands in for them).
"""

import os
import signal
import tempfile
from pathlib import Path

from tests.scaled.processes import WORKER_COUNT, scaled_out


def main() -> None:
    """Run until Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    given = {name: text for name, text in os.environ.items() if name.startswith("ARGOSY_")}
    with (
        tempfile.TemporaryDirectory(prefix="argosy-scaled-") as folder,
        scaled_out(Path(folder), **given) as running,
    ):
        print(f"Servers: {' and '.join(running.urls)}; a daemon and {WORKER_COUNT} workers.")
        print(f"PostgreSQL: {running.settings['ARGOSY_DATABASE_URL']}")
        print(f"Redis: {running.settings['ARGOSY_REDIS_URL']}. Ctrl-C ends all.", flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            print("Ending …", flush=True)


if __name__ == "__main__":
    main()
