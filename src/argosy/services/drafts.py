"""From what somebody says happened to a line of the ledger: every check that needs no ledger."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from argosy.core.errors import InputError, plain
from argosy.core.importers.draft import TransactionDraft, parse_ratio
from argosy.core.ledger.transaction import CostBasisMethod, Transaction, TransactionType
from argosy.core.market.asset import Asset, AssetCategory
from argosy.core.market.days import read_timestamp
from argosy.core.money import LIMIT, ONE, ZERO, exact_context, parse_currency, split_minor_unit
from argosy.runtime.ids import new_id
from argosy.services.draft_shapes import FIELDS, SHAPES, Money, Shape
from argosy.store.portfolios import Portfolio

YEAR_MIN = 1900
NOTE_MAX = 10_000
EXTERNAL_ID_MAX = 255
_EVERYWHERE = frozenset({AssetCategory.CRYPTO, AssetCategory.CURRENCY, AssetCategory.CASH})

Numbers = dict[str, Decimal | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a draft has met: its portfolio, its assets, and the present day (UTC).

    `lots_named` is false for a sale that was entered under another method, without lots.
    """

    portfolio: Portfolio
    asset: Asset | None
    to_asset: Asset | None
    today: date
    lots_named: bool = True


def check_draft(
    draft: TransactionDraft, met: Surroundings, *, transaction_id: str | None = None
) -> Transaction:
    """Return the line of the ledger that a draft means, or say what is wrong and how to mend it."""
    with exact_context():
        return _check(draft, met, transaction_id or new_id())


def _check(draft: TransactionDraft, met: Surroundings, transaction_id: str) -> Transaction:
    kind, shape = draft.type, SHAPES[draft.type]
    _check_assets(draft, shape, met)
    numbers = _numbers(draft, shape)
    fee, tax = _charges(draft, shape)
    day, at = read_day(draft.timestamp, met.asset, met.today)
    currency = read_currency(draft, met)
    fx_rate = _fx_rate(draft, currency, met.portfolio.rules.currency)
    ratio = _ratio(draft, shape, numbers)
    _check_size(numbers, fee + tax, fx_rate)
    _check_lots(draft, met, numbers["quantity"])
    return Transaction(
        id=transaction_id,
        portfolio_id=met.portfolio.id,
        type=kind,
        day=day,
        at=at,
        asset_id=met.asset.id if met.asset else None,
        quantity=numbers["quantity"],
        price=numbers["price"],
        amount=numbers["amount"],
        fee=fee,
        tax=tax,
        currency=currency,
        fx_rate=fx_rate,
        fx_quote=met.portfolio.rules.currency if fx_rate is not None else None,
        ratio_new=ratio[0] if ratio else None,
        ratio_old=ratio[1] if ratio else None,
        to_asset_id=met.to_asset.id if met.to_asset else None,
        cost_share=numbers["cost_share"],
        cost=numbers["cost"],
        to_portfolio_id=draft.to_portfolio_id or None,
        lots=draft.lots,
        note=_text(draft.note, "note", NOTE_MAX),
        external_id=_text(draft.external_id, "external_id", EXTERNAL_ID_MAX),
    )


def read_day(text: str, asset: Asset | None, today: date) -> tuple[date, datetime | None]:
    """Return the day a timestamp belongs to where the asset is traded, and its instant."""
    local = asset is not None and asset.category not in _EVERYWHERE
    try:
        day, at = read_timestamp(text, asset.exchange if asset and local else None)
    except (ValueError, OverflowError) as error:
        raise InputError(
            f"timestamp: {text[:40]!r} is neither a date (2024-01-05) nor an instant "
            "(2024-01-05T14:30:00Z)."
        ) from error
    if day.year < YEAR_MIN:
        raise InputError(f"timestamp: {day.isoformat()} is before the year {YEAR_MIN}.")
    if day > today + timedelta(days=1):
        raise InputError(f"timestamp: {day.isoformat()} is in the future.")
    return day, at


def read_currency(draft: TransactionDraft, met: Surroundings) -> str:
    """Return the currency of a draft's money: its own, else the asset's, else the portfolio's."""
    if draft.currency:
        return parse_currency(draft.currency)
    return met.asset.currency if met.asset else met.portfolio.rules.currency


