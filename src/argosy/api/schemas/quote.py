"""Bodies and answers about quotes."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints

from argosy.api.schemas.fields import DecimalOut, In, InstantOut, Out
from argosy.core.errors import ArgosyError
from argosy.services.quotes import NotQuoted, Quoted, QuoteKind

SYMBOLS_MAX = 200


class QuotesIn(In):
    """Assets by id, `SYMBOL` or `SYMBOL:EXCHANGE`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"symbols": ["AAPL", "BTC"]}]})

    symbols: Annotated[
        list[Annotated[str, StringConstraints(min_length=1, max_length=200)]],
        Field(min_length=1, max_length=SYMBOLS_MAX),
    ]


class QuoteProblemOut(Out):
    """A source that was asked in vain, and why."""

    source: str
    reason: str
    code: str

    @classmethod
    def of(cls, source: str, error: ArgosyError) -> Self:
        return cls(source=source, reason=str(error), code=error.code)


class QuoteOut(Out):
    """The price of an asset, in whole currency; null is what the source does not say.

    `kind` is `live`; `stale` if no source answers and this was fetched before, `age_seconds` ago;
    or `close`: the last close that is stored, of `day`.
    """

    asset_id: str
    symbol: str
    kind: QuoteKind
    price: DecimalOut
    currency: str
    source: str
    at: InstantOut | None
    day: date | None
    fetched_at: InstantOut | None
    age_seconds: int | None
    previous_close: DecimalOut | None
    open: DecimalOut | None
    day_high: DecimalOut | None
    day_low: DecimalOut | None
    volume: DecimalOut | None
    market_cap: DecimalOut | None
    change: DecimalOut | None
    change_fraction: float | None
    problems: list[QuoteProblemOut]

    @classmethod
    def of(cls, quoted: Quoted) -> Self:
        quote, of_day = quoted.quote, quoted.kind is QuoteKind.CLOSE
        fraction = quote.change_fraction
        return cls(
            asset_id=quoted.asset.id,
            symbol=quoted.asset.symbol,
            kind=quoted.kind,
            price=quote.price,
            currency=quoted.currency,
            source=quote.source,
            at=None if of_day else quote.at,
            day=quoted.day,
            fetched_at=quoted.fetched_at,
            age_seconds=quoted.age_s,
            previous_close=quote.previous_close,
            open=quote.open,
            day_high=quote.day_high,
            day_low=quote.day_low,
            volume=quote.volume,
            market_cap=quote.market_cap,
            change=quote.change,
            change_fraction=None if fraction is None else float(fraction),
            problems=[QuoteProblemOut.of(*one) for one in quoted.refused.items()],
        )


class NotQuotedOut(Out):
    """A name for which nothing is known, as it was asked for, and why."""

    symbol: str
    reason: str
    code: str


class QuotesOut(Out):
    """Quotes in the order of their names, and the names that have none."""

    quotes: list[QuoteOut]
    failed: list[NotQuotedOut]

    @classmethod
    def of(cls, answers: Sequence[Quoted | NotQuoted]) -> Self:
        return cls(
            quotes=[QuoteOut.of(one) for one in answers if isinstance(one, Quoted)],
            failed=[
                NotQuotedOut(symbol=one.name, reason=str(one.error), code=one.error.code)
                for one in answers
                if isinstance(one, NotQuoted)
            ],
        )
