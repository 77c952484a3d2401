"""A ledger seen otherwise: in another currency or unit of account, or cut to a part of it.

What is seen is a ledger again, replayed: every figure of it is as exact as of the whole one, and
no figure knows that it is of a part, or in bitcoin.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession
from typing_extensions import override

from argosy.core.errors import AmbiguousSymbolError, InputError, NotFoundError
from argosy.core.ledger.book import OUTSIDE, booked_splits
from argosy.core.ledger.transaction import Transaction
from argosy.core.market.asset import Asset, AssetCategory
from argosy.core.market.history import MarketFacts, RateRow
from argosy.core.market.market import Market
from argosy.core.market.units import unit_rates
from argosy.core.money import parse_currency, split_minor_unit
from argosy.runtime.compute import ComputePool
from argosy.runtime.locks import MemoryLocks
from argosy.services.books import Ledger, currencies_of
from argosy.store import assets as asset_store
from argosy.store import prices as price_store
from argosy.store import rates as rate_store
from argosy.store import splits as split_store

_SEEN_LINES = 60_000
"""A ledger keeps its views up to about so many transactions together, at least one."""
_SEEN_MAX = 8

_making = MemoryLocks()


class ScopeKind(StrEnum):
    """What a scope goes by."""

    PORTFOLIO = "portfolio"
    HOLDING = "holding"
    CATEGORY = "category"
    CURRENCY = "currency"


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of a portfolio: one holding, or those of a category or a currency."""

    kind: ScopeKind = ScopeKind.PORTFOLIO
    value: str = ""

    @override
    def __str__(self) -> str:
        """As it is asked for."""
        return f"{self.kind}:{self.value}" if self.value else str(self.kind)


@dataclass(frozen=True, slots=True)
class View:
    """How a ledger is looked at; without a currency in its own."""

    currency: str | None = None
    scope: Scope = Scope()


AS_IT_IS = View()


def parse_view(currency: str | None, scope: str = "portfolio") -> View:
    """Read what a request says.

    Raises
    ------
    InputError
        If the scope is none.
    """
    unit = (currency or "").strip()
    return View(unit or None, _scope(scope.strip()))


def _scope(text: str) -> Scope:
    name, _, value = text.partition(":")
    try:
        kind = ScopeKind(name.strip().lower())
    except ValueError:
        raise _no_scope(text) from None
    value = value.strip()
    if (kind is ScopeKind.PORTFOLIO) != (not value):
        raise _no_scope(text)
    if kind is ScopeKind.CATEGORY:
        value = value.upper()
        if value not in AssetCategory.__members__:
            known = ", ".join(AssetCategory.__members__)
            raise InputError(f"scope: {value[:20]!r} is no category. There are {known}.")
    if kind is ScopeKind.CURRENCY:
        value = split_minor_unit(parse_currency(value, field="scope"))[0]
    return Scope(kind, value)


def _no_scope(text: str) -> InputError:
    message = (
        f"{text[:40]!r} is no scope. Use portfolio, holding:AAPL, category:CRYPTO, currency:USD."
    )
    return InputError(message)