def _check_assets(draft: TransactionDraft, shape: Shape, met: Surroundings) -> None:
    kind = draft.type
    if met.asset is None and "asset" in shape.needs:
        raise InputError(f"{kind} needs an asset: give symbol (and exchange) or asset_id.")
    if met.asset is not None and "asset" not in shape.uses:
        raise InputError(f"{kind} moves money alone: leave symbol and asset_id out.")
    if met.to_asset is None and "to_asset" in shape.needs:
        raise InputError(f"{kind} needs to_asset_id, the new asset.")
    if met.to_asset is not None and "to_asset" not in shape.uses:
        raise InputError(f"{kind} has no second asset: leave to_asset_id out.")
    if met.to_asset is not None and met.asset is not None and met.to_asset.id == met.asset.id:
        raise InputError("to_asset_id is the asset itself; name the new one.")
    if draft.to_portfolio_id and "to_portfolio" not in shape.uses:
        raise InputError(f"{kind} has no second portfolio: leave to_portfolio_id out.")
    if draft.to_portfolio_id == met.portfolio.id:
        raise InputError("to_portfolio_id is the portfolio itself; name another one.")


def _numbers(draft: TransactionDraft, shape: Shape) -> Numbers:
    """Return the numbers that the type uses; one that it does not use must be null or 0."""
    numbers: Numbers = {}
    for name in FIELDS:
        value: Decimal | None = getattr(draft, name)
        if name in shape.uses:
            if value is not None and value < 0:
                raise InputError(f"{name} is {plain(value)}; it must not be negative.")
            numbers[name] = value
        elif value:
            raise InputError(f"{draft.type} does not use {name}; leave it out.")
        else:
            numbers[name] = None
    if "quantity" in shape.needs and not numbers["quantity"]:
        given = "missing" if numbers["quantity"] is None else "0"
        raise InputError(f"quantity is {given}; {draft.type} needs one above 0.")
    _check_share(draft, shape, numbers)
    return numbers | _MONEY[shape.money](draft.type, numbers)


def _check_share(draft: TransactionDraft, shape: Shape, numbers: Numbers) -> None:
    share = numbers["cost_share"]
    if share is None and "cost_share" in shape.needs:
        raise InputError(
            f"{draft.type} needs cost_share: the fraction of the cost that moves, from 0 to 1."
        )
    if share is not None and share > 1:
        raise InputError(f"cost_share is {plain(share)}; it is a fraction from 0 to 1.")


def _trade(kind: TransactionType, numbers: Numbers) -> Numbers:
    price, amount = numbers["price"] or None, numbers["amount"] or None
    if price is None and amount is None:
        raise InputError(f"{kind} needs price or amount, above 0.")
    return _one_of(numbers["quantity"], price, amount)


def _start(kind: TransactionType, numbers: Numbers) -> Numbers:
    price, amount = numbers["price"], numbers["amount"]
    if price is None and amount is None:
        raise InputError(f"{kind} needs price or amount; 0 where it cost nothing.")
    if price and amount:
        return _one_of(numbers["quantity"], price, amount)
    if price or (price is not None and not amount):
        return {"price": price, "amount": None}
    return {"price": None, "amount": amount}


def _one_of(quantity: Decimal | None, price: Decimal | None, amount: Decimal | None) -> Numbers:
    """Keep one of price and amount; both are one only if they agree to the last digit."""
    if price is not None and amount is not None:
        assert quantity is not None, "a trade has a quantity"
        product = quantity * price
        if product != amount:
            raise InputError(
                f"quantity · price is {plain(product)}, but amount is {plain(amount)}; "
                "give price or amount, not both."
            )
        amount = None
    return {"price": price, "amount": amount}


def _sum(kind: TransactionType, numbers: Numbers) -> Numbers:
    if not numbers["amount"]:
        raise InputError(f"{kind} needs amount, above 0.")
    return {}


def _payout(kind: TransactionType, numbers: Numbers) -> Numbers:
    found = {name: numbers[name] or None for name in ("quantity", "price", "amount")}
    per_share = found["quantity"] is not None and found["price"] is not None
    if found["amount"] is None and not per_share:
        raise InputError(f"{kind} needs amount, or quantity and price (per share), above 0.")
    return found


def _in_kind(_kind: TransactionType, numbers: Numbers) -> Numbers:
    return _one_of(numbers["quantity"], numbers["price"] or None, numbers["amount"] or None)


def _carried(kind: TransactionType, numbers: Numbers) -> Numbers:
    cost, price = numbers["cost"], numbers["price"] or None
    if cost is None and price is None:
        raise InputError(f"{kind} needs cost, the whole cost that the shares carry, or price.")
    # A cost of 0 beside a price is a field left at 0: the price says what they cost.
    return {"cost": cost if price is None or cost else None, "price": price}


