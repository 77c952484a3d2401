"""Lots add up to their disposal, years to the whole, and every method to the same in the end."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.ledger.transaction import CostBasisMethod
from argosy.core.money import ZERO, exact_context
from argosy.core.valuation.gains import (
    AMOUNTS,
    Term,
    cost_on,
    realized_gains,
    totals,
    totals_by_term,
)
from argosy.core.valuation.wash_sales import wash_sales
from argosy.core.valuation.worklist import Lack, worklist
from tests.support.ledger import Ledger

D = Decimal
METHODS = ("average", "fifo", "lifo", "hifo", "specific", "uk_pool")
ALWAYS = (date.min, date.max)

TRADES = st.lists(
    st.tuples(
        st.integers(1, 400),  # days until the next one
        st.sampled_from(["buy", "sell", "split"]),
        st.decimals(D("0.001"), 99, places=3),
        st.decimals(D("0.01"), 999, places=2),
        st.decimals(0, 5, places=2),
    ),
    min_size=1,
    max_size=12,
)


def _ledger(trades, *, flat: bool = False) -> Ledger:
    """A possible history of one asset in euros, seen in dollars; `flat`: all sold in the end."""
    day, held = date(2015, 1, 5), ZERO
    lines = ["portfolio main USD", "asset ACME EUR", f"rate {day} EUR/USD 1.1"]
    for number, (gap, kind, quantity, price, fee) in enumerate(trades):
        day += timedelta(days=gap)
        lines.append(f"rate {day} EUR/USD {D('0.9') + D(number % 5) / 10}")
        if kind == "split" and held:
            lines.append(f"{day} split ACME 3:2")
            held = (held * 3 / 2).quantize(D("1E-18"))
        elif kind == "sell" and held:
            sold = min(quantity, held)
            lines.append(f"{day} sell {sold:f} ACME @ {price} EUR fee {fee}")
            held -= sold
        else:
            lines.append(f"{day} buy {quantity} ACME @ {price} EUR fee {fee}")
            held += quantity
    if flat and held:
        lines.append(f"{day + timedelta(days=40)} sell {held:f} ACME @ 55.55 EUR")
    return Ledger.read("\n".join(lines))


@given(trades=TRADES)
@pytest.mark.parametrize("method", METHODS)
def test_the_lots_of_a_disposal_add_up_to_it_in_every_figure(method, trades):
    book = _ledger(trades, flat=True).under(method=CostBasisMethod(method)).book()
    found = realized_gains(book, *ALWAYS)
    with exact_context():
        assert sum((one.gain for one in found), ZERO) == book.positions["ACME"].realized()
        for one in found:
            for name in (*AMOUNTS, "fees"):
                parts = sum((getattr(lot, name) for lot in one.lots), ZERO)
                assert parts == getattr(one, name), name
            for lot in one.lots:
                assert lot.gain == lot.proceeds - lot.cost == lot.price_part + lot.currency_part


@given(trades=TRADES)
@pytest.mark.parametrize("method", METHODS)
def test_years_and_terms_add_up_to_the_whole(method, trades):
    book = _ledger(trades).under(method=CostBasisMethod(method)).book()
    whole = totals(realized_gains(book, *ALWAYS))
    years = [
        totals(realized_gains(book, date(year, 1, 1), date(year, 12, 31)))
        for year in range(2015, 2031)
    ]
    terms = totals_by_term(realized_gains(book, *ALWAYS)).values()
    with exact_context():
        for name in (*AMOUNTS, "gains", "losses", "fees"):
            assert sum(getattr(one, name) for one in years) == getattr(whole, name)
            assert sum(getattr(one, name) for one in terms) == getattr(whole, name)
    assert sum(one.count for one in years) == whole.count


@given(trades=TRADES)
def test_all_methods_realize_the_same_once_everything_is_sold(trades):
    ledger = _ledger(trades, flat=True)
    sums = {
        totals(realized_gains(ledger.under(method=CostBasisMethod(name)).book(), *ALWAYS)).gain
        for name in METHODS
    }
    assert len(sums) == 1


@given(trades=TRADES)
@pytest.mark.parametrize("method", METHODS)
def test_the_cost_of_a_past_day_is_that_of_a_ledger_cut_there(method, trades):
    ledger = _ledger(trades).under(method=CostBasisMethod(method))
    position = ledger.book().positions["ACME"]
    last = ledger.transactions[-1].day
    assert cost_on(position, last) == position.cost
    day = ledger.transactions[len(ledger.transactions) // 2].day
    cut = ledger.under()
    cut.transactions = [line for line in ledger.transactions if line.day <= day]
    assert cost_on(position, day) == cut.book().positions["ACME"].cost
    assert cost_on(position, date(2014, 1, 1)) == 0


@given(trades=TRADES)
@pytest.mark.parametrize("method", METHODS[:-1])
def test_each_share_bought_replaces_at_most_one_that_was_sold_at_a_loss(method, trades):
    ledger = _ledger([(gap % 20 + 1, *rest) for gap, *rest in trades])
    book = ledger.under(method=CostBasisMethod(method)).book()
    found = realized_gains(book, *ALWAYS)
    bought = {line.id: line for line in ledger.transactions if line.type.value == "BUY"}
    hints = wash_sales(book, ledger.transactions, found)
    for at, hint in hints.items():
        one = found[at]
        losing = [lot for lot in one.lots if lot.gain < 0]
        with exact_context():
            assert 0 < hint.quantity <= sum((lot.piece.quantity for lot in losing), ZERO)
            assert sum((lot.gain for lot in losing), ZERO) <= hint.loss < 0
        for key in hint.transactions:
            assert abs((bought[key].day - one.disposal.day).days) <= 30
    if not any(line.type.value == "SPLIT" for line in ledger.transactions):
        with exact_context():
            replaced = sum((hint.quantity for hint in hints.values()), ZERO)
            assert replaced <= sum((line.quantity or ZERO for line in bought.values()), ZERO)


def test_what_is_held_a_day_longer_is_long_term(ledger):
    """
    portfolio main USD method fifo
    2021-03-01 buy 10 ACME @ 10 USD
    2021-03-02 buy 10 ACME @ 10 USD
    2022-03-02 sell 20 ACME @ 12 USD fee 3
    """
    (one,) = realized_gains(ledger.book(), *ALWAYS)
    assert [(lot.days_held, lot.term) for lot in one.lots] == [(366, Term.LONG), (365, Term.SHORT)]
    assert (one.term, one.days_held, one.fees) == (Term.UNKNOWN, 366, 3)
    terms = totals_by_term([one])
    assert (terms[Term.LONG].gain, terms[Term.SHORT].gain) == (D("18.5"), D("18.5"))
    (short,) = realized_gains(ledger.book(), *ALWAYS, long_term_days=366)
    assert short.term is Term.SHORT


def test_what_covers_a_short_is_short_term_and_pays_its_own_fee(ledger):
    """
    portfolio main USD shorts
    2020-01-02 sell 10 ACME @ 30 USD
    2024-01-02 buy 20 ACME @ 20 USD fee 4
    """
    (one,) = realized_gains(ledger.book(), *ALWAYS)
    assert (one.gain, one.term, one.days_held, one.fees) == (98, Term.SHORT, 1461, 2)


def test_capital_paid_back_beyond_the_cost_has_no_lots_and_no_term(ledger):
    """
    2020-01-02 buy 10 ACME @ 10 USD
    2024-01-02 capital 130 USD ACME
    """
    (one,) = realized_gains(ledger.book(), *ALWAYS)
    assert (one.gain, one.lots, one.term, one.acquired) == (30, (), Term.UNKNOWN, None)
    assert totals_by_term([one])[Term.UNKNOWN].gain == 30


def test_a_purchase_sold_before_the_loss_replaces_nothing(ledger):
    """
    portfolio main USD method fifo
    2024-01-02 buy 1 XYZ @ 100 USD id first
    2024-01-02 09:00 sell 1 XYZ @ 110 USD
    2024-01-03 buy 3 XYZ @ 100 USD id second
    2024-01-03 sell 3 XYZ @ 90 USD
    2024-01-04 buy 1 XYZ @ 100 USD id third
    2024-01-04 sell 1 XYZ @ 110 USD
    """
    ledger.transactions.sort(key=lambda line: line.entry)
    found = realized_gains(ledger.book(), *ALWAYS)
    (hint,) = wash_sales(ledger.book(), ledger.transactions, found).values()
    assert (hint.transactions, hint.quantity, hint.loss) == (("third",), 1, -10)


def test_days_31_apart_and_a_pool_get_no_hint(ledger):
    """
    portfolio main USD method fifo
    2023-01-02 buy 10 ACME @ 10 USD
    2024-03-01 sell 5 ACME @ 8 USD
    2024-04-01 buy 5 ACME @ 8 USD
    """
    assert (
        wash_sales(ledger.book(), ledger.transactions, realized_gains(ledger.book(), *ALWAYS)) == {}
    )
    near = Ledger.read(
        "2023-01-02 buy 9 A @ 9 USD\n2024-03-01 sell 5 A @ 8 USD\n2024-03-31 buy 2 A @ 8 USD"
    )
    found = realized_gains(near.book(), *ALWAYS)
    assert [x.quantity for x in wash_sales(near.book(), near.transactions, found).values()] == [2]
    pooled = near.under(method=CostBasisMethod.UK_POOL).book()
    assert wash_sales(pooled, near.transactions, realized_gains(pooled, *ALWAYS)) == {}


def test_shares_split_since_count_as_what_they_became(ledger):
    """
    portfolio main USD method fifo
    2023-01-02 buy 10 ACME @ 100 USD
    2024-03-01 buy 2 ACME @ 90 USD id near
    2024-03-05 split ACME 2:1
    2024-03-10 sell 20 ACME @ 40 USD
    """
    found = realized_gains(ledger.book(), *ALWAYS)
    (hint,) = wash_sales(ledger.book(), ledger.transactions, found).values()
    assert (hint.quantity, hint.loss, hint.transactions) == (4, -40, ("near",))


@pytest.mark.parametrize("method", ["fifo", "uk_pool"])
def test_sales_without_an_acquisition_are_work_to_do(method):
    text = """
    portfolio main USD shorts
    2024-01-02 buy 4 ACME @ 10 USD
    2024-02-01 sell 10 ACME @ 12 USD id sale
    """
    ledger = Ledger.read("\n".join(map(str.strip, text.strip().splitlines())))
    ledger = ledger.under(method=CostBasisMethod(method))
    book = ledger.book()
    found = realized_gains(book, *ALWAYS)
    (todo,) = worklist(book, ledger.transactions, found, until=date.max)
    assert (todo.lack, todo.transaction_id, todo.quantity) == (Lack.UNMATCHED_SALE, "sale", 6)
    assert worklist(book, ledger.transactions, found, until=date(2024, 1, 31)) == ()


def test_costs_that_are_unknown_or_assumed_are_work_to_do(ledger):
    """
    portfolio main USD method specific
    asset EURO EUR
    rate 2024-02-01 EUR/USD 1.1
    2024-01-02 buy 4 EURO @ 10 EUR
    2024-01-02 transfer in 5 ACME @ 7 USD id moved
    2024-02-01 sell 4 EURO @ 12 EUR id sale
    """
    book = ledger.book()
    found = realized_gains(book, *ALWAYS)
    todos = worklist(book, ledger.transactions, found, until=date.max)
    assert [(todo.transaction_id, todo.lack) for todo in todos] == [
        ("moved", Lack.COST_ASSUMED),
        ("sale", Lack.COST_UNKNOWN),
        ("sale", Lack.LOTS_NOT_NAMED),
    ]
    assert totals(found).gain is None
    assert totals(found).proceeds == D("52.8")
