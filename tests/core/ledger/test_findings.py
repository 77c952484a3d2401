"""Mistakes that the oracle found in the engine, each as its smallest ledger."""

from decimal import Decimal

import pytest

from argosy.core.errors import InputError
from argosy.core.ledger.book import replay
from argosy.core.money import exact_context
from tests.support.ledger import Ledger, gain


def test_two_sales_of_one_day_share_their_cost_by_quantity(ledger):
    """
    portfolio main GBP method uk_pool
    2024-01-02       buy 100 ACME @ 1 GBP
    2024-06-03 09:00 buy 10 ACME @ 2 GBP
    2024-06-03 10:00 sell 10 ACME @ 3 GBP
    2024-06-03 11:00 sell 10 ACME @ 3 GBP
    """
    # The day's sale of 20: 10 of the day's purchase (20), 10 of the pool (10); each sale has half.
    assert [disposal.cost for disposal in ledger.disposals()] == [15, 15]


def test_a_transfer_takes_from_the_days_purchases_too_and_leaves_no_cost_behind(ledger):
    """
    portfolio main GBP method uk_pool
    2024-01-02       buy 10 ACME @ 1 GBP
    2024-06-03 09:00 buy 10 ACME @ 5 GBP
    2024-06-03 10:00 transfer out 15 ACME @ 3 GBP
    2024-06-03 11:00 sell 5 ACME @ 6 GBP
    """
    position = ledger.holding("ACME")
    assert (position.quantity, position.cost) == (0, 0)


def test_a_return_of_capital_on_the_day_of_purchase_leaves_no_cost_below_zero(ledger):
    """
    portfolio main GBP method uk_pool
    2024-06-03 09:00 buy 10 ACME @ 10 GBP
    2024-06-03 10:00 capital 50 GBP ACME
    2024-06-03 11:00 sell 10 ACME @ 12 GBP
    """
    position = ledger.holding("ACME")
    assert (position.quantity, position.cost, ledger.realized()) == (0, 0, 70)


def test_a_split_of_an_emptied_pool_counts_for_shares_that_a_repurchase_gives_back(ledger):
    """
    portfolio main GBP method uk_pool
    2024-01-02 buy 10 ACME @ 8 GBP
    2024-06-03 sell 10 ACME @ 9 GBP
    2024-06-04 split ACME 4:1
    2024-06-05 buy 20 ACME @ 3 GBP
    """
    # 20 new shares are 5 of the sold ones: these stay in the pool, 20 shares for 5 · 8 = 40.
    position = ledger.holding("ACME")
    assert (position.quantity, position.cost) == (20, 40)
    assert ledger.realized() == 10 * 9 - 20 * 3 - 5 * 8


def test_matching_inside_the_pool_does_not_snap(ledger):
    """
    portfolio main GBP method uk_pool
    2024-01-02       buy 10 ACME @ 1 GBP
    2024-06-03 09:00 buy 4.0000000000000001 ACME @ 2 GBP
    2024-06-03 10:00 sell 4 ACME @ 3 GBP
    """
    position = ledger.holding("ACME")
    assert position.quantity == Decimal("10.0000000000000001")
    assert [lot.quantity for lot in position.lots()] == [position.quantity]


@pytest.mark.parametrize(
    "line",
    ["reward 4 ACME @ 5 USD", "transfer in 4 ACME cost 20 USD", "opening 4 ACME @ 5 USD"],
)
def test_shares_in_kind_buy_back_a_short(line):
    ledger = Ledger.read(f"""
    portfolio main USD shorts
    2024-01-02 sell 10 ACME @ 6 USD
    2024-01-03 {line}
    price 2024-01-02 ACME 6 USD
    """)
    position = ledger.holding("ACME")
    assert (position.quantity, position.cost) == (-6, -36)
    assert ledger.realized() == 4  # 4 · 6 came in, 20 are paid now


def test_money_paid_on_a_short_is_a_gain_and_leaves_its_proceeds_alone(ledger):
    """
    portfolio main USD shorts
    2024-01-02 sell 10 ACME @ 6 USD
    2024-01-03 capital 5 USD ACME
    """
    assert (ledger.holding("ACME").cost, ledger.realized()) == (-60, 5)


def test_the_lots_of_a_short_bought_back_add_up_to_what_was_paid(ledger):
    """
    portfolio main USD method fifo shorts
    2024-01-02 sell 10 ACME @ 6 USD
    2024-01-03 sell 10 ACME @ 8 USD
    2024-01-04 buy 15 ACME @ 5 USD
    """
    (disposal,) = ledger.disposals()
    assert (disposal.proceeds, disposal.cost) == (100, 75)
    assert [(piece.quantity, piece.cost) for piece in disposal.pieces] == [(10, 50), (5, 25)]


