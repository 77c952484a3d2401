"""Scores, gaps and comparisons, by hand."""

from datetime import date

import numpy as np
import pytest

from argosy.core.market.panel import Panel
from argosy.core.market.quality import quality
from argosy.core.market.sessions import sessions_between

NAN = np.nan
FIRST = 738_000


def measured(*columns, suspects=(), sessions=None, tolerance=0.02):
    closes = np.array(columns, float).T
    kept = ~np.isnan(closes).all(axis=1)
    panel = Panel(
        FIRST + np.flatnonzero(kept), ("a", "b", "c")[: len(columns)], closes[kept], closes[kept]
    )
    doubted = np.zeros(closes.shape, bool)
    for row, column in suspects:
        doubted[row, column] = True
    return quality(
        panel,
        doubted[kept],
        np.arange(FIRST, FIRST + len(closes)) if sessions is None else sessions,
        levels=panel.levels([]),
        tolerance=tolerance,
    )


def test_a_whole_series_of_one_source_is_as_good_as_can_be():
    found = measured([1, 2, 3])
    assert found.scores.score == pytest.approx(1)
    assert found.scores.agreement is None
    assert (found.expected, found.present, found.gaps, found.comparisons) == (3, 3, (), ())


def test_gaps_are_runs_of_sessions_that_nobody_has():
    found = measured([1, NAN, NAN, 4, NAN, 6], [1, NAN, NAN, 4, 5, 6])
    assert [(gap.days.first.toordinal() - FIRST, gap.sessions) for gap in found.gaps] == [(1, 2)]
    assert (found.missing, found.present) == (2, 4)


def test_a_day_whose_prices_are_all_in_doubt_is_no_gap_and_not_present():
    found = measured([1, 2, 3], suspects=[(1, 0)])
    assert (found.missing, found.doubted, found.present) == (0, 1, 2)
    assert found.scores.completeness == pytest.approx(2 / 3)
    assert found.scores.trust == pytest.approx(1 / (1 + 100 / 3))
    other = measured([1, 2, 3], [1, 2, 3], suspects=[(1, 0)])
    assert (other.doubted, other.present) == (0, 3)


def test_agreement_counts_days_on_which_all_are_within_the_tolerance():
    found = measured([100, 100, 100, 100], [100, 101, 110, NAN])
    assert found.scores.agreement == pytest.approx(2 / 3)
    [pair] = found.comparisons
    assert (pair.first, pair.second, pair.days, pair.beyond) == ("a", "b", 3, 1)
    assert pair.median_difference == pytest.approx(0.01)
    assert pair.max_difference == pytest.approx(0.1)
    assert pair.max_on == date.fromordinal(FIRST + 2)


@pytest.mark.parametrize(("age", "fresh"), [(0, 1.0), (1, 1.0), (11, 0.5), (21, 0.0), (500, 0.0)])
def test_freshness_falls_with_the_sessions_since_the_last_price(age, fresh):
    sessions = np.arange(FIRST, FIRST + 3 + age)
    assert measured([1, 2, 3], sessions=sessions).scores.freshness == pytest.approx(fresh)


def test_the_score_weighs_its_parts():
    found = measured([100, NAN, 100, 100], [100, NAN, 110, 100])
    parts = found.scores
    assert parts.completeness == pytest.approx(0.75)
    expected = 0.4 * 0.75 + 0.2 * (2 / 3) + 0.2 * parts.freshness + 0.2 * parts.trust
    assert parts.score == pytest.approx(expected)


@pytest.mark.parametrize(
    ("exchange", "first", "last", "count"),
    [
        ("NYSE", date(2024, 1, 1), date(2024, 12, 31), 252),
        ("LSE", date(2024, 12, 23), date(2024, 12, 31), 5),
        (None, date(2024, 1, 1), date(2024, 1, 7), 5),
        ("ASEX", date(2024, 1, 1), date(2024, 1, 7), 5),
        ("NYSE", date(1985, 1, 1), date(1985, 1, 6), 4),
        ("NYSE", date(2024, 1, 6), date(2024, 1, 7), 0),
    ],
)
def test_sessions_follow_the_calendar_where_there_is_one(exchange, first, last, count):
    assert len(sessions_between(exchange, first, last)) == count
