"""The small world as a provider with oddities tells it: the same for every provider (§10)."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from tests.simulator.faults import Trait
from tests.simulator.market import Listing, RawBar

NAN, ZERO, SPIKE, MISSING = -12, -6, -9, -7
"""Which bar is odd, counted from the last."""

HALF = 5
"""So many sessions before its last split a listing is told in the shares of afterwards."""


def told(listings: Mapping[str, Listing], traits: frozenset[Trait]) -> dict[str, Listing]:
    """Return the listings as they are told; the truth stays as it was."""
    return {name: _listing(listing, traits) for name, listing in listings.items()}


def _listing(listing: Listing, traits: frozenset[Trait]) -> Listing:
    bars = list(listing.bars)
    if Trait.HALF_SPLIT in traits and listing.splits:
        day = max(listing.splits)
        new, old = listing.splits[day]
        end = next(index for index, bar in enumerate(bars) if bar.day >= day)
        for index in range(end - HALF, end):
            bars[index] = _times(bars[index], Decimal(old) / new)
    if Trait.NAN_ROWS in traits:
        bars[NAN] = replace(bars[NAN], close=Decimal("NaN"))
    if Trait.ZERO_ROWS in traits:
        bars[ZERO] = _times(bars[ZERO], Decimal(0))
    if Trait.SPIKE in traits:
        bars[SPIKE] = replace(bars[SPIKE], close=bars[SPIKE].close * 100)
    if Trait.DUPLICATE_DAY in traits:
        bars.append(replace(bars[-1], close=Decimal("123.45"), volume=1))
    if Trait.MISSING_DAY in traits:
        del bars[MISSING - (Trait.DUPLICATE_DAY in traits)]
    currency = "CHF" if Trait.WRONG_CURRENCY in traits else listing.currency
    return replace(listing, bars=bars, currency=currency)


def _times(bar: RawBar, factor: Decimal) -> RawBar:
    return RawBar(
        bar.day,
        open=bar.open * factor,
        high=bar.high * factor,
        low=bar.low * factor,
        close=bar.close * factor,
        volume=int(bar.volume / factor) if factor else 0,
    )