def _extra(_kind: TransactionType, numbers: Numbers) -> Numbers:
    return {"amount": numbers["amount"] or None}


def _none(_kind: TransactionType, numbers: Numbers) -> Numbers:
    return {"cost": numbers["cost"] or None, "price": numbers["price"] or None}


_MONEY = {
    Money.TRADE: _trade,
    Money.START: _start,
    Money.SUM: _sum,
    Money.PAYOUT: _payout,
    Money.IN_KIND: _in_kind,
    Money.CARRIED: _carried,
    Money.EXTRA: _extra,
    Money.NONE: _none,
}


def _charges(draft: TransactionDraft, shape: Shape) -> tuple[Decimal, Decimal]:
    for name, value in (("fee", draft.fee), ("tax", draft.tax)):
        if value is not None and value < 0:
            raise InputError(f"{name} is {plain(value)}; it must not be negative.")
        if value and not shape.charges:
            raise InputError(
                f"{draft.type} carries no {name}; enter it as a {name.upper()} of its own."
            )
    return draft.fee or ZERO, draft.tax or ZERO


def _fx_rate(draft: TransactionDraft, currency: str, base: str) -> Decimal | None:
    rate = draft.fx_rate
    if not rate:
        return None
    if rate < 0:
        raise InputError(f"fx_rate is {plain(rate)}; it must be above 0.")
    (major, units), (base_major, base_units) = split_minor_unit(currency), split_minor_unit(base)
    if major != base_major:
        return rate
    known = Decimal(base_units) / Decimal(units)
    if rate != known:
        raise InputError(
            f"fx_rate is {plain(rate)}, but one {currency} is always {plain(known)} {base}: "
            f"it must be {plain(known)}, or left out."
        )
    return None


def _ratio(
    draft: TransactionDraft, shape: Shape, numbers: Numbers
) -> tuple[Decimal, Decimal] | None:
    text = draft.ratio.strip() if draft.ratio else ""
    unused = "ratio" not in shape.uses or (
        draft.type is TransactionType.MERGER and not (draft.to_asset_id or draft.to_symbol)
    )
    if unused and text not in {"", "0"}:
        raise InputError(f"{draft.type} without a new asset does not use ratio; leave it out.")
    if draft.type is TransactionType.MERGER and unused and not numbers["amount"]:
        raise InputError("MERGER needs to_asset_id and ratio, or amount, the cash paid.")
    if unused:
        return None
    if text:
        return parse_ratio(text)
    if draft.type is TransactionType.SYMBOL_CHANGE:
        return ONE, ONE
    raise InputError(f'{draft.type} needs ratio, "new:old"; 2:1 doubles the shares.')


def _check_size(numbers: Numbers, charges: Decimal, fx_rate: Decimal | None) -> None:
    """Refuse money that no column could hold."""
    quantity, price = numbers["quantity"] or ZERO, numbers["price"] or ZERO
    whole = max(quantity * price, numbers["amount"] or ZERO, numbers["cost"] or ZERO)
    whole += charges
    if max(whole, whole * (fx_rate or ONE)) >= LIMIT:
        raise InputError("The money of this line has more than 20 digits before the point.")


def _check_lots(draft: TransactionDraft, met: Surroundings, quantity: Decimal | None) -> None:
    if draft.type is not TransactionType.SELL:
        if draft.lots:
            raise InputError(f"{draft.type} names no lots; only a SELL does.")
        return
    rules = met.portfolio.rules
    if not draft.lots:
        named = met.lots_named and not rules.allow_short
        if rules.method is CostBasisMethod.SPECIFIC and named:
            raise InputError(
                "Under the method specific a SELL names its lots: "
                '[{"transaction_id": …, "quantity": …}].'
            )
        return
    names = [pick.transaction_id for pick in draft.lots]
    if len(set(names)) != len(names):
        raise InputError("lots: a lot is named twice; add its quantities up.")
    if any(pick.quantity <= 0 for pick in draft.lots):
        raise InputError("lots: every quantity must be above 0.")
    total = sum((pick.quantity for pick in draft.lots), ZERO)
    if total != quantity and not (rules.allow_short and quantity and total < quantity):
        raise InputError(f"lots: {plain(total)} named, but {plain(quantity or ZERO)} are sold.")


def _text(text: str | None, field: str, longest: int) -> str | None:
    kept = text.strip() if text else ""
    if len(kept) > longest:
        raise InputError(f"{field} has more than {longest} characters.")
    if "\x00" in kept:
        raise InputError(f"{field} holds a NUL character.")
    return kept or None
