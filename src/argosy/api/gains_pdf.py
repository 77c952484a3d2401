"""Realized gains as a PDF to be read and kept: a table by disposal and lot, totals, hints."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.resources import files
from typing import Any

import orjson

from argosy.core.money import money_text, quantity_text, true_minus
from argosy.core.valuation.gains import GainTotals, RealizedGain, Term, totals
from argosy.services.books import Ledger
from argosy.services.gains import GainsReport

PDF = "application/pdf"

LOTS_MAX = 2_000
"""A report of more lots adds them up by asset; the CSV has each."""

_TERMS = {Term.SHORT: "Short-term", Term.LONG: "Long-term", Term.UNKNOWN: "Without a term"}
_TOTALS = ("Proceeds", "Cost", "Gain", "Price part", "Currency part", "Gains", "Losses", "Fees")
_AMOUNTS = ("proceeds", "cost", "gain", "price_part", "currency_part")
_LOTS = (
    *("Asset", "Sold", "Acquired", "Term", "Days", "Quantity", "Proceeds", "Cost", "Gain"),
    *("Price part", "Currency part", "Fees"),
)
_WASH_NOTE = (
    "The same asset was bought within 30 days before or after a sale at a loss. Under the "
    "wash-sale rule of the United States such a loss may have to wait. This is a hint, no advice."
)
_UNKNOWN = "–"

Row = dict[str, Any]


def gains_pdf(ledger: Ledger, found: GainsReport, *, made_on: date) -> bytes:
    """Write a report of gains as a PDF; the same report is the same bytes."""
    import typst  # noqa: PLC0415 - 80 MB that only reports need

    data = orjson.dumps(report_data(ledger, found, made_on=made_on)).decode()
    stamp = datetime.combine(made_on, time(), UTC)
    pdf: bytes = typst.compile(
        _template(), sys_inputs={"data": data}, timestamp=stamp, pdf_tags=False
    )
    return pdf


@cache
def _template() -> bytes:
    return (files("argosy.api") / "reports" / "gains.typ").read_bytes()


def report_data(ledger: Ledger, found: GainsReport, *, made_on: date) -> dict[str, Any]:
    """Return all texts of a report, in their places."""
    rules = ledger.portfolio.rules
    currency = rules.currency
    lots = sum(max(len(one.lots), 1) for one in found.found)
    many = lots > LOTS_MAX
    period = _period(found, made_on)
    facts = [
        ("Period", period),
        ("Method", rules.method.value),
        ("Currency", currency),
        ("Long-term", f"held for more than {found.asked.long_term_days} days"),
        ("Made on", made_on.isoformat()),
    ]
    if ledger.scope != "portfolio":
        facts.insert(1, ("Part", ledger.scope))
    return {
        "title": "Realized gains",
        "portfolio": ledger.portfolio.name,
        "period": period,
        "currency": currency,
        "facts": facts,
        "totals": _totals(found, currency),
        "lots": _by_asset(ledger, found, lots) if many else _by_lot(ledger, found),
        "wash": _wash(ledger, found),
        "todos": _todos(ledger, found),
        "notes": _notes(ledger, found),
    }


def _period(found: GainsReport, made_on: date) -> str:
    if found.asked.year is not None:
        return str(found.asked.year)
    start = "the beginning" if found.start is None else found.start.isoformat()
    end = (found.end or made_on).isoformat()
    return f"{start} to {end}"


def _row(cells: Iterable[str], *, strong: bool = False) -> Row:
    return {"cells": list(cells), "strong": strong}


def _sums(sums: GainTotals, currency: str, names: Sequence[str]) -> list[str]:
    return [money_text(getattr(sums, name), currency) for name in names]


def _totals(found: GainsReport, currency: str) -> dict[str, Any]:
    names = (*_AMOUNTS, "gains", "losses", "fees")
    rows = [
        _row([_TERMS[term], *_sums(sums, currency, names)])
        for term, sums in found.by_term.items()
        if sums.count or term is not Term.UNKNOWN
    ]
    rows.append(_row(["All", *_sums(found.totals, currency, names)], strong=True))
    return {"head": ["", *_TOTALS], "rows": rows}


def _by_lot(ledger: Ledger, found: GainsReport) -> dict[str, Any]:
    """Write a line a disposal, and below it one a lot where it took several."""
    rows: list[Row] = []
    for one in found.found:
        rows.append(_disposal(ledger, one))
        if len(one.lots) > 1:
            rows += _lots(ledger, one)
    return {"title": "Disposals and their lots", "head": list(_LOTS), "rows": rows, "left": 4}


def _disposal(ledger: Ledger, one: RealizedGain) -> Row:
    currency = ledger.portfolio.rules.currency
    several = len(one.lots) > 1
    days = "" if several or one.days_held is None else str(one.days_held)
    acquired = _UNKNOWN if one.acquired is None else one.acquired.isoformat()
    cells = [
        ledger.assets[one.disposal.asset_id].symbol,
        one.disposal.day.isoformat(),
        f"{len(one.lots)} lots" if several else acquired,
        "" if one.term is Term.UNKNOWN else one.term.value,
        true_minus(days),
        quantity_text(one.disposal.quantity),
        *(money_text(getattr(one, name), currency) for name in _AMOUNTS),
        money_text(one.fees, currency) if one.fees else "",
    ]
    return _row(cells, strong=several)


def _lots(ledger: Ledger, one: RealizedGain) -> list[Row]:
    currency = ledger.portfolio.rules.currency
    return [
        _row(
            [
                "",
                "",
                lot.piece.day.isoformat(),
                lot.term.value,
                true_minus(str(lot.days_held)),
                quantity_text(lot.piece.quantity),
                *(money_text(getattr(lot, name), currency) for name in _AMOUNTS),
                money_text(lot.fees, currency) if lot.fees else "",
            ]
        )
        for lot in one.lots
    ]


def _by_asset(ledger: Ledger, found: GainsReport, lots: int) -> dict[str, Any]:
    currency = ledger.portfolio.rules.currency
    grouped: dict[str, list[RealizedGain]] = {}
    for one in found.found:
        grouped.setdefault(one.disposal.asset_id, []).append(one)
    rows = []
    for asset_id, some in grouped.items():
        sums = totals(some)
        cells = [ledger.assets[asset_id].symbol, str(len(some))]
        rows.append(_row([*cells, *_sums(sums, currency, (*_AMOUNTS, "fees"))]))
    rows.sort(key=lambda row: str(row["cells"][0]))
    head = ["Asset", "Disposals", *(_TOTALS[:5]), "Fees"]
    title = f"By asset ({lots:,} lots: the CSV has each of them)"
    return {"title": title, "head": head, "rows": rows, "left": 1}


def _wash(ledger: Ledger, found: GainsReport) -> dict[str, Any]:
    currency = ledger.portfolio.rules.currency
    bought = {line.id: line.day for line in ledger.transactions}
    rows = []
    for at, hint in found.wash.items():
        disposal = found.found[at].disposal
        days = ", ".join(bought[key].isoformat() for key in hint.transactions[:8])
        cells = [ledger.assets[disposal.asset_id].symbol, disposal.day.isoformat(), days]
        rows.append(_row([*cells, quantity_text(hint.quantity), money_text(hint.loss, currency)]))
    head = ["Asset", "Sold", "Bought", "Shares", "Loss on them"]
    return {"note": _WASH_NOTE, "head": head, "rows": rows[:LOTS_MAX]}


def _todos(ledger: Ledger, found: GainsReport) -> dict[str, Any]:
    rows = [
        _row(
            [
                ledger.assets[one.asset_id].symbol,
                one.day.isoformat(),
                one.reason,
                one.transaction_id,
                quantity_text(one.quantity),
            ]
        )
        for one in found.todos[:LOTS_MAX]
    ]
    return {"head": ["Asset", "Day", "What is missing", "Transaction", "Shares"], "rows": rows}


def _notes(ledger: Ledger, found: GainsReport) -> list[str]:
    rules = ledger.portfolio.rules
    fees = "are in cost and proceeds" if rules.fees_in_cost else "are in neither cost nor proceeds"
    adding_up = (
        f"Gain = proceeds − cost = price part + currency part, in {rules.currency}. Trade fees and "
        f"taxes {fees}. Sums are of exact figures and may differ from the sum of what is shown in "
        "the last digit."
    )
    advice = (
        "What buys back shares that were owed counts as short-term. Argosy computes; it does not "
        "advise, and rules of taxes differ from country to country."
    )
    unknown = (f"Unknown: {name}. {why}" for name, why in found.reasons.items())
    return [adding_up, advice, *unknown]
