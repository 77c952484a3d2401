"""Bytes in, numbered lines of text out: encodings, line ends and files that are no text."""

import codecs
import io
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from argosy.core.errors import ImportFormatError

Source = str | bytes | Callable[[], Iterable[bytes]]
"""A file: its text, its bytes, or a function that starts reading it (again) in chunks."""

LINE_LIMIT = 1 << 20
"""No line of a table is this long; whoever sends one sends something else."""

_NO_TEXT = {
    b"PK\x03\x04": "an Excel workbook or a ZIP archive",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a compressed file",
    b"SQLite format 3": "a SQLite database",
}


class Line(NamedTuple):
    """One physical line; numbers count from 1."""

    number: int
    text: str


def read_lines(source: Source) -> Iterator[Line]:
    """Return the lines of a file one by one, holding no more than a chunk of it.

    UTF-8 and UTF-16 with or without a byte order mark; what is neither is read as Windows-1252.
    Lines end with LF, CR LF or CR.

    Yields
    ------
    line : Line

    Raises
    ------
    ImportFormatError
        If the file is no text, or a line is longer than a mebibyte.
    """
    pending = ""
    number = 1
    for text in _unified(_decoded(source)):
        *complete, pending = (pending + text).split("\n")
        for line in complete:
            yield Line(number, line)
            number += 1
        if len(pending) > LINE_LIMIT:
            message = "this line is longer than 1 MiB; is the file a table of text?"
            raise ImportFormatError(message, line=number)
    if pending:
        yield Line(number, pending)


def _unified(texts: Iterable[str]) -> Iterator[str]:
    newlines = io.IncrementalNewlineDecoder(None, translate=True)
    for text in texts:
        yield newlines.decode(text)
    yield newlines.decode("", final=True)


def _decoded(source: Source) -> Iterator[str]:
    if isinstance(source, str):
        yield source.removeprefix("\ufeff")
        return
    chunks = iter(_slices(source) if isinstance(source, bytes) else source())
    head = b""
    while len(head) < 4096 and (chunk := next(chunks, None)) is not None:
        head += chunk
    encoding = _encoding(head)
    texts = _lenient_utf8(head, chunks) if encoding is None else _in(encoding, head, chunks)
    first = True
    for text in texts:
        yield text.removeprefix("\ufeff") if first else text
        first = first and not text


def _slices(data: bytes, size: int = 1 << 18) -> Iterator[bytes]:
    for start in range(0, len(data), size):
        yield data[start : start + size]


def _encoding(head: bytes) -> str | None:
    """Return the UTF-16 a file is in, or None for everything that begins like bytes of text."""
    for magic, what in _NO_TEXT.items():
        if head.startswith(magic):
            message = f"This is {what}, not a text table. Save it as CSV and import that."
            raise ImportFormatError(message)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    sample = head[:4096]
    zeros_even, zeros_odd = sample[::2].count(0), sample[1::2].count(0)
    most = len(sample) * 2 // 5
    if zeros_odd > most and not zeros_even:
        return "utf-16-le"
    if zeros_even > most and not zeros_odd:
        return "utf-16-be"
    return None


def _in(encoding: str, head: bytes, chunks: Iterator[bytes]) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    yield decoder.decode(head)
    for chunk in chunks:
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _lenient_utf8(head: bytes, chunks: Iterator[bytes]) -> Iterator[str]:
    """Decode as UTF-8 up to the first byte that cannot be, then as Windows-1252."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    for chunk in _with_end(head, chunks):
        waiting = decoder.getstate()[0]
        try:
            yield decoder.decode(chunk, final=not chunk)
        except UnicodeDecodeError as error:
            data = waiting + chunk
            yield data[: error.start].decode("utf-8")
            yield from _in("cp1252", data[error.start :], chunks)
            return


def _with_end(head: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the non-empty chunks, then one empty chunk that marks the end."""
    if head:
        yield head
    for chunk in chunks:
        if chunk:
            yield chunk
    yield b""
