"""One event out of what several sources say of it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from argosy.core.market.actions import StatedAction, join_actions
from argosy.core.market.asset import Dividend, Split

SPLIT = Split(date(2020, 8, 31), Decimal(4), Decimal(1))
PAID = Dividend(date(2024, 2, 9), Decimal("0.24"), "USD")


def said(event, source, *, own=False):
    return StatedAction(event, source, own=own)


def moved(event, days):
    return replace(event, day=event.day + timedelta(days=days))


def test_sources_that_agree_speak_of_one_split_even_a_week_apart():
    same = replace(moved(SPLIT, 7), new=Decimal(8), old=Decimal(2))
    (one,) = join_actions([said(SPLIT, "yahoo"), said(same, "massive")])
    assert (one.event, one.sources, one.disputed) == (SPLIT, ("yahoo", "massive"), ())


def test_another_ratio_near_by_is_told_beside_the_believed_one():
    other = said(replace(moved(SPLIT, 1), new=Decimal(2)), "massive")
    (one,) = join_actions([said(SPLIT, "yahoo"), other])
    assert (one.event, one.sources, one.disputed) == (SPLIT, ("yahoo",), (other,))


def test_ones_own_word_comes_first_and_is_marked():
    own = said(replace(SPLIT, new=Decimal(5)), "manual", own=True)
    (one,) = join_actions([own, said(SPLIT, "yahoo")])
    assert (one.event, one.own, one.disputed) == (own.event, True, (said(SPLIT, "yahoo"),))


def test_amounts_agree_within_what_sources_round_and_not_beyond():
    near, far = replace(PAID, amount=Decimal("0.2405")), replace(PAID, amount=Decimal("0.25"))
    (one,) = join_actions([said(PAID, "a"), said(near, "b"), said(far, "c")])
    assert one.sources == ("a", "b")
    assert [other.event for other in one.disputed] == [far]


def test_the_same_number_in_another_currency_is_a_dispute():
    (one,) = join_actions([said(PAID, "a"), said(replace(PAID, currency="EUR"), "b")])
    assert one.sources == ("a",)
    assert [other.source for other in one.disputed] == ["b"]


def test_the_day_it_is_paid_comes_from_whoever_knows_it():
    known = replace(PAID, pay_on=date(2024, 2, 15))
    (one,) = join_actions([said(PAID, "yahoo"), said(known, "massive")])
    assert one.event == known


def test_dividends_of_every_week_stay_apart():
    weekly = [moved(PAID, 7 * week) for week in range(4)]
    stated = [said(one, source) for source in ("a", "b") for one in weekly]
    found = join_actions(stated)
    assert [one.event for one in found] == weekly
    assert {one.sources for one in found} == {("a", "b")}


def test_a_source_that_says_two_things_of_one_day_means_two_events():
    other = replace(PAID, currency="EUR")
    assert len(join_actions([said(PAID, "a"), said(other, "a")])) == 2


_DAYS = st.integers(0, 40).map(lambda days: PAID.day + timedelta(days=days))
_DIVIDENDS = st.builds(
    Dividend, _DAYS, st.sampled_from([Decimal("0.24"), Decimal("0.5")]), st.just("USD")
)
_STATED = st.lists(st.builds(StatedAction, _DIVIDENDS, st.sampled_from("abc")), max_size=12)


@given(_STATED)
def test_nothing_that_is_said_is_lost_or_told_twice(stated):
    ordered = sorted(stated, key=lambda one: one.source)
    found = join_actions(ordered)
    told = sum(len(one.sources) + len(one.disputed) for one in found)
    assert told == len(stated)
    for one in found:
        speakers = [*one.sources, *(other.source for other in one.disputed)]
        assert len(speakers) == len(set(speakers))
