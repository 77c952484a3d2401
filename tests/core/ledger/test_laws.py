"""Laws that hold for any ledger."""

from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.errors import OversoldError
from argosy.core.ledger.book import replay
from argosy.core.ledger.transaction import CostBasisMethod, ledger_order
from argosy.core.money import exact_context
from tests.core.ledger.compare import dump
from tests.support.ledger import Ledger

LOT_METHODS = ("average", "fifo", "lifo", "hifo", "specific", "uk_pool")
TRADES = st.lists(
    st.tuples(st.integers(1, 500), st.integers(1, 900), st.integers(0, 20)), min_size=1, max_size=8
)


def _buys_and_one_sale(trades, *, scale=1):
    lines = [
        f"2024-01-{day:02d} buy {quantity * scale} ACME @ {price} USD fee {fee}"
        for day, (quantity, price, fee) in enumerate(trades, 1)
    ]
    whole = sum(quantity for quantity, _, _ in trades) * scale
    return lines, whole


@given(trades=TRADES, cut=st.integers(1, 99))
def test_every_method_realizes_the_same_once_the_position_is_flat(trades, cut):
    lines, whole = _buys_and_one_sale(trades)
    first = Decimal(whole) * cut / 100
    lines += [
        f"2024-03-01 sell {first} ACME @ 50 USD",
        f"2024-06-01 sell {whole - first} ACME @ 80 USD",
    ]
    ledger = Ledger.read("\n".join(lines))
    with exact_context():
        totals = {ledger.under(method=CostBasisMethod(name)).realized() for name in LOT_METHODS}
    assert len(totals) == 1


@given(trades=TRADES)
@pytest.mark.parametrize("method", LOT_METHODS)
def test_nothing_held_costs_exactly_nothing(method, trades):
    lines, _ = _buys_and_one_sale(trades)
    lines += ["2024-03-01 split ACME 7:3", "2024-03-02 capital 3 USD ACME"]
    ledger = Ledger.read("\n".join(lines)).under(method=CostBasisMethod(method))
    held = ledger.holding("ACME").quantity
    sold = Ledger.read("\n".join([*lines, f"2024-06-01 sell {held:f} ACME @ 80 USD"]))
    position = sold.under(method=CostBasisMethod(method)).holding("ACME")
    assert (position.quantity, position.cost, position.local_cost) == (0, 0, 0)
    assert position.lots() == ()


@given(trades=TRADES, ratio=st.sampled_from(("2:1", "3:1", "10:1", "5:4", "125:1")))
@pytest.mark.parametrize("method", LOT_METHODS)
def test_a_split_and_its_reverse_cancel(method, trades, ratio):
    lines, _ = _buys_and_one_sale(trades)
    new, old = ratio.split(":")
    back = [f"2024-03-01 split ACME {ratio}", f"2024-03-04 split ACME {old}:{new}"]
    plain = Ledger.read("\n".join(lines)).under(method=CostBasisMethod(method)).holding("ACME")
    split = Ledger.read("\n".join(lines + back)).under(method=CostBasisMethod(method))
    assert split.holding("ACME").lots() == plain.lots()
    assert split.holding("ACME").cost == plain.cost


@given(trades=TRADES)
def test_a_split_changes_no_cost_and_no_flow(trades):
    lines, _ = _buys_and_one_sale(trades)
    plain, split = (
        Ledger.read("\n".join(lines)),
        Ledger.read("\n".join([*lines, "2024-03-01 split ACME 3:2"])),
    )
    with exact_context():
        assert split.holding("ACME").cost == plain.holding("ACME").cost
        assert split.book().flows.days() == plain.book().flows.days()


@given(trades=TRADES, factor=st.sampled_from((2, 10, 1000)))
@pytest.mark.parametrize("method", LOT_METHODS)
def test_more_of_everything_gains_as_much_more(method, trades, factor):
    free = [(quantity, price, 0) for quantity, price, _ in trades]
    totals = []
    for scale in (1, factor):
        lines, whole = _buys_and_one_sale(free, scale=scale)
        lines.append(f"2024-06-01 sell {Decimal(whole) / 4} ACME @ 80 USD")
        totals.append(
            Ledger.read("\n".join(lines)).under(method=CostBasisMethod(method)).realized()
        )
    assert abs(totals[1] - totals[0] * factor) <= Decimal("1E-12")


