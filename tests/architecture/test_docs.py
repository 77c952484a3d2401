"""What can be set, typed or called can be found in the docs."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from argosy.cli.group import app
from argosy.settings import Settings
from tests.architecture.source import ROOT, docs_text, place, project_files, text_of

OPENAPI = ROOT / "openapi.json"
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")
CITATION = re.compile(r"""(?im)^[\s#>*|"'-]*(?:source|sources|cited|citation)\b\W+\w.{12,}""")


def test_every_setting_is_documented():
    names = [f"ARGOSY_{name.upper()}" for name in Settings.model_fields]
    missing = [name for name in names if name not in docs_text()]
    assert not missing, "\n".join(missing)


def test_every_command_is_documented():
    commands = list(_commands(typer.main.get_command(app), "argosy"))
    missing = [command for command in commands if command not in docs_text()]
    assert "argosy serve" in commands
    assert not missing, "\n".join(missing)


@pytest.mark.skipif(not OPENAPI.exists(), reason="the API's description is not there yet")
def test_every_route_is_documented():
    written = _without_names(docs_text())
    paths = [path.removeprefix("/api/v1") for path in json.loads(text_of(OPENAPI))["paths"]]
    missing = [path for path in paths if _without_names(path) not in written]
    assert not missing, "\n".join(missing)


def test_links_between_pages_lead_somewhere():
    pages = [file for file in project_files() if file.suffix == ".md"]
    broken = [
        f"{place(page)}: {target}"
        for page in pages
        for target in LINK.findall(text_of(page))
        if not (page.parent / target).exists() and not (ROOT / target.lstrip("/")).exists()
    ]
    assert not broken, "\n".join(broken)


def test_every_golden_file_cites_where_its_figures_were_published():
    golden = ROOT / "tests" / "golden"
    uncited = [
        place(file)
        for file in project_files()
        if golden in file.parents and _holds_figures(file) and not CITATION.search(text_of(file))
    ]
    assert not uncited, "\n".join(uncited)


def _holds_figures(file: Path) -> bool:
    return file.name not in {"__init__.py", "conftest.py", "README.md"}


def _commands(command: object, name: str) -> Iterator[str]:
    """All commands below one, as they are typed."""
    if not isinstance(command, TyperGroup):
        yield name
        return
    context = typer.Context(command, info_name=name)
    for child_name in command.list_commands(context):
        child = command.get_command(context, child_name)
        if child is not None and not child.hidden:
            yield from _commands(child, f"{name} {child_name}")


def _without_names(text: str) -> str:
    """`/portfolios/{portfolio_id}` and `/portfolios/{id}` are one place."""
    return re.sub(r"\{[^}/]*\}", "{}", text)
