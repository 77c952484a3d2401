"""`argosy portfolio risk`, `drawdowns`, `correlation` and `stress`, on the demo."""


def test_risk_is_shown_with_reasons_and_advice(demo):
    shown = demo("portfolio", "risk", "Demo")
    assert shown.code == 0, shown.error
    assert "Volatility, a year" in shown.out
    assert "One session in 20" in shown.out
    assert "Reduce risk." in shown.out
    told = demo("portfolio", "risk", "Demo", "--json").json
    assert f"{told['volatility']:.2%}".replace("%", " %") in shown.out
    short = demo("portfolio", "risk", "Demo", "--range", "7D").out
    assert "20 returns are needed" in short


def test_risk_can_be_of_a_part_and_of_todays_holdings(demo):
    whole = demo("portfolio", "risk", "Demo", "--json").json
    bitcoin = demo("portfolio", "risk", "Demo", "--scope", "holding:BTC", "--json").json
    assert bitcoin["volatility"] > whole["volatility"]
    today = demo("portfolio", "risk", "Demo", "--basis", "holdings", "--json").json
    assert today["basis"] == "holdings"
    assert set(today["left_out"]) == {"BTC", "XAU"}, "the demo has a close of them a month"
    assert 0.3 < today["covered"] < 0.4
    refused = demo("portfolio", "risk", "Demo", "--confidence", "2")
    assert refused.code == 1


def test_the_deepest_falls_stand_first(demo):
    shown = demo("portfolio", "drawdowns", "Demo", "--top", "2")
    assert shown.code == 0, shown.error
    told = demo("portfolio", "drawdowns", "Demo", "--top", "2", "--json").json["items"]
    assert len(told) == 2
    assert told[0]["depth"] <= told[1]["depth"] < 0
    assert told[0]["trough_on"] in shown.out


def test_correlations_have_a_line_for_each_holding(demo):
    shown = demo("portfolio", "correlation", "Demo", "--lookback", "365")
    assert shown.code == 0, shown.error
    assert "With BTC" in shown.out
    told = demo("portfolio", "correlation", "Demo", "--lookback", "365", "--json").json
    assert set(told["symbols"]) == {"BTC", "SPY", "AAPL", "XAU", "EEM"}


def test_a_crisis_and_a_shock_are_played_through(demo):
    shown = demo("portfolio", "stress", "Demo", "--crisis", "covid-2020")
    assert shown.code == 0, shown.error
    assert "Covid-19" in shown.out
    assert "−" in shown.out
    words = ("--shock", "category:CRYPTO=-0.5", "--shock", "currency:USD=-0.1")
    (scenario,) = demo("portfolio", "stress", "Demo", *words, "--json").json["scenarios"]
    items = {one["symbol"]: one for one in scenario["items"]}
    assert items["BTC"]["change"] == -0.55
    assert items["SPY"]["change"] == -0.1
    refused = demo("portfolio", "stress", "Demo", "--shock", "nonsense")
    assert refused.code == 1
    assert "category:CRYPTO=-0.5" in refused.error
