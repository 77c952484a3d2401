"""Weeks made of days: Yahoo's own are adjusted unreliably. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import groupby

from argosy.core.market.asset import Split
from argosy.core.market.bars import Bar
from argosy.core.money import CONTEXT
from argosy.sources.adjusted import split_factor
from argosy.sources.base import WEEK, History, midnight, scaled_bar

_WEEK = timedelta(days=7)


def weekly(days: History, *, now: datetime) -> History:
    """Return weeks from Monday on, without the one that still runs."""
    weeks = [
        _week(tuple(bars), days.splits)
        for _, bars in groupby(days.bars, key=lambda bar: bar.day.isocalendar()[:2])
    ]
    over = tuple(week for week in weeks if week.at + _WEEK <= now)
    return replace(days, interval=WEEK, bars=over, unfinished=None)


def _week(days: Sequence[Bar], splits: tuple[Split, ...]) -> Bar:
    """Return the bar of a week's days; one with a split counts in the shares of its end."""
    last = days[-1]
    within = tuple(split for split in splits if split.day <= last.day)
    bars = [_in_shares_of_end(day, within) for day in days]
    highs = [bar.high for bar in bars if bar.high is not None]
    lows = [bar.low for bar in bars if bar.low is not None]
    volumes = [bar.volume for bar in bars if bar.volume is not None]
    monday = last.day - timedelta(days=last.day.weekday())
    return replace(
        last,
        at=midnight(monday),
        day=monday,
        open=bars[0].open,
        high=max(highs, default=None),
        low=min(lows, default=None),
        volume=sum(volumes, Decimal(0)) if volumes else None,
    )


def _in_shares_of_end(bar: Bar, splits: tuple[Split, ...]) -> Bar:
    factor = split_factor(splits, since=bar.day)
    if factor == 1:
        return bar
    fewer = scaled_bar(bar, CONTEXT.divide(Decimal(1), factor))
    volume = None if bar.volume is None else CONTEXT.multiply(bar.volume, factor)
    return replace(fewer, volume=volume)
