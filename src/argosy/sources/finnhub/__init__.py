"""Finnhub: stocks of many exchanges, coins and currencies; histories want a paid key."""

from argosy.sources.finnhub.client import FinnhubSource

__all__ = ["FinnhubSource"]
