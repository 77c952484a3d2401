"""How what is held moves together, and with bitcoin or another asset."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from argosy.core.market.asset import Asset
from argosy.core.market.history import FloatArray
from argosy.core.returns.closes import Closes
from argosy.core.returns.matrix import closes_in
from argosy.core.risk.correlation import Correlations, correlations
from argosy.services.beside import Beside
from argosy.services.books import Ledger
from argosy.services.holding_values import exposures
from argosy.services.session_returns import Basis, Found, Span, found_over

BITCOIN = "BTC"
_WHOLE = "portfolio"


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Correlations of `assets`, the most valuable first; `found` are those of the whole.

    `against` is None where nothing here bears the name.
    """

    start: date
    end: date
    assets: tuple[Asset, ...]
    against: Asset | None
    found: Found
    correlations: Correlations

    def places(self) -> list[int]:
        """Return the places of the assets in the correlations."""
        return [self.correlations.keys.index(one.id) for one in self.assets]

    def pair(self, key: str) -> tuple[float | None, int, str | None]:
        """Return how something moves with `against`: coefficient, number of points, reason."""
        keys = self.correlations.keys
        if self.against is None:
            return None, 0, "There is no asset of that name here."
        if key not in keys:
            return None, 0, self.found.reason
        row, column = keys.index(key), keys.index(self.against.id)
        value = float(self.correlations.coefficients[row, column])
        why = self.correlations.why(row, column)
        return (None if why else value), int(self.correlations.points[row, column]), why

    def whole(self) -> tuple[float | None, int, str | None]:
        """Return how the portfolio moves with `against`."""
        return self.pair(_WHOLE)

    def extremes(self) -> dict[str, float | None]:
        """Return average, highest and lowest coefficient of the pairs of assets."""
        part = self.correlations
        places = self.places()
        block = part.coefficients[np.ix_(places, places)]
        known = block[np.triu_indices(len(places), k=1)]
        known = known[~np.isnan(known)]
        if not len(known):
            return {"average": None, "maximum": None, "minimum": None}
        return {
            "average": float(np.mean(known)),
            "maximum": float(np.max(known)),
            "minimum": float(np.min(known)),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is compared with what: the `top` most valuable holdings, over `lookback` days."""

    against: str = BITCOIN
    lookback: int = 90
    end: date | None = None
    top: int = 50
    basis: Basis = Basis.HISTORY


def moving_together(ledger: Ledger, beside: Beside, asked: Question, *, today: date) -> Together:
    """Correlate holdings with each other and with one asset, each pair on its own days."""
    last = asked.end or ledger.latest or today
    first = date.fromordinal(max(1, last.toordinal() - asked.lookback))
    held = [one.asset for one in exposures(ledger, last) if one.asset is not None][: asked.top]
    other = beside.assets.get(asked.against)
    known = {one.id: one for one in (*held, *([other] if other is not None else []))}
    currency = ledger.portfolio.rules.currency
    closes = closes_in(
        beside.market, known.values(), currency, first=first.toordinal(), last=last.toordinal()
    )
    after = date.fromordinal(first.toordinal() + 1)
    found = found_over(ledger, asked.basis, Span(start=after, end=last, today=today))
    whole = _growth(found)
    if whole is not None:
        closes[_WHOLE] = whole
    return Together(
        start=first,
        end=last,
        assets=tuple(held),
        against=other,
        found=found,
        correlations=correlations(closes),
    )


def _growth(found: Found) -> Closes | None:
    """Return the growth of the whole as if it were closes."""
    if found.sessions is None:
        return None
    days, growth = found.sessions.grown_on, found.sessions.growth
    begins = 1 if len(days) > 1 and days[0] == days[1] else 0  # bought on the first session
    values: FloatArray = growth[begins:]
    return Closes(days[begins:], values)
