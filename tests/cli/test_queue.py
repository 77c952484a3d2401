"""Tracked assets and their queue on the command line."""

import json

import pytest


@pytest.fixture
def acme(command):
    assert command("asset", "create", "ACME", "--exchange", "NYSE").code == 0
    done = command("asset", "enable", "ACME", "--priority", "1", "--interval", "60", "--json")
    assert done.code == 0, done.error
    return done.json


def jobs(command, *more):
    return command("queue", "list", "--json", *more).json


def test_an_enabled_asset_is_queued_and_a_disabled_one_is_not(command, acme):
    assert (acme["enabled"], acme["tracked"]) == (True, True)
    assert (acme["priority"], acme["interval_minutes"]) == (1, 60)
    found = jobs(command)
    (job,) = found["items"]
    assert (job["symbol"], job["cause"], job["priority"]) == ("ACME", "tracked", 1)
    assert found["by_status"]["pending"] == 1
    shown = command("queue", "list")
    assert "ACME" in shown.out
    assert "1 pending." in shown.out
    assert command("asset", "disable", "ACME").code == 0
    assert jobs(command)["items"] == []
    assert "Nothing is queued." in command("queue", "list").out


def test_sources_are_asked_in_the_order_given(command, acme):
    assert command("asset", "source", "ACME", "--source", "yahoo", "--as", "ACME.X").code == 0
    asked = ("--source", "massive", "--source", "yahoo")
    assert command("asset", "enable", "ACME", *asked).code == 0
    stored = command("asset", "source", "ACME", "--json").json
    assert stored == [
        {"source": "massive", "symbol": None, "rank": 1},
        {"source": "yahoo", "symbol": "ACME.X", "rank": 2},
    ]


def test_jobs_are_listed_by_status_and_by_asset(command, acme):
    assert len(jobs(command, "--status", "pending", "--symbol", "ACME")["items"]) == 1
    assert jobs(command, "--status", "failed")["items"] == []
    assert command("queue", "list", "--status", "done").code == 1
    assert command("queue", "list", "--symbol", "NOBODY").code == 3


def test_the_queue_and_a_job_rest_and_go_on(command, acme):
    assert "The queue rests." in command("queue", "pause").out
    assert jobs(command)["paused"] is True
    assert "The queue is paused." in command("queue", "list").out
    assert "The queue goes on." in command("queue", "resume").out
    assert "Job 1 of ACME rests." in command("queue", "pause", "1").out
    assert jobs(command)["items"][0]["paused"] is True
    assert "Job 1 of ACME goes on." in command("queue", "resume", "1").out
    assert command("queue", "pause", "99").code == 3


def test_only_what_failed_is_tried_again(command, acme):
    assert command("queue", "retry", "1").code == 1
    assert command("queue", "retry", "99").code == 3
    assert command("queue", "retry").code == 1
    assert command("queue", "retry", "--all", "--json").json == {"retried": 0}
    assert command("queue", "retry", "--symbol", "ACME", "--json").json == {"retried": 0}
    assert command("queue", "clean", "--json").json == {"removed": 0}


@pytest.mark.parametrize("words", [("retry",), ("pause",), ("resume",), ("clean", "--days")])
def test_numbers_that_nothing_has_are_refused(command, words):
    assert command("queue", *words, "99999999999999999999").code == 2


def test_a_configuration_goes_out_and_comes_in_again(command, tmp_path):
    file = tmp_path / "assets.json"
    assert command("asset", "config", "export", str(file)).code == 0
    begin = json.loads(file.read_bytes())
    assert begin["BTC"] == {
        "symbol": "BTC",
        "enabled": True,
        "priority": 1,
        "adapters": ["binance", "coingecko", "coinmarketcap"],
        "collection_interval": "daily",
        "last_collected": None,
    }
    assert jobs(command)["items"] == [], "nothing is stored by looking"
    begin["SPY"]["adapters"] = ["yahoofinance", "polygon"]
    begin["SPY"]["collection_interval"] = 15
    file.write_text(json.dumps({name: begin[name] for name in ("BTC", "SPY")}))
    stored = command("asset", "config", "import", str(file), "--json")
    assert stored.code == 0, stored.error
    assert [one["symbol"] for one in stored.json] == ["BTC", "SPY"]
    out = command("asset", "config", "export", "--json").json
    assert list(out) == ["BTC", "SPY"]
    assert out["SPY"]["adapters"] == ["yahoo", "massive"]
    assert out["SPY"]["collection_interval"] == 15
    assert out["BTC"]["symbols"]["coingecko"] == "bitcoin"
    assert {one["symbol"] for one in jobs(command)["items"]} == {"BTC", "SPY"}


def test_what_one_may_begin_with_is_stored_on_request(command):
    stored = command("asset", "config", "import", "--json")
    assert stored.code == 0, stored.error
    assert {one["symbol"] for one in stored.json} == {
        "BTC", "ETH", "SPY", "SOL", "BNB", "QQQ", "ADA", "AVAX",
    }  # fmt: skip
    assert command("asset", "config", "import", "--json").json == stored.json


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ('["BTC"]', "An object is needed"),
        ('{"BTC": {"color": 1}}', "there is no color"),
        ('{"BTC": {"enabled": "yes"}}', "enabled is true or false"),
        ('{"BTC": {"priority": 9}}', "priority is 1, 2 or 3"),
        ('{"BTC": {"collection_interval": "weekly"}}', "collection_interval is minute"),
        ('{"BTC": {"adapters": ["nowhere"]}}', "There is no source nowhere"),
        ('{"BTC": {}, "NOBODY": {}}', "NOBODY: make it first"),
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ('{"BTC": {}, "BTC": {"enabled": false}}', "There are several of BTC"),
        ('{"BTC": {"enabled": true, "enabled": false}}', "There are several of enabled"),
        ('{"BTC": {}, "btc": {}}', "BTC: there are several of it."),
        ('{"BTC": {}, "X": {"symbol": "btc"}}', "BTC: there are several of it."),
    ],
)
def test_a_wrong_configuration_is_refused_whole(command, tmp_path, document, told):
    file = tmp_path / "assets.json"
    file.write_text(document)
    refused = command("asset", "config", "import", str(file))
    assert refused.code == 1
    assert told in refused.error
    assert jobs(command)["items"] == []


def test_one_is_not_told_as_several(command):
    assert command("queue", "retry", "--all").out == "0 jobs back in the queue.\n"
    assert command("queue", "clean").out == "0 completed jobs forgotten.\n"
