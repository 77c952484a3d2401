"""Which day an instant belongs to: its date where the asset is traded."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_ZONES: dict[str, str] = {}


def _place(zone: str, *names: str) -> None:
    for name in names:
        _ZONES[name] = zone


_place("America/New_York", "NYSE", "NASDAQ", "NYSEARCA", "ARCA", "AMEX", "BATS", "CBOE", "IEX")
_place("America/New_York", "XNYS", "XNAS", "ARCX", "XASE", "NMS", "NYQ", "PCX", "NGM", "NCM", "OTC")
_place("America/Toronto", "TSX", "XTSE", "TSXV", "NEO")
_place("America/Sao_Paulo", "B3", "BVMF", "BOVESPA")
_place("America/Mexico_City", "BMV", "XMEX")
_place("Europe/London", "LSE", "XLON", "LON", "LSEETF", "AIM", "IOB")
_place("Europe/Dublin", "XDUB", "ISE")
_place("Europe/Lisbon", "XLIS")
_place("Europe/Berlin", "XETRA", "XETR", "GER", "FRA", "XFRA", "TRADEGATE", "STU", "MUN", "GETTEX")
_place("Europe/Paris", "XPAR", "EPA", "PAR", "EURONEXT")
_place("Europe/Amsterdam", "XAMS", "AMS", "AEX")
_place("Europe/Brussels", "XBRU", "BRU")
_place("Europe/Madrid", "XMAD", "BME", "MCE")
_place("Europe/Rome", "XMIL", "MIL", "BIT")
_place("Europe/Zurich", "XSWX", "SIX", "SWX", "EBS", "VTX")
_place("Europe/Vienna", "XWBO", "VIE")
_place("Europe/Stockholm", "XSTO", "STO", "OMX")
_place("Europe/Oslo", "XOSL", "OSL")
_place("Europe/Copenhagen", "XCSE", "CPH")
_place("Europe/Helsinki", "XHEL", "HEL")
_place("Europe/Warsaw", "XWAR", "GPW", "WSE")
_place("Europe/Prague", "XPRA")
_place("Europe/Budapest", "XBUD")
_place("Europe/Athens", "ASEX", "XATH")
_place("Europe/Istanbul", "XIST", "BIST")
_place("Europe/Moscow", "MOEX", "MISX")
_place("Asia/Jerusalem", "XTAE", "TASE", "TLV")
_place("Asia/Riyadh", "XSAU", "TADAWUL")
_place("Africa/Johannesburg", "XJSE", "JSE")
_place("Asia/Kolkata", "NSE", "BSE", "XNSE", "XBOM")
_place("Asia/Shanghai", "SSE", "SZSE", "XSHG", "XSHE")
_place("Asia/Hong_Kong", "HKEX", "XHKG", "HKG", "SEHK")
_place("Asia/Tokyo", "TSE", "XTKS", "TYO", "JPX")
_place("Asia/Seoul", "KRX", "XKRX", "KOSDAQ")
_place("Asia/Taipei", "TWSE", "XTAI")
_place("Asia/Singapore", "SGX", "XSES")
_place("Asia/Bangkok", "SET", "XBKK")
_place("Asia/Jakarta", "IDX", "XIDX")
_place("Asia/Kuala_Lumpur", "XKLS", "KLSE")
_place("Australia/Sydney", "ASX", "XASX")
_place("Pacific/Auckland", "NZX", "XNZE")


def exchange_zone(exchange: str | None) -> ZoneInfo:
    """Return the time zone of an exchange; UTC where it is unknown, or there is none."""
    return ZoneInfo(_ZONES.get((exchange or "").upper(), "UTC"))


def day_of(at: datetime, exchange: str | None) -> date:
    """Return the date of an aware instant where the exchange stands.

    Examples
    --------
    >>> from datetime import datetime, UTC
    >>> day_of(datetime(2024, 1, 5, 0, 0, tzinfo=UTC), "NYSE").isoformat()
    '2024-01-04'
    >>> day_of(datetime(2024, 1, 5, 0, 0, tzinfo=UTC), None).isoformat()
    '2024-01-05'
    """
    return at.astimezone(exchange_zone(exchange)).date()


def read_timestamp(text: str, exchange: str | None) -> tuple[date, datetime | None]:
    """Read a bare date or an ISO 8601 instant; return its day and, if it has a time, the instant.

    A time without an offset is the exchange's local time, so its day is the date that is written.

    Raises
    ------
    ValueError
        If the text is neither.
    """
    text = text.strip()
    if len(text) <= len("2024-01-05"):  # 20240105 is a date as well
        return date.fromisoformat(text), None
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        return at.date(), at.replace(tzinfo=exchange_zone(exchange)).astimezone(UTC)
    return day_of(at, exchange), at.astimezone(UTC)
