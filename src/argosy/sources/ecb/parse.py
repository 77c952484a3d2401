"""The ECB's files: the whole history as zipped CSV, the last days as XML. Pure."""

import io
import re
import zipfile
import zlib
from datetime import date
from decimal import Decimal
from functools import lru_cache

from argosy.core.errors import ImportFormatError, InputError, SourceChangedError, SourceDownError
from argosy.core.importers.rates_csv import read_rates
from argosy.core.money import parse_decimal
from argosy.sources.base import RateQuote

UNPACKED_MAX = 64 * 1024 * 1024
"""The history unpacks to 2 MiB; nothing that unpacks to much more is the history."""

_CUBE = re.compile(r"<(?:\w+:)?Cube\b([^<>]*)>")
_ATTRIBUTE = re.compile(r"(\w+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")


def parse_history(packed: bytes, *, source: str = "ecb") -> tuple[RateQuote, ...]:
    """Read `eurofxref-hist.zip`, oldest day first."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            name = next(name for name in archive.namelist() if name.lower().endswith(".csv"))
            with archive.open(name) as file:
                text = file.read(UNPACKED_MAX + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, StopIteration, NotImplementedError,
            RuntimeError, ValueError) as error:  # fmt: skip
        raise SourceChangedError(source, "the history is no ZIP archive of a CSV.") from error
    if len(text) > UNPACKED_MAX:
        raise SourceChangedError(source, "the history is far larger than it used to be.")
    return parse_csv(text, source=source)


def parse_csv(text: bytes, *, source: str = "ecb") -> tuple[RateQuote, ...]:
    """Read the wide CSV form: `Date,USD,JPY,…,`, N/A where a currency is not quoted."""
    quotes: list[RateQuote] = []
    day_of = lru_cache(maxsize=8)(date.fromisoformat)
    try:
        for batch in read_rates(text):
            if batch.problems:
                first = batch.problems[0]
                raise SourceChangedError(source, f"line {first.line}: {first.reason}")
            columns = (batch.bases, batch.quotes, batch.timestamps, batch.rates)
            for base, quote, timestamp, rate in zip(*columns, strict=True):
                quotes.append(RateQuote(base, quote, day_of(timestamp[:10]), rate))
    except ImportFormatError as error:
        raise SourceChangedError(source, str(error)) from error
    if any(quote.base != "EUR" for quote in quotes[:1]):
        raise SourceChangedError(source, "the history is not in euros.")
    return tuple(sorted(quotes, key=lambda quote: quote.day))


def parse_xml(text: str, *, source: str = "ecb") -> tuple[RateQuote, ...]:
    """Read `eurofxref-daily.xml` or `eurofxref-hist-90d.xml`, oldest day first.

    Nested `Cube` elements carry a day, then a currency and rate each. They are scanned, not
    parsed as XML, so no entity of a hostile file is ever expanded.
    """
    if not text.strip():
        raise SourceDownError(source, "the answer is empty.")
    quotes: list[RateQuote] = []
    day: date | None = None
    try:
        for cube in _CUBE.finditer(text):
            said = {name: double or single for name, double, single in _ATTRIBUTE.findall(cube[1])}
            if "time" in said:
                day = date.fromisoformat(said["time"])
            elif "currency" in said and day is not None:
                rate = _rate(said["rate"])
                quotes.append(RateQuote("EUR", said["currency"], day, rate))
    except (ValueError, KeyError, InputError) as error:
        raise SourceChangedError(source, f"a rate cannot be read ({error}).") from error
    if not quotes:
        raise SourceChangedError(source, "there are no rates in the answer.")
    if "</gesmes:Envelope>" not in text:
        raise SourceDownError(source, "the answer breaks off.")
    return tuple(sorted(quotes, key=lambda quote: quote.day))


def _rate(text: str) -> Decimal:
    rate = parse_decimal(text, field="rate")
    if rate <= 0:
        message = f"rate {text} is not above 0"
        raise InputError(message)
    return rate
