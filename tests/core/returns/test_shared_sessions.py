"""Returns between the sessions that a portfolio and something else both have."""

from datetime import date

import numpy as np
import pytest

from argosy.core.returns.sessions import HeldDays
from argosy.core.returns.shared_sessions import CommonReturns, common_returns

FRIDAY = date(2024, 5, 31).toordinal()
"""The days are Thursday, the close before the range, to the Wednesday after."""
DAYS = np.arange(FRIDAY - 1, FRIDAY + 6)
GROWTH = np.array([1.0, 1.1, 1.1, 1.21, 1.21, 1.331, 1.331])
OTHER = np.array([1.0, 2.0, 3.0, 4.0, 8.0, 8.0, 16.0])


def common(held: list[int], priced: list[int], *, all_week: bool = False) -> CommonReturns:
    everything = np.ones(len(DAYS), np.bool_)
    own = HeldDays(np.array(held, np.bool_), everything, all_week=all_week, mixed=False)
    return common_returns(
        DAYS,
        GROWTH,
        OTHER,
        held=own,
        priced=np.array(priced, np.bool_),
        all_week=True,
    )


def test_moves_of_a_weekend_fall_into_the_next_session():
    found = common([1] * 7, [1] * 7)
    assert (found.days - FRIDAY).tolist() == [0, 3, 4, 5]
    assert found.returns.tolist() == pytest.approx([0.1, 0.1, 0.1, 0.0])
    assert found.others.tolist() == pytest.approx([1.0, 3.0, 0.0, 1.0])
    assert (found.possible, found.all_week) == (4, False)


def test_where_both_trade_all_week_every_day_is_a_session():
    found = common([1] * 7, [1] * 7, all_week=True)
    assert (found.days - FRIDAY).tolist() == [0, 1, 2, 3, 4, 5]
    assert found.possible == 6


def test_a_day_without_a_price_of_the_other_joins_the_next():
    found = common([1] * 7, [1, 1, 1, 1, 0, 1, 1])
    assert (found.days - FRIDAY).tolist() == [0, 4, 5]
    assert found.others.tolist() == pytest.approx([1.0, 3.0, 1.0])


def test_days_on_which_nothing_was_held_take_no_part():
    found = common([1, 1, 0, 0, 1, 1, 1], [1] * 7)
    assert (found.days - FRIDAY).tolist() == [0, 4, 5]
    assert found.possible == 3


def test_an_unknown_return_takes_no_part():
    growth = GROWTH.copy()
    growth[1] = np.nan
    own = HeldDays(np.ones(7, np.bool_), np.ones(7, np.bool_), all_week=False, mixed=False)
    found = common_returns(
        DAYS, growth, OTHER, held=own, priced=np.ones(7, np.bool_), all_week=False
    )
    assert (found.days - FRIDAY).tolist() == [4, 5]
