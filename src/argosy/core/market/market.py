"""What things were worth: closes, splits and exchange rates, asked by asset and day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from argosy.core.explain import Leaf, Traced
from argosy.core.market.asset import Asset, Split
from argosy.core.market.history import NO_HISTORY, MarketFacts, PriceHistory
from argosy.core.market.rates import Rates

SAME_SPLIT_DAYS = 7
"""A booked split and the asset's own count as one if they are at most so many days apart."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A stored close: its exact price as traced, in the asset's currency, and who said so."""

    price: Decimal
    day: date
    source: str
    at: datetime
    override: bool


@dataclass(frozen=True, slots=True)
class AppliedSplit:
    """A split with the day on which each side of it changed.

    Market prices are in new shares from `priced_on`, the ledger's quantities and own trades from
    `held_on`. The two differ where a split was booked some days off.
    """

    new: Decimal
    old: Decimal
    priced_on: date
    held_on: date


class Market:
    """Prices, splits and rates of a set of assets as one thing that answers questions.

    Parameters
    ----------
    assets : mapping of str to Asset
        By asset id.
    facts : MarketFacts
    booked : iterable of (str, Split)
        Splits that the ledger books, by asset id: they also part old prices from new ones. Of two
        that are the same split the first counts.
    traced : bool
        Return numbers that remember their rows (for explanations).
    """

    def __init__(
        self,
        assets: Mapping[str, Asset],
        facts: MarketFacts,
        *,
        booked: Iterable[tuple[str, Split]] = (),
        traced: bool = False,
    ) -> None:
        self.assets = assets
        self.rates = Rates(facts.rates, traced=traced)
        self._histories = facts.histories
        self._traced = traced
        self.asset_splits = {
            key: tuple(sorted(splits, key=_day)) for key, splits in facts.splits.items()
        }
        self.splits = _join(self.asset_splits, booked)

    def history(self, asset_id: str) -> PriceHistory:
        """Return the daily closes of an asset, as traded."""
        return self._histories.get(asset_id, NO_HISTORY)

    def quote(self, asset_id: str, day: date) -> Quote | None:
        """Return the last close at or before `day`, as traded, or None if there is none."""
        history = self.history(asset_id)
        index = history.index_at(day.toordinal())
        if index < 0:
            return None
        source = history.source_names[int(history.sources[index])]
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(history.stamps[index]))
        price = history.close(index)
        on = date.fromordinal(int(history.days[index]))
        if self._traced:
            facts = (
                ("asset_id", asset_id),
                ("source", source),
                ("on", on.isoformat()),
                ("at", at.isoformat()),
            )
            price = Traced.of_leaf(price, Leaf("price", facts))
        return Quote(price, on, source, at, bool(history.overrides[index]))

    def in_shares_of(
        self, asset_id: str, price: Decimal, since: date, until: date, *, own: bool = False
    ) -> Decimal:
        """Express a price of the day `since` in the shares that the ledger holds on `until`.

        Divided by each split that came in between. A market price of new shares is multiplied
        while the ledger has not booked their split yet.

        Parameters
        ----------
        asset_id : str
        price : Decimal
            For one share of the day `since`.
        since, until : date
        own : bool
            Tells that it is a trade's price, not the market's.
        """
        for split in self.splits.get(asset_id, ()):
            priced = since >= (split.held_on if own else split.priced_on)
            held = until >= split.held_on
            if priced == held:
                continue
            multiply, divide = ("old", "new") if held else ("new", "old")
            price = price * self._split_number(asset_id, split, multiply)
            price /= self._split_number(asset_id, split, divide)
        return price

    def _split_number(self, asset_id: str, split: AppliedSplit, field: str) -> Decimal:
        number: Decimal = getattr(split, field)
        if not self._traced:
            return number
        facts = (("asset_id", asset_id), ("on", split.priced_on.isoformat()), ("field", field))
        return Traced.of_leaf(number, Leaf("split", facts))


def same_split(first: Split, second: Split) -> bool:
    """Tell whether two records speak of one split: the same ratio within a week."""
    near = abs((first.day - second.day).days) <= SAME_SPLIT_DAYS
    return near and first.new * second.old == second.new * first.old


def _join(
    stated: Mapping[str, tuple[Split, ...]], booked: Iterable[tuple[str, Split]]
) -> dict[str, tuple[AppliedSplit, ...]]:
    joined = {key: [_applied(split) for split in splits] for key, splits in stated.items()}
    paired: set[tuple[str, date]] = set()
    for key, split in booked:
        known = joined.setdefault(key, [])
        same = [at for at, other in enumerate(known) if same_split(split, _stated(other))]
        if not same:
            known.append(_applied(split))
            paired.add((key, split.day))
        elif (key, known[same[0]].priced_on) not in paired:
            paired.add((key, known[same[0]].priced_on))
            known[same[0]] = replace(known[same[0]], held_on=split.day)
    return {key: tuple(sorted(splits, key=_priced_day)) for key, splits in joined.items()}


def _applied(split: Split) -> AppliedSplit:
    return AppliedSplit(split.new, split.old, split.day, split.day)


def _stated(split: AppliedSplit) -> Split:
    return Split(split.priced_on, split.new, split.old)


def _day(split: Split) -> date:
    return split.day


def _priced_day(split: AppliedSplit) -> date:
    return split.priced_on
