"""Answers in the shapes that providers send, right and wrong: a value or a typed error, never else.

`recorded/<provider>/ok/<kind>_<name>` are read; `recorded/<provider>/not_ok/
<kind>_<status>_<error>_<name>` end in the error whose code stands in the name.
"""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.errors import SourceError
from argosy.sources.alphavantage import parse as alphavantage
from argosy.sources.answers import Answer
from argosy.sources.base import DAY, HOUR, MINUTE, Unit
from argosy.sources.binance import parse as binance
from argosy.sources.coingecko import parse as coingecko
from argosy.sources.coinmarketcap import parse as coinmarketcap
from argosy.sources.finnhub import parse as finnhub
from argosy.sources.finnhub.symbols import Symbol
from argosy.sources.frankfurter import parse as frankfurter
from argosy.sources.massive import parse as massive
from argosy.sources.remote import parse as remote

RECORDED = Path(__file__).parent / "recorded"
DOLLAR = Unit("USD")
CENTS = Unit("USD", 100)
APPLE = Symbol("AAPL")
PAIRS = {"ETHBTC": binance.Pair("ETHBTC", "ETH", "BTC", trading=True)}
READERS = {
    "alphavantage": {
        "series": alphavantage.parse_series,
        "intraday": lambda answer: alphavantage.parse_series(answer, interval=MINUTE),
        "quote": lambda answer: alphavantage.parse_quote(answer, symbol="IBM", unit=DOLLAR),
        "rate": lambda answer: alphavantage.parse_exchange_rate(
            answer, symbol="BTC/EUR", currency="EUR"
        ),
        "search": alphavantage.parse_search,
        "listing": alphavantage.parse_listing,
        "overview": lambda answer: alphavantage.parse_profile(answer, symbol="IBM"),
        "splits": alphavantage.parse_splits,
        "dividends": lambda answer: alphavantage.parse_dividends(answer, unit=DOLLAR),
    },
    "binance": {
        "klines": binance.parse_page,
        "info": binance.parse_pairs,
        "ticker": lambda answer: binance.parse_quotes(answer, PAIRS),
    },
    "coingecko": {
        "days": lambda answer: coingecko.parse_days(answer, symbol="bitcoin"),
        "hours": lambda answer: coingecko.parse_hours(answer, symbol="bitcoin"),
        "quotes": coingecko.parse_quotes,
        "search": coingecko.parse_search,
        "ids": coingecko.parse_ids,
        "ranked": coingecko.parse_ranked,
        "profile": coingecko.parse_profile,
    },
    "coinmarketcap": {
        "bars": lambda answer: coinmarketcap.parse_bars(answer, interval=DAY),
        "quotes": coinmarketcap.parse_quotes,
        "map": coinmarketcap.parse_map,
        "profile": coinmarketcap.parse_profile,
    },
    "frankfurter": {"range": frankfurter.parse_range},
    "finnhub": {
        "candles": lambda answer: finnhub.parse_bars(answer, symbol=APPLE),
        "hours": lambda answer: finnhub.parse_bars(answer, symbol=APPLE, interval=HOUR),
        "quote": lambda answer: finnhub.parse_quote(answer, symbol="AAPL", unit=CENTS),
        "symbols": finnhub.parse_units,
        "listed": lambda answer: finnhub.parse_listed(answer, code="US"),
        "pairs": finnhub.parse_pairs,
        "splits": finnhub.parse_splits,
        "dividends": lambda answer: finnhub.parse_dividends(answer, unit=CENTS),
        "rates": lambda answer: finnhub.parse_rates(answer, day=date(2024, 1, 5)),
        "search": finnhub.parse_search,
        "profile": lambda answer: finnhub.parse_profile(answer, symbol="AAPL"),
    },
    "massive": {
        "bars": lambda answer: massive.parse_bars(answer, massive.Ticker("ABC"), DAY),
        "splits": massive.parse_splits,
        "dividends": massive.parse_dividends,
        "snapshot": massive.parse_snapshot,
        "previous": lambda answer: massive.parse_previous(answer, massive.Ticker("ABC")),
        "profile": massive.parse_profile,
        "search": massive.parse_search,
        "tickers": massive.parse_listed,
    },
    "remote": {
        "prices": lambda answer: remote.parse_page(answer, DAY),
        "asset": remote.parse_unit,
        "splits": remote.parse_splits,
    },
}
"""What reads an answer of each kind, by provider."""

OK = sorted(path for provider in READERS for path in (RECORDED / provider / "ok").iterdir())
NOT_OK = sorted(path for provider in READERS for path in (RECORDED / provider / "not_ok").iterdir())


def named(path: Path) -> str:
    return f"{path.parents[1].name}-{path.name}"


def reader(path: Path):
    return READERS[path.parents[1].name][path.name.split("_")[0]]


@pytest.mark.parametrize("path", OK, ids=named)
def test_right_answers_are_read(path):
    assert reader(path)(Answer(status=200, body=path.read_bytes())) is not None


@pytest.mark.parametrize("path", NOT_OK, ids=named)
def test_wrong_answers_have_a_type(path):
    _, status, code, *_ = path.stem.split("_")
    with pytest.raises(SourceError) as caught:
        reader(path)(Answer(status=int(status), body=path.read_bytes()))
    assert caught.value.code.replace("_", "-") == code


@pytest.mark.parametrize("provider", READERS)
def test_each_kind_of_answer_is_recorded(provider):
    kinds = {path.name.split("_")[0] for path in OK if path.parents[1].name == provider}
    assert kinds == set(READERS[provider])


@given(st.sampled_from(OK), st.data())
def test_a_damaged_answer_is_a_value_or_a_typed_error(path, data):
    text = path.read_text()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 20)))
    patch = data.draw(
        st.sampled_from(["", "null", "NaN", '"x"', "-1", "1e400", "[]", "{}", "true", "0"])
    )
    read_or_typed(path, Answer(status=200, body=(text[:start] + patch + text[end:]).encode()))


@given(st.sampled_from(OK), st.integers(100, 599), st.binary(max_size=60))
def test_any_bytes_are_a_value_or_a_typed_error(path, status, sent):
    read_or_typed(path, Answer(status=status, body=sent))


@given(st.sampled_from([path for path in OK if path.suffix == ".json"]), st.data())
def test_an_answer_with_another_value_somewhere_is_a_value_or_a_typed_error(path, data):
    whole = value = json.loads(path.read_text())
    odd = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.lists(
        st.integers(), max_size=2
    )  # fmt: skip
    for _ in range(data.draw(st.integers(0, 5))):
        inside = list(value.values()) if isinstance(value, dict) else value
        if not isinstance(value, dict | list) or not inside:
            break
        key = data.draw(
            st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value)))
        )
        if data.draw(st.booleans()) or not isinstance(value[key], dict | list):
            value[key] = data.draw(odd)
            break
        value = value[key]
    read_or_typed(path, Answer(status=200, body=json.dumps(whole).encode()))


def read_or_typed(path: Path, answer: Answer) -> None:
    try:
        reader(path)(answer)
    except SourceError:
        return
