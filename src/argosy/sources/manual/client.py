"""The source of what people enter: it has a name and a manifest, and is never asked."""

from argosy.sources.base import Source


class ManualSource(Source):
    """Prices, splits and rates that users write through the API or import from files."""

    def __init__(self) -> None:
        super().__init__("argosy.sources.manual")
