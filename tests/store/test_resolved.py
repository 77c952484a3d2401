"""The close that the store resolves is the one that the rules name, whatever was written before.

The oracle is plain Python: a user's own price, then what a person typed, the broker's, the asset's
ranked sources, the default ones, all others, the demo; what is in doubt or rejected is left out.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from argosy.store import latest, price_verdicts, prices
from argosy.store.database import Database
from argosy.store.price_sources import source_key
from argosy.store.price_verdicts import Status, Verdict
from tests.store.test_prices import FIRST, add_assets, bar, closes, put, rank

SOURCES = ("manual", "broker:one", "csvfile", "yahoo", "finnhub", "demo")
SPEAKER = "speaker"
"""Whoever speaks for the day."""
UNUSED = {Status.SUSPECT, Status.REJECTED}


@dataclass
class Plain:
    """What was written, in dictionaries, and what follows from it."""

    ranked: tuple[str, ...] = ()
    shared: dict[tuple[str, date], Decimal] = field(default_factory=dict)
    own: dict[date, Decimal] = field(default_factory=dict)
    verdicts: dict[tuple[str, date], Status] = field(default_factory=dict)

    def write(self, source: str, day: date, close: Decimal) -> None:
        if self.shared.get((source, day)) != close:
            self.verdicts.pop((source, day), None)
        self.shared[source, day] = close

    def resolved(self) -> dict[date, tuple[Decimal, str]]:
        """The shared close of each day, and whose it is."""
        typed, broker = SOURCES[:2]
        order = [typed, broker, *self.ranked, "csvfile", "yahoo", "finnhub", "demo"]
        found: dict[date, tuple[Decimal, str]] = {}
        for source in order:
            for (name, day), close in self.shared.items():
                if name == source and self.verdicts.get((name, day)) not in UNUSED:
                    found.setdefault(day, (close, source))
        return dict(sorted(found.items()))

    def seen_by_its_owner(self) -> dict[date, Decimal]:
        shared = {day: close for day, (close, _) in self.resolved().items()}
        return dict(sorted((shared | self.own).items()))


STARTS = [0, 40]
"""Stretches begin here, so that they lie over one another."""
EDGES = [0, 40, 89, 129]
"""The first and last days of them."""

writings = st.tuples(
    st.just("write"),
    st.sampled_from([*SOURCES, "own"]),
    st.sampled_from(STARTS),
    st.sampled_from([1, 90]),
    st.integers(1, 10**6),
)
rankings = st.tuples(
    st.just("rank"),
    st.lists(st.sampled_from(["csvfile", "yahoo", "finnhub", "demo"]), unique=True),
)
decisions = st.tuples(
    st.just("decide"),
    st.sampled_from([*SOURCES, *[SPEAKER] * len(SOURCES)]),
    st.sampled_from(EDGES),
    st.sampled_from(list(Status)),
)


async def write(database: Database, plain: Plain, source: str, at: int, count: int, price: int):
    days = [FIRST + timedelta(days=at + number) for number in range(count)]
    bars = [bar(day, f"{price + number}.25") for number, day in enumerate(days)]
    if source == "own":
        await put(database, bars, source="manual", owner="u1")
        plain.own |= {one.day: one.close for one in bars}
        return
    await put(database, bars, source=source)
    for one in bars:
        plain.write(source, one.day, one.close)


async def decide(database: Database, plain: Plain, source: str, at: int, status: Status):
    day = FIRST + timedelta(days=at)
    if source == SPEAKER and day in plain.resolved():
        _, source = plain.resolved()[day]
    if (source, day) not in plain.shared:
        return
    async with database.write() as session:
        verdict = Verdict(
            asset_key=1,
            interval="1d",
            at=bar(day, "1").at,
            source=await source_key(session, source),
            day=day,
            close=plain.shared[source, day],
            status=status,
        )
        await price_verdicts.put(session, [verdict])
        await prices.choose_anew(session, [1])
    plain.verdicts[source, day] = status


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.one_of(writings, writings, rankings, decisions, decisions), min_size=5, max_size=12)
)
async def test_each_close_is_the_one_that_the_rules_name(database: Database, steps):
    async with database.write() as session:
        await session.execute(text("DELETE FROM assets"))
    await add_assets(database, 1)
    plain = Plain()
    for kind, *values in steps:
        if kind == "rank":
            plain.ranked = tuple(values[0])
            await rank(database, *plain.ranked)
        else:
            await {"write": write, "decide": decide}[kind](database, plain, *values)
    resolved = plain.resolved()
    shared = {day: close for day, (close, _) in resolved.items()}
    assert await closes(database) == await closes(database, viewer="u2") == shared
    assert await closes(database, viewer="u1") == plain.seen_by_its_owner()
    async with database.read() as session:
        newest = await latest.read_latest(session, [1])
        assert await latest.stale(session) == []
    found = [(one.day, (one.close, one.source)) for one in newest.values()]
    assert found == list(resolved.items())[-1:]
