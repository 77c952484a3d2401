"""Watchlists, alerts, notifications and webhooks on the command line."""

import pytest


@pytest.fixture
def acme(command):
    names = ("--email", "ada@example.org", "--username", "ada", "--password-stdin")
    made = command("user", "create", *names, stdin="a long and quiet sentence\n")
    assert made.code == 0, made.error
    assert command("asset", "create", "ACME", "--exchange", "NYSE").code == 0
    return command


def done(result):
    assert result.code == 0, result.error
    return result


def test_a_watchlist_is_made_filled_shown_and_deleted(acme):
    done(acme("watchlist", "create", "Mine", "--note", "x"))
    done(acme("watchlist", "add", "mine", "ACME", "--note", "cheap"))
    found = done(acme("watchlist", "show", "Mine", "--json")).json
    (item,) = found["items"]
    assert (item["asset"]["symbol"], item["price"], item["note"]) == ("ACME", None, "cheap")
    assert "ACME" in done(acme("watchlist", "show", "Mine")).out
    done(acme("watchlist", "change", "Mine", "--name", "Other", "--position", "0"))
    listed = done(acme("watchlist", "list", "--json")).json
    assert [(one["name"], one["size"], one["note"]) for one in listed] == [("Other", 1, "x")]
    done(acme("watchlist", "remove", "Other", "ACME"))
    assert acme("watchlist", "remove", "Other", "ACME").code == 3
    done(acme("watchlist", "delete", "Other"))
    assert acme("watchlist", "show", "Other").code == 3


def test_an_alert_is_made_changed_listed_and_deleted(acme):
    made = done(
        acme("alert", "create", "price", "--symbol", "ACME", "--side", "above",
             "--threshold", "100", "--back-off", "60", "--json")
    ).json  # fmt: skip
    (alert,) = made
    assert (alert["waits_for"], alert["back_off_minutes"]) == ("a price of 100 USD or more", 60)
    shown = done(acme("alert", "list", "--kind", "price")).out
    assert "ACME" in shown
    assert "unknown" in shown
    done(acme("alert", "change", alert["id"], "--threshold", "120", "--disable"))
    (found,) = done(acme("alert", "list", "--json")).json
    assert (found["threshold"], found["enabled"]) == ("120", False)
    assert acme("alert", "create", "price", "--symbol", "ACME").code == 1
    assert acme("alert", "list", "--kind", "sunrise").code == 1
    done(acme("alert", "delete", alert["id"]))
    assert acme("alert", "delete", alert["id"]).code == 3


def test_alerts_of_a_portfolio_go_by_its_name(acme):
    done(acme("portfolio", "create", "Savings"))
    made = done(
        acme("alert", "create", "drawdown", "--portfolio", "savings", "--threshold", "0.2",
             "--name", "Crash", "--json")
    ).json  # fmt: skip
    assert (made[0]["portfolio"], made[0]["name"]) == ("Savings", "Crash")


def test_quiet_hours_are_set_and_what_was_told_is_read(acme):
    settings = ("notification", "settings")
    wanted = ("--time-zone", "Europe/Zurich", "--quiet", "22:00-07:00", "--email")
    found = done(acme(*settings, *wanted, "--json")).json
    assert (found["quiet_from"], found["quiet_until"], found["email"]) == ("22:00", "07:00", True)
    kept = done(acme(*settings, "--quiet", "none", "--json")).json
    assert (kept["quiet_from"], kept["time_zone"]) == (None, "Europe/Zurich")
    assert acme(*settings, "--quiet", "late").code == 1
    assert done(acme("notification", "list", "--json")).json == []
    assert done(acme("notification", "read", "--json")).json == {"changed": 0}
    sent = done(acme("notification", "send", "--json")).json
    assert sent == {"delivered": 0, "waiting": 0, "failed": 0}
    refused = acme("notification", "mail")
    assert refused.code == 1
    assert "ARGOSY_SMTP_HOST" in refused.error


def test_a_webhook_shows_its_secret_once(acme):
    made = done(acme("webhook", "create", "https://example.org/x", "--kind", "alert", "--json"))
    hook = made.json
    assert hook["secret"].startswith("whsec_")
    listed = done(acme("webhook", "list", "--json"))
    assert "whsec_" not in listed.out
    assert listed.json[0]["kinds"] == ["alert"]
    renewed = done(acme("webhook", "secret", hook["id"], "--json")).json
    assert renewed["secret"] != hook["secret"]
    done(acme("webhook", "change", hook["id"], "--disable"))
    assert done(acme("webhook", "list", "--json")).json[0]["enabled"] is False
    assert done(acme("webhook", "log", hook["id"], "--json")).json == []
    assert acme("webhook", "replay", hook["id"], "none").code == 1  # it is disabled
    inside = acme("webhook", "create", "https://127.0.0.1/")
    assert inside.code == 1
    assert "only public ones" in inside.error
    done(acme("webhook", "delete", hook["id"]))
    assert acme("webhook", "log", hook["id"]).code == 3
