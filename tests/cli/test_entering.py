"""Assets, prices, rates, portfolios and transactions on the command line."""

import pytest

PASSWORD = "a long and quiet sentence"
PRICES = "date,open,high,low,close,volume\n2024-01-02,1,3,1,2.5,10\n2024-01-03,2,3,2,3,\n"
LINES = "type,symbol,quantity,price,date,external_id\nbuy,ACME,10,100,2024-01-02,a\nsell,ACME,4,110,2024-02-01,b\n"


def sign_up(command, name="ada"):
    names = ("--email", f"{name}@example.org", "--username", name)
    assert command("user", "create", *names, "--password-stdin", stdin=PASSWORD + "\n").code == 0


@pytest.fixture
def at_work(command):
    """A user with the portfolio Main and the shared asset ACME."""
    sign_up(command)
    made = command("asset", "create", "acme", "--exchange", "NYSE", "--name", "Acme Corp")
    assert made.code == 0, made.error
    assert command("portfolio", "create", "Main", "--method", "FIFO").code == 0
    return command


@pytest.fixture
def file(tmp_path):
    def write(text, name="file.csv"):
        path = tmp_path / name
        path.write_text(text)
        return str(path)

    return write


def test_an_asset_of_the_command_line_is_shared(at_work):
    made = at_work("asset", "create", "btc", "--category", "crypto", "--json").json
    assert (made["symbol"], made["category"], made["owned"]) == ("BTC", "CRYPTO", False)
    again = at_work("asset", "create", "BTC")
    assert again.code == 1
    assert "exists already" in again.error
    assert at_work("asset", "create", "X", "--category", "stonk").code == 1


def test_portfolios_are_made_and_listed(at_work):
    at_work("portfolio", "create", "Second", "--currency", "eur", "--track-cash")
    found = at_work("portfolio", "list", "--json").json
    assert [(one["name"], one["currency"], one["track_cash"]) for one in found] == [
        ("Main", "USD", False),
        ("Second", "EUR", True),
    ]
    assert found[0]["cost_basis_method"] == "fifo"
    assert "Second" in at_work("portfolio", "list").out
    assert at_work("portfolio", "create", "X", "--method", "best").code == 1


def test_brackets_and_colons_in_names_are_text(at_work, file):
    assert "[bold]B[/red]" in at_work("portfolio", "create", "[bold]B[/red]").out
    assert "[bold]B[/red]" in at_work("portfolio", "list").out
    shown = at_work("asset", "create", "B", "--name", "[/bold] :smile:")
    assert "[/bold] :smile:" in shown.out
    wrong = file("type,symbol,quantity,price,date\nbuy,[/red],1,1,2024-01-02\n")
    told = at_work("transactions", "import", wrong, "--portfolio", "Main", "--dry-run")
    assert told.code == 1
    assert "[/red]" in told.error


def test_with_several_accounts_one_must_be_named(at_work):
    sign_up(at_work, "bob")
    assert at_work("portfolio", "list").code == 1
    assert at_work("portfolio", "list", "--user", "bob", "--json").json == []
    assert len(at_work("portfolio", "list", "--user", "ada@example.org", "--json").json) == 1
    assert at_work("portfolio", "list", "--user", "eve").code == 3


def test_transactions_are_entered_one_by_one(at_work):
    buy = ("transactions", "add", "buy", "--portfolio", "main", "--symbol", "acme")
    day = ("--date", "2024-01-02", "--external-id", "x")
    made = at_work(*buy, *day, "--quantity", "10", "--price", "100.5", "--json").json
    assert (made["type"], made["symbol"], made["price"]) == ("BUY", "ACME", "100.5")
    again = at_work(*buy, *day, "--quantity", "10", "--price", "100.5")
    assert again.code == 0
    assert "nothing was added" in again.error
    sell = ("transactions", "add", "sell", "--portfolio", "main", "--symbol", "acme")
    refused = at_work(*sell, "--date", "2024-01-03", "--quantity", "11", "--price", "1")
    assert (refused.code, "10 held on 2024-01-03" in refused.error) == (1, True)
    wrong = at_work(*sell, "--date", "2024-01-03", "--quantity", "ten", "--price", "1")
    assert (wrong.code, "not a number" in wrong.error) == (1, True)
    elsewhere = at_work(*buy[:3], "--portfolio", "none", *day)
    assert elsewhere.code == 3


