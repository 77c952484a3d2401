"""Alpha Vantage: stocks and funds of many exchanges, coins and currencies, all prices raw."""

from argosy.sources.alphavantage.client import AlphaVantageSource

__all__ = ["AlphaVantageSource"]
