"""Argosy: a self-hosted portfolio platform."""

__version__ = "0.1.0"
