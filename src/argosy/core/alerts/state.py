"""When an alert is told: once for each time that it comes true, and again after its back-off."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertState:
    """What is remembered of an alert.

    Attributes
    ----------
    holds : bool or None
        What was known last; None while nothing ever was.
    told : bool
        It was told since it came true.
    about : str or None
        The occasion that it came true for.
    told_at : datetime or None
        When it was told last.
    """

    holds: bool | None = None
    told: bool = False
    about: str | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long an alert keeps silent.

    Attributes
    ----------
    cool_down : timedelta
        After it was told, however often it comes true meanwhile; if it is true then, it is told.
    back_off : timedelta or None
        So long after it was told it is told again while it stays true; None: not again.
    """

    cool_down: timedelta = timedelta(0)
    back_off: timedelta | None = None


def step(
    state: AlertState, *, holds: bool | None, about: str | None, at: datetime, patience: Patience
) -> tuple[AlertState, bool]:
    """Look once more at an alert.

    Parameters
    ----------
    state : AlertState
    holds : bool or None
        Whether what it waits for is so; None where that is unknown, which changes nothing.
    about : str or None
        Another occasion than before is a new coming true.
    at : datetime
    patience : Patience

    Returns
    -------
    state : AlertState
    fires : bool
        It is to be told now.

    Examples
    --------
    >>> noon = datetime(2024, 1, 5, 12)
    >>> state, fires = step(AlertState(), holds=True, about=None, at=noon, patience=Patience())
    >>> fires, step(state, holds=True, about=None, at=noon, patience=Patience())[1]
    (True, False)
    """
    if holds is None:
        return state, False
    if not holds:
        return replace(state, holds=False, told=False, about=None), False
    told = state.told and about == state.about
    wait = patience.back_off if told else patience.cool_down
    fires = wait is not None and (state.told_at is None or at - state.told_at >= wait)
    told_at = at if fires else state.told_at
    return AlertState(holds=True, told=told or fires, about=about, told_at=told_at), fires
