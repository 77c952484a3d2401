"""A source that fails again and again is left alone, and tried again after a rest."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.errors import (
    NotAtSourceError,
    RateLimitedError,
    SourceChangedError,
    SourceDownError,
    SourceKeyMissingError,
    SourceRefusedError,
)
from argosy.runtime.clock import FixedClock
from argosy.sources.breaker import Breaker, Circuit

START = datetime(2030, 1, 7, 12, 0, tzinfo=UTC)
REST = timedelta(seconds=60)
LIMIT = 3

WORKED = (None, NotAtSourceError("x", "it does not know TEA."))
FAULTS = (SourceDownError("x", "503."), SourceChangedError("x", "no JSON."))
NEITHER = (
    RateLimitedError("x", "slower."),
    SourceRefusedError("x", "no."),
    SourceKeyMissingError("x", "ARGOSY_X_KEY"),
)


@pytest.fixture
def clock():
    return FixedClock(START)


@pytest.fixture
def breaker(clock):
    return Breaker(clock, failures=LIMIT, cool_off=REST)


def fail(breaker, times=LIMIT):
    for _ in range(times):
        breaker.tell(FAULTS[0])


def test_it_opens_after_so_many_failures_in_a_row(breaker):
    fail(breaker, LIMIT - 1)
    breaker.tell(None)
    fail(breaker, LIMIT - 1)
    assert (breaker.circuit, breaker.retry_at, breaker.admit()) == (Circuit.CLOSED, None, True)
    fail(breaker, 1)
    assert (breaker.circuit, breaker.retry_at) == (Circuit.OPEN, START + REST)
    assert not breaker.admit()


def test_after_a_rest_one_may_try_and_success_closes_it(breaker, clock):
    fail(breaker)
    clock.advance(REST)
    assert (breaker.circuit, breaker.retry_at) == (Circuit.HALF_OPEN, None)
    assert [breaker.admit() for _ in range(3)] == [True, False, False]
    breaker.tell(None)
    assert (breaker.circuit, breaker.admit()) == (Circuit.CLOSED, True)


def test_a_trial_that_fails_or_is_never_heard_of_begins_the_rest_anew(breaker, clock):
    fail(breaker)
    for heard in (FAULTS[1], NEITHER[0], None):
        clock.advance(REST)
        assert breaker.admit()
        if heard is not None:
            breaker.tell(heard)
        assert (breaker.circuit, breaker.admit()) == (Circuit.OPEN, False)


def test_the_last_failure_is_kept_and_an_unknown_symbol_is_none(breaker, clock):
    assert breaker.last is None
    breaker.tell(WORKED[1])
    assert breaker.last is None
    breaker.tell(NEITHER[0])
    clock.advance(REST)
    breaker.tell(None)
    assert breaker.last is not None
    assert (breaker.last.at, breaker.last.code) == (START, "rate_limited")
    assert breaker.last.reason == "x: slower."


def test_one_that_costs_nothing_to_ask_is_never_left_alone(clock):
    breaker = Breaker(clock, failures=None)
    fail(breaker, 100)
    assert (breaker.circuit, breaker.admit()) == (Circuit.CLOSED, True)
    assert breaker.last is not None


EVENTS = st.lists(
    st.one_of(
        st.sampled_from((*WORKED, *FAULTS, *NEITHER)),
        st.just("admit"),
        st.integers(1, 90).map(lambda seconds: timedelta(seconds=seconds)),
    ),
    max_size=60,
)


@given(EVENTS)
def test_its_state_follows_from_what_happened(events):
    """Faults since the last success decide whether it rests; the last of them, or trial, since when."""
    clock = FixedClock(START)
    breaker = Breaker(clock, failures=LIMIT, cool_off=REST)
    faults: list[datetime] = []
    trials: list[datetime] = []
    for event in events:
        if isinstance(event, timedelta):
            clock.advance(event)
        elif event == "admit":
            before = breaker.circuit
            assert breaker.admit() == (before is not Circuit.OPEN)
            trials += [clock.now()] * (before is Circuit.HALF_OPEN)
        else:
            breaker.tell(event)
            faults = [] if event in WORKED else faults + [clock.now()] * (event in FAULTS)
            trials = trials if faults else []
        if len(faults) < LIMIT:
            assert breaker.circuit is Circuit.CLOSED
            continue
        rests = clock.now() < max(faults + trials) + REST
        assert breaker.circuit is (Circuit.OPEN if rests else Circuit.HALF_OPEN)
        assert (breaker.retry_at is not None) == rests