def test_a_file_of_transactions_is_shown_then_stored(at_work, file):
    command = ("transactions", "import", file(LINES), "--portfolio", "Main")
    shown = at_work(*command, "--dry-run", "--json").json
    assert (shown["created"], shown["ids"]) == (2, [])
    stored = at_work(*command)
    assert stored.code == 0
    assert "2 of 2 rows stored" in stored.out
    again = at_work(*command, "--json").json
    assert (again["created"], again["duplicates"]) == (0, 2)


def test_a_wrong_row_is_named_by_its_line(at_work, file):
    path = file(LINES + "sell,ACME,7,1,2024-03-01,c\nbuy,NOPE,1,1,2024-03-01,\n")
    command = ("transactions", "import", path, "--portfolio", "Main")
    shown = at_work(*command, "--dry-run")
    assert shown.code == 1
    assert "line 5: No asset has the symbol NOPE" in shown.error
    refused = at_work(*command)
    assert refused.code == 1
    assert "nothing is stored yet. First, line 5: No asset" in refused.error
    assert "\n  line 5: No asset has the symbol NOPE" in refused.error
    assert "row" not in refused.error.partition("First")[2]
    assert at_work(*command, "--dry-run", "--json").json["row_count"] == 4
    assert at_work("transactions", "import", "missing.csv", "--portfolio", "Main").code == 2


def test_a_price_file_is_stored_once(at_work, file):
    command = ("prices", "import", file(PRICES), "--symbol", "ACME", "--json")
    assert at_work(*command).json == {"created": 2, "updated": 0, "unchanged": 0, "rejected": []}
    assert at_work(*command).json["unchanged"] == 2


def test_a_price_file_may_hold_many_assets_and_names_what_is_wrong(at_work, file):
    at_work("asset", "create", "NEW", "--exchange", "LSE")
    path = file(
        "symbol,exchange,date,close\nACME,NYSE,2024-01-02,1\nNEW,LSE,2024-01-02,2\n"
        "NOPE,,2024-01-02,3\nACME,NYSE,2024-01-03,-1\nACME,NYSE,2024-01-04,4\n"
    )
    found = at_work("prices", "import", path, "--json")
    assert found.code == 1
    assert found.json["created"] == 3
    assert [one["line"] for one in found.json["rejected"]] == [4, 5]
    people = at_work("prices", "import", path)
    assert "line 4: No asset has the symbol NOPE" in people.error
    unnamed = at_work("prices", "import", file(PRICES, "other.csv"))
    assert (unnamed.code, "--symbol" in unnamed.error) == (1, True)


@pytest.mark.parametrize(
    ("text", "more", "created"),
    [
        ("currency,timestamp,rate_to_usd\nEUR,2024-01-05,1.09\nUSD,2024-01-05,1\n", (), 1),
        ("base,quote,date,rate\nGBP,USD,2024-01-05,1.27\n", (), 1),
        ("Date,USD,JPY,\n2024-01-05,1.09,158.2,\n2024-01-04,1.1,N/A,\n", (), 3),
        ("date,close\n2024-01-05,0.86\n", ("--pair", "EUR/GBP"), 1),
    ],
)
def test_rate_files_are_read_in_every_form(at_work, file, text, more, created):
    command = ("rates", "import", file(text), *more, "--json")
    assert at_work(*command).json["created"] == created
    assert at_work(*command).json["created"] == 0


def test_wrong_rates_are_named(at_work, file):
    found = at_work("rates", "import", file("currency,timestamp,rate_to_usd\nEUR,2024-01-05,0\n"))
    assert (found.code, "line 2" in found.error) == (1, True)
    assert at_work("rates", "import", file("a,b\n1,2\n")).code == 1
    assert at_work("rates", "import", file("date,close\n"), "--pair", "EURUSD").code == 1


def test_what_is_no_day_is_told_with_how_to_write_one(at_work):
    shown = at_work("portfolio", "show", "Main", "--as-of", "2024-02-30")
    assert shown.code == 2
    assert "'2024-02-30' is no day; write it as 2024-01-31." in shown.error
    for command in (
        ("portfolio", "performance", "Main", "--start", "yesterday"),
        ("portfolio", "gains", "Main", "--end", "1/2/2024"),
        ("explain", "total_value", "--portfolio", "Main", "--as-of", "45000"),
        ("prices", "load", "--symbol", "ACME", "--start", ""),
        ("rates", "load", "--since", "2024"),
    ):
        assert at_work(*command).code == 2


def test_a_number_that_is_none_is_named_once(at_work):
    line = ("--portfolio", "Main", "--date", "2024-01-02", "--symbol", "ACME", "--price", "1")
    told = at_work("transactions", "add", "BUY", *line, "--quantity", "1,5")
    assert told.error == "Error: quantity: '1,5' is not a number.\n"


