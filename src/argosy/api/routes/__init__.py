"""Routes, one file a feature. A new feature's router is one line here."""

from argosy.api.routes import (
    actions,
    asset_metrics,
    assets,
    auth,
    figures,
    portfolios,
    prices,
    quotes,
    rates,
    sources,
    transactions,
)

ROUTERS = (
    auth.router,
    portfolios.router,
    figures.router,
    transactions.router,
    asset_metrics.router,  # before assets: /assets/compare is no asset
    assets.router,
    actions.router,
    prices.router,
    quotes.router,
    rates.router,
    sources.router,
)
"""All routers under /api/v1."""
