"""`argosy openapi`: the API's description as a file."""

from pathlib import Path
from typing import Annotated

import typer

from argosy.api.openapi import main
from argosy.core.errors import StorageError

app = typer.Typer(help="Write the OpenAPI document.")


@app.command()
def write(
    path: Annotated[Path, typer.Argument(help="The file to write.")] = Path("openapi.json"),
) -> None:
    """Write the OpenAPI document; it depends on the code alone, not on settings."""
    try:
        main(str(path))
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}.") from error
