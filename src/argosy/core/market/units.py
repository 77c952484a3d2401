"""Any asset as a unit of account: its closes are the rates of a currency of its name."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from argosy.core.market.asset import Asset, Split
from argosy.core.market.history import PriceHistory, RateRow
from argosy.core.money import ONE, exact_context, split_minor_unit


def unit_rates(
    asset: Asset, history: PriceHistory, splits: Sequence[Split] = ()
) -> tuple[RateRow, ...]:
    """Return an asset's closes as rates of one unit in the currency it is quoted in.

    Parameters
    ----------
    asset : Asset
        The unit; the currency is called like its symbol.
    history : PriceHistory
        Its closes, as traded.
    splits : sequence of Split
        The unit is one share of after the last of them: earlier closes are divided by the splits
        that followed.

    Returns
    -------
    rates : tuple of RateRow
        One for each close, oldest first; they have no id but name the asset.
    """
    currency, units = split_minor_unit(asset.currency)
    rows: list[RateRow] = []
    later = sorted(splits, key=_day)
    with exact_context():
        for index, ordinal in enumerate(history.days.tolist()):
            while later and later[0].day.toordinal() <= ordinal:
                later.pop(0)
            rate = history.close(index) / (_ratio(later) * units)
            source = history.source_names[int(history.sources[index])]
            row = RateRow(0, asset.symbol, currency, date.fromordinal(ordinal), rate, source)
            rows.append(row._replace(asset_id=asset.id))
    return tuple(rows)


def _ratio(splits: Sequence[Split]) -> Decimal:
    ratio = ONE
    for split in splits:
        ratio = ratio * split.new / split.old
    return ratio


def _day(split: Split) -> date:
    return split.day
