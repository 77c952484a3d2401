"""Yahoo Finance: histories, quotes and search for most of the world, without a contract."""

from argosy.sources.yahoo.client import YahooSource

__all__ = ["YahooSource"]
