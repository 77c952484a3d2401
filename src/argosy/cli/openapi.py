"""`argosy openapi`: the API's description as a file."""

from pathlib import Path
from typing import Annotated

import typer

from argosy.api.openapi import main

app = typer.Typer(help="Write the OpenAPI document.")


@app.command()
def write(
    path: Annotated[Path, typer.Argument(help="The file to write.")] = Path("openapi.json"),
) -> None:
    """Write the OpenAPI document; it depends on the code alone, not on settings."""
    main(str(path))