def test_a_source_that_is_not_there_is_told(at_work):
    found = at_work("prices", "load", "--symbol", "ACME", "--source", "nowhere")
    assert found.code == 1
    assert "There is no source" in found.error
    assert at_work("prices", "load", "--symbol", "NOPE", "--source", "csvfile").code == 3


def test_a_symbol_that_fails_does_not_stop_the_others(at_work, tmp_path):
    assert at_work("asset", "create", "PEAR").code == 0
    folder = tmp_path / "data" / "prices"
    folder.mkdir()
    (folder / "ACME.csv").write_text(PRICES)
    load = ("prices", "load", "--source", "csvfile", "--symbol", "NOPE", "--symbol", "ACME")
    people = at_work(*load)
    assert people.code == 3
    assert "Error: NOPE: There is no asset NOPE. Make it first: argosy asset create NOPE." in (
        people.error
    )
    assert "ACME" in people.out
    scripts = at_work(*load, "--symbol", "PEAR", "--json")
    assert scripts.code == 4
    (loaded,) = scripts.json["loaded"]
    assert (loaded["symbol"], loaded["unchanged"]) == ("ACME", 2)
    assert [(one["symbol"], one["code"]) for one in scripts.json["failed"]] == [
        ("NOPE", "not_found"), ("PEAR", "not_at_source"),
    ]  # fmt: skip


def test_a_name_at_the_source_is_one_assets(at_work):
    more = ("--symbol", "PEAR", "--symbol-there", "ACME.L")
    refused = at_work("prices", "load", "--symbol", "ACME", *more)
    assert (refused.code, "--symbol-there" in refused.error) == (1, True)


def test_an_asset_is_told_what_a_source_calls_it(at_work):
    def told(*more):
        return at_work("asset", "source", "acme", *more, "--json")

    assert told().json == []
    assert told("--source", "binance", "--as", "ACMEUSDT", "--rank", "2").code == 0
    assert told("--source", "Yahoo", "--rank", "1").code == 0
    stored = told("--source", "binance", "--as", "ACMEUSDC").json
    assert [(one["source"], one["symbol"], one["rank"]) for one in stored] == [
        ("yahoo", None, 1), ("binance", "ACMEUSDC", 2),
    ]  # fmt: skip
    assert "ACMEUSDC" in at_work("asset", "source", "acme").out
    assert [one["source"] for one in told("--source", "yahoo", "--remove").json] == ["binance"]


def test_what_a_source_calls_an_asset_is_said_wholly_or_not_at_all(at_work):
    for wrong in (
        ("--as", "X"),
        ("--remove",),
        ("--source", "yahoo"),
        ("--source", "yahoo", "--rank", "1", "--remove"),
        ("--source", "nowhere", "--as", "X"),
        ("--source", "manual", "--as", "X"),
        ("--source", "yahoo", "--rank", "0"),
    ):
        assert at_work("asset", "source", "ACME", *wrong).code == 1, wrong
    assert at_work("asset", "source", "NOPE").code == 3


def test_assets_are_measured_and_compared(at_work, file):
    at_work("asset", "create", "bolt", "--currency", "EUR")
    rows = "".join(f"2024-01-{day:02},{100 + day}\n" for day in (2, 3, 4, 5))
    for symbol in ("ACME", "BOLT"):
        stored = at_work("prices", "import", file("date,close\n" + rows), "--symbol", symbol)
        assert stored.code == 0, stored.error
    shown = at_work("asset", "metrics", "acme", "--json").json
    assert shown["timeframes"][0]["total_return"] == pytest.approx(105 / 104 - 1)
    assert shown["timeframes"][4]["total_return"] is None
    told = at_work("asset", "metrics", "ACME").out
    assert "2.94 %" in told  # ALL
    assert "–" in told
    compared = at_work("asset", "compare", "ACME", "BOLT", "--start", "2024-01-03", "--json").json
    assert compared["date"] == ["2024-01-03", "2024-01-04", "2024-01-05"]
    assert "BOLT" in at_work("asset", "compare", "ACME", "BOLT").out
    lacking = at_work("asset", "compare", "ACME", "BOLT", "--currency", "usd")
    assert lacking.code == 0
    assert "There is no rate EUR/USD for BOLT" in lacking.error
    assert at_work("asset", "metrics", "NONE").code == 3
    assert at_work("asset", "metrics", "ACME", "--risk-free", "2").code == 1
