import io
import zipfile
from contextlib import aclosing
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.errors import (
    RateLimitedError,
    SourceChangedError,
    SourceDownError,
    SourceError,
    SourceRefusedError,
)
from argosy.sources.ecb import EcbSource
from argosy.sources.ecb.parse import parse_csv, parse_history, parse_xml
from argosy.sources.manners import Manners
from tests.simulator import ecb as files
from tests.simulator.faults import Fault

RECORDED = Path(__file__).parent / "recorded" / "ecb"


@pytest.fixture
async def bank(simulator, manners):
    async with aclosing(EcbSource(base_url=f"{simulator.url}/ecb", manners=manners)) as source:
        yield source


@pytest.fixture
def last(simulator):
    return max(simulator.rates)


async def test_the_installed_history_is_exact_and_needs_no_network():
    offline = EcbSource(base_url="http://127.0.0.1:9")
    dollars = await offline.rates(currencies=["USD"])
    assert dollars[0] == ("EUR", "USD", date(1999, 1, 4), Decimal("1.1789"))
    assert len(dollars) > 7_000
    assert all(earlier.day < later.day for earlier, later in pairwise(dollars))


async def test_currencies_that_are_gone_keep_their_past():
    rates = await EcbSource().rates(since=date(2022, 1, 1), currencies=["RUB", "HRK"])
    assert max(rate.day for rate in rates if rate.quote == "RUB") == date(2022, 3, 1)


async def test_a_refresh_takes_the_smallest_file_that_will_do(simulator, bank, last):
    for age, name in ((0, "daily.xml"), (60, "hist-90d.xml"), (400, "hist.zip")):
        rates = await bank.refresh(since=last - timedelta(days=age), today=last)
        assert simulator.paths("/ecb/")[-1].endswith(name)
        assert max(rate.day for rate in rates) == last
        assert min(rate.day for rate in rates) >= last - timedelta(days=age)


async def test_all_three_files_say_the_same(simulator, last):
    rates = simulator.rates
    history = parse_history(files.history_zip(rates))
    assert sorted(history) == sorted(parse_xml(files.xml(rates, 1_000).decode()))
    assert {rate.quote: rate.rate for rate in history if rate.day == last} == rates[last]


@pytest.mark.parametrize(
    ("fault", "error", "tries"),
    [
        (Fault.SERVER_ERROR, SourceDownError, 3),
        (Fault.EMPTY, SourceDownError, 3),
        (Fault.DROPPED, SourceDownError, 3),
        (Fault.RATE_LIMITED, RateLimitedError, 3),
        (Fault.RATE_LIMITED_LONG, RateLimitedError, 1),
        (Fault.FORBIDDEN, SourceRefusedError, 1),
        (Fault.WEB_PAGE, SourceChangedError, 1),
        (Fault.GARBAGE, SourceChangedError, 1),
        (Fault.BARE_404, SourceChangedError, 1),
    ],
)
async def test_each_failure_has_its_error(simulator, bank, last, fault, error, tries):
    simulator.fail(fault, times=5)
    with pytest.raises(error):
        await bank.refresh(since=last, today=last)
    assert len(simulator.paths("/ecb/")) == tries


async def test_a_trickle_ends_in_time(simulator, quick, last):
    hasty = Manners(policy=quick, timeout_s=0.3)
    simulator.fail(Fault.SLOW, times=3)
    async with aclosing(EcbSource(base_url=f"{simulator.url}/ecb", manners=hasty)) as bank:
        with pytest.raises(SourceDownError):
            await bank.refresh(since=last, today=last)


async def test_a_failure_that_passes_is_survived(simulator, bank, last):
    simulator.fail(Fault.DROPPED, Fault.EMPTY)
    assert await bank.refresh(since=last, today=last)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "nonsense://x", "http://["])
async def test_an_address_that_is_none_is_a_source_that_is_down(manners, last, url):
    async with aclosing(EcbSource(base_url=url, manners=manners)) as bank:
        with pytest.raises(SourceDownError):
            await bank.refresh(since=last, today=last)


def test_recorded_files_are_read():
    daily = parse_xml((RECORDED / "ok" / "daily.xml").read_text())
    assert daily[0] == ("EUR", "USD", date(2026, 10, 30), Decimal("1.1172"))
    wide = parse_csv((RECORDED / "ok" / "hist.csv").read_bytes())
    assert [(rate.quote, rate.day.year) for rate in wide] == [
        ("USD", 1999),
        ("CYP", 1999),
        ("USD", 2026),
    ]


@pytest.mark.parametrize("path", sorted((RECORDED / "not_ok").glob("*.xml")), ids=lambda p: p.name)
def test_recorded_failures_are_typed(path):
    with pytest.raises(SourceError):
        parse_xml(path.read_text())


def test_an_archive_that_unpacks_without_end_is_refused():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("eurofxref-hist.csv", b"0" * (65 * 1024 * 1024))
    with pytest.raises(SourceChangedError, match="far larger"):
        parse_history(packed.getvalue())


@given(st.binary(max_size=200))
def test_any_bytes_are_rates_or_a_typed_error(data):
    for parse in (parse_history, parse_csv, lambda sent: parse_xml(sent.decode("latin-1"))):
        try:
            parse(data)
        except SourceError:
            continue


@given(st.data())
def test_a_damaged_file_is_rates_or_a_typed_error(data):
    packed = bytearray(files.history_zip({date(2026, 1, 2): {"USD": Decimal("1.1")}}))
    text = (RECORDED / "ok" / "daily.xml").read_text()
    at = data.draw(st.integers(0, len(packed) - 1))
    packed[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(text)))
    patch = data.draw(st.sampled_from(["", "NaN", "-", '"', "<", ">", "9" * 30]))
    for parse, sent in (
        (parse_history, bytes(packed)),
        (parse_xml, text[:cut] + patch + text[cut + 3 :]),
    ):
        try:
            parse(sent)
        except SourceError:
            continue
