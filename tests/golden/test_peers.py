"""Mistakes that users reported to other trackers, worked by hand: each test is named by its issue.

GF = ghostfolio/ghostfolio, WF = wealthfolio/wealthfolio, PP = portfolio-performance/portfolio; read
in stored copies of the issues. Where an issue gives numbers they are used, else they are chosen here
and the arithmetic stands beside them.

Source: the public issue that each test is named by, in the project named above.
"""

from datetime import date
from decimal import Decimal

import pytest

from argosy.core.ledger.transaction import CostBasisMethod
from argosy.core.money import exact_context
from argosy.core.performance.twr import cumulative, daily_returns
from argosy.core.returns.series import daily_series
from tests.support.ledger import Ledger


def _total_gain(ledger: Ledger, symbol: str, on: str) -> Decimal:
    """Unrealized + realized + income − separate fees."""
    day, position = date.fromisoformat(on), ledger.holding(symbol)
    with exact_context():
        price = ledger.book().market_price(symbol, day)
        unrealized = position.quantity * price - position.cost
        return unrealized + position.realized() + position.income - position.fees_separate


def _twr(ledger: Ledger, on: str, portfolio: str | None = None) -> float:
    with exact_context():
        series = daily_series(ledger.book(portfolio), date.fromisoformat(on))
    return float(cumulative(daily_returns(series).returns)[-1])


def test_gf_673_a_full_sale_freezes_the_gain(ledger):
    """
    portfolio main EUR
    2021-03-24 buy 4 VWRL @ 92.96 EUR fee 0.37
    2021-12-01 sell 4 VWRL @ 106.94 EUR fee 0.42
    price 2021-03-24 VWRL 92.96 EUR
    price 2021-12-01 VWRL 106.94 EUR
    price 2022-02-04 VWRL 140 EUR
    """
    # 4 · (106.94 − 92.96) − 0.37 − 0.42 = 55.92 − 0.79 = 55.13, whatever the price does later
    assert _total_gain(ledger, "VWRL", "2022-02-04") == Decimal("55.13")
    assert _twr(ledger, "2022-02-04") == pytest.approx(_twr(ledger, "2021-12-01"), abs=1e-12)


def test_gf_3416_shares_sold_long_ago_do_not_lose_with_the_price_of_today(ledger):
    """
    portfolio main EUR
    2020-01-02 buy 8 PSM @ 20 EUR
    2020-06-02 sell 8 PSM @ 25 EUR
    2023-01-02 buy 10 PSM @ 10 EUR
    2023-06-02 buy 10 PSM @ 6 EUR
    price 2024-05-15 PSM 3 EUR
    """
    # held: 20 · 3 − 160 = −100, that is −62.5 % of the cost of what is held
    position = ledger.holding("PSM")
    assert (position.quantity, position.cost) == (20, 160)
    assert (20 * 3 - position.cost) / position.cost == Decimal("-0.625")
    # total: 8 · 5 − 100 = −60 on 160 + 160 paid = −18.75 %, never below −100 %
    assert _total_gain(ledger, "PSM", "2024-05-15") / position.bought == Decimal("-0.1875")


def test_gf_6286_buy_sell_and_buy_sell_again(ledger):
    """
    portfolio main USD fees separate
    2025-12-01 buy 1 JNUG @ 100.00 USD fee 1
    2025-12-11 sell 1 JNUG @ 118.66 USD fee 1
    2025-12-18 buy 1 JNUG @ 200.00 USD fee 1
    2025-12-28 sell 1 JNUG @ 225.29 USD fee 1
    """
    # the totals: gross 18.66 + 25.29 = 43.95; net of four fees 39.95 (18.66 was shown)
    assert ledger.realized() == Decimal("43.95")
    assert _total_gain(ledger, "JNUG", "2025-12-28") == Decimal("39.95")


def test_gf_5526_dividends_count_after_the_capital_is_paid_back(ledger):
    """
    portfolio main EUR
    2024-01-02 buy 1 ESTATE for 15005.00 EUR
    2024-03-01 dividend 162.55 EUR ESTATE tax 42.26
    2024-06-01 dividend 162.55 EUR ESTATE tax 42.26
    2024-09-01 dividend 162.55 EUR ESTATE tax 42.26
    2024-12-01 dividend 162.55 EUR ESTATE tax 42.26
    2025-01-02 sell 1 ESTATE for 15005.00 EUR
    """
    # 4 · (162.55 − 42.26) = 481.16; 481.16 / 15,005 = 3.21 % (0.00 and −1.13 % were shown)
    gain = _total_gain(ledger, "ESTATE", "2025-01-02")
    assert gain == Decimal("481.16")
    assert round(gain / ledger.holding("ESTATE").bought, 4) == Decimal("0.0321")


