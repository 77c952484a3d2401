"""Frankfurter, version 1: the European Central Bank's rates from whoever serves them."""

from argosy.sources.frankfurter.client import FrankfurterSource

__all__ = ["FrankfurterSource"]
