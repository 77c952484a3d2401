"""The European Central Bank's reference rates: one euro in 42 currencies, daily since 1999."""

from argosy.sources.ecb.client import EcbSource

__all__ = ["EcbSource"]
