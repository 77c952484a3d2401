"""Prices of another Argosy, or of any server that answers `/assets/{id}/prices` as one does."""

from argosy.sources.remote.client import RemoteSource

__all__ = ["RemoteSource"]
