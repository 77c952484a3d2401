"""Frankfurter, version 1 (§8): ranges of the ECB's rates, for any base and symbols."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.simulator.faults import Trait
from tests.simulator.wire import Reply, Request, json_reply

if TYPE_CHECKING:
    from tests.simulator.server import Simulator


def reply(simulator: "Simulator", request: Request) -> Reply:
    """Answer one request as Frankfurter would."""
    first, found, last = request.path.removeprefix("/v1/").partition("..")
    if not request.path.startswith("/v1/") or not found:
        return json_reply({"message": "not found"}, 404)
    days = sorted(simulator.rates)
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last or str(days[-1]))
    except ValueError:
        return json_reply({"message": "invalid date"}, 422)
    if begin > days[-1]:  # as if that were today
        return json_reply({"message": "not found"}, 404)
    # From the last day of publication on: a weekend has Friday's rates. So its source has it.
    begin = max((day for day in days if day <= begin), default=begin)
    wanted = request.query.get("symbols")
    rates = {
        day.isoformat(): _only(simulator.rates[day], wanted) for day in days if begin <= day <= end
    }
    if not any(rates.values()):
        return json_reply({"message": "not found"}, 404)
    base = "CHF" if Trait.WRONG_CURRENCY in simulator.traits else "EUR"
    span = {"start_date": min(rates), "end_date": max(rates)}
    return json_reply(
        {"amount": 1.0, "base": base, **span, "rates": rates},
        Cache_Control="public, max-age=86400",
    )


def _only(rates: dict[str, Decimal], wanted: str | None) -> dict[str, Decimal]:
    names = wanted.split(",") if wanted else rates
    return {name: rates[name] for name in names if name in rates}
