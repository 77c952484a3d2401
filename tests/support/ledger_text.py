"""A ledger written as text, read into transactions and a market.

One line a fact, `#` begins a comment. The first word is a day (a transaction) or a directive:

    portfolio main EUR method fifo fees separate dividends reduces_cost cash shorts
    asset     ACME EUR            price 2024-06-03 ACME 150 USD     rate 2024-06-03 EUR/USD 1.08
    stated    2024-06-10 ACME 2:1 (the asset's own split, not booked by any portfolio)

    2024-01-02       buy 10 ACME @ 100 USD fee 1 tax 0.5 fx 0.9 id first
    2024-01-02 14:30 sell 4 ACME for 480 USD lots first:4
    …                dividend 12 USD ACME tax 2       interest 3 USD          reward 0.1 ETH @ 2000 USD
    …                fee 3 USD   tax 3 USD ACME       deposit 100 USD         withdrawal 50 USD
    …                opening 10 ACME @ 90 USD         capital 50 USD ACME     (or: return of capital …)
    …                split ACME 2:1 cash 12 USD       symbol ACME -> NEWCO    (or: symbol change …)
    …                spinoff ACME -> NEWCO 1:10 share 0.2    merger ACME -> NEWCO 1:2 cash 40 USD share 0.1
    …                transfer in 10 ACME cost 900 USD @ 95   transfer out 10 ACME @ 95 USD to other

Times are UTC. Lines after `portfolio` belong to it, until the next; `in NAME` at a line's end names
another. Ratios are new:old. Asset ids are the symbols. An asset's currency is that of its `asset`
line, else of its first price or trade. `fx` is the portfolio's currency per transaction currency.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from argosy.core.ledger.transaction import (
    CostBasisMethod,
    DividendPolicy,
    LotPick,
    PortfolioRules,
    Transaction,
    TransactionType,
)
from argosy.core.market.asset import Split
from argosy.core.market.history import RateRow

DEFAULT_PORTFOLIO = "main"
_TYPES = {
    "spinoff": TransactionType.SPIN_OFF,
    "symbol": TransactionType.SYMBOL_CHANGE,
    "capital": TransactionType.RETURN_OF_CAPITAL,
}
_TWO_WORDS = {
    ("transfer", "in"): "transfer_in",
    ("transfer", "out"): "transfer_out",
    ("symbol", "change"): "symbol",
    ("return", "of"): "capital",
    ("spin", "off"): "spinoff",
}
_MONEY = frozenset({"dividend", "interest", "fee", "tax", "deposit", "withdrawal", "capital"})
_SHARES = frozenset({"buy", "sell", "reward", "opening", "transfer_in", "transfer_out"})
_OPTIONS = frozenset({"fee", "tax", "fx", "share", "cost", "cash", "lots", "id", "in", "to", "at"})


@dataclass
class LedgerText:
    """What the text says, in its own order."""

    rules: dict[str, PortfolioRules] = field(default_factory=dict)
    currencies: dict[str, str] = field(default_factory=dict)
    transactions: list[Transaction] = field(default_factory=list)
    closes: list[tuple[str, date, Decimal]] = field(default_factory=list)
    rates: list[RateRow] = field(default_factory=list)
    stated: list[tuple[str, Split]] = field(default_factory=list)
    portfolio: str = DEFAULT_PORTFOLIO

    def learn_currency(self, symbol: str, currency: str) -> None:
        """Remember the first currency seen with an asset."""
        self.currencies.setdefault(symbol, currency)


class Words:
    """The words of a line, read from the left."""

    def __init__(self, line: str) -> None:
        self.line = line
        self._words = line.split()

    def next(self) -> str:
        if not self._words:
            raise ValueError(f"The line ends too early: {self.line!r}")
        return self._words.pop(0)

    def peek(self) -> str:
        return self._words[0] if self._words else ""

    def take(self, word: str) -> bool:
        """Skip a word if it is next."""
        if self.peek() != word:
            return False
        self._words.pop(0)
        return True

    def number(self) -> Decimal:
        return Decimal(self.next().replace(",", ""))

    def is_name(self) -> bool:
        """Tell whether a symbol or currency comes next, rather than an option."""
        word = self.peek()
        return bool(word) and word not in _OPTIONS and word not in {"@", "for", "->"}


def parse_ledger(text: str) -> LedgerText:
    """Read a ledger; the first line that makes no sense raises ValueError with its text."""
    found = LedgerText()
    for raw in text.splitlines():
        line = raw.partition("#")[0].strip()
        if line:
            _read_line(found, Words(line))
    found.rules.setdefault(DEFAULT_PORTFOLIO, PortfolioRules())
    for transaction in found.transactions:
        if transaction.to_asset_id and transaction.asset_id:
            known = found.currencies.get(transaction.asset_id, transaction.currency)
            found.learn_currency(transaction.to_asset_id, known)
    return found


def _read_line(found: LedgerText, words: Words) -> None:
    if words.peek()[:1].isdigit():
        _read_transaction(found, words)
        return
    directive = words.next()
    if directive == "portfolio":
        _read_portfolio(found, words)
    elif directive == "asset":
        symbol = words.next()
        found.currencies[symbol] = words.next()
    elif directive == "price":
        day, symbol = date.fromisoformat(words.next()), words.next()
        found.closes.append((symbol, day, words.number()))
        found.learn_currency(symbol, words.next())
    elif directive == "rate":
        day = date.fromisoformat(words.next())
        base, _, quote = words.next().partition("/")
        number = len(found.rates) + 1
        found.rates.append(RateRow(number, base, quote, day, words.number(), "test"))
    elif directive == "stated":
        day, symbol = date.fromisoformat(words.next()), words.next()
        found.stated.append((symbol, Split(day, *_ratio(words.next()))))
    else:
        raise ValueError(f"No such directive: {words.line!r}")


def _read_portfolio(found: LedgerText, words: Words) -> None:
    name, fields = words.next(), {}
    if words.peek() and words.peek().isupper():
        fields["currency"] = words.next()
    while words.peek():
        match words.next():
            case "method":
                fields["method"] = CostBasisMethod(words.next())
            case "fees":
                fields["fees_in_cost"] = words.next() != "separate"
            case "dividends":
                fields["dividend_policy"] = DividendPolicy(words.next())
            case "cash":
                fields["track_cash"] = True
            case "shorts":
                fields["allow_short"] = True
            case word:
                raise ValueError(f"No such portfolio setting {word!r}: {words.line!r}")
    found.rules[name] = PortfolioRules(**fields)
    found.portfolio = name


def _read_transaction(found: LedgerText, words: Words) -> None:
    day, at = _read_when(words)
    verb = words.next()
    if (verb, words.peek()) in _TWO_WORDS:
        verb = _TWO_WORDS[verb, words.next()]
        words.take("capital")
    entry = len(found.transactions) + 1
    fields: dict[str, Any] = {"id": f"t{entry}", "portfolio_id": found.portfolio}
    if verb in _MONEY:
        fields |= _money(words)
    elif verb in _SHARES:
        fields |= _shares(words)
    else:
        fields |= _exchange(words)
    _read_options(fields, words)
    rules = found.rules.get(fields["portfolio_id"], PortfolioRules())
    if "currency" not in fields:
        symbol = fields.get("asset_id", "")
        fields["currency"] = found.currencies.get(symbol, rules.currency)
    if "fx_rate" in fields:
        fields["fx_quote"] = rules.currency
    type_ = _TYPES.get(verb) or TransactionType(verb.upper())
    found.transactions.append(Transaction(type=type_, day=day, at=at, entry=entry, **fields))
    if fields.get("asset_id") and verb not in {"merger", "spinoff", "symbol"}:
        found.learn_currency(fields["asset_id"], fields["currency"])


def _read_when(words: Words) -> tuple[date, datetime | None]:
    day = date.fromisoformat(words.next())
    if ":" not in words.peek():
        return day, None
    return day, datetime.fromisoformat(f"{day} {words.next()}").replace(tzinfo=UTC)


def _money(words: Words) -> dict[str, Any]:
    fields: dict[str, Any] = {"amount": words.number(), "currency": words.next()}
    if words.is_name():
        fields["asset_id"] = words.next()
    return fields


def _shares(words: Words) -> dict[str, Any]:
    return {"quantity": words.number(), "asset_id": words.next()}


def _exchange(words: Words) -> dict[str, Any]:
    fields: dict[str, Any] = {"asset_id": words.next()}
    if words.take("->"):
        fields["to_asset_id"] = words.next()
    if ":" in words.peek():
        fields["ratio_new"], fields["ratio_old"] = _ratio(words.next())
    return fields


def _read_options(fields: dict[str, Any], words: Words) -> None:
    while words.peek():
        match words.next():
            case "@":
                fields["price"] = words.number()
                _read_currency(fields, words)
            case "for" | "cash":
                fields["amount"] = words.number()
                _read_currency(fields, words)
            case "cost":
                fields["cost"] = words.number()
                _read_currency(fields, words)
            case "fee" | "tax" as name:
                fields[name] = words.number()
            case "fx":
                fields["fx_rate"] = words.number()
            case "share":
                fields["cost_share"] = words.number()
            case "lots":
                fields["lots"] = tuple(_picks(words))
            case "id":
                fields["id"] = words.next()
            case "in":
                fields["portfolio_id"] = words.next()
            case "to":
                fields["to_portfolio_id"] = words.next()
            case word:
                raise ValueError(f"Not understood: {word!r} in {words.line!r}")


def _read_currency(fields: dict[str, Any], words: Words) -> None:
    if words.is_name():
        fields["currency"] = words.next()


def _picks(words: Words) -> Iterable[LotPick]:
    while ":" in words.peek():
        name, _, quantity = words.next().partition(":")
        yield LotPick(name, Decimal(quantity))


def _ratio(text: str) -> tuple[Decimal, Decimal]:
    new, _, old = text.partition(":")
    return Decimal(new), Decimal(old)