async def seen(
    session: AsyncSession, ledger: Ledger, view: View, *, compute: ComputePool
) -> Ledger:
    """Return a ledger as a view shows it; kept with the ledger, so made once a version.

    Raises
    ------
    InputError
        If the currency has neither rates nor an asset of its name.
    NotFoundError, AmbiguousSymbolError
        If the portfolio never had the holding, or several of that name.
    """
    if view == AS_IT_IS:
        return ledger
    only = _inside(ledger, view.scope)
    unit = view.currency
    if unit is not None and _code(unit) == ledger.portfolio.rules.currency:
        unit = None
    if only is None and unit is None:
        return ledger
    key = View(unit, view.scope)
    async with _making.hold(f"{ledger.portfolio.id}:{id(ledger)}:{key}"):
        kept = ledger.views.get(key)
        if kept is None:
            base = ledger
            if unit is not None:
                code, facts = await _facts_in(session, ledger, unit)
                base = await compute.run(_in_currency, ledger, code, facts)
            kept = base if only is None else await compute.run(cut, base, only, str(view.scope))
            most = max(1, min(_SEEN_MAX, _SEEN_LINES // max(len(ledger.transactions), 1)))
            while len(ledger.views) >= most:
                ledger.views.pop(next(iter(ledger.views)))
            ledger.views[key] = kept
    return kept


def _code(unit: str) -> str | None:
    """Return the currency that a text can be, or None if it can be no currency's code."""
    try:
        return split_minor_unit(parse_currency(unit))[0]
    except InputError:
        return None


def _inside(ledger: Ledger, scope: Scope) -> frozenset[str] | None:
    """Return the assets of a scope among those that the portfolio ever had; None = all."""
    had = [ledger.assets[key] for key in ledger.book.positions if key != OUTSIDE]
    match scope.kind:
        case ScopeKind.PORTFOLIO:
            return None
        case ScopeKind.HOLDING:
            return frozenset([_holding(had, scope.value).id])
        case ScopeKind.CATEGORY:
            return frozenset(one.id for one in had if one.category.value == scope.value)
        case ScopeKind.CURRENCY:
            major = scope.value
            return frozenset(one.id for one in had if split_minor_unit(one.currency)[0] == major)


def holding_of(ledger: Ledger, name: str) -> Asset:
    """Return what is meant by an id or a symbol among all that a portfolio ever had.

    Raises
    ------
    NotFoundError, AmbiguousSymbolError
        If it never had that, or several of that name.
    """
    return _holding([ledger.assets[key] for key in ledger.book.positions if key != OUTSIDE], name)


def _holding(had: list[Asset], name: str) -> Asset:
    symbol, _, exchange = name.upper().partition(":")
    found = [
        one
        for one in had
        if one.id == name
        or (one.symbol.upper() == symbol and exchange in {"", (one.exchange or "").upper()})
    ]
    if not found:
        what = "holding"
        raise NotFoundError(what, name)
    if len(found) > 1:
        raise AmbiguousSymbolError(name, [one.id for one in found])
    return found[0]


async def _facts_in(session: AsyncSession, ledger: Ledger, unit: str) -> tuple[str, MarketFacts]:
    """Return the code of a unit, and the market facts with the rates that lead to it."""
    used = currencies_of(ledger.transactions, ledger.assets, ledger.rules)
    code, owner = _code(unit), ledger.portfolio.user_id
    if code is not None:
        rates = await rate_store.read_rates(session, used | {code}, viewer=owner)
        if any(code in {row.base, row.quote} for row in rates):
            return code, replace(ledger.facts, rates=rates)
    asset = await _unit(session, owner, unit)
    quoted = split_minor_unit(asset.currency)[0]
    rates = await rate_store.read_rates(session, used | {quoted}, viewer=owner)
    return asset.symbol, replace(
        ledger.facts, rates=(*rates, *await _closes(session, asset, owner))
    )


async def _unit(session: AsyncSession, owner: str, unit: str) -> Asset:
    try:
        return await asset_store.get(session, owner, unit)
    except NotFoundError:
        message = f"currency: there are no rates of {unit[:40]!r}, and no asset of that symbol."
        raise InputError(message) from None


async def _closes(session: AsyncSession, asset: Asset, owner: str) -> tuple[RateRow, ...]:
    histories = await price_store.read_histories(session, [asset.key], viewer=owner)
    splits = await split_store.read_splits(session, [asset.key], viewer=owner)
    rows = unit_rates(asset, histories[asset.key], splits.get(asset.key, ())) if histories else ()
    if not rows:
        raise InputError(f"currency: {asset.symbol} has no closes, so nothing can be shown in it.")
    return rows


def _in_currency(ledger: Ledger, code: str, facts: MarketFacts) -> Ledger:
    portfolio = ledger.portfolio
    rules = {key: replace(rule, currency=code) for key, rule in ledger.rules.items()}
    booked = booked_splits(ledger.transactions, portfolio.id)
    market = Market(ledger.assets, facts, booked=booked)
    return _replayed(
        replace(
            ledger,
            portfolio=replace(portfolio, rules=rules[portfolio.id]),
            rules=rules,
            facts=facts,
            market=market,
        )
    )


def cut(
    ledger: Ledger,
    only: frozenset[str],
    scope: str,
    *,
    lines: Sequence[Transaction] | None = None,
) -> Ledger:
    """Cut a ledger to some assets: cash has no part in it, so what is paid for them crosses.

    Its latest day is that of the whole. `lines` are those of the assets and of their relatives
    (`Ledger.lines_of`), where they are known already.
    """
    portfolio = ledger.portfolio
    rules = {key: replace(rule, track_cash=False) for key, rule in ledger.rules.items()}
    return _replayed(
        replace(
            ledger,
            portfolio=replace(portfolio, rules=rules[portfolio.id]),
            rules=rules,
            transactions=ledger.lines_of(only) if lines is None else lines,
            only=only,
            scope=scope,
        )
    )


def _replayed(ledger: Ledger) -> Ledger:
    book = ledger.replayed(ledger.transactions, ledger.market, until=date.max)
    return replace(ledger, book=book, packed=True)
