"""The source of what people enter: it has a name and a manifest, and is never asked."""

from typing_extensions import override

from argosy.sources.base import Source
from argosy.sources.manifest import Manifest, load_manifest


class ManualSource(Source):
    """Prices, splits and rates that users write through the API or import from files."""

    def __init__(self) -> None:
        self._manifest = load_manifest("argosy.sources.manual")

    @property
    @override
    def name(self) -> str:
        return self._manifest.name

    @property
    @override
    def manifest(self) -> Manifest:
        return self._manifest

    @override
    async def aclose(self) -> None:
        """Nothing is open."""
