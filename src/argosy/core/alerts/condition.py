"""What an alert waits for, and whether it is so: yes, no, or unknown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from argosy.core.errors import InputError


class AlertKind(StrEnum):
    """What an alert looks at."""

    PRICE = "price"
    CHANGE = "change"
    DRIFT = "drift"
    DRAWDOWN = "drawdown"
    LEVEL = "level"
    STALE = "stale"
    EX_DATE = "ex_date"
    JOB = "job"


class Side(StrEnum):
    """On which side of its threshold a number is told; the threshold itself counts to both."""

    ABOVE = "above"
    BELOW = "below"


class Window(StrEnum):
    """Over how many days a change is measured."""

    DAY = "1D"
    WEEK = "7D"
    MONTH = "30D"

    @property
    def days(self) -> int:
        """Its length in days."""
        return int(self.value[:-1])


class Figure(StrEnum):
    """Which figure of a portfolio has a level."""

    VALUE = "value"
    TOTAL_RETURN = "total_return"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What an alert waits for; None is what its kind does not use.

    Attributes
    ----------
    threshold : Decimal or None
        Of PRICE in the asset's currency; of LEVEL in the portfolio's, or a fraction; of CHANGE
        and DRAWDOWN a fraction above zero (0.05).
    side : Side or None
        Of CHANGE None stands for both sides.
    lower, upper : Decimal or None
        The band of DRIFT, as weights; None where it is open. Without either the bands are those
        of the portfolio's targets.
    days : int or None
        Sessions of STALE, days of EX_DATE.
    """

    kind: AlertKind
    side: Side | None = None
    threshold: Decimal | None = None
    lower: Decimal | None = None
    upper: Decimal | None = None
    window: Window | None = None
    figure: Figure | None = None
    days: int | None = None

    @property
    def goes_by_targets(self) -> bool:
        """Whether it is a drift from the portfolio's own targets."""
        return self.kind is AlertKind.DRIFT and self.lower is None and self.upper is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was found when an alert looked; `value` is None where nothing is known, `reason` why.

    `about` names which of several occasions it is, such as an ex-day; `facts` say where the value
    comes from, as plain texts.
    """

    value: Decimal | None
    reason: str | None = None
    about: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


_FIELDS: dict[AlertKind, frozenset[str]] = {
    AlertKind.PRICE: frozenset({"side", "threshold"}),
    AlertKind.CHANGE: frozenset({"threshold", "window"}),
    AlertKind.DRIFT: frozenset(),
    AlertKind.DRAWDOWN: frozenset({"threshold"}),
    AlertKind.LEVEL: frozenset({"side", "threshold", "figure"}),
    AlertKind.STALE: frozenset({"days"}),
    AlertKind.EX_DATE: frozenset({"days"}),
    AlertKind.JOB: frozenset(),
}
_MAY: dict[AlertKind, frozenset[str]] = {
    AlertKind.CHANGE: frozenset({"side"}),
    AlertKind.DRIFT: frozenset({"lower", "upper"}),
}
_ALL = ("side", "threshold", "lower", "upper", "window", "figure", "days")
_POSITIVE = (AlertKind.CHANGE, AlertKind.DRAWDOWN)
_DAYS = {AlertKind.STALE: range(1, 261), AlertKind.EX_DATE: range(366)}


def check_condition(condition: Condition) -> Condition:
    """Return a condition that can be judged, or refuse it.

    Raises
    ------
    InputError
        If a field is missing that its kind needs, or given that it does not use, or is a number
        that cannot be meant.

    Examples
    --------
    >>> check_condition(Condition(kind=AlertKind.STALE, days=5)).days
    5
    """
    kind = condition.kind
    given = {name for name in _ALL if getattr(condition, name) is not None}
    needed, allowed = _FIELDS[kind], _FIELDS[kind] | _MAY.get(kind, frozenset())
    if needed - given:
        raise InputError(f"An alert of kind {kind} needs {', '.join(sorted(needed - given))}.")
    if given - allowed:
        raise InputError(f"An alert of kind {kind} has no {', '.join(sorted(given - allowed))}.")
    if kind in _DAYS and condition.days not in _DAYS[kind]:
        most = _DAYS[kind]
        raise InputError(f"days of {kind} is between {most[0]} and {most[-1]}.")
    _check_numbers(condition)
    return condition


def _check_numbers(condition: Condition) -> None:
    threshold, kind = condition.threshold, condition.kind
    if kind in _POSITIVE and (threshold is None or threshold <= 0):
        raise InputError("threshold is a fraction above zero: 0.05 is five per cent.")
    if kind is AlertKind.DRAWDOWN and threshold is not None and threshold >= 1:
        raise InputError("threshold of a drawdown is below 1: 0.2 is a fifth below the high.")
    if kind is AlertKind.PRICE and (threshold is None or threshold < 0):
        raise InputError("threshold is a price: zero or more.")
    lower, upper = condition.lower, condition.upper
    if lower is not None and upper is not None and lower >= upper:
        raise InputError("lower is below upper.")


def judge(condition: Condition, value: Decimal | None) -> bool | None:
    """Tell whether what an alert waits for is so.

    Parameters
    ----------
    condition : Condition
    value : Decimal or None
        The price, the change, the weight, how many weights are outside the bands of targets, the
        drawdown (zero or negative), the level, the sessions since the last price, the days until
        the ex-day, or how many jobs failed.

    Returns
    -------
    holds : bool or None
        None where the value is: what is unknown neither fires nor clears.

    Examples
    --------
    >>> above = Condition(kind=AlertKind.PRICE, side=Side.ABOVE, threshold=Decimal(100))
    >>> judge(above, Decimal(100)), judge(above, Decimal("99.99")), judge(above, None)
    (True, False, None)
    """
    return None if value is None else _JUDGES[condition.kind](condition, value)


def _known(value: Decimal | None) -> Decimal:
    assert value is not None, "a checked condition has the numbers of its kind"
    return value


def _reaches(condition: Condition, value: Decimal) -> bool:
    threshold = _known(condition.threshold)
    return value >= threshold if condition.side is Side.ABOVE else value <= threshold


def _moved(condition: Condition, value: Decimal) -> bool:
    threshold, side = _known(condition.threshold), condition.side
    up, down = value >= threshold, value <= -threshold
    return (up or down) if side is None else up if side is Side.ABOVE else down


def _fell(condition: Condition, value: Decimal) -> bool:
    return value <= -_known(condition.threshold)


def _outside(condition: Condition, value: Decimal) -> bool:
    if condition.goes_by_targets:
        return value > 0
    lower, upper = condition.lower, condition.upper
    return (lower is not None and value < lower) or (upper is not None and value > upper)


def _is_more(condition: Condition, value: Decimal) -> bool:
    return value > (condition.days or 0)


def _is_near(condition: Condition, value: Decimal) -> bool:
    return 0 <= value <= (condition.days or 0)


_JUDGES: dict[AlertKind, Callable[[Condition, Decimal], bool]] = {
    AlertKind.PRICE: _reaches,
    AlertKind.LEVEL: _reaches,
    AlertKind.CHANGE: _moved,
    AlertKind.DRAWDOWN: _fell,
    AlertKind.DRIFT: _outside,
    AlertKind.STALE: _is_more,
    AlertKind.EX_DATE: _is_near,
    AlertKind.JOB: _is_more,
}
