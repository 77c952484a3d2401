"""Well-known assets by name: a list that comes with Argosy, for when no other is at hand."""

from argosy.sources.builtin.client import BuiltinSource, Group

__all__ = ["BuiltinSource", "Group"]
