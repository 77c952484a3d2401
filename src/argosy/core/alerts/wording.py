"""An alert in words: what it waits for, and what was seen."""

from decimal import Decimal

from argosy.core.alerts.condition import AlertKind, Condition, Figure, Seen, Side
from argosy.core.errors import plain


def heading(condition: Condition, subject: str, seen: Seen) -> str:
    """Return a line that says what is so now.

    Parameters
    ----------
    condition : Condition
    subject : str
        The asset's symbol, the portfolio's name, or what of it is meant.
    seen : Seen
        With a value.

    Examples
    --------
    >>> above = Condition(kind=AlertKind.PRICE, side=Side.ABOVE, threshold=Decimal("100"))
    >>> heading(above, "ACME", Seen(value=Decimal("101.50"), facts={"currency": "USD"}))
    'ACME costs 101.5 USD'
    """
    assert seen.value is not None, "what is unknown is not told"
    if condition.goes_by_targets:
        return f"{subject} is outside {_targets(seen)}"
    return _HEADINGS[condition.kind].format(
        it=subject,
        value=plain(seen.value),
        share=per_cent(seen.value),
        change=per_cent(seen.value, sign=True),
        fall=per_cent(-seen.value),
        when=_in_days(seen.value),
        money=f"{plain(seen.value)} {seen.facts.get('currency', '')}".rstrip(),
        level=_level(condition, seen.value, seen.facts.get("currency", "")),
        window=condition.window,
    )


def waits_for(condition: Condition, currency: str = "") -> str:
    """Return what an alert waits for.

    Examples
    --------
    >>> waits_for(Condition(kind=AlertKind.DRIFT, lower=Decimal("0.2"), upper=Decimal("0.3")))
    'a weight outside 20 % to 30 %'
    >>> waits_for(Condition(kind=AlertKind.STALE, days=5))
    'no price for more than 5 sessions'
    """
    threshold = condition.threshold if condition.threshold is not None else Decimal(0)
    return _WAITS[condition.kind].format(
        level=_level(condition, threshold, currency),
        side="or more" if condition.side is Side.ABOVE else "or less",
        change=_both(condition.side, threshold),
        fall=per_cent(threshold),
        band=_band(condition),
        window=condition.window,
        days=condition.days,
    )


def per_cent(fraction: Decimal, *, sign: bool = False) -> str:
    """Write a fraction per cent, for people.

    Examples
    --------
    >>> per_cent(Decimal("0.0525")), per_cent(Decimal("0.1"), sign=True)
    ('5.25 %', '+10 %')
    """
    text = plain((fraction * 100).quantize(Decimal("0.01")))
    return f"{'+' if sign and fraction > 0 else ''}{text} %".replace("-", "\N{MINUS SIGN}")


def _level(condition: Condition, value: Decimal, currency: str) -> str:
    if condition.figure is Figure.TOTAL_RETURN:
        return f"a total return of {per_cent(value, sign=True)}"
    what = "a value" if condition.figure is Figure.VALUE else "a price"
    return f"{what} of {plain(value)} {currency}".rstrip()


def _both(side: Side | None, threshold: Decimal) -> str:
    if side is None:
        return f"{per_cent(threshold)} or more either way"
    return f"{per_cent(threshold if side is Side.ABOVE else -threshold, sign=True)} or more"


def _targets(seen: Seen) -> str:
    count = plain(seen.value or Decimal(0))
    return "the band of a target" if count == "1" else f"the bands of {count} targets"


def _band(condition: Condition) -> str:
    if condition.goes_by_targets:
        return "the band of its target"
    if condition.lower is None:
        return f"0 % to {per_cent(condition.upper or Decimal(0))}"
    if condition.upper is None:
        return f"{per_cent(condition.lower)} and more"
    return f"{per_cent(condition.lower)} to {per_cent(condition.upper)}"


def _in_days(days: Decimal) -> str:
    words = {Decimal(0): "today", Decimal(1): "tomorrow"}
    return words.get(days, f"in {plain(days)} days")


_HEADINGS = {
    AlertKind.PRICE: "{it} costs {money}",
    AlertKind.CHANGE: "{it} changed by {change} over {window}",
    AlertKind.DRIFT: "{it} weighs {share}",
    AlertKind.DRAWDOWN: "{it} is {fall} below its high",
    AlertKind.LEVEL: "{it} has {level}",
    AlertKind.STALE: "{it} has had no price for {value} sessions",
    AlertKind.EX_DATE: "{it} goes ex-dividend {when}",
    AlertKind.JOB: "{it} failed",
}
_WAITS = {
    AlertKind.PRICE: "{level} {side}",
    AlertKind.CHANGE: "a change of {change} over {window}",
    AlertKind.DRIFT: "a weight outside {band}",
    AlertKind.DRAWDOWN: "a fall of {fall} or more below the high",
    AlertKind.LEVEL: "{level} {side}",
    AlertKind.STALE: "no price for more than {days} sessions",
    AlertKind.EX_DATE: "an ex-day within {days} days",
    AlertKind.JOB: "a failed job",
}
