"""The nine categories that diversification is scored by, with the symbols that stand for each.

`typical_volatility` (a year's) and `typical_btc_correlation` are round orders of magnitude of daily
returns since 2018, for orientation on a screen; nothing is computed from them.
"""

from dataclasses import dataclass

from argosy.core.market.asset import Asset, AssetCategory


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A kind of thing to hold; its `symbols` stand in the order in which they are suggested."""

    key: str
    name: str
    symbols: tuple[str, ...]
    typical_volatility: float
    typical_btc_correlation: float
    crypto: bool = True


CATEGORIES = (
    Category(
        key="stable_crypto",
        name="Established crypto",
        symbols=("BTC", "ETH", "LTC", "BCH", "XRP"),
        typical_volatility=0.65,
        typical_btc_correlation=0.85,
    ),
    Category(
        key="high_vol_crypto",
        name="Volatile crypto",
        symbols=("LINK", "FET", "INJ", "RENDER", "FIL", "GRT", "THETA", "XLM", "XMR", "ETC"),
        typical_volatility=1.0,
        typical_btc_correlation=0.6,
    ),
    Category(
        key="defi",
        name="Decentralized finance",
        symbols=("UNI", "AAVE", "MKR", "LDO", "CRV", "COMP", "SNX", "SUSHI", "CAKE"),
        typical_volatility=1.0,
        typical_btc_correlation=0.6,
    ),
    Category(
        key="layer1",
        name="Base networks",
        symbols=("SOL", "ADA", "AVAX", "BNB", "DOT", "ATOM", "NEAR", "ALGO", "TRX", "SUI"),
        typical_volatility=0.95,
        typical_btc_correlation=0.65,
    ),
    Category(
        key="layer2",
        name="Networks on top of others",
        symbols=("POL", "MATIC", "ARB", "OP", "IMX", "STRK", "MNT", "STX"),
        typical_volatility=1.05,
        typical_btc_correlation=0.6,
    ),
    Category(
        key="meme",
        name="Meme coins",
        symbols=("DOGE", "SHIB", "PEPE", "BONK", "WIF", "FLOKI"),
        typical_volatility=1.3,
        typical_btc_correlation=0.5,
    ),
    Category(
        key="stocks",
        name="Stocks and funds of them",
        symbols=("SPY", "QQQ", "VTI", "VT", "VEA", "VWO", "IWM", "DIA"),
        typical_volatility=0.18,
        typical_btc_correlation=0.3,
        crypto=False,
    ),
    Category(
        key="commodities",
        name="Commodities",
        symbols=("GLD", "SLV", "DBC", "IAU", "USO", "PDBC", "CPER", "XAU", "XAG"),
        typical_volatility=0.18,
        typical_btc_correlation=0.1,
        crypto=False,
    ),
    Category(
        key="stablecoins",
        name="Stablecoins",
        symbols=("USDC", "USDT", "DAI", "TUSD", "PYUSD", "FDUSD", "EURC"),
        typical_volatility=0.01,
        typical_btc_correlation=0.0,
    ),
)

_CRYPTO = {symbol: one.key for one in CATEGORIES if one.crypto for symbol in one.symbols}
_COMMODITIES = frozenset(
    symbol for one in CATEGORIES if one.key == "commodities" for symbol in one.symbols
)
_LIKE_STOCKS = frozenset(
    {
        AssetCategory.STOCK,
        AssetCategory.ETF,
        AssetCategory.FUND,
        AssetCategory.INDEX,
        AssetCategory.REAL_ESTATE,
    }
)


def category_of(asset: Asset) -> str | None:
    """Return the key of an asset's category; crypto that no category names counts as volatile.

    None of what belongs to no category: bonds, cash, derivatives.
    """
    symbol = asset.symbol.upper()
    if asset.category is AssetCategory.CRYPTO:
        return _CRYPTO.get(symbol, "high_vol_crypto")
    if asset.category is AssetCategory.COMMODITY:
        return "commodities"
    if asset.category not in _LIKE_STOCKS:
        return None
    return "commodities" if symbol in _COMMODITIES else "stocks"
