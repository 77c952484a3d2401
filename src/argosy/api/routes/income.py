"""What a portfolio paid, what it yields, and which payments can be expected."""

from typing import Annotated

from fastapi import Query, Response

from argosy.api.asking import Ask, Build, End, Format, InFormat, Seen, Start, figures_route
from argosy.api.body import exact_router
from argosy.api.income_json import income_bytes
from argosy.api.schemas.income import IncomeOut
from argosy.services import income
from argosy.services.books import Ledger
from argosy.services.income import IncomeBy

router = exact_router(prefix="/portfolios", tags=["income"])


@figures_route(router, "/income", IncomeOut)
async def read_income(
    asked: Ask,
    view: Seen,
    by: Annotated[IncomeBy, Query(description="What income is added up by.")] = IncomeBy.MONTH,
    start: Start = None,
    end: End = None,
    form: InFormat = Format.JSON,
) -> Response:
    """Return income over a span, yields of the last twelve months, and payments to come."""

    async def prepare(seen: Ledger) -> Build:
        known = await income.known_dividends(asked.session, seen)

        def build(ledger: Ledger) -> bytes:
            found = income.income_over(
                ledger, known, by=by, start=start, end=end, today=asked.today
            )
            return income_bytes(ledger, found, csv=form is Format.CSV)

        return build

    return await asked.answer_prepared(
        "income",
        (by, start, end, await income.version(asked.session)),
        prepare,
        view=view,
        media_type=form.media_type,
        filename="income.csv" if form is Format.CSV else None,
    )
