"""Names as they are looked for: no capitals, accents or punctuation."""

import unicodedata


def folded(text: str) -> str:
    """Return the words of a text as they are looked for, one space between two.

    Examples
    --------
    >>> folded("Nestlé S.A."), folded("BRK-B"), folded("^")
    ('nestle s a', 'brk b', '')
    """
    apart = unicodedata.normalize("NFKD", text.casefold())
    kept = (one for one in apart if not unicodedata.combining(one))
    return " ".join("".join(one if one.isalnum() else " " for one in kept).split())


def search_key(symbol: str, name: str) -> str:
    """Return what is looked into: symbol and name, and the symbol without its punctuation.

    Examples
    --------
    >>> search_key("BRK.B", "Berkshire Hathaway"), search_key("AAPL", "Apple Inc.")
    ('brk b berkshire hathaway brkb', 'aapl apple inc')
    """
    words = folded(symbol)
    joined = words.replace(" ", "")
    parts = (words, folded(name), joined if joined != words else "")
    return " ".join(part for part in parts if part)


def spellings(text: str) -> list[str]:
    """Return the symbols that a text can mean: itself, and with other marks between its words.

    Examples
    --------
    >>> spellings("brk b")
    ['BRK B', 'BRK.B', 'BRK-B', 'BRK/B', 'BRKB']
    """
    words = folded(text).upper().split()
    written = [text.strip().upper(), *(mark.join(words) for mark in (" ", ".", "-", "/", ""))]
    return list(dict.fromkeys(one for one in written if one))
