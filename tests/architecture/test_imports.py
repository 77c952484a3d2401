"""The import contracts of pyproject.toml hold, and name every adapter."""

import tomllib

from importlinter.api import read_configuration
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.architecture.source import PACKAGE, ROOT


def test_the_import_contracts_hold(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    status = lint_imports(config_filename="pyproject.toml", no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_no_contract_was_dropped():
    configuration = read_configuration(str(ROOT / "pyproject.toml"))
    assert {contract["id"] for contract in configuration["contracts_options"]} == {
        "layers",
        "core-order",
        "core-pure",
        "edges-call-use-cases",
        "sql-only-in-store",
        "sources-independent",
        "no-cycles",
    }


def test_every_adapter_is_an_island():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = {item["id"]: item for item in settings["tool"]["importlinter"]["contracts"]}
    adapters = {
        f"argosy.sources.{entry.stem}"
        for entry in (PACKAGE / "sources").iterdir()
        if (entry / "__init__.py").exists()
    }
    assert set(contracts["sources-independent"]["modules"]) == (adapters or {"argosy.sources"})
