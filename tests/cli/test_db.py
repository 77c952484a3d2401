"""`argosy db`: care of the database, with exit codes that scripts can trust."""

import sqlite3
from contextlib import closing


def rows(file, table="transactions"):
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_an_empty_data_directory_is_migrated_once(command, tmp_path):
    first = command("db", "upgrade", "--json")
    assert first.code == 0, first.error
    assert first.json["before"] is None
    again = command("db", "upgrade", "--json").json
    assert again["before"] == again["after"] == first.json["after"]
    assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_what_does_not_exist_is_not_made_by_looking(command, tmp_path):
    for words in (("db", "check"), ("db", "backup")):
        result = command(*words)
        assert result.code == 4
        assert "There is no database" in result.error
    assert not (tmp_path / "data" / "argosy.db").exists()


def test_a_backup_comes_back_and_the_replaced_database_is_kept(demo, tmp_path):
    file = tmp_path / "data" / "argosy.db"
    made = demo("db", "backup", str(tmp_path / "kept.db"), "--json")
    assert made.code == 0, made.error
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("DELETE FROM transactions")
    assert rows(file) == 0
    back = demo("db", "restore", str(tmp_path / "kept.db"), "--json")
    assert back.code == 0, back.error
    assert rows(file) == 65
    assert rows(back.json["replaced"]) == 0
    assert demo("db", "check").out == "All is well.\n"


def test_a_backup_goes_to_the_data_directory_and_overwrites_nothing(demo, tmp_path):
    path = demo("db", "backup", "--json").json["path"]
    assert path.startswith(str(tmp_path / "data" / "backups" / "argosy-"))
    told = demo("db", "backup", f"{path}.with-a-{'long-' * 40}name")
    assert told.out.startswith(f"{path}.with-a-{'long-' * 40}name, ")
    assert told.out.count("\n") == 1
    refused = demo("db", "backup", path)
    assert refused.code == 4
    assert "never overwrites" in refused.error


def test_no_database_is_put_in_the_place_of_one(demo, tmp_path):
    (tmp_path / "letter.txt").write_text("Dear Ada")
    refused = demo("db", "restore", str(tmp_path / "letter.txt"))
    assert refused.code == 4
    assert "not a SQLite database" in refused.error
    assert rows(tmp_path / "data" / "argosy.db") == 65


def test_a_contradiction_is_found_and_has_an_exit_code(demo, tmp_path):
    with closing(sqlite3.connect(tmp_path / "data" / "argosy.db")) as connection, connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("DELETE FROM portfolios")
    found = demo("db", "check", "--json")
    assert found.code == 1
    assert any("portfolio that does not exist" in line for line in found.json["findings"])


def test_a_rebuild_says_what_it_built(demo, tmp_path):
    assert demo("db", "rebuild", "--json").json == {"price_blocks": 5, "portfolios": 1}
    assert rows(tmp_path / "data" / "argosy.db", "portfolio_positions") == 5
