import time

import pytest

from argosy.core.errors import (
    NotAtSourceError,
    RateLimitedError,
    SourceChangedError,
    SourceDownError,
    SourceRefusedError,
)
from argosy.sources.answers import Answer, retry_after_s
from argosy.sources.retry import RetryPolicy


class Flaky:
    """Fails with the given errors, one a call, then answers."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.calls = 0

    async def __call__(self):
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)
        return "answer"


async def test_a_source_that_is_down_is_asked_again(quick):
    call = Flaky(SourceDownError("x", "down"), RateLimitedError("x", "slow down"))
    assert await quick.run(call) == "answer"
    assert call.calls == 3


async def test_attempts_end(quick):
    call = Flaky(*[SourceDownError("x", "down")] * 9)
    with pytest.raises(SourceDownError):
        await quick.run(call)
    assert call.calls == 3


@pytest.mark.parametrize("error", [SourceChangedError, SourceRefusedError, NotAtSourceError])
async def test_what_would_fail_again_is_not_tried_again(quick, error):
    call = Flaky(error("x", "no"))
    with pytest.raises(error):
        await quick.run(call)
    assert call.calls == 1


async def test_a_waiting_time_that_the_source_names_is_kept(quick):
    call = Flaky(RateLimitedError("x", "later", retry_after_s=0.3))
    begun = time.perf_counter()
    assert await quick.run(call) == "answer"
    assert time.perf_counter() - begun >= 0.3


async def test_a_waiting_time_beyond_patience_goes_up_at_once():
    call = Flaky(RateLimitedError("x", "later", retry_after_s=31))
    with pytest.raises(RateLimitedError):
        await RetryPolicy().run(call)
    assert call.calls == 1


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("Fri, 20 Nov 2026 20:01:00 GMT", 60.0),
        ("Fri, 20 Nov 2026 19:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("9" * 400, 999_999_999.0),
    ],
)
def test_the_header_is_seconds_or_an_instant(header, seconds):
    answer = Answer(status=429, body=b"", retry_after=header, date="Fri, 20 Nov 2026 20:00:00 GMT")
    assert retry_after_s(answer) == seconds
