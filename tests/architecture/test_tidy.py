"""House rules that no linter knows. Each failure names the places to mend."""

import ast
import re
from pathlib import Path

from tests.architecture.source import (
    CORE,
    PACKAGE,
    ROOT,
    nodes,
    place,
    project_files,
    text_of,
)

EXACT = (CORE / "ledger", CORE / "valuation")
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "stuff"}
LAST_HANDLERS = {"jobs/runner.py", "api/middleware.py", "api/errors.py"}
OTHERS_FILES = {"LICENSE", "package-lock.json", "requirements.lock"}


def test_core_does_no_input_or_output_and_never_waits():
    waiting = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)
    found = [
        place(file, node)
        for file, node in nodes(CORE)
        if isinstance(node, waiting) or _called(node) in {"open", "print", "input"}
    ]
    assert not found, "\n".join(found)


def test_exact_code_knows_no_floats():
    found = [
        place(file, node)
        for file, node in nodes(*EXACT)
        if _called(node) == "float"
        or (isinstance(node, ast.Constant) and isinstance(node.value, float))
    ]
    assert not found, "\n".join(found)


def test_files_have_names_that_say_what_is_in_them():
    found = [
        place(file)
        for file in project_files()
        if file.suffix in {".py", ".ts", ".tsx"}
        and (file.stem.lower() in VAGUE_NAMES or file.parent.name.lower() in VAGUE_NAMES)
    ]
    assert not found, "\n".join(found)


def test_nothing_is_left_to_do():
    left = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
    found = _lines_with(left)
    assert not found, "\n".join(found)


def test_all_exceptions_are_caught_only_at_the_two_last_handlers():
    found: dict[str, int] = {}
    for file, node in nodes(PACKAGE):
        if isinstance(node, ast.ExceptHandler) and _catches_all(node) and not _passes_on(node):
            name = file.relative_to(PACKAGE).as_posix()
            found[name] = found.get(name, 0) + 1
    elsewhere = {name for name in found if name not in LAST_HANDLERS}
    assert elsewhere == set()
    assert len(found) <= 2, found
    assert all(times == 1 for times in found.values()), found


def test_no_file_names_a_place_on_somebodys_machine():
    private_folder = r"(?<![\w.}])/(?:root|work|home/\w+|Users/\w+)/\w"
    private_host = r"\b(?:10\.\d+|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d+\.\d+(?::\d+)?/"
    found = _lines_with(re.compile(f"{private_folder}|{private_host}"))
    assert not found, "\n".join(found)


def test_lock_files_name_no_registry():
    assert "://" not in text_of(ROOT / "requirements.lock")
    resolved = re.compile(r'"resolved":\s*"https?://(?!registry\.npmjs\.org/)')
    assert not resolved.search(text_of(ROOT / "web" / "package-lock.json"))


def test_paths_are_written_in_american_english():
    british = re.compile(r"isation|ise_|optimise|analyse|colour|licence|behaviour", re.IGNORECASE)
    found = [place(file) for file in project_files() if british.search(file.name)]
    assert not found, "\n".join(found)


def _called(node: ast.AST) -> str | None:
    """The plain name that a node calls, if it is a call of one."""
    is_plain = isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    return node.func.id if is_plain else None


def _catches_all(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(
        isinstance(kind, ast.Name) and kind.id in {"Exception", "BaseException"} for kind in kinds
    )


def _passes_on(handler: ast.ExceptHandler) -> bool:
    """Whether it only tidies up: its last word is a bare `raise`."""
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def _lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{place(file)}:{number}"
        for file in project_files()
        if file.name not in OTHERS_FILES and not _is_recorded(file)
        for number, line in enumerate(text_of(file).splitlines(), start=1)
        if pattern.search(line)
    ]


def _is_recorded(file: Path) -> bool:
    """Whether a file holds data that came from outside, in which any word may stand."""
    return file.suffix in {".csv", ".svg"} or "payloads" in file.parts
