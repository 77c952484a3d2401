"""What a portfolio held through and does not book is proposed, once, and nothing is booked."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from argosy.core.ledger.book import Book, replay
from argosy.core.ledger.proposals import ProposalKey, propose
from argosy.core.ledger.transaction import (
    PortfolioRules,
    Transaction,
    TransactionType,
    ledger_order,
)
from argosy.core.market.actions import Action, AssetActions
from argosy.core.market.asset import Dividend, Split
from tests.support.ledger import Ledger, make_market

T = TransactionType
FIRST = date(2024, 1, 1)
UNTIL = date(2025, 6, 30)
RULES = PortfolioRules(currency="USD")


def day(offset):
    return FIRST + timedelta(days=offset)


def said(*events):
    return tuple(Action(one, ("yahoo",)) for one in events)


def known(*events):
    splits = [one for one in events if isinstance(one, Split)]
    paid = [one for one in events if isinstance(one, Dividend)]
    return {"ACME": AssetActions(said(*splits), said(*paid))}


def dividend(ex, amount="0.5", *, pays=None):
    return Dividend(ex, Decimal(amount), "USD", pays)


def split(on, new=2, old=1):
    return Split(on, Decimal(new), Decimal(old))


def book_of(lines, actions) -> Book:
    stated = [(key, one.event) for key, found in actions.items() for one in found.splits]
    market = make_market({"ACME": "USD"}, stated=stated)
    return replay(sorted(lines, key=ledger_order), {"main": RULES}, market)["main"]


def proposals(lines, actions, *, dismissed=(), until=UNTIL):
    def again(splits):
        more = [line(T.SPLIT, one.day, ratio=one) for _, one in splits]
        return book_of([*lines, *more], actions)

    return propose(
        book_of(lines, actions), lines, actions, again=again, until=until, dismissed=dismissed
    )


def line(kind, on, *, ratio=None, **fields):
    exact = {name: Decimal(value) for name, value in fields.items() if name != "external_id"}
    return Transaction(
        id=f"{kind}-{on}-{fields.get('external_id', '')}",
        portfolio_id="main",
        type=kind,
        day=on,
        asset_id="ACME",
        ratio_new=ratio and ratio.new,
        ratio_old=ratio and ratio.old,
        external_id=fields.get("external_id"),
        **exact,
    )


def buy(on, quantity):
    return line(T.BUY, on, quantity=quantity, price="10")


def booked(proposal):
    """The line that a proposal becomes."""
    if proposal.amount is None:
        made = line(T.SPLIT, proposal.on, ratio=proposal.action.event)
    else:
        made = line(T.DIVIDEND, proposal.on)._replace(amount=proposal.amount)
    return made._replace(id=proposal.key.text, external_id=proposal.key.text)


def test_a_dividend_is_proposed_for_the_shares_held_before_its_ex_day():
    lines = [buy(day(0), "10"), buy(day(30), "5")]
    (one,) = proposals(lines, known(dividend(day(30))))
    assert (one.shares, one.amount, one.on, one.dismissed) == (10, 5, day(30), False)


def test_it_is_rounded_as_money_is_paid_and_dated_when_it_is():
    (one,) = proposals([buy(day(0), "7")], known(dividend(day(9), "0.333", pays=day(20))))
    assert (one.amount, one.on) == (Decimal("2.33"), day(20))


def test_what_is_paid_later_than_today_is_not_proposed_yet():
    actions = known(dividend(day(9), pays=day(20)))
    assert proposals([buy(day(0), "7")], actions, until=day(19)) == ()
    assert len(proposals([buy(day(0), "7")], actions, until=day(20))) == 1


def test_who_did_not_hold_it_is_told_nothing():
    sold = line(T.SELL, day(20), quantity="7", price="10")
    events = known(dividend(day(0)), dividend(day(21)), split(day(22)))
    assert proposals([buy(day(0), "7"), sold], events) == ()


def test_a_line_near_the_ex_day_means_the_dividend():
    for offset, open_ in ((-4, 1), (-3, 0), (0, 0), (60, 0), (61, 1)):
        paid = line(T.DIVIDEND, day(100 + offset), amount="1")
        assert len(proposals([buy(day(0), "7"), paid], known(dividend(day(100))))) == open_


def test_a_line_after_a_late_pay_day_means_it_too():
    late = dividend(day(100), pays=day(190))
    paid = line(T.DIVIDEND, day(195), amount="1")
    assert proposals([buy(day(0), "7"), paid], known(late)) == ()


def test_one_line_means_one_dividend_the_nearest():
    weekly = [dividend(day(100 + 7 * week)) for week in range(3)]
    paid = line(T.DIVIDEND, day(108), amount="1")
    left = proposals([buy(day(0), "7"), paid], known(*weekly))
    assert [one.key.day for one in left] == [day(114), day(100)]


def test_a_booked_split_of_the_same_ratio_means_the_split():
    for offset, open_ in ((7, 0), (8, 1)):
        near = line(T.SPLIT, day(50 + offset), ratio=split(day(50)))
        assert len(proposals([buy(day(0), "7"), near], known(split(day(50))))) == open_


def test_a_dividend_after_an_unbooked_split_counts_the_new_shares():
    lines = [buy(day(0), "10"), buy(day(60), "1")]
    paid, two = proposals(lines, known(split(day(50), 4), dividend(day(70))))
    assert (two.shares, two.amount) == (10, None)
    assert (paid.shares, paid.amount) == (41, Decimal("20.50"))


def test_a_dividend_on_the_day_of_a_split_is_per_new_share():
    paid = proposals([buy(day(0), "10")], known(split(day(50), 4), dividend(day(50))))[-1]
    assert {paid.shares, paid.amount} == {Decimal(40), Decimal(20)}


def test_a_split_put_away_is_not_counted_and_stays_put_away_if_its_day_is_corrected():
    away = ProposalKey(T.SPLIT, day(48), "ACME").text
    lines, events = [buy(day(0), "10")], known(split(day(50)), dividend(day(70)))
    paid, put_away = proposals(lines, events, dismissed=[away])
    assert (put_away.key.type, put_away.dismissed) == (T.SPLIT, True)
    assert (paid.shares, paid.dismissed) == (10, False)


def test_a_split_that_later_sales_do_not_allow_takes_nothing_from_the_others():
    lines = [buy(day(0), "100"), line(T.SELL, day(60), quantity="90", price="10")]
    events = known(split(day(40), 3), split(day(50), 1, 100), dividend(day(55)))
    found = proposals(lines, events)
    assert [(one.key.type, one.shares) for one in found] == [
        (T.DIVIDEND, 300),
        (T.SPLIT, 300),
        (T.SPLIT, 100),
    ]


def test_a_portfolio_of_another_currency_changes_nothing(ledger: Ledger):
    """
    portfolio main EUR
    rate 2024-01-02 USD 0.9 EUR
    2024-01-02 buy 10 ACME @ 100 USD
    """
    book = ledger.book()
    (one,) = propose(
        book,
        ledger.transactions,
        known(dividend(date(2024, 2, 1))),
        again=lambda _splits: book,
        until=UNTIL,
    )
    assert (one.amount, one.key.currency) == (5, "USD")


_OFFSETS = st.integers(0, 400)
_DIVIDENDS = st.builds(
    lambda offset, amount, lag: dividend(
        day(offset), amount, pays=None if lag is None else day(offset + lag)
    ),
    _OFFSETS,
    st.sampled_from(["0.5", "0.0001", "3.333333"]),
    st.sampled_from([None, None, 0, 14, 90]),
)
_SPLITS = st.builds(
    lambda offset, ratio: split(day(offset), *ratio),
    _OFFSETS,
    st.sampled_from([(2, 1), (3, 2), (10, 1), (1, 4)]),
)
_EVENTS = st.builds(
    lambda paid, splits: known(
        *{one.day: one for one in paid}.values(), *{one.day: one for one in splits}.values()
    ),
    st.lists(_DIVIDENDS, max_size=8),
    st.lists(_SPLITS, max_size=3),
)
_LINES = st.lists(
    st.one_of(
        st.builds(lambda offset, count: buy(day(offset), str(count)), _OFFSETS, st.integers(1, 50)),
        st.builds(lambda offset: line(T.DIVIDEND, day(offset), amount="1"), _OFFSETS),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)


def fingerprint(found):
    return [(one.key, one.shares, one.amount) for one in found]


@given(_LINES, _EVENTS)
def test_booking_all_proposals_leaves_none(lines, events):
    made = [booked(one) for one in proposals(lines, events)]
    assert proposals([*lines, *made], events) == ()


@given(_LINES, _EVENTS, st.data())
def test_booking_one_leaves_the_others_as_they_were(lines, events, data):
    before = proposals(lines, events)
    if not before:
        return
    one = data.draw(st.sampled_from(before))
    after = proposals([*lines, booked(one)], events)
    assert fingerprint(after) == fingerprint(other for other in before if other != one)


@given(_LINES, _EVENTS, st.data())
def test_putting_one_away_leaves_the_others(lines, events, data):
    before = proposals(lines, events)
    if not before:
        return
    one = data.draw(st.sampled_from(before))
    after = proposals(lines, events, dismissed=[one.key.text])
    assert [other.key for other in after] == [other.key for other in before]
    put_away = {other.key for other in after if other.dismissed}
    assert one.key in put_away
    assert all(one.key.means(key) for key in put_away)
    if one.key.type is T.DIVIDEND:
        alive = [replace(other, dismissed=False) for other in after]
        assert fingerprint(alive) == fingerprint(before)
