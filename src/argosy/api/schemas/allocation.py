"""What allocations, targets, tags and exposures look like on the wire."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints

from argosy.api.schemas.fields import DayIn, DecimalIn, DecimalOut, In, Out, any_case
from argosy.api.schemas.figures import Flags, Reasons
from argosy.services.exposures import Dimension, Exposure, ExposureDraft
from argosy.services.prices import SOURCE_MAX
from argosy.services.tags import ASSETS_MAX, NAME_MAX, TAXONOMY, TagDraft, Tagged
from argosy.services.targets import TARGETS_MAX, Target, TargetDraft

Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class SliceOut(Out):
    """A part of a portfolio; `weight` is of the whole, `slices` lie inside it."""

    key: str
    name: str
    value: DecimalOut | None
    weight: float | None
    holdings: int
    flags: Flags
    reasons: Reasons
    slices: list["SliceOut"]


class AllocationOut(Out):
    """A portfolio in slices whose values add up to `total_value`."""

    start: str | None
    end: str
    as_of: str
    currency: str
    scope: str
    method: str
    by: list[str]
    total_value: DecimalOut | None
    slices: list[SliceOut]
    flags: Flags
    reasons: Reasons


class DriftOut(Out):
    """A slice beside its target; amounts are bought where positive, sold where negative."""

    key: str
    name: str
    value: DecimalOut | None
    weight: float | None
    target: float | None
    low: float | None
    high: float | None
    drift: float | None
    outside: bool | None
    to_target: DecimalOut | None
    to_band: DecimalOut | None
    reasons: Reasons


class DriftByOut(Out):
    """The slices of one dimension, targets in their order first."""

    by: str
    untargeted: float
    rows: list[DriftOut]


class DriftReportOut(Out):
    """A portfolio beside its targets."""

    start: str | None
    end: str
    as_of: str
    currency: str
    scope: str
    method: str
    total_value: DecimalOut | None
    groups: list[DriftByOut]
    flags: Flags
    reasons: Reasons


class TargetIn(In):
    """What a slice shall weigh; `band` is a fraction of the portfolio unless `relative`."""

    by: Annotated[str, StringConstraints(max_length=50)]
    key: Text
    weight: DecimalIn
    band: DecimalIn | None = None
    relative: bool = False

    def draft(self) -> TargetDraft:
        given = {} if self.band is None else {"band": self.band}
        return TargetDraft(
            by=self.by, key=self.key, weight=self.weight, relative=self.relative, **given
        )


class TargetsIn(In):
    """All targets of a portfolio, or a preset's."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"targets": [{"by": "holding", "key": "BTC", "weight": "0.55", "band": "0.05"}]},
                {"preset": "classes"},
            ]
        }
    )

    targets: Annotated[list[TargetIn], Field(max_length=TARGETS_MAX)] | None = None
    preset: Annotated[str, StringConstraints(max_length=40)] | None = None


class TargetOut(Out):
    """A target; `key` is the slice's, `low` and `high` the edges of its band."""

    by: str
    key: str
    name: str
    weight: DecimalOut
    band: DecimalOut
    relative: bool
    low: DecimalOut
    high: DecimalOut

    @classmethod
    def of(cls, target: Target, names: Mapping[str, str]) -> Self:
        low, high = target.edges
        return cls(
            by=target.axis.text,
            key=target.unit,
            name=names.get(target.unit, target.unit),
            weight=target.weight,
            band=target.band,
            relative=target.relative,
            low=low,
            high=high,
        )


class TargetsOut(Out):
    """All targets of a portfolio, in their order."""

    targets: list[TargetOut]


class ExposuresIn(In):
    """What an asset is made of from `date` on: fractions, at most 1 together."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "source": "issuer",
                    "date": "2024-05-31",
                    "exposures": {"country": {"US": "0.62", "JP": "0.06"}},
                }
            ]
        }
    )

    source: Annotated[str, StringConstraints(max_length=SOURCE_MAX)] = "manual"
    date: DayIn | None = None
    exposures: dict[Annotated[Dimension, any_case], dict[Text, DecimalIn]]

    def draft(self) -> ExposureDraft:
        return ExposureDraft(source=self.source, day=self.date, weights=self.exposures)


class ExposureOut(Out):
    """An asset's weights in one dimension from `date` on; `override` is one's own word."""

    dimension: str
    date: date
    source: str
    override: bool
    weights: dict[str, DecimalOut]

    @classmethod
    def of(cls, exposure: Exposure) -> Self:
        return cls(
            dimension=exposure.dimension.value,
            date=exposure.day,
            source=exposure.source,
            override=exposure.own,
            weights=dict(exposure.weights),
        )


class TagAssetIn(In):
    """An asset, by id or symbol, and the part of it that belongs to the tag."""

    asset: Text
    weight: DecimalIn | None = None


class TagIn(In):
    """A tag with its assets; without a weight an asset belongs to it as a whole."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Core",
                    "taxonomy": "strategy",
                    "assets": [{"asset": "BTC", "weight": "1"}],
                }
            ]
        }
    )

    name: Annotated[str, StringConstraints(min_length=1, max_length=NAME_MAX)]
    taxonomy: Annotated[str, StringConstraints(max_length=40)] = TAXONOMY
    assets: Annotated[list[TagAssetIn], Field(default_factory=list, max_length=ASSETS_MAX)]

    def draft(self) -> TagDraft:
        return TagDraft(
            name=self.name,
            taxonomy=self.taxonomy,
            parts=tuple((one.asset, one.weight) for one in self.assets),
        )


class TagAssetOut(Out):
    """An asset, and the part of it that belongs to the tag."""

    asset_id: str
    symbol: str
    weight: DecimalOut


class TagOut(Out):
    """One of one's own tags."""

    id: str
    taxonomy: str
    name: str
    assets: list[TagAssetOut]

    @classmethod
    def of(cls, tagged: Tagged) -> Self:
        tag = tagged.tag
        return cls(
            id=tag.id,
            taxonomy=tag.taxonomy,
            name=tag.name,
            assets=[
                TagAssetOut(asset_id=key, symbol=tagged.assets[key].symbol, weight=weight)
                for key, weight in tag.weights.items()
            ],
        )
