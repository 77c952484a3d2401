"""CoinGecko: closes, prices, search and profiles of coins by their id, in US dollars."""

from argosy.sources.coingecko.client import CoinGeckoSource

__all__ = ["CoinGeckoSource"]
