"""Bodies are read exactly, or refused with the reason."""

import json
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

import pytest
from fastapi import Depends, FastAPI
from hypothesis import given
from hypothesis import strategies as st

from argosy.api.body import exact_router, large_body, parse_json
from argosy.api.schemas.fields import (
    CurrencyIn,
    DecimalIn,
    DecimalOut,
    In,
    Out,
    TimestampIn,
    any_case,
)
from argosy.wiring import Argosy
from tests.support.api import app_client, make_settings, sign_up


class Color(StrEnum):
    DARK_RED = "DARK_RED"
    blue = "blue"


class ThingIn(In):
    number: DecimalIn | None = None
    at: TimestampIn | None = None
    color: Annotated[Color, any_case] | None = None
    currency: CurrencyIn | None = None
    text: str | None = None


class ThingsIn(In):
    things: list[ThingIn]


class ThingOut(Out):
    number: DecimalOut | None
    at: str | None
    color: Annotated[Color, any_case] | None
    currency: str | None


def echo(app: FastAPI) -> None:
    router = exact_router()

    @router.post("/echo")
    async def answer(thing: ThingIn) -> ThingOut:
        return ThingOut(
            number=thing.number, at=thing.at, color=thing.color, currency=thing.currency
        )

    @router.post("/many")
    async def count(body: Annotated[ThingsIn, Depends(large_body(ThingsIn))]) -> dict[str, int]:
        return {"count": len(body.things)}

    app.include_router(router)


@pytest.fixture
async def client(extended):
    async with extended(echo) as opened:
        yield opened


async def post(client, body: str | bytes, path: str = "/echo"):
    return await client.post(path, content=body, headers={"Content-Type": "application/json"})


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("0.1", "0.1"),
        ('"0.1"', "0.1"),
        ("12345678901234567890.123456789012345678", "12345678901234567890.123456789012345678"),
        ('"12345678901234567890.123456789012345678"', "12345678901234567890.123456789012345678"),
        ("1e3", "1000"),
        ('"1E-18"', "0.000000000000000001"),
        ("-0.0", "0"),
        ("7", "7"),
        ('" 7.50 "', "7.5"),
        ("0.100000000000000055", "0.100000000000000055"),
        ("null", None),
    ],
)
async def test_numbers_keep_every_digit(client, written, read):
    response = await post(client, f'{{"number": {written}}}')
    assert response.status_code == 200, response.text
    assert response.json()["number"] == read


@pytest.mark.parametrize(
    "written",
    [
        "NaN",
        "Infinity",
        "-Infinity",
        '"NaN"',
        '"inf"',
        '"sNaN"',
        "1" * 40,
        f'"{"1" * 40}"',
        "1" * 5000,
        f'"{"1" * 5000}"',
        '"0.' + "1" * 19 + '"',
        "1e999999999",
        '"1e-999999999"',
        '"twelve"',
        '""',
        "true",
        "[]",
        "{}",
    ],
)
async def test_what_is_no_number_is_refused_with_the_reason(client, written):
    response = await post(client, f'{{"number": {written}}}')
    assert response.status_code == 422
    body = response.json()
    assert body["code"] == "invalid"
    assert body["detail"][0]["loc"][0] == "body"
    assert body["detail"][0]["msg"]
    assert len(response.content) < 1000


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"number": 1,}',
        b'\xff\xfe{"number": 1}',
        b'{"text": "\xe9"}',
        b"[" * 200_000,
        b'{"things":' * 100_000,
        b"null",
        b"[]",
        b'"text"',
    ],
    ids=range(10),
)
@pytest.mark.parametrize("path", ["/echo", "/many"])
async def test_a_broken_body_is_refused(client, body, path):
    response = await post(client, body, path)
    assert response.status_code == 422
    assert response.json()["code"] == "invalid"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None])
async def test_a_body_without_the_type_of_json_is_told_what_to_send(client, kind):
    headers = {} if kind is None else {"Content-Type": kind}
    response = await client.post("/echo", content=b'{"number": "1"}', headers=headers)
    assert response.status_code == 422
    (problem,) = response.json()["detail"]
    assert problem["msg"] == "A JSON object is needed, with Content-Type: application/json"