def test_gf_750_the_return_of_one_purchase_is_that_of_its_price(ledger):
    """
    portfolio main CHF
    2021-11-30 buy 2 BALN @ 136.6 CHF
    price 2021-12-18 BALN 148.9 CHF
    """
    # 148.9 / 136.6 − 1 = 0.0900439…
    ratio = _total_gain(ledger, "BALN", "2021-12-18") / ledger.holding("BALN").cost
    assert abs(ratio - Decimal("0.09004392386530014641")) < Decimal("1E-16")


def test_gf_826_a_partial_sale_leaves_the_average_price(ledger):
    """
    portfolio main CHF fees separate
    2022-03-07 buy 2 NOVN @ 75.8 CHF fee 1.3
    2022-04-08 sell 1 NOVN @ 85.73 CHF fee 2.95
    price 2022-04-11 NOVN 87.8 CHF
    """
    position = ledger.holding("NOVN")
    assert position.cost / position.quantity == Decimal("75.80")
    # gross (85.73 − 75.8) + (87.8 − 75.8) = 21.93; net of fees 21.93 − 4.25 = 17.68
    assert _total_gain(ledger, "NOVN", "2022-04-11") == Decimal("17.68")
    assert _total_gain(ledger, "NOVN", "2022-04-11") + position.fees == Decimal("21.93")


def test_gf_4041_several_purchases_gain_their_weighted_average(ledger):
    """
    2024-01-02 buy 10 ETF @ 100 USD
    2024-06-03 buy 30 ETF @ 120 USD
    price 2024-11-11 ETF 132 USD
    """
    # (1,000 · 32 % + 3,600 · 10 %) / 4,600 = 680 / 4,600
    ratio = _total_gain(ledger, "ETF", "2024-11-11") / ledger.holding("ETF").bought
    assert ratio == Decimal(680) / Decimal(4600)


def test_gf_5509_a_repeating_decimal_leaves_nothing_behind(ledger):
    """
    2024-01-02 buy 3 MSFT for 100 USD
    2024-02-01 sell 1 MSFT @ 40 USD
    2024-03-01 sell 1 MSFT @ 40 USD
    2024-04-01 sell 1 MSFT @ 40 USD
    """
    position = ledger.holding("MSFT")
    assert (position.quantity, position.cost) == (0, 0)
    with exact_context():
        assert ledger.realized() == 20


def test_wf_497_taking_almost_everything_out_is_no_loss(ledger):
    """
    2024-01-02 buy 100 ACME @ 10 USD
    2024-06-03 transfer out 99.999 ACME
    price 2024-01-02 ACME 10 USD
    price 2024-06-03 ACME 11 USD
    price 2024-12-02 ACME 11 USD
    """
    # (0.011 + 1,099.989) / 1,000 − 1 = +10 %, not −100 %
    assert _twr(ledger, "2024-12-02") == pytest.approx(0.10, abs=1e-12)


def test_wf_848_a_small_start_and_a_large_deposit(ledger):
    """
    portfolio main USD cash
    2024-01-02 deposit 100 USD
    2024-02-01 deposit 2000 USD
    2024-02-01 buy 10 AAPL @ 200 USD
    price 2024-02-01 AAPL 200 USD
    price 2024-03-01 AAPL 198.9 USD
    """
    # 2,089 / 2,100 − 1 = −0.52 % (−10.84 % was shown on one page, −0.52 % on the other)
    assert round(_twr(ledger, "2024-03-01"), 4) == -0.0052


WF_1782 = """
    portfolio a EUR
    2024-01-02 buy 10000 BOND @ 1.20 EUR
    2024-06-03 transfer out 10000 BOND to b
    portfolio b EUR
    price 2024-01-02 BOND 1.20 EUR
    price 2024-06-03 BOND 1.10 EUR
    price 2024-12-02 BOND 1.21 EUR
"""


def test_wf_1782_a_transfer_carries_its_cost_and_flows_at_market_value():
    ledger = Ledger.read(WF_1782)
    moved = date(2024, 6, 3)
    assert ledger.holding("BOND", "b").cost == 12000
    with exact_context():
        assert ledger.book("a").flows.days()[moved].money_out == 11000
        assert ledger.book("b").flows.days()[moved].money_in == 11000
    # a lost 11,000 / 12,000 − 1 = −8.33 %, b gained 12,100 / 11,000 − 1 = +10 %
    assert _twr(ledger, "2024-12-02", "a") == pytest.approx(-1000 / 12000, abs=1e-12)
    assert _twr(ledger, "2024-12-02", "b") == pytest.approx(0.10, abs=1e-12)


