"""Massive, once Polygon.io: bars of US stocks, of coins and currencies, with a key of one's own."""

from argosy.sources.massive.client import MassiveSource

__all__ = ["MassiveSource"]
