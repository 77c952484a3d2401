"""Doubts about real histories, in which nothing is wrong: what is in doubt is a false alarm.

`ARGOSY_TEST_MARKET_DATA` names a folder of daily histories (`SYMBOL.source.csv` with the header
date,open,high,low,close,adj_close,volume). Without it nothing is checked, and that is said.
"""

import csv
import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from argosy.core.market.asset import Split
from argosy.core.market.doubts import Evidence, Severity
from argosy.core.market.judging import judge
from argosy.core.market.panel import Panel

FOLDER = os.environ.get("ARGOSY_TEST_MARKET_DATA")
pytestmark = pytest.mark.skipif(
    FOLDER is None,
    reason="ARGOSY_TEST_MARKET_DATA names no folder: doubts were NOT counted on real prices",
)
HEADER = ["date", "open", "high", "low", "close", "adj_close", "volume"]


def rows(file: Path, column: int) -> list[tuple[float, int, float, float]]:
    """Day, column, close and volume of each line."""
    found = []
    with file.open(newline="") as text:
        for line in csv.DictReader(text):
            close = float(line["close"] or line["adj_close"] or 0)
            if close > 0:
                volume = float(line["volume"] or "nan")
                found.append((date.fromisoformat(line["date"]).toordinal(), column, close, volume))
    return found


def splits(file: Path) -> list[Split]:
    """The splits of a history that is as traded."""
    events = file.with_name(f"{file.stem}.events.csv")
    if "lean-raw" not in file.name or not events.exists():
        return []
    with events.open(newline="") as text:
        return [
            Split(date.fromisoformat(line["date"]), Decimal(line["value"]), Decimal(1))
            for line in csv.DictReader(text)
            if line["type"] == "split"
        ]


def histories() -> list[Path]:
    assert FOLDER is not None
    files = []
    for file in sorted(Path(FOLDER).glob("*.csv")):
        with file.open(newline="") as text:
            if next(csv.reader(text)) == HEADER:
                files.append(file)
    assert len(files) > 50, "a folder of daily histories"
    return files


def test_real_histories_raise_no_false_alarm():
    closes, alarms = 0, []
    for file in histories():
        panel = Panel.of_rows(np.array(rows(file, 0)), ["one"])
        closes += len(panel.days)
        found = judge(panel, Evidence(splits=splits(file))).findings
        alarms += [f"{file.name} {one.day} {one.reason}" for one in found if suspect(one)]
    print(f"{len(alarms)} false alarms in {closes:,} closes")
    assert alarms == []


def test_the_newest_real_close_seldom_has_to_wait_for_the_next():
    """Each history is judged as it grew: how often was a true close in doubt for a day?"""
    judged, waited = 0, []
    for file in histories():
        known, stated = np.array(rows(file, 0)), splits(file)
        moves = np.abs(np.diff(np.log(known[:, 2])))
        for last in np.flatnonzero(moves > 0.4).tolist():  # smaller ones are never in doubt
            panel = Panel.of_rows(known[max(last - 120, 0) : last + 2], ["one"])
            found = judge(panel, Evidence(splits=stated)).findings
            waited += [f"{file.name} {one.day}" for one in found if suspect(one)]
        judged += len(known)
    print(f"{len(waited)} of {judged:,} closes waited: {waited}")
    assert len(waited) < judged / 10_000


def test_sources_of_the_same_real_asset_agree():
    """Bitcoin and ether by two sources each: nothing is in doubt, and nothing noted."""
    assert FOLDER is not None
    for first, second in (("BTC-USD.yahoo2014", "BTC.cmc"), ("ETH-USD.yahoo2018", "ETH.cmc")):
        both = [*rows(Path(FOLDER) / f"{first}.csv", 0), *rows(Path(FOLDER) / f"{second}.csv", 1)]
        found = judge(Panel.of_rows(np.array(both), ["yahoo", "cmc"]), Evidence()).findings
        print(f"{first}: {len(found)} findings")
        assert [one for one in found if suspect(one)] == []


def suspect(finding) -> bool:
    return finding.severity is Severity.SUSPECT
