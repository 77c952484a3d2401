"""CoinMarketCap: bars, prices, search and profiles of coins by their number, in US dollars."""

from argosy.sources.coinmarketcap.client import CoinMarketCapSource

__all__ = ["CoinMarketCapSource"]
