"""CSV files as people have them, and files that are none."""

from typing import Any

import pytest

from tests.acceptance.person import Json, Person, exact, picked

END = "2024-06-03"
PLAIN = "type,date,symbol,quantity,price,fee\nbuy,2024-01-05,ACME,10,1234.56,1.50\n"
SEMICOLONS = "type;date;symbol;quantity;price;fee\nbuy;05.01.2024;ACME;10;1.234,56;1,50\n"


def upload(me: Person, portfolio: str, file: str | bytes, *, dry_run: bool = False) -> Any:
    form = {"portfolio_id": portfolio, "dry_run": str(dry_run).lower()}
    files = {"file": ("trades.csv", file, "text/csv")}
    return me.http.post("/transactions/import", data=form, files=files)


def refused(me: Person, file: str | bytes, status: int = 422) -> Json:
    """Upload what must be refused; nothing may be kept."""
    portfolio = me.portfolio()
    answer = upload(me, portfolio, file)
    assert answer.status_code == status, answer.text
    assert me.get("/transactions", portfolio_id=portfolio)["items"] == []
    return answer.json()


@pytest.mark.parametrize(
    "file",
    [
        PLAIN,
        PLAIN.replace("\n", "\r\n"),
        PLAIN.upper().replace("BUY", "Buy"),
        b"\xef\xbb\xbf" + PLAIN.encode(),
        PLAIN.encode("utf-16"),
        PLAIN.replace(",", "\t"),
        SEMICOLONS,
        "\ufeff" + SEMICOLONS,
        "sep=;\n" + SEMICOLONS,
        SEMICOLONS.replace("1.234,56", "1 234,56"),
        SEMICOLONS.replace("1.234,56", "1'234,56"),
        PLAIN.replace("1234.56", '"1,234.56"'),
        PLAIN.replace("date", "timestamp").replace("2024-01-05", "2024-01-05T10:00:00Z"),
        PLAIN + "\n\n",
    ],
)
def test_a_file_is_read_as_it_was_meant(me: Person, file):
    portfolio = me.portfolio()
    preview = upload(me, portfolio, file, dry_run=True)
    assert preview.status_code == 200, preview.text
    assert me.get("/transactions", portfolio_id=portfolio)["items"] == []
    answer = upload(me, portfolio, file)
    assert answer.status_code == 201, answer.text
    (line,) = me.get("/transactions", portfolio_id=portfolio)["items"]
    assert (line["type"], line["day"], line["symbol"]) == ("BUY", "2024-01-05", "ACME")
    assert picked(line, "quantity", "price", "fee") == exact("10", "1234.56", "1.5")


def test_every_wrong_row_is_named_with_its_line_and_nothing_is_kept(me: Person):
    rows = [
        "buy,2024-01-05,ACME,10,100,1",
        "buy,2024-01-05,UNKNOWN,10,100,1",
        "buy,2024-01-05,ACME,-10,100,1",
        "buy,2999-01-05,ACME,10,100,1",
        "gift,2024-01-05,ACME,10,100,1",
        "buy,2024-01-05,ACME,,100,1",
        "buy,2024-01-05,ACME,ten,100,1",
        "buy,2024-13-05,ACME,10,100,1",
    ]
    problem = refused(me, PLAIN.splitlines()[0] + "\n" + "\n".join(rows))
    named = problem["problems"]
    assert {row["row"] for row in named} == set(range(1, 8))
    assert all(row["reason"] for row in named)


def test_a_dry_run_shows_the_problems(me: Person):
    portfolio = me.portfolio()
    file = PLAIN + "sell,2024-01-06,ACME,20,100,1\n"
    answer = upload(me, portfolio, file, dry_run=True)
    assert answer.status_code in {200, 409}
    (problem,) = answer.json()["problems"]
    assert "10" in problem["reason"]
    assert refused(me, file, 409)["problems"]


@pytest.mark.parametrize(
    "file",
    [
        "",
        "\n\n",
        "date,symbol,quantity,price\n2024-01-05,ACME,1,1\n",
        "type,symbol,quantity,price\nbuy,ACME,1,1\n",
        "type,date,symbol,quantity,price\n",
        "just some text",
        b"\x00\x01\x02\xff" * 100,
        b"PK\x03\x04" + b"\x00" * 100,
        '"' * 10_000,
        "type,date,symbol\n" + "x," * 5000,
        "a" * 2_000_000,
    ],
)
def test_a_file_that_is_none_is_refused_with_the_reason(me: Person, file):
    assert refused(me, file)["detail"]


def test_a_missing_column_is_named(me: Person):
    problem = refused(me, "date,symbol,quantity,price\n2024-01-05,ACME,1,1\n")
    assert "type" in str(problem["detail"])


def test_the_same_file_twice_adds_nothing_if_its_rows_have_ids(me: Person):
    portfolio = me.portfolio()
    file = "external_id,type,date,symbol,quantity,price\nb1,buy,2024-01-05,ACME,1,1\n"
    assert upload(me, portfolio, file).json()["created"] == 1
    again = upload(me, portfolio, file)
    assert again.status_code in {200, 201}
    assert (again.json()["created"], again.json()["duplicates"]) == (0, 1)
    assert picked(me.holdings(portfolio, END)["ACME"], "quantity") == exact("1")


def test_rows_that_look_like_others_are_pointed_out(me: Person):
    portfolio = me.portfolio()
    upload(me, portfolio, PLAIN)
    preview = upload(me, portfolio, PLAIN, dry_run=True).json()
    assert preview["warnings"] or preview["rows"][0]["looks_duplicate"]


def test_a_formula_is_text(me: Person):
    portfolio = me.portfolio()
    file = 'type,date,symbol,quantity,price,note\nbuy,2024-01-05,ACME,1,1,"=1+1"\n'
    assert upload(me, portfolio, file).status_code == 201
    assert me.get("/transactions", portfolio_id=portfolio)["items"][0]["note"] == "=1+1"


def test_a_file_for_another_users_portfolio_is_404(me: Person, people):
    assert upload(people(), me.portfolio(), PLAIN).status_code == 404


def test_two_hundred_megabytes_are_refused_and_the_program_goes_on(me: Person, tmp_path):
    path = tmp_path / "huge.csv"
    piece = b"buy,2024-01-05,ACME,1,1,0\n" * 40_330
    with path.open("wb") as file:
        file.write(PLAIN.splitlines()[0].encode() + b"\n")
        for _ in range(200):
            file.write(piece)
    portfolio = me.portfolio()
    with path.open("rb") as file:
        answer = upload(me, portfolio, file)
    assert answer.status_code == 413
    assert {"detail", "code"} <= answer.json().keys()
    assert me.get("/transactions", portfolio_id=portfolio)["items"] == []


def test_a_form_that_cannot_be_taken_apart_is_422(me: Person):
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    answer = me.http.post("/transactions/import", content=b"--x\r\nno--x--\r\n", headers=headers)
    assert answer.status_code == 422
    assert answer.json()["detail"][0]["msg"]
