"""Batches of imported prices as the bars of one symbol. Pure."""

from collections.abc import Iterable
from datetime import date

from argosy.core.errors import ImportFormatError, NotAtSourceError, SourceChangedError
from argosy.core.importers.lines import Source as Text
from argosy.core.importers.prices_csv import PriceBatch, read_prices
from argosy.core.market.bars import Bar
from argosy.core.market.days import read_timestamp
from argosy.sources.base import History, midnight


def parse_file(text: Text, symbol: str, *, source: str, whole: bool) -> History:
    """Read the bars of one symbol; a day that stands twice takes its last row.

    `whole` says that rows without a symbol are this symbol's, as in a file of its own.
    """
    bars: dict[date, Bar] = {}
    try:
        for batch in read_prices(text):
            if batch.problems:
                first = batch.problems[0]
                raise SourceChangedError(source, f"line {first.line}: {first.reason}")
            bars.update((bar.day, bar) for bar in _bars(batch, symbol, whole=whole))
    except ImportFormatError as error:
        raise SourceChangedError(source, str(error)) from error
    if not bars:
        raise NotAtSourceError(source, f"no file has prices of {symbol}.")
    ordered = tuple(bars[day] for day in sorted(bars))
    return History(source=source, symbol=symbol, currency=None, bars=ordered)


def _bars(batch: PriceBatch, symbol: str, *, whole: bool) -> Iterable[Bar]:
    for index, (name, exchange) in enumerate(zip(batch.symbols, batch.exchanges, strict=True)):
        mine = whole if name is None else symbol in {name, f"{name}:{exchange}"}
        if mine:
            day, at = read_timestamp(batch.timestamps[index], exchange)
            yield Bar(
                day=day,
                at=at or midnight(day),
                close=batch.close[index],
                open=batch.open[index],
                high=batch.high[index],
                low=batch.low[index],
                volume=batch.volume[index],
                adjusted_close=batch.adj_close[index],
            )
