"""Prices of an asset as series and files."""

import csv
import io
from datetime import date
from decimal import Decimal

import arro3.io
import pytest

from argosy.core.market.asset import Dividend
from argosy.store import dividends
from argosy.store.database import fetch_all
from tests.support.api import app_client, sign_up
from tests.support.desk import BASE, Desk

CLOSES = [("2024-01-02", "100"), ("2024-01-03", "104"), ("2024-01-04", "51"), ("2024-01-05", "52")]


@pytest.fixture
async def desk(each_client):
    """An asset with four closes of two sources, and a split on the third day."""
    desk = await Desk.opened(each_client)
    await put(desk, [{"timestamp": day, "close": close} for day, close in CLOSES], source="yahoo")
    await put(desk, [{"timestamp": "2024-01-05", "open": "51", "close": "52.5", "volume": "7"}])
    splits = {"splits": [{"date": "2024-01-04", "ratio": "2:1"}]}
    await desk.client.put(f"{BASE}/assets/ACME/splits", json=splits)
    return desk


async def put(desk, bars, *, source="manual", name="ACME"):
    body = {"source": source, "bars": bars}
    answer = await desk.client.put(f"{BASE}/assets/{name}/prices", json=body)
    assert answer.json()["rejected"] == []


async def prices(desk, **query):
    answer = await desk.get("/assets/ACME/prices", **query)
    assert answer.status_code == 200, answer.text
    return answer


async def closes(desk, **query):
    return [item["close"] for item in (await prices(desk, **query)).json()["items"]]


async def test_every_source_speaks_unless_one_series_is_asked_for(desk):
    assert await closes(desk) == ["100", "104", "51", "52", "52.5"]
    assert await closes(desk, series="sources") == await closes(desk)
    assert await closes(desk, series="reconciled") == ["100", "104", "51", "52.5"]
    assert await closes(desk, adjusted="splits") == ["50", "52", "51", "52.5"]
    assert await closes(desk, series="reconciled", adjusted="splits", start="2024-01-03") == [
        "52", "51", "52.5",
    ]  # fmt: skip


async def test_a_close_of_the_series_says_whose_it_is(desk):
    first, *_, last = (await prices(desk, adjusted="splits")).json()["items"]
    assert first == {
        "timestamp": "2024-01-02T00:00:00Z",
        "day": "2024-01-02",
        "close": "50",
        "source": "yahoo",
        "override": False,
    }
    assert last["source"] == "manual"


async def test_dividends_are_taken_off_where_all_is_asked(each_argosy, desk):
    async with each_argosy.database.write() as session:
        ((key,),) = await fetch_all(session, "SELECT key FROM assets WHERE symbol = 'ACME'")
        paid = Dividend(date(2024, 1, 5), Decimal("10.2"), "USD")
        await dividends.put_dividends(session, key, [paid], source="yahoo")
    assert await closes(desk, adjusted="all") == ["40", "41.6", "40.8", "52.5"]
    assert await closes(desk, adjusted="splits") == ["50", "52", "51", "52.5"]


async def test_a_series_comes_in_pages(desk):
    first = (await prices(desk, adjusted="splits", limit=3)).json()
    rest = (await prices(desk, adjusted="splits", limit=3, cursor=first["next_cursor"])).json()
    assert [len(first["items"]), len(rest["items"]), rest["next_cursor"]] == [3, 1, None]
    wrong = await desk.get("/assets/ACME/prices", adjusted="splits", cursor="xx")
    assert wrong.status_code == 422


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"series": "sources", "adjusted": "splits"}, "adjusted goes with series=reconciled"),
        ({"adjusted": "all", "source": "yahoo"}, "leave out source"),
        ({"series": "reconciled", "interval": "1h"}, "leave out source and interval"),
        ({"format": "csv", "limit": 5}, "leave out limit and cursor"),
        ({"format": "arrow", "cursor": "x"}, "leave out limit and cursor"),
        ({"format": "xml"}, "'json', 'csv' or 'arrow'"),
        ({"adjusted": "true"}, "'none', 'splits' or 'all'"),
    ],
)
async def test_what_does_not_go_together_is_refused(client, query, words):
    desk = await Desk.opened(client)
    answer = await desk.get("/assets/ACME/prices", **query)
    assert answer.status_code == 422
    assert words in answer.text


async def test_an_answer_is_not_sent_again_while_nothing_changed(desk):
    for query in ({}, {"adjusted": "splits"}, {"format": "csv"}, {"format": "arrow"}):
        first = await prices(desk, **query)
        again = await desk.client.get(
            f"{BASE}/assets/ACME/prices",
            params=query,
            headers={"If-None-Match": first.headers["etag"]},
        )
        assert (again.status_code, again.content) == (304, b"")
    before = (await prices(desk)).headers["etag"]
    await put(desk, [{"timestamp": "2024-01-08", "close": "53"}])
    assert (await prices(desk)).headers["etag"] != before
    assert (await closes(desk))[-1] == "53"


