"""What Alembic runs: the migrations, on the connection that `argosy.store.schema` hands over."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeEngine

from argosy.store.tables import Base
from argosy.store.tables.price import in_both_databases
from argosy.store.types import Exact, Id, Instant


def _render(kind: str, item: TypeEngine[Any], autogenerate: Any) -> str | Literal[False]:
    """Name our own types in a generated migration."""
    if kind == "type" and isinstance(item, Exact | Id | Instant):
        autogenerate.imports.add("from argosy.store.types import Exact, Id, Instant")
        return type(item).__name__
    return False


def run() -> None:
    """Run the migrations that the caller asked for inside the caller's transaction."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=_render,
        include_object=in_both_databases,
    )
    context.run_migrations()


if hasattr(context, "config"):  # absent where a tool merely imports this file
    run()
