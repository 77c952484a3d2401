"""Files of transactions: previewed, then stored as a whole or not at all."""

import pytest

from tests.support.desk import BASE, Desk
from tests.support.snapshots import matches_snapshot

GOOD = """type,symbol,quantity,price,fee,date,external_id
buy,ACME,10,100.50,1,2024-01-02,a-1
sell,ACME,4,110,1,2024-02-01,a-2
"""


@pytest.fixture
async def desk(client):
    return await Desk.opened(client)


@pytest.fixture
async def each_desk(each_client):
    return await Desk.opened(each_client)


async def test_a_preview_shows_what_would_happen_and_stores_nothing(each_desk):
    await each_desk.buy("5", "2024-01-01")
    answer = await each_desk.upload(GOOD, dry_run=True)
    assert answer.status_code == 200, answer.text
    assert matches_snapshot("transactions.import", answer.json())
    (holding,) = answer.json()["holdings_after"]
    assert (holding["quantity_before"], holding["quantity_after"]) == ("5", "11")
    assert len(await each_desk.lines()) == 1


async def test_a_good_file_is_stored_once(each_desk):
    first = await each_desk.upload(GOOD)
    assert first.status_code == 201, first.text
    assert first.json()["ids"] == [line["id"] for line in reversed(await each_desk.lines())]
    again = (await each_desk.upload(GOOD)).json()
    assert (again["created"], again["duplicates"]) == (0, 2)
    assert len(await each_desk.lines()) == 2


async def test_a_repeated_import_gets_the_first_answer_and_adds_nothing(each_desk):
    text = "type,symbol,quantity,price,date\nbuy,ACME,1,100,2024-01-02\n"
    first = await each_desk.upload(text, key="march")
    again = await each_desk.upload(text, key="march")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again.headers["Idempotent-Replay"] == "true"
    for other in ({"text": text + "buy,ACME,2,100,2024-01-03\n"}, {"text": text, "dry_run": True}):
        refused = await each_desk.upload(**other, key="march")
        assert refused.status_code == 409, refused.text
    assert len(await each_desk.lines()) == 1


async def test_a_long_file_is_told_from_another_by_its_end(desk):
    rows = "type,symbol,quantity,price,date\n" + "buy,ACME,1,100,2024-01-02\n" * 4_000
    assert (await desk.upload(rows, key="all", dry_run=True)).status_code == 200
    other = await desk.upload(rows + "buy,ACME,1,100,2024-01-03\n", key="all", dry_run=True)
    assert other.status_code == 409


async def test_a_wrong_row_is_named_by_its_line_and_keeps_the_file_out(each_desk):
    text = GOOD + "buy,ACME,,50,,2024-03-01,\nbuy,NOPE,1,1,,2024-03-01,\nsell,ACME,1,1,,soon,\n"
    preview = await each_desk.upload(text, dry_run=True)
    assert preview.status_code == 200
    problems = preview.json()["problems"]
    assert [(one["row"], one["line"]) for one in problems] == [(2, 4), (3, 5), (4, 6)]
    assert preview.json()["created"] == 2
    assert preview.json()["holdings_after"] == []
    refused = await each_desk.upload(text)
    assert refused.status_code == 422
    assert [(one["row"], one["line"]) for one in refused.json()["problems"]] == [
        (2, 4), (3, 5), (4, 6),
    ]  # fmt: skip
    assert await each_desk.lines() == []


async def test_a_quantity_that_is_missing_is_suggested(desk):
    text = "type,symbol,quantity,price,amount,date\nbuy,ACME,,50,500,2024-03-01\n"
    (problem,) = (await desk.upload(text, dry_run=True)).json()["problems"]
    assert (problem["column"], problem["suggestion"]) == ("quantity", "10")


async def test_selling_too_much_is_a_conflict_that_names_the_line(desk):
    answer = await desk.upload(GOOD + "sell,ACME,7,1,,2024-03-01,\n")
    assert answer.status_code == 409
    (problem,) = answer.json()["problems"]
    assert problem["line"] == 4
    assert "6 held on 2024-03-01" in problem["reason"]


