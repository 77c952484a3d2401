"""Reads price files from a folder, off the event loop."""

import asyncio
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from typing_extensions import override

from argosy.core.errors import NotAtSourceError, SourceDownError
from argosy.core.market.asset import Asset
from argosy.sources.base import DAY, History, HistorySource
from argosy.sources.csvfile.parse import parse_file

CHUNK = 1 << 18


class CsvFileSource(HistorySource):
    """Price histories from `path`: a file with a column `symbol`, or a folder of `SYMBOL.csv`."""

    def __init__(self, path: Path) -> None:
        super().__init__("argosy.sources.csvfile")
        self._path = path

    @override
    def symbol_of(self, asset: Asset) -> str | None:
        """Return the asset's own symbol: a file is named after it."""
        return asset.symbol

    @override
    def unready(self) -> str | None:
        """Say that there are no files yet, and where they belong."""
        if self._path.exists():
            return None
        return f"there is no {self._path}: put files SYMBOL.csv there, or set ARGOSY_CSV_FOLDER."

    @override
    async def history(
        self,
        symbol: str,
        *,
        start: date | None = None,
        end: date | None = None,
        interval: str = DAY,
    ) -> History:
        """Return the bars that the symbol's file has."""
        if interval != DAY:
            raise NotAtSourceError(self.name, f"it has no bars of {interval}.")
        history = await asyncio.to_thread(self._read, symbol)
        return history.between(start, end)

    def _read(self, symbol: str) -> History:
        try:
            path, whole = self._file(symbol)
            return parse_file(lambda: _chunks(path), symbol, source=self.name, whole=whole)
        except OSError as error:
            raise SourceDownError(self.name, f"the file cannot be read ({error}).") from error

    def _file(self, symbol: str) -> tuple[Path, bool]:
        """Find the symbol's file by comparing names, so that no symbol can leave the folder."""
        if self._path.is_file():
            return self._path, False
        wanted = symbol.casefold()
        for path in sorted(self._path.glob("*.csv")):
            if path.stem.casefold() == wanted:
                return path, True
        raise NotAtSourceError(self.name, f"there is no file {symbol}.csv.")


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