@given(order=st.permutations(range(4)))
def test_the_order_of_a_day_is_total_and_not_that_of_the_input(order):
    ledger = Ledger.read("""
    2024-01-02       buy 10 ACME @ 100 USD
    2024-01-02 10:00 buy 10 ACME @ 90 USD
    2024-01-02 09:00 buy 5 ACME @ 80 USD
    2024-01-02       split ACME 2:1
    """)
    shuffled = [ledger.text.transactions[index] for index in order]
    assert [entry.id for entry in sorted(shuffled, key=ledger_order)] == ["t4", "t3", "t2", "t1"]


def test_a_corporate_action_comes_before_the_trades_of_its_day(ledger):
    """
    2024-01-02       buy 10 ACME @ 100 USD
    2024-06-03 08:00 buy 10 ACME @ 50 USD
    2024-06-03       split ACME 2:1
    """
    assert ledger.holding("ACME").quantity == 30


def test_a_date_alone_stands_after_every_time(ledger):
    """
    2024-01-02       sell 10 ACME @ 100 USD
    2024-01-02 23:59 buy 10 ACME @ 90 USD
    """
    assert ledger.realized() == 100


SNAPPING = [("0.9999999999991", True), ("1.0000000000009", True), ("0.9999999999989", False)]


@pytest.mark.parametrize("method", LOT_METHODS)
@pytest.mark.parametrize(("sold", "closes"), SNAPPING)
@pytest.mark.parametrize("verb", ["sell {} ACME @ 2 USD", "transfer out {} ACME @ 2 USD"])
def test_a_sale_or_transfer_within_1e_12_of_its_size_closes_the_position(
    method, sold, closes, verb
):
    text = f"2024-01-02 buy 1 ACME @ 3 USD\n2024-01-03 {verb.format(sold)}"
    position = Ledger.read(text).under(method=CostBasisMethod(method)).holding("ACME")
    assert (position.quantity == 0) is closes
    assert (position.cost == 0) is closes


@pytest.mark.parametrize("method", LOT_METHODS)
def test_more_than_1e_12_above_what_is_held_is_refused_with_the_day_and_the_quantity(method):
    text = "2024-01-02 buy 1 ACME @ 3 USD\n2024-01-03 sell 1.0000000000011 ACME @ 2 USD"
    with pytest.raises(OversoldError) as caught:
        Ledger.read(text).under(method=CostBasisMethod(method)).holding("ACME")
    assert (caught.value.held, str(caught.value.on)) == (1, "2024-01-03")


def test_a_buy_back_does_not_snap(ledger):
    """
    portfolio main USD shorts
    2024-01-02 sell 1 ACME @ 3 USD
    2024-01-03 buy 0.9999999999999 ACME @ 2 USD
    """
    assert ledger.holding("ACME").quantity == Decimal("-0.0000000000001")


def test_portfolios_that_do_not_meet_are_the_same_in_any_order(ledger):
    """
    portfolio one USD
    2024-01-02 buy 10 ACME @ 100 USD
    portfolio two USD method fifo
    2024-01-02 buy 7 ACME @ 90 USD
    2024-02-01 sell 3 ACME @ 95 USD
    """
    dumps = [
        dump(replay(order, ledger.rules, ledger.market))
        for order in permutations(ledger.transactions)
        if [x.id for x in order if x.portfolio_id == "two"] == ["t2", "t3"]
    ]
    assert all(one == dumps[0] for one in dumps)


@given(trades=TRADES)
@pytest.mark.parametrize("ratio", ["1:3", "3:7", "1:1000"])
def test_dust_never_becomes_a_negative_lot(ratio, trades):
    lines, _ = _buys_and_one_sale(trades)
    lines.append(f"2024-02-01 buy 0.000000000000000001 ACME @ 1 USD\n2024-02-02 split ACME {ratio}")
    position = Ledger.read("\n".join(lines)).under(method=CostBasisMethod.FIFO).holding("ACME")
    lots = position.lots()
    assert all(lot.quantity >= 0 for lot in lots)
    assert sum(lot.quantity for lot in lots) == position.quantity