async def test_rows_that_look_like_others_are_marked_and_stored(each_desk):
    text = "type,symbol,quantity,price,date\n" + "buy,ACME,1,100,2024-01-02\n" * 2
    await each_desk.buy("1", "2024-01-02", amount="100", price=None)
    answer = (await each_desk.upload(text)).json()
    assert answer["created"] == 2
    assert [one["code"] for one in answer["warnings"]] == ["looks_duplicate"] * 2
    assert [one["looks_duplicate"] for one in answer["rows"]] == [True, True]
    assert len(await each_desk.lines()) == 3


async def test_cash_is_shown_where_it_is_tracked(client):
    desk = await Desk.opened(client, track_cash=True)
    text = "type,symbol,quantity,price,amount,date\ndeposit,,,,1000,2024-01-01\nbuy,ACME,1,100,,2024-01-02\n"
    answer = (await desk.upload(text, dry_run=True)).json()
    assert (answer["cash_before"], answer["cash_after"]) == ({}, {"USD": "900"})


@pytest.mark.parametrize(
    "data",
    [
        GOOD.encode("utf-8-sig"),
        GOOD.replace(",", ";").replace("100.50", "100,50").encode(),
        GOOD.replace(",", ";").replace("100.50", "1.100,50").replace(";110;", ";110,0;").encode(),
        GOOD.replace(",", "\t").encode("utf-16"),
        GOOD.replace("\n", "\r\n").encode(),
        GOOD.replace("100.50", '"1,100.50"').encode(),
        GOOD.replace("2024-01-02", "02.01.2024").replace("2024-02-01", "01.02.2024").encode(),
    ],
)
async def test_files_are_read_however_they_were_written(desk, data):
    answer = await desk.upload(data)
    assert answer.status_code == 201, answer.text
    assert [line["day"] for line in await desk.lines()] == ["2024-02-01", "2024-01-02"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"PK\x03\x04rest", "Excel"),
        (b"%PDF-1.7", "PDF"),
        (b"symbol,quantity,price\nACME,1,1\n", "type"),
        (b"type,symbol,quantity,price\nbuy,ACME,1,1\n", "date"),
        (b"type,date\n" + b"fee,2024-01-01\n" * 100_001, "100,000"),
        (b"x" * 2_000_000, "1 MiB"),
    ],
)
async def test_a_wrong_file_is_refused_with_what_to_mend(desk, data, says):
    answer = await desk.upload(data)
    assert answer.status_code == 422, answer.text
    assert says in answer.json()["detail"][0]["msg"]
    assert await desk.lines() == []


async def test_a_file_of_200_megabytes_is_refused(argosy, desk):
    assert argosy.settings.json_body_limit < 200 * 2**20
    answer = await desk.upload(GOOD.encode() + b"#" * (200 * 2**20))
    assert answer.status_code == 413
    assert "send it in parts" in answer.json()["detail"]


async def test_a_file_needs_a_portfolio_of_ones_own(desk):
    unknown = await desk.upload(GOOD, portfolio_id="01890a5d-ac96-774b-bcce-b302099a8057")
    assert unknown.status_code == 404
    alone = await desk.client.post(f"{BASE}/transactions/import", files={"file": GOOD})
    assert alone.status_code == 422


async def test_a_form_that_is_no_upload_is_refused(desk):
    for kind in ("application/x-www-form-urlencoded", "Multipart/Form-Data; boundary=x"):
        headers = {"Content-Type": kind, "Idempotency-Key": "march"}
        answer = await desk.client.post(
            f"{BASE}/transactions/import", content=b"file=1&portfolio_id=2", headers=headers
        )
        assert answer.status_code in {400, 422}, answer.text


async def test_columns_that_mean_nothing_are_named(desk):
    text = "type,symbol,quantity,price,date,Weather\nbuy,ACME,1,1,2024-01-02,fine\n"
    answer = (await desk.upload(text, dry_run=True)).json()
    assert answer["ignored_columns"] == ["Weather"]


async def test_gf_7728_the_same_row_in_two_portfolios_is_two_purchases(desk):
    """ghostfolio/ghostfolio issue 7728: a row of one account was taken for that of another."""
    text = "type,symbol,quantity,price,date,external_id\nbuy,ACME,7.82846,11.2768,2020-08-27,r-1\n"
    first = (await desk.upload(text)).json()
    assert (first["created"], first["duplicates"]) == (1, 0)
    desk.portfolio_id = (await desk.portfolio("Of another person"))["id"]
    second = (await desk.upload(text)).json()
    assert (second["created"], second["duplicates"]) == (1, 0)