def test_pp_1817_the_parts_of_a_whole_add_up_over_a_transfer():
    ledger = Ledger.read(WF_1782)
    end = Decimal(12100)  # 10,000 · 1.21
    with exact_context():
        net = [
            sum(flow.money_in - flow.money_out for flow in ledger.book(name).flows.days().values())
            for name in ("a", "b")
        ]
    # a: 12,000 in, 11,000 out; b: 11,000 in: gains −1,000 + 1,100 = 100 = 12,100 − 12,000
    assert (0 - net[0]) + (end - net[1]) == end - 12000


def test_pp_30_and_wf_394_a_transfer_is_no_sale_and_lots_keep_their_days():
    ledger = Ledger.read(WF_1782).under(method=CostBasisMethod.FIFO)
    assert ledger.realized("a") == 0
    assert [lot.day for lot in ledger.holding("BOND", "b").lots()] == [date(2024, 1, 2)]


def test_pp_1042_shares_delivered_from_outside_are_no_gain(ledger):
    """
    2024-01-02 transfer in 10 ACME cost 600 USD
    price 2024-01-02 ACME 100 USD
    price 2024-06-03 ACME 110 USD
    """
    # they came in worth 1,000 and are worth 1,100: +10 %, although they had cost 600
    assert _twr(ledger, "2024-06-03") == pytest.approx(0.10, abs=1e-12)
    assert ledger.holding("ACME").cost == 600


def test_beangrow_6_a_transfer_out_flows_at_market_value_not_at_cost(ledger):
    """
    2020-01-01 buy 1000 HOOL @ 1 USD
    2020-10-02 transfer out 1000 HOOL
    price 2020-10-01 HOOL 1.1 USD
    """
    with exact_context():
        assert ledger.book().flows.days()[date(2020, 10, 2)].money_out == 1100


def test_wf_1258_average_and_first_in_first_out_side_by_side(ledger):
    """
    portfolio main GBP
    2024-01-02 buy 100 A @ 10 GBP
    2024-02-01 buy 100 A @ 20 GBP
    2024-03-01 sell 100 A @ 25 GBP
    """
    # average 15: 100 · 10 realized, 1,500 left; FIFO: 100 · 15 realized, 2,000 left
    assert (ledger.realized(), ledger.holding("A").cost) == (1000, 1500)
    fifo = ledger.under(method=CostBasisMethod.FIFO)
    assert (fifo.realized(), fifo.holding("A").cost) == (1500, 2000)


def test_wf_1124_without_cash_a_purchase_is_money_in(ledger):
    """
    2024-01-02 buy 10 ACME @ 100 USD
    price 2024-01-02 ACME 100 USD
    price 2024-06-03 ACME 105 USD
    """
    assert ledger.book().cash == {}
    assert _twr(ledger, "2024-06-03") == pytest.approx(0.05, abs=1e-12)


def test_fava_portfolio_returns_177_a_switch_between_funds_moves_nothing(ledger):
    """
    2024-01-02       buy 10 OLD @ 100 USD
    2024-06-03 09:00 sell 10 OLD @ 120 USD
    2024-06-03 10:00 buy 24 NEW @ 50 USD
    price 2024-01-02 OLD 100 USD
    price 2024-06-02 OLD 120 USD
    price 2024-06-03 NEW 50 USD
    price 2024-06-30 NEW 55 USD
    """
    with exact_context():
        flow = ledger.book().flows.days()[date(2024, 6, 3)]
    assert (flow.money_in, flow.money_out) == (0, 0)
    # 120 / 100 · 55 / 50 − 1 = 32 %
    assert _twr(ledger, "2024-06-30") == pytest.approx(0.32, abs=1e-12)


def test_gf_1693_a_split_is_neither_gain_nor_loss(ledger):
    """
    2024-01-02 buy 10 NVDA @ 1200 USD
    2024-06-10 split NVDA 10:1
    price 2024-01-02 NVDA 1200 USD
    price 2024-06-07 NVDA 1200 USD
    price 2024-06-10 NVDA 120 USD
    price 2024-06-28 NVDA 123 USD
    """
    position = ledger.holding("NVDA")
    assert (position.quantity, position.cost) == (100, 12000)
    assert _twr(ledger, "2024-06-28") == pytest.approx(123 / 120 - 1, abs=1e-12)


def test_gf_300_pence_are_the_hundredth_part_of_a_pound(ledger):
    """
    portfolio main GBP cash
    asset VOD GBp
    2024-01-02 buy 100 VOD @ 70 GBp fee 100
    2024-06-03 sell 100 VOD @ 80 GBp
    """
    # 100 · 0.70 + 1.00 = 71 paid, 80 received
    assert (ledger.realized(), ledger.book().cash) == (9, {"GBP": 9})
