"""Doubts about closes: planted errors are found and named, what is merely wild is left alone."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.market.asset import Split
from argosy.core.market.doubts import Doubt, Evidence, Limits, Severity
from argosy.core.market.judging import judge
from argosy.core.market.panel import Panel

FIRST = date(2020, 1, 1).toordinal()
COUNT = 400

seeds = st.integers(0, 2**32 - 1)
places = st.integers(20, COUNT - 21)


def walk(seed: int = 7, *, daily: float = 0.01, count: int = COUNT) -> np.ndarray:
    moves = np.random.default_rng(seed).normal(0, daily, count)
    return 100 * np.exp(np.cumsum(moves))


def panel(*columns: np.ndarray, names=("yahoo", "massive", "finnhub"), volumes=None) -> Panel:
    closes = np.stack(columns, axis=1)
    traded = np.full(closes.shape, np.nan) if volumes is None else np.stack(volumes, axis=1)
    days = np.arange(FIRST, FIRST + len(closes))
    return Panel(days, tuple(names[: len(columns)]), closes, traded)


def off(closes: np.ndarray, place: int, factor: float, *, count: int = 1) -> np.ndarray:
    """The closes with some of them multiplied."""
    changed = closes.copy()
    changed[place : place + count] *= factor
    return changed


def found(
    given_panel: Panel, severity=Severity.SUSPECT, **evidence
) -> list[tuple[str, int, Doubt]]:
    """Source, place and kind of each finding."""
    judged = judge(given_panel, Evidence(**evidence))
    chosen = (one for one in judged.findings if one.severity is severity)
    return [(one.source, one.day.toordinal() - FIRST, one.kind) for one in chosen]


def reasons(given_panel: Panel, **evidence) -> str:
    return " ".join(one.reason for one in judge(given_panel, Evidence(**evidence)).findings)


@given(seeds, st.sampled_from([0.0, 0.001, 0.01, 0.03]))
def test_a_smooth_walk_raises_no_doubt(seed, daily):
    assert judge(panel(walk(seed, daily=daily)), Evidence()).findings == ()


def test_wild_walks_raise_fewer_than_one_doubt_in_ten_thousand_closes():
    suspects = 0
    for seed in range(100):
        chance = np.random.default_rng(seed)
        fat = 100 * np.exp(np.cumsum(chance.standard_t(3, 1000) * 0.03))
        suspects += len(found(panel(fat)))
    assert suspects <= 10, "of 100,000 closes whose moves have fat tails"


@given(seeds, places, st.sampled_from([100.0, 0.01, 10.0, 0.1, 1.5, 0.6]))
def test_one_close_that_goes_away_and_comes_back_is_a_suspect(seed, place, factor):
    spiked = panel(off(walk(seed), place, factor))
    assert [at for _, at, _ in found(spiked)] == [place]


def test_a_hundredfold_close_is_named_so_with_its_numbers():
    spiked = panel(off(np.full(COUNT, 187.25), 50, 100))
    assert found(spiked) == [("yahoo", 50, Doubt.UNIT)]
    assert reasons(spiked) == (
        "18725 is 100 times what the closes around it say (187.25), "
        "as if in a unit a hundred times smaller."
    )


def test_two_spikes_do_not_condemn_the_good_close_between_them():
    closes = off(off(walk(), 50, 100), 52, 100)
    assert [at for _, at, _ in found(panel(closes))] == [50, 52]


@given(seeds, places, st.floats(-3.0, -0.3))
def test_a_crash_that_stays_is_no_suspect(seed, place, move):
    closes = walk(seed)
    closes[place:] *= np.exp(move)
    assert found(panel(closes)) == []


def test_a_crash_that_goes_on_for_days_is_no_suspect():
    closes = walk(daily=0.02)
    closes[200:] *= np.exp(-np.minimum(np.arange(COUNT - 200), 8) * 1.1)
    assert found(panel(closes)) == []


@given(seeds, st.floats(-3.0, -0.7))
def test_the_newest_close_waits_for_one_that_confirms_it(seed, move):
    closes = off(walk(seed), COUNT - 1, float(np.exp(move)))
    assert [at for _, at, _ in found(panel(closes))] == [COUNT - 1]
    later = off(walk(seed), COUNT - 6, float(np.exp(move)), count=6)
    assert found(panel(later)) == []


def test_another_source_confirms_the_newest_close_at_once():
    closes = off(walk(), COUNT - 1, 0.1)
    assert found(panel(closes, closes * 1.001)) == []


def test_a_usual_bad_day_of_a_wild_coin_is_believed_at_once():
    closes = off(walk(daily=0.04), COUNT - 1, 0.61)
    assert found(panel(closes)) == []


@given(seeds, places, st.integers(1, 5))
def test_days_told_in_the_shares_of_after_a_split_are_suspects(seed, place, count):
    closes = walk(seed)
    closes[:place] *= 4
    split = [Split(date.fromordinal(FIRST + place), Decimal(4), Decimal(1))]
    assert found(panel(closes), splits=split) == []
    half = panel(off(closes, place - count, 0.25, count=count))
    wrong = list(range(place - count, place))
    assert found(half, splits=split) == [("yahoo", at, Doubt.SPLIT) for at in wrong]


def test_a_split_that_nobody_states_is_told_and_not_taken_away():
    closes = walk()
    closes[200:] /= 4
    assert found(panel(closes)) == []
    assert found(panel(closes), Severity.NOTE) == [("yahoo", 200, Doubt.SPLIT)]
    assert "as after a split of 4:1; none is stated near this day." in reasons(panel(closes))


def test_a_fresh_jump_like_a_split_waits_for_the_split_to_be_stated():
    closes = walk()
    closes[-3:] /= 4
    fresh = [("yahoo", at, Doubt.SPLIT) for at in range(COUNT - 3, COUNT)]
    assert found(panel(closes)) == fresh
    split = [Split(date.fromordinal(FIRST + COUNT - 3), Decimal(4), Decimal(1))]
    assert found(panel(closes), splits=split) == []


@given(seeds, places, st.sampled_from([0.9, 1.1, 2.0, 0.01]))
def test_two_sources_outvote_a_third(seed, place, factor):
    closes = walk(seed)
    three = panel(off(closes, place, factor, count=30), closes, closes * 1.001)
    wrong = list(range(place, min(place + 30, COUNT)))
    assert [(source, at) for source, at, _ in found(three)] == [("yahoo", at) for at in wrong]


def test_a_crash_that_all_sources_tell_is_true():
    closes = off(walk(), 100, 0.2)
    assert found(panel(closes, closes, closes)) == []


def test_two_sources_that_differ_are_told_and_the_one_believed_first_is_used():
    closes = walk()
    two = panel(closes, off(closes, 100, 1.07, count=300))
    judged = judge(two, Evidence())
    [one] = judged.findings
    assert (one.source, one.severity, one.kind) == ("massive", Severity.NOTE, Doubt.DISAGREES)
    assert (one.day.toordinal() - FIRST, one.until.toordinal() - FIRST) == (100, 399)
    assert "7 % above what yahoo says" in one.reason
    assert judged.usable.all()


def test_of_two_that_differ_for_a_day_the_one_that_stands_apart_is_the_suspect():
    closes = walk(daily=0.005)
    two = panel(off(closes, 100, 1.08), closes)
    assert found(two) == [("yahoo", 100, Doubt.SPIKE)]


def test_a_source_in_another_currency_is_named_though_only_one_other_speaks():
    closes = walk()
    rates = 0.92 * np.exp(np.random.default_rng(3).normal(0, 0.001, COUNT))
    foreign = closes.copy()
    foreign[100:] *= rates[100:]
    for columns, names in (
        ((closes, foreign), ("yahoo", "massive")),
        ((foreign, closes), ("massive", "yahoo")),
    ):
        two = panel(*columns, names=names)
        suspects = found(two, rates={"EUR": rates})
        assert suspects == [("massive", at, Doubt.CURRENCY) for at in range(100, COUNT)]
        assert "as if in EUR" in reasons(two, rates={"EUR": rates})


def test_pounds_for_pence_are_named():
    closes = 812 * walk() / 100
    pence = panel(closes, off(closes, 100, 0.01, count=300))
    assert {(s, k) for s, _, k in found(pence, rates={"GBP": np.full(COUNT, 0.01)})} == {
        ("massive", Doubt.UNIT)
    }


def test_what_a_person_says_is_never_doubted_and_counts_as_evidence():
    closes = off(walk(), 100, 5.0)
    for name in ("manual", "csvfile", "broker", "broker:one"):
        assert found(panel(closes, names=(name,))) == []
    assert found(panel(closes, closes, names=("manual", "yahoo"))) == []


def test_what_a_person_accepted_is_not_doubted_again():
    spiked = panel(off(walk(), 100, 5.0))
    accepted = np.zeros(spiked.closes.shape, bool)
    accepted[100, 0] = True
    assert found(spiked, accepted=accepted) == []


def test_a_source_that_stands_still_while_another_moves_is_a_suspect():
    closes = walk()
    still = closes.copy()
    still[100:110] = still[100]
    assert found(panel(still, closes * 1.001)) == [
        ("yahoo", at, Doubt.STALE) for at in range(101, 110)
    ]
    assert found(panel(still)) == []


def test_a_source_that_stands_still_without_trades_is_told():
    closes = walk()
    closes[100:110] = closes[100]
    volumes = np.full(COUNT, 1000.0)
    volumes[100:110] = 0
    quiet = panel(closes, volumes=[volumes])
    assert found(quiet) == []
    assert found(quiet, Severity.NOTE) == [("yahoo", 100, Doubt.STALE)]


def test_a_close_of_a_day_of_rest_that_repeats_the_one_before_is_a_copy():
    closes = walk()
    days = np.arange(FIRST, FIRST + COUNT)
    weekdays = days[(days - 1) % 7 < 5]  # ordinal 1 was a Monday
    rest = np.flatnonzero(~np.isin(days, weekdays))
    for at in rest.tolist():
        closes[at] = closes[at - 1]
    copies = [("yahoo", at, Doubt.COPY) for at in rest.tolist()]
    assert found(panel(closes), sessions=weekdays) == copies
    assert found(panel(walk()), sessions=weekdays) == []


def test_a_close_of_a_day_that_is_not_over_is_none_yet():
    over = date.fromordinal(FIRST + COUNT - 2)
    assert found(panel(walk()), over=over) == [("yahoo", COUNT - 1, Doubt.LIVE)]


def test_thresholds_are_arguments():
    closes = walk()
    three = panel(off(closes, 100, 1.05), closes, closes)
    assert len(judge(three, Evidence()).findings) == 1
    assert judge(three, Evidence(), Limits(tolerance=0.06)).findings == ()


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_next_to_nothing_is_judged_without_a_word(count):
    assert judge(panel(walk(count=count)), Evidence()).findings == ()
    assert judge(panel(walk(count=count), walk(count=count)), Evidence()).findings == ()
