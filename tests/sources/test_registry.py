import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

import argosy.sources
from argosy.core.errors import InputError, SourceDownError, SourceKeyMissingError
from argosy.core.market.asset import AssetCategory
from argosy.sources.base import Source
from argosy.sources.breaker import FAILURES, Circuit
from argosy.sources.csvfile import CsvFileSource
from argosy.sources.ecb import EcbSource
from argosy.sources.manifest import Capability, load_manifest
from argosy.sources.manual import ManualSource
from argosy.sources.registry import Registry
from argosy.sources.yahoo import YahooSource

ADAPTERS = sorted(
    path.parent.name for path in Path(argosy.sources.__file__).parent.glob("*/client.py")
)


@pytest.fixture
async def registry(tmp_path):
    order = {AssetCategory.CRYPTO: ("yahoo",)}
    sources = (ManualSource(), CsvFileSource(tmp_path), EcbSource(), YahooSource())
    registry = Registry(sources, order=order)
    yield registry
    await registry.aclose()


def names(sources):
    return [source.name for source in sources]


def test_sources_are_asked_in_the_order_of_the_category(registry):
    assert names(registry.histories(AssetCategory.STOCK)) == ["csvfile", "yahoo"]
    assert names(registry.histories(AssetCategory.CRYPTO)) == ["yahoo"]


def test_an_assets_own_order_comes_first(registry):
    chosen = registry.histories(AssetCategory.STOCK, preferred=["yahoo", "nosuch", "ecb"])
    assert names(chosen) == ["yahoo", "csvfile"]


def test_a_category_without_a_source_has_none(registry):
    assert names(registry.choose(Capability.QUOTES, AssetCategory.REAL_ESTATE)) == []


def test_rates_and_searches_are_found_by_what_sources_can_do(registry):
    assert names(registry.rates()) == ["ecb"]
    assert names(registry.searches()) == ["yahoo"]
    assert names(registry) == ["manual", "csvfile", "ecb", "yahoo"]


def test_a_source_that_does_not_exist_lists_those_that_do(registry):
    assert registry.get("ecb").name == "ecb"
    with pytest.raises(InputError, match="csvfile, ecb, manual, yahoo"):
        registry.get("nosuch")


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_every_adapter_states_terms_limits_and_grade(adapter):
    manifest = load_manifest(f"argosy.sources.{adapter}")
    assert manifest.name == adapter
    assert len(manifest.terms) > 20
    assert manifest.url
    assert manifest.limits or not manifest.needs_network
    stated = tomllib.loads(files(f"argosy.sources.{adapter}").joinpath("manifest.toml").read_text())
    assert set(stated["capabilities"]) == set(manifest.capabilities)


def test_a_source_without_its_key_is_asked_only_if_it_is_wanted():
    class Keyed(Source):
        def __init__(self):
            super().__init__("argosy.sources.binance", lacks="ARGOSY_KEYED_KEY")

    keyed = Keyed()
    registry = Registry([keyed])
    history, crypto = Capability.HISTORY, AssetCategory.CRYPTO
    assert registry.choose(history, crypto) == ()
    assert registry.choose(history, crypto, preferred=["binance"]) == (keyed,)
    with pytest.raises(SourceKeyMissingError, match="Set ARGOSY_KEYED_KEY"):
        keyed.require_key()


def fail(registry, name):
    source = registry.get(name)
    for _ in range(FAILURES):
        with pytest.raises(SourceDownError, match="gone"), registry.asking(source):
            raise SourceDownError(name, "gone.")
    return source


def test_a_source_that_fails_again_and_again_is_left_alone_unless_it_must_be_asked(registry):
    yahoo = fail(registry, "yahoo")
    assert registry.breaker("yahoo").circuit is Circuit.OPEN
    asked = []
    with pytest.raises(SourceDownError, match="it failed too often"), registry.asking(yahoo):
        asked.append("while it is left alone")
    with registry.asking(yahoo, regardless=True):
        asked.append("regardless")
    assert asked == ["regardless"]
    assert registry.breaker("yahoo").circuit is Circuit.CLOSED


def test_a_folder_is_never_left_alone(registry):
    fail(registry, "csvfile")
    assert registry.breaker("csvfile").circuit is Circuit.CLOSED
    assert registry.breaker("csvfile").last is not None
    with pytest.raises(InputError):
        registry.breaker("nosuch")
