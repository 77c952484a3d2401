"""What each type of transaction needs, takes and refuses, before any ledger is asked."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from argosy.core.errors import InputError
from argosy.core.importers.draft import LotPick, TransactionDraft
from argosy.core.ledger.transaction import CostBasisMethod, PortfolioRules, TransactionType
from argosy.core.market.asset import Asset, AssetCategory
from argosy.services.draft_shapes import SHAPES
from argosy.services.drafts import Surroundings, check_draft
from argosy.store.portfolios import Portfolio

NOW = datetime(2024, 6, 3, tzinfo=UTC)
ACME = Asset(
    id="acme", key=1, symbol="ACME", exchange="NYSE", name="Acme", currency="USD",
    category=AssetCategory.STOCK,
)  # fmt: skip
NEWCO = replace(ACME, id="newco", key=2, symbol="NEWCO")
COIN = replace(ACME, id="coin", key=3, symbol="COIN", category=AssetCategory.CRYPTO)


def portfolio(**rules):
    return Portfolio(
        id="main", user_id="ada", name="Main", description=None, version=1, created_at=NOW,
        updated_at=NOW, is_demo=False, rules=PortfolioRules(**rules),
    )  # fmt: skip


def check(kind, *, asset=ACME, to_asset=None, rules=None, timestamp="2024-01-05", **fields):
    numbers = {"quantity", "price", "amount", "fee", "tax", "fx_rate", "cost", "cost_share"}
    given = {
        name: Decimal(value) if name in numbers and value is not None else value
        for name, value in fields.items()
    }
    kind = TransactionType(kind)
    if "asset" not in SHAPES[kind].uses and asset is ACME:
        asset = None
    if to_asset is not None:
        given["to_asset_id"] = to_asset.id
    draft = TransactionDraft(type=kind, timestamp=timestamp, **given)
    met = Surroundings(
        portfolio=portfolio(**(rules or {})), asset=asset, to_asset=to_asset, today=date(2024, 6, 3)
    )
    return check_draft(draft, met)


GOOD = {
    "BUY": {"quantity": "1", "price": "2"},
    "SELL": {"quantity": "1", "amount": "2"},
    "OPENING": {"quantity": "1", "price": "0"},
    "DIVIDEND": {"amount": "1"},
    "RETURN_OF_CAPITAL": {"amount": "1"},
    "INTEREST": {"amount": "1"},
    "FEE": {"amount": "1"},
    "TAX": {"amount": "1"},
    "DEPOSIT": {"amount": "1"},
    "WITHDRAWAL": {"amount": "1"},
    "REWARD": {"quantity": "1"},
    "SPLIT": {"ratio": "2:1"},
    "SPIN_OFF": {"ratio": "1:4", "cost_share": "0.2", "to_asset": NEWCO},
    "MERGER": {"ratio": "1:2", "to_asset": NEWCO},
    "SYMBOL_CHANGE": {"to_asset": NEWCO},
    "TRANSFER_IN": {"quantity": "1", "cost": "0"},
    "TRANSFER_OUT": {"quantity": "1"},
}


def test_every_type_has_an_example_here():
    assert set(GOOD) == set(TransactionType) == set(SHAPES)


@pytest.mark.parametrize("kind", GOOD)
def test_every_type_is_accepted_with_what_it_needs(kind):
    line = check(kind, **GOOD[kind])
    assert line.type == kind
    assert line.day == date(2024, 1, 5)
    assert line.at is None
    assert line.currency == "USD"


@pytest.mark.parametrize("kind", GOOD)
def test_fields_that_a_type_does_not_use_may_be_zero_and_are_dropped(kind):
    shape = SHAPES[TransactionType(kind)]
    unused = {
        name: "0"
        for name in ("quantity", "price", "amount", "cost", "cost_share", "ratio")
        if name not in shape.uses
    }
    line = check(kind, **{**GOOD[kind], **unused, "fee": "0", "tax": "0", "fx_rate": "0"})
    assert line._replace(id="") == check(kind, **GOOD[kind])._replace(id="")


@pytest.mark.parametrize("kind", GOOD)
def test_fields_that_a_type_does_not_use_are_refused_where_they_say_something(kind):
    shape = SHAPES[TransactionType(kind)]
    values = {"quantity": "1", "price": "1", "amount": "1", "cost": "1", "cost_share": "1"}
    for name, value in {**values, "ratio": "3:1"}.items():
        if name not in shape.uses:
            with pytest.raises(InputError, match=name):
                check(kind, **{**GOOD[kind], name: value})


@pytest.mark.parametrize("kind", GOOD)
def test_charges_stand_on_trades_and_income_alone(kind):
    for name in ("fee", "tax"):
        if SHAPES[TransactionType(kind)].charges:
            assert getattr(check(kind, **GOOD[kind], **{name: "1.5"}), name) == Decimal("1.5")
        else:
            with pytest.raises(InputError, match=f"enter it as a {name.upper()}"):
                check(kind, **GOOD[kind], **{name: "1.5"})
        with pytest.raises(InputError, match="negative"):
            check(kind, **GOOD[kind], **{name: "-1"})


@pytest.mark.parametrize(
    ("kind", "fields", "mend"),
    [
        ("BUY", {"price": "1"}, "quantity is missing"),
        ("BUY", {"quantity": "0", "price": "1"}, "quantity is 0"),
        ("BUY", {"quantity": "-1", "price": "1"}, "quantity is -1"),
        ("BUY", {"quantity": "1"}, "price or amount"),
        ("BUY", {"quantity": "1", "price": "0"}, "price or amount"),
        ("BUY", {"quantity": "1", "price": "-2"}, "price is -2"),
        ("BUY", {"quantity": "3", "price": "0.33", "amount": "1"}, "quantity · price is 0.99"),
        ("SELL", {"quantity": "1", "amount": "0"}, "price or amount"),
        ("OPENING", {"quantity": "1"}, "price or amount; 0"),
        ("DIVIDEND", {}, "amount, or quantity and price"),
        ("DIVIDEND", {"quantity": "5"}, "amount, or quantity and price"),
        ("DEPOSIT", {"amount": "0"}, "amount, above 0"),
        ("SPLIT", {}, "ratio"),
        ("SPLIT", {"ratio": "0:1"}, "above 0"),
        ("SPLIT", {"ratio": "0"}, "above 0"),
        ("SPLIT", {"ratio": "two"}, "not a number"),
        ("SPIN_OFF", {"ratio": "1:4", "cost_share": "0.2"}, "to_asset_id"),
        ("SPIN_OFF", {"ratio": "1:4", "to_asset": NEWCO}, "cost_share"),
        ("SPIN_OFF", {"ratio": "1:4", "to_asset": NEWCO, "cost_share": "1.1"}, "from 0 to 1"),
        ("SPIN_OFF", {"cost_share": "0.2", "to_asset": NEWCO}, "ratio"),
        ("SPIN_OFF", {"ratio": "1:4", "cost_share": "0.2", "to_asset": ACME}, "asset itself"),
        ("MERGER", {}, "to_asset_id and ratio, or amount"),
        ("MERGER", {"to_asset": NEWCO}, "ratio"),
        ("SYMBOL_CHANGE", {}, "to_asset_id"),
        ("TRANSFER_IN", {"quantity": "1"}, "cost"),
        ("TRANSFER_OUT", {"quantity": "1", "to_portfolio_id": "main"}, "itself"),
        ("TRANSFER_IN", {"quantity": "1", "cost": "1", "to_portfolio_id": "x"}, "no second"),
        ("REWARD", {"quantity": "1", "fx_rate": "-1"}, "fx_rate"),
        ("BUY", {"quantity": "1", "price": "2", "to_asset": NEWCO}, "no second asset"),
        ("BUY", {"quantity": "1", "price": "2", "currency": "dollars!"}, "no currency"),
        ("BUY", {"quantity": "1", "price": "2", "asset": None}, "needs an asset"),
        ("DEPOSIT", {"amount": "1", "asset": COIN}, "money alone"),
        ("BUY", {"quantity": "1", "price": "2", "note": "x" * 10_001}, "note"),
        ("BUY", {"quantity": "1", "price": "2", "external_id": "a\x00b"}, "NUL"),
        ("BUY", {"quantity": "9e18", "price": "9e18"}, "20 digits"),
    ],
)
def test_what_is_missing_or_cannot_be_is_named_with_its_mend(kind, fields, mend):
    with pytest.raises(InputError, match=mend):
        check(kind, **fields)


def test_price_and_amount_together_must_agree_and_the_price_is_kept():
    line = check("BUY", quantity="3", price="0.25", amount="0.75")
    assert (line.price, line.amount) == (Decimal("0.25"), None)
    only = check("BUY", quantity="3", price="0", amount="0.75")
    assert (only.price, only.amount) == (None, Decimal("0.75"))


def test_numbers_of_forty_digits_are_compared_exactly():
    quantity, price = "12345678901234567890", "0.000000000000000003"
    line = check("BUY", quantity=quantity, price=price, amount="37.037036703703703670")
    assert line.price == Decimal(price)
    with pytest.raises(InputError, match="quantity · price"):
        check("BUY", quantity=quantity, price=price, amount="37.037036703703703671")


def test_a_merger_for_cash_alone_needs_no_second_asset():
    line = check("MERGER", amount="12.5")
    assert (line.amount, line.ratio_new, line.to_asset_id) == (Decimal("12.5"), None, None)


def test_a_symbol_change_is_one_to_one_unless_it_says_otherwise():
    line = check("SYMBOL_CHANGE", to_asset=NEWCO)
    assert (line.ratio_new, line.ratio_old) == (1, 1)


def test_a_cost_of_zero_beside_a_price_is_a_field_left_empty():
    line = check("TRANSFER_IN", quantity="2", cost="0", price="5")
    assert (line.cost, line.price) == (None, 5)


@pytest.mark.parametrize(
    ("timestamp", "asset", "day", "at"),
    [
        ("2024-01-05", ACME, "2024-01-05", None),
        ("2024-01-05T02:00:00Z", ACME, "2024-01-04", "2024-01-05T02:00:00+00:00"),
        ("2024-01-05T22:30:00", ACME, "2024-01-05", "2024-01-06T03:30:00+00:00"),
        ("2024-01-05T02:00:00Z", COIN, "2024-01-05", "2024-01-05T02:00:00+00:00"),
        ("1901-03-04", ACME, "1901-03-04", None),
        ("2024-06-04", ACME, "2024-06-04", None),
    ],
)
def test_the_day_is_that_of_the_exchange_and_of_utc_for_crypto(timestamp, asset, day, at):
    line = check("BUY", **GOOD["BUY"], asset=asset, timestamp=timestamp)
    assert line.day.isoformat() == day
    assert (line.at and line.at.isoformat()) == at


@pytest.mark.parametrize(
    "timestamp",
    ["2024-06-05", "1899-12-31", "0001-01-01T00:00:00+14:00", "yesterday", "", "2024-02-30"],
)
def test_days_that_cannot_be_meant_are_refused(timestamp):
    with pytest.raises(InputError, match="timestamp"):
        check("BUY", **GOOD["BUY"], timestamp=timestamp)


def test_a_rate_is_kept_with_what_it_leads_to():
    line = check("BUY", **GOOD["BUY"], fx_rate="0.9", rules={"currency": "EUR"})
    assert (line.fx_rate, line.fx_quote) == (Decimal("0.9"), "EUR")


def test_a_rate_between_equal_currencies_is_one_or_nothing():
    assert check("BUY", **GOOD["BUY"], fx_rate="1.0").fx_rate is None
    with pytest.raises(InputError, match="must be 1"):
        check("BUY", **GOOD["BUY"], fx_rate="1.0001")


def test_a_rate_of_pence_is_a_hundredth_of_the_pounds_or_nothing():
    pence, pounds = replace(ACME, currency="GBp"), {"currency": "GBP"}
    assert check("BUY", **GOOD["BUY"], asset=pence, rules=pounds, fx_rate="0.01").fx_rate is None
    with pytest.raises(InputError, match=r"one GBp is always 0.01 GBP"):
        check("BUY", **GOOD["BUY"], asset=pence, rules=pounds, fx_rate="1")
    assert check("BUY", **GOOD["BUY"], asset=pence, fx_rate="0.0125").fx_rate == Decimal("0.0125")


def test_the_currency_is_the_assets_unless_it_is_named():
    pence = replace(ACME, currency="GBp")
    assert check("BUY", **GOOD["BUY"], asset=pence).currency == "GBp"
    assert check("BUY", **GOOD["BUY"], asset=pence, currency="gbp").currency == "GBP"
    assert check("DEPOSIT", amount="1", rules={"currency": "CHF"}).currency == "CHF"


SPECIFIC = {"method": CostBasisMethod.SPECIFIC}


def lots(*picks):
    return tuple(LotPick(name, Decimal(quantity)) for name, quantity in picks)


def test_under_the_method_specific_a_sale_names_its_lots():
    sale = {"quantity": "3", "price": "1"}
    with pytest.raises(InputError, match="names its lots"):
        check("SELL", **sale, rules=SPECIFIC)
    named = check("SELL", **sale, lots=lots(("a", "1"), ("b", "2")), rules=SPECIFIC)
    assert len(named.lots) == 2
    shorts = {**SPECIFIC, "allow_short": True}
    assert check("SELL", **sale, lots=lots(("a", "1")), rules=shorts).lots


@pytest.mark.parametrize(
    ("kind", "picks", "mend"),
    [
        ("SELL", [("a", "1"), ("b", "1")], "2 named, but 3"),
        ("SELL", [("a", "3"), ("a", "0")], "named twice"),
        ("SELL", [("a", "4"), ("b", "-1")], "above 0"),
        ("BUY", [("a", "3")], "only a SELL"),
    ],
)
def test_lots_that_do_not_add_up_are_refused(kind, picks, mend):
    with pytest.raises(InputError, match=mend):
        check(kind, quantity="3", price="1", lots=lots(*picks))
