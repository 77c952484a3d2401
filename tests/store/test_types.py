"""Exact decimals, ids and instants, as the column types write and read them."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from argosy.store.types import decode_exact, encode_exact, read_id

NUMBERS = st.decimals(
    min_value="-99999999999999999999.999999999999999999",
    max_value="99999999999999999999.999999999999999999",
    places=18,
) | st.integers(-(10**19), 10**19).map(Decimal)


@given(NUMBERS)
def test_what_is_written_is_read(number):
    assert decode_exact(encode_exact(number)) == number


@given(NUMBERS, NUMBERS)
def test_the_order_of_texts_is_the_order_of_numbers(one, other):
    assert (encode_exact(one) < encode_exact(other)) == (one < other)


@given(NUMBERS)
def test_one_number_has_one_text(number):
    longer = Decimal(f"{number:f}" + ("" if "." in f"{number:f}" else ".") + "000")
    assert encode_exact(number) == encode_exact(longer)
    assert len(encode_exact(number)) <= 42


def test_zero_has_no_sign_and_no_digits_get_lost_at_the_edges():
    assert encode_exact(Decimal("-0.00")) == encode_exact(Decimal(0)) == "1a0"
    for text in ("99999999999999999999.999999999999999999", "-1E-18", "1E+19", "-10"):
        assert decode_exact(encode_exact(Decimal(text))) == Decimal(text)


def test_neighbors_sort_at_every_change_of_length():
    texts = ["-1000", "-999.9", "-10.5", "-10", "-9.99", "-1.1", "-1", "-0.5", "-0.05", "0"]
    texts += ["0.05", "0.5", "1", "1.1", "9.99", "10", "10.5", "999.9", "1000"]
    encoded = [encode_exact(Decimal(text)) for text in texts]
    assert encoded == sorted(encoded)


def test_only_uuids_are_ids():
    assert read_id("0" * 36) is None
    assert read_id("01890a5d-ac96-774b-bcce-b302099a8057\n") is None
    assert read_id("") is None
