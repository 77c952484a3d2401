"""Exact numbers: how many digits are kept, how they round, which units currencies have.

Ledger figures are `Decimal` with at most 20 digits before the point and 18 after it. Inside a
computation 50 digits are carried; after each event the results are rounded to 18 places.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation, localcontext

from argosy.core.errors import InputError, plain

__all__ = [
    "MINOR_UNITS",
    "MINUS",
    "MISSING",
    "ONE",
    "UNIT",
    "UNKNOWN",
    "ZERO",
    "exact",
    "exact_context",
    "known",
    "minor_digits",
    "money_text",
    "parse_currency",
    "parse_decimal",
    "plain",
    "quantity_text",
    "split_minor_unit",
    "true_minus",
]

ZERO = Decimal(0)
ONE = Decimal(1)
MISSING = Decimal("NaN")
"""Stands for an unknown number inside a computation; `known` turns it into None at the edge."""
UNIT = Decimal("1E-18")
MINUS = "\N{MINUS SIGN}"
UNKNOWN = "\N{EN DASH}"
LIMIT = Decimal("1E+20")
"""No stored amount reaches this size."""

CONTEXT = Context(prec=50, rounding=ROUND_HALF_EVEN, Emin=-999_999, Emax=999_999, traps=[])
"""50 digits, half even. No traps: a missing number is carried as a quiet NaN inside one replay and
becomes `None` at its edge, so a division by a missing rate does not stop the rest of the ledger.
"""

_READING = Context(traps=[InvalidOperation])
"""Says what is no number also inside `exact_context`, which would make a NaN of it."""

MINOR_UNITS: dict[str, tuple[str, int]] = {
    "GBX": ("GBP", 100),
    "GBp": ("GBP", 100),
    "ZAc": ("ZAR", 100),
    "ZAC": ("ZAR", 100),
    "ILA": ("ILS", 100),
    "ILa": ("ILS", 100),
    "KWF": ("KWD", 1000),
    "USX": ("USD", 100),
    "USc": ("USD", 100),
    "EUX": ("EUR", 100),
}
"""Units in which exchanges quote a part of a currency: unit → (currency, units per one)."""

_DIGITS = {
    "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0,
    "PYG": 0, "RWF": 0, "UGX": 0, "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
    "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
    "CLF": 4, "UYW": 4, "BTC": 8, "ETH": 18,
}  # fmt: skip


def minor_digits(currency: str) -> int:
    """Return how many decimals screens and reports show for a currency (ISO 4217; BTC 8).

    Examples
    --------
    >>> minor_digits("JPY"), minor_digits("EUR"), minor_digits("KWD"), minor_digits("BTC")
    (0, 2, 3, 8)
    """
    return _DIGITS.get(currency, 2)


def split_minor_unit(unit: str) -> tuple[str, int]:
    """Return the currency behind a quoted unit, and how many units make one of it.

    Examples
    --------
    >>> split_minor_unit("GBp"), split_minor_unit("usd")
    (('GBP', 100), ('USD', 1))
    """
    return MINOR_UNITS.get(unit, (unit.upper(), 1))


def parse_currency(text: str, *, field: str = "currency") -> str:
    """Read a currency's code: capitals, or a unit in which exchanges quote a part of one.

    Returns
    -------
    code : str

    Raises
    ------
    InputError
        If it is not three to ten letters.

    Examples
    --------
    >>> parse_currency("eur"), parse_currency("GBp")
    ('EUR', 'GBp')
    """
    code = text.strip()
    if code in MINOR_UNITS:
        return code
    if not 3 <= len(code) <= 10 or not (code.isascii() and code.isalpha()):
        message = f"{field}: {text[:20]!r} is no currency; three to ten letters are needed: EUR."
        raise InputError(message)
    return code.upper()


def money_text(value: Decimal | None, currency: str) -> str:
    """Write money for people: minor units, groups of three, a true minus, a dash if unknown.

    Returns
    -------
    text : str

    Examples
    --------
    >>> money_text(Decimal("-1234.565"), "EUR"), money_text(Decimal(12), "JPY")
    ('−1,234.56', '12')
    >>> money_text(Decimal("-0.001"), "EUR"), money_text(None, "EUR")
    ('0.00', '–')
    """
    if value is None or value.is_nan():
        return UNKNOWN
    digits = minor_digits(currency)
    shown = value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN, CONTEXT)
    return true_minus(f"{shown:,f}")


def quantity_text(value: Decimal | None) -> str:
    """Write a quantity or a price for people: all its digits, groups of three.

    Returns
    -------
    text : str

    Examples
    --------
    >>> quantity_text(Decimal("1500.7500")), quantity_text(Decimal("-0.25"))
    ('1,500.75', '−0.25')
    """
    if value is None or value.is_nan():
        return UNKNOWN
    whole, point, fraction = plain(value.copy_abs()).partition(".")
    sign = "-" if value.is_signed() else ""
    return true_minus(f"{sign}{int(whole):,}{point}{fraction}")


def true_minus(text: str) -> str:
    """Write a number's text with a true minus, and none before a zero.

    Returns
    -------
    text : str

    Examples
    --------
    >>> true_minus("-0.25"), true_minus("-0.00")
    ('−0.25', '0.00')
    """
    if not text.startswith("-"):
        return text
    return text[1:] if not any(digit in text for digit in "123456789") else MINUS + text[1:]


@contextmanager
def exact_context() -> Iterator[None]:
    """Compute in 50 digits, half even, with a quiet NaN for what is missing."""
    with localcontext(CONTEXT):
        yield


def known(value: Decimal) -> Decimal | None:
    """Return the number, or None if it is missing."""
    return None if value.is_nan() else value


def exact(value: Decimal) -> Decimal:
    """Round to the 18 places that the ledger keeps (half even). NaN stays NaN.

    Must run inside `exact_context`.
    """
    return value.quantize(UNIT)


def parse_decimal(text: object, *, field: str) -> Decimal:
    """Read a number from outside exactly, or say what is wrong with it.

    Parameters
    ----------
    text : str, int or Decimal
        Plain digits with an optional sign, point and exponent. Floats are refused: they have
        already lost digits.
    field : str
        Named in the error.

    Returns
    -------
    value : Decimal
        Finite, below 1e20 in size, with at most 18 decimals.

    Raises
    ------
    InputError
        If it is no number, not finite, too large, or has more than 18 decimals.
    """
    if isinstance(text, float):
        message = f"{field} is a float; send it as a string so that no digit is lost."
        raise InputError(message)
    try:
        plain_text = text if isinstance(text, int | Decimal) else _plain_digits(str(text))
        value = Decimal(plain_text, _READING)
    except InvalidOperation:
        message = f"{field}: {str(text)[:40]!r} is not a number."
        raise InputError(message) from None
    return check_decimal(value, field=field)


def _plain_digits(text: str) -> str:
    """Refuse what `Decimal` would read although it is no plain number: 1_000, Arabic digits."""
    text = text.strip()
    if "_" in text or not text.isascii():
        raise InvalidOperation
    return text


def check_decimal(value: Decimal, *, field: str) -> Decimal:
    """Return a finite decimal that fits 20 + 18 digits, or raise `InputError`."""
    if not value.is_finite():
        message = f"{field} is {value}; a finite number is needed."
        raise InputError(message)
    if value.copy_abs() >= LIMIT:
        message = f"{field} has more than 20 digits before the point."
        raise InputError(message)
    if value.quantize(UNIT, context=CONTEXT) != value:
        message = f"{field} has more than 18 digits after the point."
        raise InputError(message)
    return value
