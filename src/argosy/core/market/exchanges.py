"""What exchanges are called: providers write codes, and each its own."""

_NAMES = {
    "NASDAQ": ("XNAS", "XNGS", "XNMS", "XNCM", "NMS", "NGM", "NCM", "NASDAQ GS", "NASDAQ CM"),
    "NYSE": ("XNYS", "NYQ"),
    "NYSEARCA": ("ARCX", "ARCA", "PCX", "NYSE ARCA"),
    "AMEX": ("XASE", "ASE", "NYSE MKT", "NYSE AMERICAN"),
    "BATS": ("BTS", "BZX", "CBOE BZX"),
    "IEX": ("IEXG",),
    "OTC": ("OOTC", "OTCM", "OTCB", "OTCQ", "PINX", "PSGM", "PNK", "OQB", "OQX"),
    "LSE": ("XLON", "LON"),
    "XETRA": ("XETR", "GER"),
}
_CALLED = {code: name for name, codes in _NAMES.items() for code in codes}


def exchange_name(text: str | None) -> str | None:
    """Return the usual name of an exchange; what is not known stays as it is written.

    Examples
    --------
    >>> exchange_name("XNAS"), exchange_name("NYSE ARCA"), exchange_name("XPAR"), exchange_name("")
    ('NASDAQ', 'NYSEARCA', 'XPAR', None)
    """
    written = (text or "").strip()
    return _CALLED.get(written.upper(), written) or None
