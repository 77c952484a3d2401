from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from argosy.core.errors import ImportFormatError
from argosy.core.importers.draft import LotPick, TransactionDraft
from argosy.core.importers.transactions_csv import read_transactions
from argosy.core.ledger.transaction import TransactionType

GERMAN = """\
Datum;Symbol;Typ;Anzahl;Kurs;Gebühr;Betrag
2026-11-04;VWCE.DE;Kauf;9;154,50;1,50;
17.11.2026;EUR;Zinsen;;;;1.012,40
2026-11-18;BTC;Kauf;0,05;93120;4,20;
19/11/2026;NVDA;Verkauf;10;185,40;1,00;
2026-11-19;SGLN.L;Kauf;;59,10;4,95;2.364,00
"""


def only(text):
    file = read_transactions(text)
    assert not file.problems
    (draft,) = file.drafts
    return draft


def reasons(text):
    return [(problem.line, problem.reason) for problem in read_transactions(text).problems]


def test_every_field_of_the_api_is_a_column():
    draft = only(
        "type,symbol,exchange,asset_id,quantity,price,amount,fee,tax,currency,fx_rate,ratio,"
        "timestamp,note,external_id,to_symbol,to_asset_id,to_exchange,cost_share,cost,"
        "to_portfolio_id,lots\n"
        "sell,AAPL,NASDAQ,a1,2,59.10,118.20,1,0.5,USD,0.9,2:1,2024-01-05T15:00:00Z,hello,x1,"
        "NEW,b2,NYSE,0.25,10,p9,t1:1.5|t2:0.5\n"
    )
    assert draft == TransactionDraft(
        type=TransactionType.SELL,
        timestamp="2024-01-05T15:00:00Z",
        symbol="AAPL",
        exchange="NASDAQ",
        asset_id="a1",
        quantity=Decimal(2),
        price=Decimal("59.10"),
        amount=Decimal("118.20"),
        fee=Decimal(1),
        tax=Decimal("0.5"),
        currency="USD",
        fx_rate=Decimal("0.9"),
        ratio="2:1",
        note="hello",
        external_id="x1",
        to_symbol="NEW",
        to_asset_id="b2",
        to_exchange="NYSE",
        cost_share=Decimal("0.25"),
        cost=Decimal(10),
        to_portfolio_id="p9",
        lots=(LotPick("t1", Decimal("1.5")), LotPick("t2", Decimal("0.5"))),
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_german_file_is_read_to_the_last_digit(encoding):
    file = read_transactions(GERMAN.encode(encoding), portfolio_id="p1")
    assert [(d.type, d.timestamp, d.quantity, d.price, d.amount) for d in file.drafts] == [
        ("BUY", "2026-11-04", Decimal(9), Decimal("154.50"), None),
        ("INTEREST", "2026-11-17", None, None, Decimal("1012.40")),
        ("BUY", "2026-11-18", Decimal("0.05"), Decimal(93120), None),
        ("SELL", "2026-11-19", Decimal(10), Decimal("185.40"), None),
    ]
    assert {draft.portfolio_id for draft in file.drafts} == {"p1"}


def test_an_empty_quantity_gets_a_suggestion_from_the_rest_of_its_row():
    (problem,) = read_transactions(GERMAN).problems
    assert (problem.row, problem.line, problem.column) == (4, 6, "quantity")
    assert problem.reason == "quantity is empty. 2,364.00 ÷ 59.10 suggests 40."
    assert problem.suggestion == "40"


def test_an_empty_quantity_without_amount_is_reported_without_a_guess():
    assert reasons("type,date,price\nbuy,2024-01-05,3\n") == [(2, "quantity is empty.")]
    assert reasons("type,date,price,amount\nbuy,2024-01-05,0,3\n") == [(2, "quantity is empty.")]


def test_types_come_in_any_letter_case():
    text = "type,date,amount\n" + "".join(
        f"{kind},2024-01-05,1\n" for kind in ("Dividend", "return of capital", "SPIN-OFF", "fee")
    )
    kinds = [draft.type for draft in read_transactions(text).drafts]
    assert kinds == ["DIVIDEND", "RETURN_OF_CAPITAL", "SPIN_OFF", "FEE"]


def test_an_unknown_type_names_the_nearest():
    assert reasons("type,date\ndivdend,2024-01-05\n") == [
        (2, "type: 'divdend' is unknown. Did you mean DIVIDEND?")
    ]
    assert "Use one of BUY" in reasons("type,date\nqqqq,2024-01-05\n")[0][1]
    assert "type is empty" in reasons("type,date\n,2024-01-05\n")[0][1]


def test_every_wrong_cell_of_a_row_is_reported_and_no_other_row_suffers():
    file = read_transactions(
        "type,date,symbol,quantity,price\n"
        "buy,2024-01-05,A,1,2\n"
        "buy,2024-02-30,A,NaN,inf\n"
        f"buy,2024-01-06,A,{'9' * 40},2\n"
        "buy,2024-01-07,A,1,2\n"
    )
    assert [draft.row for draft in file.drafts] == [0, 3]
    assert [(p.line, p.column) for p in file.problems] == [
        (3, "date"),
        (3, "quantity"),
        (3, "price"),
        (4, "quantity"),
    ]
    assert file.lines == (2, 3, 4, 5)


def test_an_ambiguous_day_is_decided_by_the_file_or_reported():
    head = "type,amount,date\n"
    assert reasons(head + "fee,1,03/04/2024\n")[0][1].startswith("date: '03/04/2024' can be two")
    file = read_transactions(head + "fee,1,03/04/2024\nfee,1,04/13/2024\n")
    assert [draft.timestamp for draft in file.drafts] == ["2024-03-04", "2024-04-13"]


def test_a_number_with_two_readings_is_reported():
    problem = reasons('type,date,amount\nfee,2024-01-05,"1,234"\n')[0][1]
    assert "can mean 1234 or 1.234" in problem


@pytest.mark.parametrize(
    ("text", "ratio"), [("2:1", "2:1"), ("1/10", "1:10"), ("1.5:1", "1.5:1"), ("4", "4:1")]
)
def test_a_ratio_is_new_for_old(text, ratio):
    assert only(f"type,date,symbol,ratio\nsplit,2024-01-05,A,{text}\n").ratio == ratio


@pytest.mark.parametrize("text", ["0:1", "2:0", "-2:1", "a:b", "02:01:00", ":"])
def test_a_ratio_of_nothing_is_refused(text):
    assert "ratio" in reasons(f"type,date,symbol,ratio\nsplit,2024-01-05,A,{text}\n")[0][1]


def test_lots_that_cannot_be_read_are_reported():
    assert (
        "transaction_id:quantity"
        in reasons("type,date,quantity,lots\nsell,2024-01-05,1,t1\n")[0][1]
    )


def test_the_minor_unit_keeps_its_letter_case():
    assert only("type,date,quantity,currency\nbuy,2024-01-05,1,GBp\n").currency == "GBp"


def test_missing_columns_are_named():
    with pytest.raises(ImportFormatError, match="Missing columns: type, timestamp or date"):
        read_transactions("symbol,quantity\nA,1\n")


def test_columns_without_a_meaning_are_named_not_hidden():
    file = read_transactions("type,date,ISIN,Broker\nfee,2024-01-05,,\n")
    assert file.ignored_columns == ("ISIN", "Broker")


def test_a_hundred_thousand_rows_are_the_most():
    row = "fee,2024-01-05,1\n"
    assert len(read_transactions("type,date,amount\n" + row * 100_000).drafts) == 100_000
    with pytest.raises(ImportFormatError, match="100,000 rows"):
        read_transactions("type,date,amount\n" + row * 100_001)


HEADER = b"type,date,quantity,price,amount,ratio,lots,note\n"


@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_become_drafts_problems_or_one_error(data, with_header):
    try:
        file = read_transactions(HEADER + data if with_header else data)
    except ImportFormatError:
        return
    rows = {draft.row for draft in file.drafts} | {problem.row for problem in file.problems}
    assert rows == set(range(len(file.lines)))


@given(
    st.lists(
        st.lists(
            st.sampled_from(
                [
                    "",
                    "buy",
                    "2024-01-05",
                    "1,5",
                    "1.234",
                    "NaN",
                    '"',
                    '""',
                    "1e9",
                    "€",
                ]
            ),
            max_size=9,
        ),
        max_size=6,
    ),
    st.sampled_from([",", ";", "\t"]),
)
def test_any_grid_of_cells_accounts_for_every_row(grid, mark):
    head = mark.join(["type", "date", "quantity", "price", "amount"]) + "\n"
    last = ["fee", "2024-01-05", "", "", "1"]  # a file has at least one row
    file = read_transactions(head + "\n".join(mark.join(row) for row in [*grid, last]))
    rows = {draft.row for draft in file.drafts} | {problem.row for problem in file.problems}
    assert rows == set(range(len(file.lines)))
