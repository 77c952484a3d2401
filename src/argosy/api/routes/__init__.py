"""Routes, one file a feature. A new feature's router is one line here."""

from argosy.api.routes import (
    actions,
    asset_metrics,
    assets,
    auth,
    events,
    figures,
    jobs,
    portfolios,
    price_series,
    prices,
    proposals,
    quality,
    queue,
    quotes,
    rates,
    snapshots,
    sources,
    transactions,
)

ROUTERS = (
    auth.router,
    portfolios.router,
    figures.router,
    snapshots.router,
    proposals.router,
    transactions.router,
    asset_metrics.router,  # before assets: /assets/compare is no asset
    assets.router,
    actions.router,
    prices.router,
    price_series.router,
    quality.router,
    quotes.router,
    rates.router,
    sources.router,
    queue.router,
    jobs.router,
    events.router,
)
"""All routers under /api/v1."""
