"""The currencies whose rates Yahoo is asked for by itself: those that the ECB has none of."""

CURRENCIES = (
    "AED", "ARS", "BDT", "BHD", "CLP", "COP", "CRC", "DOP", "EGP", "GEL", "GHS", "JOD",
    "KES", "KWD", "KZT", "LKR", "MAD", "NGN", "OMR", "PEN", "PKR", "QAR", "RSD", "RUB",
    "SAR", "TND", "TWD", "TZS", "UAH", "UGX", "UYU", "VND", "XAF", "XOF",
)  # fmt: skip
"""With the euro and those of the bank's own list more than sixty."""

BASES = ("EUR", "USD")
"""What one unit of these costs is asked for: a rate is crossed by at most one common currency, and
many of these follow the dollar closer than a cross through the euro would."""


def pairs_of(currency: str) -> tuple[tuple[str, str], ...]:
    """Return the pairs, (base, quote), that make the rates of a currency."""
    return tuple((base, currency) for base in BASES if base != currency)
