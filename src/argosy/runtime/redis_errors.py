"""A Redis that is gone, told in our own words: it is an extra, and so are its errors."""

from collections.abc import Iterator
from contextlib import contextmanager

from argosy.core.errors import StorageError


@contextmanager
def answering() -> Iterator[None]:
    """Ask Redis within a `with`.

    Raises
    ------
    StorageError
        If it does not answer.
    """
    from redis.exceptions import RedisError  # noqa: PLC0415 - an extra

    try:
        yield
    except (RedisError, OSError) as error:
        raise StorageError("Redis does not answer.") from error