def test_named_lots_are_heard_under_specific_only(ledger):
    """
    portfolio main USD method fifo
    2024-01-02 buy 10 ACME @ 100 USD id old
    2024-02-01 buy 10 ACME @ 120 USD id new
    2024-03-01 sell 5 ACME @ 150 USD lots new:5
    """
    assert ledger.gains() == [gain("250 USD", bought="2024-01-02")]


def test_named_lots_never_give_more_than_the_sale(ledger):
    """
    portfolio main USD method specific
    2024-01-02 buy 10 ACME @ 100 USD id old
    2024-02-01 buy 10 ACME @ 120 USD id new
    2024-03-01 sell 5 ACME @ 150 USD lots new:8
    """
    position = ledger.holding("ACME")
    assert sum(lot.quantity for lot in position.lots()) == position.quantity == 15
    assert position.cost == 10 * 100 + 5 * 120


def test_a_named_lot_that_is_almost_taken_keeps_its_rest():
    ledger = Ledger.read("""
    portfolio main USD method specific
    2024-01-02 buy 10 ACME @ 100 USD id old
    2024-02-01 buy 10 ACME @ 120 USD id new
    2024-03-01 sell 9.999999999999 ACME @ 150 USD lots new:9.999999999999
    """)
    position = ledger.holding("ACME")
    assert sum(lot.quantity for lot in position.lots()) == position.quantity


def test_lots_of_one_day_keep_their_order_through_a_transfer(ledger):
    """
    portfolio main USD method lifo
    2024-01-02 09:00 buy 10 ACME @ 100 USD
    2024-01-02 10:00 buy 10 ACME @ 120 USD
    2024-02-01       transfer out 15 ACME to other
    portfolio other USD method fifo
    price 2024-01-02 ACME 110 USD
    """
    assert [lot.cost for lot in ledger.holding("ACME", "other").lots()] == [500, 1200]


def test_a_checkpoint_is_carried_on_with_the_market_that_is_given():
    ledger = Ledger.read("""
    2024-01-02 buy 10 ACME @ 100 USD
    2024-02-01 transfer out 4 ACME
    """)
    bought, moved = ledger.transactions
    checkpoint = replay([bought], ledger.rules, ledger.market)
    priced = Ledger.read("price 2024-01-31 ACME 150 USD").market
    book = replay([moved], ledger.rules, priced, books=checkpoint)["main"]
    with exact_context():
        assert book.flows.days()[moved.day].money_out == 600


@pytest.mark.parametrize(
    "line", ["merger ACME -> BETA 1:1 cash 10 USD share 0.1", "split ACME 3:2 cash 10 USD"]
)
def test_cash_of_a_corporate_action_on_a_short_is_refused_with_advice(line):
    ledger = Ledger.read(f"""
    portfolio main USD shorts
    2024-01-02 sell 5 ACME @ 6 USD
    2024-01-03 {line}
    """)
    with pytest.raises(InputError, match="purchase"):
        ledger.book()


@pytest.mark.parametrize("method", ["average", "fifo", "uk_pool"])
def test_charges_above_a_payment_are_a_loss_and_raise_no_cost(method):
    ledger = Ledger.read(f"""
    portfolio main USD method {method} dividends reduces_cost
    2024-01-02 buy 10 ACME @ 10 USD
    2024-01-03 dividend 1 USD ACME tax 3
    2024-01-04 sell 4 ACME @ 10 USD
    2024-01-05 sell 6 ACME @ 10 USD
    2024-01-08 capital 1 USD ACME tax 3
    """)
    position = ledger.holding("ACME")
    assert (position.cost, position.local_cost, position.lots()) == (0, 0, ())
    assert [disposal.gain for disposal in ledger.disposals()] == [-2, 0, 0, -2]


@pytest.mark.parametrize(
    "line",
    [
        "merger ACME -> BETA 1:2",
        "symbol ACME -> BETA",
        "spinoff ACME -> BETA 1:2 share 0.5",
        "merger ACME cash 10 USD",
        "split ACME 3:4 cash 10 USD",
    ],
)
def test_a_sale_that_waits_for_its_shares_in_a_pool_is_not_exchanged(line):
    ledger = Ledger.read(f"""
    portfolio main USD method uk_pool shorts
    2024-01-02 sell 10 ACME @ 6 USD
    2024-01-03 {line}
    """)
    with pytest.raises(InputError, match=r"short position"):
        ledger.book()


def test_cash_for_a_fraction_is_in_the_shares_of_a_second_split_of_the_day(ledger):
    """
    portfolio main GBP method uk_pool
    2024-01-02 buy 3 ACME @ 4 GBP
    2024-01-03 split ACME 3:2 cash 1 GBP
    2024-01-03 split ACME 2:1
    """
    # Of 4.5 shares that cost 12 half a one is sold: a ninth of the cost.
    (disposal,) = ledger.disposals()
    assert disposal.cost == Decimal("1.333333333333333333")
    position = ledger.holding("ACME")
    assert (position.quantity, position.cost) == (8, 12 - disposal.cost)
