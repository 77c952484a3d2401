"""What the store's closes become for the core: histories as one user sees them."""

from datetime import date

import numpy as np

from argosy.core.market.history import PriceHistory
from argosy.store.block_codec import DailyCloses, Joiner


def overlaid(
    shared: DailyCloses | None, own: DailyCloses | None, names: tuple[str, ...]
) -> PriceHistory:
    """Lay a user's own closes over the shared ones."""
    if own is None or shared is None:
        closes = own or shared
        assert closes is not None
        overrides = np.full(len(closes), own is not None)
    else:
        kept = shared.take(~np.isin(shared.days, own.days))
        closes = Joiner().join(kept, own)
        order = np.argsort(closes.days, kind="stable")
        overrides = order >= len(kept)
        closes = closes.take(order)
    return PriceHistory(
        days=closes.days,
        mantissas=closes.mantissas.astype(np.int64, copy=False),
        scales=closes.scales,
        sources=closes.sources,
        overrides=overrides,
        stamps=closes.stamps,
        source_names=names,
    )


def between(history: PriceHistory, start: date | None, end: date | None) -> PriceHistory:
    """Return the part of a history from one day to another, both inside."""
    low = 0 if start is None else int(np.searchsorted(history.days, start.toordinal()))
    high = len(history.days)
    if end is not None:
        high = int(np.searchsorted(history.days, end.toordinal(), side="right"))
    part = slice(low, high)
    return PriceHistory(
        days=history.days[part],
        mantissas=history.mantissas[part],
        scales=history.scales[part],
        sources=history.sources[part],
        overrides=history.overrides[part],
        stamps=history.stamps[part],
        source_names=history.source_names,
    )
