"""`python -m argosy.api.openapi` writes the OpenAPI document beside the README.

It depends on the code alone, so a test can hold the file that is checked in fresh.
"""

import sys
from pathlib import Path

from argosy.api.app import create_app
from argosy.api.document import render
from argosy.settings import Settings
from argosy.wiring import Argosy


def document() -> bytes:
    """Return the document as it is checked in; no setting of the environment touches it."""
    settings = Settings.model_construct(data_dir=Path("unused"))
    return render(create_app(Argosy(settings)))


def main(path: str = "openapi.json") -> None:
    """Write the document to a file."""
    Path(path).write_bytes(document())


if __name__ == "__main__":
    main(*sys.argv[1:])
