"""Routes, one file a feature. A new feature's router is one line here."""

from argosy.api.routes import assets, auth, figures, portfolios, prices, rates, transactions

ROUTERS = (
    auth.router,
    portfolios.router,
    figures.router,
    transactions.router,
    assets.router,
    prices.router,
    rates.router,
)
"""All routers under /api/v1."""
