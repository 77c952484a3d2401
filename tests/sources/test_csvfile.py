from datetime import date
from decimal import Decimal

import pytest

from argosy.core.errors import NotAtSourceError, SourceChangedError, SourceDownError
from argosy.sources.csvfile import CsvFileSource


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "VOD.L.csv").write_text(
        "Datum;Schluss;vol\n05.01.2024;1.068,5;10\n08.01.2024;1.070,0;\n08.01.2024;1.071,0;\n"
    )
    (tmp_path.parent / "secret.csv").write_text("date,close\n2024-01-05,1\n")
    return tmp_path


async def test_a_symbol_has_a_file_of_its_name(folder):
    history = await CsvFileSource(folder).history("vod.l")
    assert [(bar.day, bar.close, bar.volume) for bar in history.bars] == [
        (date(2024, 1, 5), Decimal("1068.5"), Decimal(10)),
        (date(2024, 1, 8), Decimal(1071), None),
    ]
    assert history.currency is None
    assert history.quoted_in("GBp") is history


async def test_a_range_keeps_both_ends(folder):
    source = CsvFileSource(folder)
    assert (
        len((await source.history("VOD.L", start=date(2024, 1, 5), end=date(2024, 1, 5))).bars) == 1
    )
    assert (await source.history("VOD.L", start=date(2025, 1, 1))).bars == ()


async def test_one_file_holds_many_symbols(tmp_path):
    path = tmp_path / "all.csv"
    path.write_text(
        "symbol,exchange,timestamp,close\nA,NYSE,2024-01-05T21:00:00Z,1\nB,,2024-01-05,2\nA,LSE,2024-01-05,3\n"
    )
    source = CsvFileSource(path)
    assert [bar.close for bar in (await source.history("A:NYSE")).bars] == [1]
    assert [bar.close for bar in (await source.history("B")).bars] == [2]
    with pytest.raises(NotAtSourceError):
        await source.history("C")


@pytest.mark.parametrize("symbol", ["../secret", "NOSUCH", "", "*", "/etc/passwd"])
async def test_a_symbol_never_leaves_the_folder(folder, symbol):
    with pytest.raises(NotAtSourceError):
        await CsvFileSource(folder).history(symbol)


async def test_a_wrong_row_names_its_line(tmp_path):
    (tmp_path / "A.csv").write_text("date,close\n2024-01-05,1\n2024-01-06,x\n")
    with pytest.raises(SourceChangedError, match="line 3: close"):
        await CsvFileSource(tmp_path).history("A")


async def test_a_file_that_is_no_table_says_so(tmp_path):
    (tmp_path / "A.csv").write_text("a,b\n")
    with pytest.raises(SourceChangedError, match="Missing columns"):
        await CsvFileSource(tmp_path).history("A")


async def test_a_file_that_cannot_be_opened_is_a_source_that_is_down(tmp_path):
    (tmp_path / "A.csv").mkdir()
    with pytest.raises(SourceDownError):
        await CsvFileSource(tmp_path).history("A")
