"""Bodies and answers about exchange rates."""

from datetime import date
from typing import Annotated, Self, TypeAlias

from pydantic import ConfigDict, Field, SkipValidation

from argosy.api.schemas.fields import CurrencyIn, DecimalIn, DecimalOut, In, Out
from argosy.api.schemas.price import ROWS_MAX, SourceName
from argosy.api.schemas.rows import read_each
from argosy.core.errors import RowProblem
from argosy.core.market.rates import FoundRate, RateLeg
from argosy.services.prices import MANUAL
from argosy.services.rates import DOLLAR, RateDraft

Day: TypeAlias = date


class RateIn(In):
    """US dollars for one unit of a currency."""

    currency: CurrencyIn
    timestamp: Annotated[str, Field(max_length=60, examples=["2024-01-05"])]
    rate_to_usd: DecimalIn


class RatesIn(In):
    """Rates from one source; rows that cannot be true are rejected one by one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "source": "manual",
                    "rates": [
                        {"currency": "EUR", "timestamp": "2024-01-05", "rate_to_usd": "1.0921"}
                    ],
                }
            ]
        }
    )

    source: SourceName = MANUAL
    rates: Annotated[list[SkipValidation[RateIn]], Field(max_length=ROWS_MAX)]


def read_rates(body: RatesIn) -> tuple[list[RateDraft], list[RowProblem]]:
    """Turn rows into drafts, and say of each other one what is wrong with it."""

    def draft(row: int, given: object) -> RateDraft:
        rate = RateIn.model_validate(given)
        return RateDraft(row, rate.currency, DOLLAR, rate.timestamp, rate.rate_to_usd)

    return read_each(body.rates, draft)


class RateLegOut(Out):
    """One stored rate on the way between two currencies; `inverted` if it is read backwards."""

    base: str
    quote: str
    rate: DecimalOut
    on: date
    source: str
    inverted: bool

    @classmethod
    def of(cls, leg: RateLeg) -> Self:
        row = leg.row
        return cls(
            base=row.base,
            quote=row.quote,
            rate=row.rate,
            on=row.day,
            source=row.source,
            inverted=leg.inverted,
        )


class RateOut(Out):
    """Units of `quote` for one `base`, the last known on `date`, and the rates behind it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "base": "USD",
                    "quote": "EUR",
                    "date": "2024-01-06",
                    "rate": "0.915667063455727497",
                    "path": [
                        {
                            "base": "EUR",
                            "quote": "USD",
                            "rate": "1.0921",
                            "on": "2024-01-05",
                            "source": "ecb",
                            "inverted": True,
                        }
                    ],
                }
            ]
        }
    )

    base: str
    quote: str
    date: Day
    rate: DecimalOut
    path: list[RateLegOut]

    @classmethod
    def of(cls, pair: tuple[str, str], on: Day, found: FoundRate) -> Self:
        return cls(
            base=pair[0],
            quote=pair[1],
            date=on,
            rate=found.rate,
            path=[RateLegOut.of(leg) for leg in found.legs],
        )
