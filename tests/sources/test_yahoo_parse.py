import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.errors import SourceChangedError, SourceError
from argosy.sources.answers import Answer, read_json
from argosy.sources.base import HOUR, MINUTE
from argosy.sources.shape import number
from argosy.sources.yahoo.parse import (
    failure,
    parse_history,
    parse_intraday,
    parse_profile,
    parse_quotes,
    parse_rates,
    parse_search,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)

RECORDED = Path(__file__).parent / "recorded" / "yahoo"


def body(name):
    return read_json("yahoo", Answer(status=200, body=(RECORDED / name).read_bytes()))


@pytest.mark.parametrize(
    "path", sorted((RECORDED / "ok").glob("chart_*.json")), ids=lambda p: p.name
)
def test_recorded_charts_are_read(path):
    history = parse_history(body(path.relative_to(RECORDED)), symbol="X")
    assert all(bar.close.is_finite() for bar in history.bars)


@pytest.mark.parametrize("path", sorted((RECORDED / "not_ok").iterdir()), ids=lambda p: p.name)
def test_recorded_failures_are_typed(path):
    status = int(path.name.split("_")[0])
    answer = Answer(status=status, body=path.read_bytes())
    error = failure(answer)
    expected = path.stem.split("_")[1]
    if error is None:
        with pytest.raises(SourceError) as caught:
            parse_history(read_json("yahoo", answer), symbol="X")
        error = caught.value
    assert error.code.replace("_", "-") == expected


def test_a_recorded_split_is_taken_out_of_older_prices():
    history = parse_history(body("ok/chart_split.json"), symbol="ABC.DE")
    assert [(bar.day, bar.close) for bar in history.bars] == [
        (date(2023, 11, 13), Decimal("40.5")),
        (date(2023, 11, 15), Decimal("10.3")),
    ]
    assert history.bars[0].volume == 3_000
    assert history.dividends[0].amount == Decimal("2.2")
    assert history.splits[0].day == date(2023, 11, 15)


def hours(value, interval=HOUR):
    return parse_intraday(value, symbol="X", interval=interval, splits=(), now=NOW)


def test_recorded_hours_are_read():
    assert [(bar.day, bar.close) for bar in hours(body("ok/intraday_hours.json"))] == [
        (date(2023, 11, 15), Decimal("10.3")),
        (date(2023, 11, 16), Decimal("10.25")),
    ]


def test_bars_of_another_length_are_not_taken_for_those_asked_for():
    with pytest.raises(SourceChangedError, match="bars of 1h, not of 1m"):
        hours(body("ok/intraday_hours.json"), MINUTE)


def test_a_recorded_profile_is_read():
    profile = parse_profile(body("ok/profile.json"), symbol="ABC.DE")
    assert (profile.name, profile.sector, profile.currency) == ("ABC AG", None, "EUR")
    assert profile.market_cap == Decimal(41_000_000_000)


def test_a_recorded_rate_has_no_volume_and_no_value():
    (quote,) = parse_quotes(body("ok/quote_rate.json"))
    assert (quote.volume, quote.market_cap, quote.day_high) == (None, None, Decimal("1.0912"))
    assert (quote.change, quote.change_fraction) == (Decimal("0.002"), Decimal("0.00184"))


def test_an_empty_window_is_a_history_without_bars():
    assert parse_history(body("ok/chart_empty.json"), symbol="X").bars == ()


def test_recorded_quotes_and_searches_are_read():
    (quote,) = parse_quotes(body("ok/quote.json"))
    assert (quote.symbol, quote.price, quote.currency) == ("VOD.L", Decimal("0.6852"), "GBP")
    assert [found.symbol for found in parse_search(body("ok/search.json"))] == ["ABC.DE"]


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("43.064998626708984", "43.065"),
        ("0.14550000429153442", "0.1455"),
        ("41.2", "41.2"),
        ("43.064999", "43.064999"),
        ("16777216", "16777216"),
        ("0.1234567890123456", "0.1234567890123456"),
    ],
)
def test_a_number_is_the_shortest_that_was_meant(sent, meant):
    assert number(Decimal(sent)) == Decimal(meant)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["chart", "result", "meta", "timestamp", "indicators", "quote", "close", "error",
                         "events", "splits", "date", "quoteResponse", "quotes", "symbol", "currency",
                         "quoteSummary", "price", "assetProfile"]),
        inner, max_size=4,
    ),
    max_leaves=20,
)  # fmt: skip


@given(JSON)
def test_any_json_is_a_value_or_a_typed_error(sent):
    answer = Answer(status=200, body=json.dumps(sent).encode())
    for parse in (
        lambda value: parse_history(value, symbol="X"),
        lambda value: parse_profile(value, symbol="X"),
        hours,
        parse_quotes,
        parse_search,
        lambda value: parse_rates(value, pair=("USD", "AED"), now=datetime(2026, 1, 1, tzinfo=UTC)),
    ):
        try:
            parse(read_json("yahoo", answer))
        except SourceError:
            continue


@given(st.data())
def test_a_damaged_chart_is_a_value_or_a_typed_error(data):
    text = (RECORDED / "ok" / "chart_split.json").read_text()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 20)))
    patch = data.draw(
        st.sampled_from(["", "null", "NaN", '"x"', "-1", "1e400", "[]", "{}", "true"])
    )
    answer = Answer(status=200, body=(text[:start] + patch + text[end:]).encode())
    try:
        parse_history(read_json("yahoo", answer), symbol="X")
    except SourceError:
        return


@given(st.integers(100, 599), st.binary(max_size=60))
def test_any_answer_is_a_value_or_a_typed_error(status, sent):
    answer = Answer(status=status, body=sent)
    error = failure(answer)
    assert error is None or isinstance(error, SourceError)
