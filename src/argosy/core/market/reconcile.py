"""One close a day out of what several sources say."""

import numpy as np
from numpy.typing import NDArray

MANUAL = "manual"
BROKER = "broker"
_FILE = "csvfile"


def is_own(source: str) -> bool:
    """Tell whether a source is a person's own word: typed, imported, or their broker's.

    Examples
    --------
    >>> [is_own(name) for name in ("manual", "broker:ibkr", "csvfile", "yahoo", "brokerage")]
    [True, True, True, False, False]
    """
    return source in {MANUAL, _FILE} or is_broker(source)


def is_broker(source: str) -> bool:
    """Tell whether a source is a broker: `broker`, or `broker:` and its name."""
    return source == BROKER or source.startswith(f"{BROKER}:")


def choose_daily(
    days: NDArray[np.int64],
    ranks: NDArray[np.int64],
    fetched: NDArray[np.int64],
    stamps: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the positions of the row that speaks for each day, in order of days.

    Parameters
    ----------
    days, ranks, fetched, stamps : ndarray of int64, shape (n,)
        A row's day, the rank of its source (the lowest wins), when it was fetched (the newest
        wins among equal ranks) and its own time (the latest wins among these).

    Returns
    -------
    positions : ndarray of int64, shape (number of distinct days,)

    Examples
    --------
    >>> one = np.array([1, 1, 2])
    >>> choose_daily(one, np.array([5, 0, 5]), np.zeros(3, int), np.zeros(3, int)).tolist()
    [1, 2]
    """
    if np.all(days[1:] > days[:-1]):
        return np.arange(len(days))
    order = np.lexsort((-stamps, -fetched, ranks, days))
    sorted_days = days[order]
    first = np.ones(len(order), np.bool_)
    first[1:] = sorted_days[1:] != sorted_days[:-1]
    return order[first]
