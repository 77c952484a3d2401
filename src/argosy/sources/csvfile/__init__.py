"""Prices from CSV files on this machine: one file of many symbols, or a folder of one each."""

from argosy.sources.csvfile.client import CsvFileSource

__all__ = ["CsvFileSource"]
