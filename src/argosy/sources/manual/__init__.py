"""Prices that people enter themselves: a name to store them under, and nothing to fetch."""

from argosy.sources.manual.client import ManualSource

__all__ = ["ManualSource"]
