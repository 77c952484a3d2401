"""Volatility, drawdown, ratios, value at risk, correlation. Filled by the analytics work."""
