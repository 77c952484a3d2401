"""Numbers for people: minor units, groups of three, a true minus, a dash for what is unknown."""

from decimal import Decimal

from argosy.core.money import MINUS, UNKNOWN, money_text, quantity_text, true_minus

__all__ = ["MINUS", "UNKNOWN", "money", "percent", "quantity"]


def counted(number: int, what: str) -> str:
    """Write how many there are of something; one is not several.

    Examples
    --------
    >>> counted(1, "job"), counted(0, "price"), counted(1234, "asset")
    ('1 job', '0 prices', '1,234 assets')
    """
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def money(value: Decimal | None, currency: str) -> str:
    """Write money in its currency's minor units.

    Examples
    --------
    >>> money(Decimal("-1234.565"), "EUR"), money(Decimal("12"), "JPY"), money(None, "EUR")
    ('−1,234.56', '12', '–')
    """
    return money_text(value, currency)


def quantity(value: Decimal | None) -> str:
    """Write a quantity or a price with all its digits.

    Examples
    --------
    >>> quantity(Decimal("1500.7500")), quantity(Decimal("-0.25"))
    ('1,500.75', '−0.25')
    """
    return quantity_text(value)


def percent(fraction: Decimal | float | None) -> str:
    """Write a fraction per cent, the only place where one is.

    Examples
    --------
    >>> percent(0.1234), percent(Decimal("-0.5")), percent(None)
    ('12.34 %', '−50.00 %', '–')
    """
    return UNKNOWN if fraction is None else true_minus(f"{fraction * 100:,.2f} %")
