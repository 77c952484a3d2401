"""Random small ledgers with their prices, rates and splits, written as text."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from tests.support.ledger import Ledger

MONDAY = date(2024, 2, 26)
DAYS = 26
ASSETS = {"ACME": "USD", "BETA": "EUR", "PENCE": "GBp"}
RATIOS = ("2:1", "1:4", "3:2")


@dataclass
class Writer:
    """Writes lines that a ledger can bear, by what is held."""

    lines: list[str]
    shorts: bool
    held: dict[str, Decimal] = field(default_factory=dict)

    def event(self, draw: st.DrawFn, day: date) -> None:
        kind = draw(
            st.sampled_from(
                (
                    "buy",
                    "buy",
                    "buy",
                    "sell",
                    "sell",
                    "close",
                    "dividend",
                    "interest",
                    "fee",
                    "deposit",
                    "withdrawal",
                    "reward",
                    "opening",
                    "switch",
                )
            )
        )
        asset = draw(st.sampled_from(tuple(ASSETS)))
        price, fee = draw(st.integers(5, 400)), draw(st.sampled_from(("0", "0", "1.25")))
        if kind in {"buy", "opening", "reward"}:
            self._in(kind, day, asset, Decimal(draw(st.integers(1, 90))), f"{price}", fee)
        elif kind in {"sell", "close", "switch"}:
            self._out(draw, kind, day, asset, price, fee)
        elif kind in {"dividend", "interest"}:
            name = asset if kind == "dividend" else ""
            self.lines.append(
                f"{day} {kind} {price} {draw(st.sampled_from(('USD', 'EUR')))} {name} tax {fee}"
            )
        elif kind == "fee":
            self.lines.append(f"{day} fee {fee} EUR")
        else:
            self.lines.append(f"{day} {kind} {price * 100} EUR")

    def _in(
        self, kind: str, day: date, asset: str, quantity: Decimal, price: str, fee: str
    ) -> None:
        self.held[asset] = self.held.get(asset, Decimal(0)) + quantity
        tail = "" if kind == "reward" else f" fee {fee}"
        self.lines.append(f"{day} {kind} {quantity} {asset} @ {price} {ASSETS[asset]}{tail}")

    def _out(self, draw: st.DrawFn, kind: str, day: date, asset: str, price: int, fee: str) -> None:
        held = self.held.get(asset, Decimal(0))
        quantity = held
        if kind == "sell" and held > 0:
            quantity = (held * draw(st.sampled_from((Decimal("0.25"), Decimal("0.5"))))).quantize(
                Decimal("1E-6")
            )
        if quantity <= 0:
            if not self.shorts:
                return
            quantity = Decimal(draw(st.integers(1, 20)))
        self.held[asset] = held - quantity
        self.lines.append(f"{day} sell {quantity} {asset} @ {price} {ASSETS[asset]} fee {fee}")
        if kind == "switch":
            other = draw(st.sampled_from(tuple(ASSETS)))
            self._in("buy", day, other, Decimal(draw(st.integers(1, 50))), f"{price}", fee)

    def split(self, draw: st.DrawFn, day: date) -> None:
        asset, ratio = draw(st.sampled_from(tuple(ASSETS))), draw(st.sampled_from(RATIOS))
        where = draw(st.sampled_from(("asset", "ledger", "both", "day before", "day after")))
        if where != "ledger":
            shift = {"day before": -1, "day after": 1}.get(where, 0)
            self.lines.append(f"stated {day + timedelta(days=shift)} {asset} {ratio}")
        if where != "asset":
            new, old = map(Decimal, ratio.split(":"))
            self.lines.append(f"{day} split {asset} {ratio}")
            self.held[asset] = (self.held.get(asset, Decimal(0)) * new / old).quantize(
                Decimal("1E-18")
            )


@st.composite
def stories(draw: st.DrawFn, *, shorts: bool = False, whole: bool = False) -> Ledger:
    """Draw a ledger of some weeks; with `whole` every price and rate is there from the start."""
    base = draw(st.sampled_from(("USD", "EUR", "GBP")))
    settings = "".join(word for word in (" cash", " fees separate") if draw(st.booleans()))
    lines = [f"portfolio main {base}{settings}{' shorts' if shorts else ''}"]
    lines += [f"asset {symbol} {currency}" for symbol, currency in ASSETS.items()]
    early = MONDAY - timedelta(days=3)
    for symbol, currency in ASSETS.items():
        days = [early] if whole else []
        days += draw(st.lists(st.integers(0, DAYS), max_size=8, unique=True).map(_weekdays))
        lines += [f"price {day} {symbol} {draw(st.integers(5, 400))} {currency}" for day in days]
    for pair, low in (("EUR/USD", 100), ("EUR/GBP", 80), ("USD/GBP", 70)):
        days = [early] if whole else []
        days += draw(st.lists(st.integers(0, DAYS), max_size=4, unique=True).map(_weekdays))
        if pair != "USD/GBP":
            lines += [
                f"rate {day} {pair} {Decimal(low + draw(st.integers(0, 25))) / 100}" for day in days
            ]
        elif draw(st.booleans()):
            lines += [
                f"rate {day} {pair} {Decimal(low + draw(st.integers(0, 25))) / 100}"
                for day in days[:2]
            ]
    writer = Writer(lines, shorts)
    split_on = draw(st.integers(5, 15))
    writer._in(
        "buy", MONDAY + timedelta(days=draw(st.integers(0, 3))), "ACME", Decimal(10), "100", "0"
    )
    for step in sorted(draw(st.lists(st.integers(4, DAYS), max_size=9))):
        if step >= split_on:
            writer.split(draw, MONDAY + timedelta(days=split_on))
            split_on = DAYS + 1
        writer.event(draw, MONDAY + timedelta(days=step))
    return Ledger.read("\n".join(lines))


def _weekdays(steps: list[int]) -> list[date]:
    days = (MONDAY + timedelta(days=step) for step in steps)
    return sorted(day for day in days if day.weekday() < 5)
