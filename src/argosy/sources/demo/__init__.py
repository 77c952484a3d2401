"""Real prices of 2016 to 2021 that come with Argosy, and a portfolio made for them."""

from argosy.sources.demo.client import LAST_DAY, DemoSource, portfolio_csv

__all__ = ["LAST_DAY", "DemoSource", "portfolio_csv"]
