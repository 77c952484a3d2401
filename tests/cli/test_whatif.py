"""`argosy portfolio snapshots` and `what-if`."""

import json


def test_snapshots_are_shown_oldest_first(demo):
    found = demo("portfolio", "snapshots", "Demo", "--start", "2021-03-29", "--json").json
    assert [one["date"] for one in found["items"]][:3] == ["2021-03-29", "2021-03-30", "2021-03-31"]
    shown = demo("portfolio", "show", "Demo", "--as-of", "2021-03-31", "--json").json
    assert found["items"][2]["total_value"] == shown["total_value"]
    assert "2021-03-30" in demo("portfolio", "snapshots", "Demo", "--start", "2021-03-29").out


def test_another_method_and_another_price_are_looked_at(demo):
    before = demo("portfolio", "show", "Demo", "--json").json
    found = demo(
        "portfolio", "what-if", "Demo", "--method", "lifo", "--price", "XAU=-50%", "--json"
    ).json
    assert found["before"]["portfolio"]["total_value"] == before["total_value"]
    assert found["after"]["portfolio"]["cost_basis_method"] == "lifo"
    assert found["difference"]["total_value"].startswith("-")
    assert demo("portfolio", "show", "Demo", "--json").json == before


def test_a_plan_comes_from_a_file(demo, tmp_path):
    plan = tmp_path / "plan.json"
    fee = {"type": "FEE", "amount": "10", "timestamp": "2021-03-30"}
    plan.write_text(json.dumps({"add": [fee]}))
    found = demo("portfolio", "what-if", "Demo", "--file", str(plan), "--json").json
    assert found["difference"]["fees"] == "10"
    assert found["preview"]


def test_what_cannot_be_meant_is_refused(demo):
    refused = demo("portfolio", "what-if", "Demo")
    assert refused.code
    assert "Name what shall be otherwise" in refused.error
    assert "XAU" in demo("portfolio", "what-if", "Demo", "--price", "XAU").error
