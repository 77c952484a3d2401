"""Today's holdings under stress: crises of the past, and shocks that a person thinks of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from argosy.core.errors import InputError
from argosy.core.market.asset import AssetCategory
from argosy.core.money import parse_currency, split_minor_unit
from argosy.core.risk.crises import CRYPTO_PROXIES, STOCK_PROXIES, Crisis
from argosy.core.risk.replay import Past, betas, replay
from argosy.core.risk.stress import Scenario, Shock, ShockKind, shocked
from argosy.services import views
from argosy.services.beside import Beside
from argosy.services.books import Ledger
from argosy.services.holding_values import exposures

PROXIES = (*STOCK_PROXIES, *CRYPTO_PROXIES)
"""Names to look up beside a ledger before crises are replayed."""

SHOCKS_MAX = 50
_CHANGE_MAX = 100


@dataclass(frozen=True, slots=True)
class WantedShock:
    """A shock as a person writes it: `of` is a symbol or id, a category or a currency."""

    kind: ShockKind
    of: str
    change: Decimal


def wanted_shock(kind: ShockKind, of: str, change: Decimal) -> WantedShock:
    """Return a shock, or refuse a change that nothing can have."""
    if not -1 <= change <= _CHANGE_MAX:
        raise InputError(f"shocks: a change lies between -1 and {_CHANGE_MAX}; -0.3 is 30 % down.")
    return WantedShock(kind, of, change)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What each crisis would do to what is held at the end of a day."""

    as_of: date
    scenarios: tuple[tuple[Crisis, Scenario], ...]


def replayed(
    ledger: Ledger,
    beside: Beside,
    crises: Sequence[Crisis],
    *,
    as_of: date | None,
    proxy: str | None,
    today: date,
) -> Replayed:
    """Replay crises; with a `proxy` that asset stands for all that has no closes of the time."""
    day = as_of or ledger.latest or today
    held = exposures(ledger, day)
    currency = ledger.portfolio.rules.currency
    names = {False: STOCK_PROXIES, True: CRYPTO_PROXIES}
    if proxy is not None:
        names = {False: (proxy,), True: (proxy,)}
    known = beside.assets
    past = Past(
        market=beside.market,
        currency=currency,
        proxies={
            kind: [known[one] for one in some if one in known] for kind, some in names.items()
        },
        beta=betas(beside.market, currency=currency, until=day),
    )
    return Replayed(as_of=day, scenarios=tuple((one, replay(held, one, past)) for one in crises))


def under_shocks(
    ledger: Ledger, wanted: Sequence[WantedShock], *, as_of: date | None, today: date
) -> tuple[date, Scenario]:
    """Let shocks come together on what is held at the end of a day.

    Raises
    ------
    InputError
        If a shock is of no category or currency, or of the portfolio's own currency.
    NotFoundError, AmbiguousSymbolError
        If the portfolio never had an asset, or several of its symbol.
    """
    day = as_of or ledger.latest or today
    shocks = [_shock(ledger, one) for one in wanted]
    return day, shocked(exposures(ledger, day), shocks)


def _shock(ledger: Ledger, one: WantedShock) -> Shock:
    match one.kind:
        case ShockKind.ASSET:
            return Shock(one.kind, views.holding_of(ledger, one.of).id, one.change)
        case ShockKind.CATEGORY:
            name = one.of.strip().upper()
            if name not in AssetCategory.__members__:
                known = ", ".join(AssetCategory.__members__)
                raise InputError(f"shocks: {name[:20]!r} is no category. There are {known}.")
            return Shock(one.kind, name, one.change)
        case ShockKind.CURRENCY:
            code = split_minor_unit(parse_currency(one.of, field="shocks"))[0]
            if code == ledger.portfolio.rules.currency:
                raise InputError(f"shocks: everything is measured in {code}; shock the others.")
            return Shock(one.kind, code, one.change)
