"""What a source says again after a new split: the same, with fewer digits.

Many sources divide their past by each split, and round. Un-adjusted again it is off in the last
digits; what was stored before the split stays.
"""

from dataclasses import replace
from decimal import Decimal

from argosy.core.market.bars import Bar
from argosy.core.money import CONTEXT

ROUNDED = Decimal("0.001")
"""A value that differs by at most this fraction of the stored one was only rounded."""


def only_rounded(stored: Decimal, said: Decimal) -> bool:
    """Tell whether a value is the stored one but for its last digits.

    Examples
    --------
    >>> only_rounded(Decimal("0.82"), Decimal("0.820008")), only_rounded(Decimal(4), Decimal(1))
    (True, False)
    """
    off = CONTEXT.subtract(stored, said).copy_abs()
    return off <= CONTEXT.multiply(ROUNDED, stored.copy_abs())


def unspoiled(bar: Bar, stored: Bar | None) -> Bar:
    """Return a bar with what is stored of its prices and volume, if only rounding parts the two.

    Its dividend-adjusted close changes with each event, and is taken as it comes.
    """
    if stored is None or not only_rounded(stored.close, bar.close):
        return bar
    return replace(stored, adjusted_close=bar.adjusted_close)
