"""Assets that a portfolio need not have, with their closes, beside its ledger."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from argosy.core.ledger.book import booked_splits
from argosy.core.market.asset import Asset, Split
from argosy.core.market.history import MarketFacts
from argosy.core.market.market import Market
from argosy.core.money import split_minor_unit
from argosy.runtime.compute import ComputePool
from argosy.services.books import Ledger, currencies_of
from argosy.store import assets as asset_store
from argosy.store import prices as price_store
from argosy.store import rates as rate_store
from argosy.store import splits as split_store


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """A market that knows a ledger's assets and others; `assets` holds those by the name asked.

    A name that nothing here has is not in it.
    """

    market: Market
    assets: Mapping[str, Asset]


async def beside(
    session: AsyncSession, ledger: Ledger, names: Sequence[str], *, compute: ComputePool
) -> Beside:
    """Return a ledger's market with further assets in it, as the portfolio's owner sees them.

    Of several assets of one symbol that which the portfolio has had is meant, else the first.

    Raises
    ------
    NotFoundError, AmbiguousSymbolError
        If a name is an id or `SYMBOL:EXCHANGE` that is not there, or is not clear.
    """
    owner = ledger.portfolio.user_id
    found = {name: asset for name in names if (asset := _held(ledger, name)) is not None}
    lacking = [name for name in names if name not in found]
    matches = await asset_store.match(session, owner, [(name, None) for name in lacking])
    found |= {name: some[0] for (name, _), some in matches.items() if some}
    for name in lacking:
        if name not in found and (":" in name or len(name) > _LONGEST_SYMBOL):
            found[name] = await asset_store.get(session, owner, name)
    new = {one.id: one for one in found.values() if one.id not in ledger.market.assets}
    if not new:
        return Beside(ledger.market, found)
    facts = await _facts(session, ledger, list(new.values()))
    booked = booked_splits(ledger.transactions, ledger.portfolio.id)
    assets = {**ledger.assets, **new}
    market = await compute.run(_market, assets, facts, booked)
    return Beside(market, found)


_LONGEST_SYMBOL = 30
"""What is longer, such as an id, is asked for by itself."""


def _market(
    assets: dict[str, Asset], facts: MarketFacts, booked: Sequence[tuple[str, Split]]
) -> Market:
    return Market(assets, facts, booked=booked)


def _held(ledger: Ledger, name: str) -> Asset | None:
    known = ledger.assets.values()
    return next(
        (one for one in known if name == one.id or name.upper() == one.symbol.upper()), None
    )


async def _facts(session: AsyncSession, ledger: Ledger, new: Sequence[Asset]) -> MarketFacts:
    keys = {one.key: one.id for one in new}
    owner, facts = ledger.portfolio.user_id, ledger.facts
    histories = await price_store.read_histories(session, list(keys), viewer=owner)
    splits = await split_store.read_splits(session, list(keys), viewer=owner)
    used = currencies_of(ledger.transactions, ledger.assets, ledger.rules)
    more = {split_minor_unit(one.currency)[0] for one in new}
    rates = facts.rates
    if not more <= used:
        units = tuple(row for row in facts.rates if row.asset_id is not None)
        rates = (*await rate_store.read_rates(session, used | more, viewer=owner), *units)
    return replace(
        facts,
        histories={**facts.histories, **{keys[key]: one for key, one in histories.items()}},
        splits={**facts.splits, **{keys[key]: some for key, some in splits.items()}},
        rates=rates,
    )