async def test_a_byte_order_mark_is_no_error(client):
    assert (await post(client, b'\xef\xbb\xbf{"number": "1"}')).status_code == 200


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("2024-01-05", 200),
        ("2024-01-05T14:30:00Z", 200),
        ("2024-01-05T14:30:00.123456+02:00", 200),
        ("2024-01-05T14:30:00", 200),
        ("1950-01-05", 200),
        ("2024-02-30", 422),
        ("2024-01-05T25:00:00Z", 422),
        ("05/01/2024", 422),
        ("yesterday", 422),
        ("", 422),
        ("0001-01-01T00:00:00+23:00", 422),
    ],
)
async def test_a_timestamp_is_a_date_or_an_instant_and_stays_as_written(client, written, status):
    response = await post(client, json.dumps({"at": written}))
    assert response.status_code == status
    if status == 200:
        assert response.json()["at"] == written


@pytest.mark.parametrize(
    ("written", "read"),
    [("dark_red", "DARK_RED"), ("Dark_Red", "DARK_RED"), ("BLUE", "blue"), (" blue ", "blue")],
)
async def test_enums_are_read_in_any_letter_case(client, written, read):
    assert (await post(client, json.dumps({"color": written}))).json()["color"] == read


@pytest.mark.parametrize("written", ["green", "", 7, ["blue"], "{braces}"])
async def test_an_unknown_value_names_those_that_are_known(client, written):
    response = await post(client, json.dumps({"color": written}))
    assert response.status_code == 422
    assert "DARK_RED, blue" in response.json()["detail"][0]["msg"]


@pytest.mark.parametrize(
    ("written", "read"),
    [("eur", "EUR"), ("USDT", "USDT"), ("GBp", "GBp"), ("gbp", "GBP"), ("GBX", "GBX")],
)
async def test_a_currency_is_read_in_capitals_except_where_case_means_pence(client, written, read):
    assert (await post(client, json.dumps({"currency": written}))).json()["currency"] == read


@pytest.mark.parametrize("written", ["EU", "E1R", "", "ELEVENCHARS", "€€€", "{0}{"])
async def test_a_currency_has_three_to_ten_letters(client, written):
    assert (await post(client, json.dumps({"currency": written}))).status_code == 422


async def test_an_unknown_field_is_told_not_dropped(client):
    response = await post(client, '{"nubmer": 1}')
    assert response.status_code == 422
    assert response.json()["detail"][0]["loc"] == ["body", "nubmer"]


async def test_of_very_many_problems_the_first_hundred_are_told(client):
    body = json.dumps({"things": [{"number": "x"}] * 5000})
    response = await post(client, body, "/many")
    assert response.status_code == 422
    assert len(response.json()["detail"]) == 100
    assert response.json()["detail"][3]["loc"] == ["body", "things", 3, "number"]


async def test_a_large_body_is_described_like_any_other(client):
    document = (await client.get("/openapi.json")).json()
    schema = document["paths"]["/many"]["post"]["requestBody"]["content"]["application/json"]
    assert schema["schema"]["$ref"].endswith("/ThingsIn")
    assert "ThingIn" in document["components"]["schemas"]


async def test_a_body_over_the_limit_is_refused_whole(tmp_path, sqlite_url):
    settings = make_settings(tmp_path, sqlite_url, json_body_limit=10_000)
    async with Argosy.opened(settings) as argosy, app_client(argosy, extend=echo) as client:
        fits = await post(client, json.dumps({"text": "x" * 9_900}))
        declared = await post(client, json.dumps({"text": "x" * 10_001}))
        chunked = await client.post("/echo", content=chunks(20), headers=JSON)
        endless = await client.post("/echo", content=chunks(100), headers=JSON)
    assert fits.status_code == 200
    for response in (declared, chunked, endless):
        assert response.status_code == 413
        assert response.json() == {
            "detail": "The body is larger than 10000 bytes. Nothing is stored; send it in parts.",
            "code": "too_large",
        }
        assert response.headers["X-Request-ID"]


JSON = {"Content-Type": "application/json"}


async def chunks(count: int):
    for _ in range(count):
        yield b'"' + b"x" * 998 + b'"'


async def test_sixty_four_mebibytes_are_accepted_from_whoever_is_signed_in(extended):
    body = b'{"text": "' + b"x" * (64 * 2**20 - 12) + b'"}'
    assert len(body) == 64 * 2**20
    async with extended(echo) as client:
        stranger = await post(client, body)
        await sign_up(client)
        known = await post(client, body)
        larger = await post(client, body + b" ")
    assert stranger.status_code == 401
    assert known.status_code == 200
    assert larger.status_code == 413
    assert "64 MiB" in larger.json()["detail"]


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=18, min_value=-(10**19), max_value=10**19
    )
)
def test_a_number_survives_json(value):
    parsed = parse_json(f'{{"number": {value:f}}}'.encode())
    assert Decimal(parsed["number"]) == value
    assert not isinstance(parsed["number"], float)
