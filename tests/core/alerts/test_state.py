"""An alert is told once for each time that it comes true, and never for what nobody knows."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from argosy.core.alerts.state import AlertState, Patience, step

NOON = datetime(2024, 1, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
VERDICTS = st.lists(st.sampled_from([True, False, None]), max_size=40)
ABOUTS = st.sampled_from([None, "2024-02-01", "2024-05-01"])


def play(verdicts, patience=None, every=MINUTE):
    """Return at which looks an alert fires, and its state after each."""
    state, fired, states = AlertState(), [], []
    for at, (holds, about) in enumerate(verdicts):
        when = NOON + at * every
        state, fires = step(
            state, holds=holds, about=about, at=when, patience=patience or Patience()
        )
        states.append(state)
        if fires:
            fired.append(at)
    return fired, states


def crossings(verdicts):
    """At which looks it comes true: the last thing known before was not this occasion."""
    found, before = [], None
    for at, (holds, about) in enumerate(verdicts):
        if holds is None:
            continue
        if holds and before != (True, about):
            found.append(at)
        before = (holds, about if holds else None)
    return found


@given(VERDICTS)
def test_without_patience_it_fires_exactly_once_a_crossing(verdicts):
    looks = [(holds, None) for holds in verdicts]
    assert play(looks)[0] == crossings(looks)


@given(st.lists(st.tuples(st.sampled_from([True, False, None]), ABOUTS), max_size=40))
def test_another_occasion_is_another_crossing(looks):
    assert play(looks)[0] == crossings(looks)


@given(VERDICTS, st.integers(0, 40))
def test_what_is_unknown_changes_nothing(verdicts, where):
    looks = [(holds, None) for holds in verdicts]
    known = [one for one in looks if one[0] is not None]
    padded = [*looks[:where], (None, "a day"), *looks[where:]]
    assert len(play(padded)[0]) == len(play(known)[0])
    assert play(padded)[1][-1:] != []
    assert [one.holds for one in play(padded)[1]][-1] == ([o[0] for o in known] or [None])[-1]


@given(VERDICTS, st.integers(0, 20), st.one_of(st.none(), st.integers(1, 20)))
def test_it_never_speaks_during_its_silence(verdicts, cool_down, back_off):
    patience = Patience(
        cool_down=cool_down * MINUTE, back_off=None if back_off is None else back_off * MINUTE
    )
    looks = [(holds, None) for holds in verdicts]
    fired = play(looks, patience)[0]
    assert all(looks[at][0] for at in fired)
    least = cool_down if back_off is None else min(cool_down, back_off)
    assert all(after - before >= least for before, after in pairwise(fired))


@given(VERDICTS, st.integers(0, 20))
def test_a_crossing_during_the_silence_is_told_after_it_if_it_still_holds(verdicts, cool_down):
    looks = [(holds, None) for holds in verdicts]
    patience = Patience(cool_down=cool_down * MINUTE)
    states = play(looks, patience)[1]
    last = states[-1] if states else AlertState()
    if last.holds and not last.told:
        assert last.told_at is not None
        after, fires = step(
            last, holds=True, about=None, at=last.told_at + cool_down * MINUTE, patience=patience
        )
        assert fires
        assert after.told


def test_one_that_stays_true_is_told_again_after_its_back_off_alone():
    stays = [(True, None)] * 10
    assert play(stays, every=HOUR)[0] == [0]
    assert play(stays, Patience(back_off=4 * HOUR), every=HOUR)[0] == [0, 4, 8]


def test_one_that_flutters_is_told_once_an_hour():
    flutters = [(bool(at % 2), None) for at in range(120)]
    assert play(flutters, Patience(cool_down=HOUR))[0] == [1, 61]
