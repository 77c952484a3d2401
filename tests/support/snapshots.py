"""JSON answers as files, which the web app's tests read too.

`UPDATE_SNAPSHOTS=1 pytest …` writes them anew; otherwise an answer must equal its file.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "snapshots"
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
_TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")
# Facts of a test keep their instants; what the database stamps becomes one of these.
_STAMPS = {"created_at", "updated_at", "fetched_at"}


def matches_snapshot(name: str, answer: Any) -> bool:
    """Compare an answer with `tests/snapshots/<name>.json`, both made canonical."""
    written = json.dumps(canonical(answer), indent=2, ensure_ascii=False) + "\n"
    path = FOLDER / f"{name}.json"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(written, "utf-8")
    kept = path.read_text("utf-8")
    assert written == kept, f"{path.name} differs; UPDATE_SNAPSHOTS=1 writes it anew"
    return True


def canonical(answer: Any) -> Any:
    """Number ids in the order in which they appear, hold stamps still, and round floats.

    To 12 digits: the last ones of an exponential depend on the processor.
    """
    ids: dict[str, str] = {}

    def number(match: re.Match[str]) -> str:
        return ids.setdefault(match[0], f"00000000-0000-7000-8000-{len(ids) + 1:012d}")

    def walk(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: walk(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [walk(inner, key) for inner in value]
        if isinstance(value, str):
            if key in _STAMPS and _INSTANT.fullmatch(value):
                return "2024-01-02T03:04:05Z"
            return _TOKEN.sub("header.claims.signature", _ID.sub(number, value))
        return float(f"{value:.12g}") if isinstance(value, float) else value

    return walk(answer)