async def test_csv_has_all_rows_as_the_standard_wants_them(desk):
    await put(desk, [{"timestamp": "2024-01-08", "close": "1"}], source='=cmd("a", 1)')
    days = [{"timestamp": f"2023-{m:02}-{d:02}", "close": "9.5"}
            for m in range(1, 13) for d in range(1, 29)]  # fmt: skip
    await put(desk, days, source="-other")
    await put(desk, days, source="@more")
    await put(desk, days, source="third")
    answer = await prices(desk, format="csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="ACME.csv"'
    lines = answer.text.split("\r\n")
    assert lines[0] == (
        "timestamp,day,interval,open,high,low,close,volume,source,fetched_at,override,status"
    )
    assert lines[-1] == ""
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert len(rows) == 336 * 3 + 6
    table = read((await prices(desk, format="arrow")).content)
    assert list(map(str, table["day"])) == [row["day"] for row in rows]
    assert [str(close.normalize()) for close in table["close"]][:3] == ["9.5"] * 3
    assert {row["source"] for row in rows} == {
        "manual", "yahoo", "third", "'-other", "'@more", "'=cmd(\"a\", 1)",
    }  # fmt: skip
    told = {row["source"]: row for row in rows if row["day"] == "2024-01-05"}
    assert (told["manual"]["open"], told["manual"]["volume"]) == ("51", "7")
    assert (told["yahoo"]["open"], told["yahoo"]["override"]) == ("", "false")


async def test_a_series_is_a_file_too(desk):
    rows = list(csv.reader(io.StringIO((await prices(desk, adjusted="splits", format="csv")).text)))
    assert rows[0] == ["timestamp", "day", "close", "source", "override"]
    assert [row[2] for row in rows[1:]] == ["50", "52", "51", "52.5"]


async def test_arrow_is_read_by_others_exactly(desk):
    answer = await prices(desk, format="arrow")
    assert answer.headers["content-type"] == "application/vnd.apache.arrow.stream"
    table = read(answer.content)
    assert table["close"] == list(map(Decimal, ["100", "104", "51", "52", "52.5"]))
    assert table["open"] == [None, None, None, None, Decimal(51)]
    assert table["day"][-1] == date(2024, 1, 5)
    assert [str(at) for at in table["timestamp"]][:1] == ["2024-01-02 00:00:00+00:00"]
    assert table["source"] == ["yahoo"] * 4 + ["manual"]
    adjusted = read((await prices(desk, adjusted="splits", format="arrow")).content)
    assert adjusted["close"] == list(map(Decimal, ["50", "52", "51", "52.5"]))
    nothing = read((await prices(desk, format="arrow", end="1999-01-01")).content)
    assert (list(nothing), nothing["close"]) == (list(table), [])


def read(content):
    table = arro3.io.read_ipc_stream(io.BytesIO(content)).read_all()
    return {name: [value.as_py() for value in table[name]] for name in table.column_names}


async def test_a_file_says_which_prices_are_not_used(desk):
    path = f"{BASE}/assets/ACME/quality/points/yahoo/2024-01-03"
    assert (await desk.client.put(path, json={"status": "rejected"})).status_code == 200
    rows = csv.DictReader(io.StringIO((await prices(desk, format="csv")).text))
    assert [row["status"] for row in rows] == ["", "rejected", "", "", ""]
    table = read((await prices(desk, format="arrow")).content)
    assert table["status"] == [None, "rejected", None, None, None]


async def test_arrow_refuses_what_it_cannot_hold(desk):
    await put(desk, [{"timestamp": "2024-01-08", "close": "0.0000000000000000001"}])
    for query in ({}, {"series": "reconciled"}):
        answer = await desk.get("/assets/ACME/prices", format="arrow", **query)
        assert answer.status_code == 422
        assert "has 19 digits after the point" in answer.text
    assert "0.0000000000000000001" in (await prices(desk, format="csv")).text


async def test_ones_own_prices_are_in_ones_own_files_alone(each_argosy, desk):
    async with each_argosy.database.write() as session:
        await fetch_all(session, "UPDATE assets SET owner_id = NULL, owner_key = ''")
    await put(desk, [{"timestamp": "2024-01-09", "close": "99"}])
    assert (await closes(desk, adjusted="splits"))[-1] == "99"
    async with app_client(each_argosy) as client:
        await sign_up(client, "eve")
        theirs = await client.get(f"{BASE}/assets/ACME/prices", params={"format": "csv"})
    assert "99" in (await prices(desk, format="csv")).text
    assert ",99," not in theirs.text
