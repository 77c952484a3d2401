"""Binance's spot market: coins against coins, in the coin they are quoted in."""

from argosy.sources.binance.client import BinanceSource

__all__ = ["BinanceSource"]
