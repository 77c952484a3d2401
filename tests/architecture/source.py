"""What the house rules look at: the tracked files, and the syntax trees of the package."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "argosy"
CORE = PACKAGE / "core"
DOCS = ROOT / "docs"


@cache
def project_files() -> tuple[Path, ...]:
    """Every file of the project that is not ignored, whether committed already or not."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    files = (ROOT / name for name in listed.split("\0") if name)
    return tuple(sorted(file for file in files if file.is_file()))


@cache
def text_of(file: Path) -> str:
    """Its text; empty for a picture or another binary."""
    content = file.read_bytes()
    return "" if b"\0" in content else content.decode("utf-8", errors="replace")


def modules(*folders: Path) -> list[Path]:
    """The Python files below some folders."""
    return sorted(file for folder in folders for file in folder.rglob("*.py"))


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(text_of(file), filename=str(file))


def nodes(*folders: Path) -> Iterator[tuple[Path, ast.AST]]:
    """Every syntax node of every module below some folders."""
    for file in modules(*folders):
        for node in ast.walk(tree_of(file)):
            yield file, node


def place(file: Path, node: ast.AST | None = None) -> str:
    """Where something stands, in the form that editors open."""
    line = getattr(node, "lineno", None)
    name = file.relative_to(ROOT).as_posix()
    return f"{name}:{line}" if line else name


@cache
def docs_text() -> str:
    """All that a reader can find: the README and everything in docs."""
    pages = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
    return "\n".join(text_of(page) for page in pages if page.exists())
