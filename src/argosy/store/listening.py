"""What PostgreSQL's triggers tell: `NOTIFY` heard on a connection of its own."""

from collections.abc import AsyncGenerator

from sqlalchemy import make_url

from argosy.core.errors import StorageError
from argosy.store.database import Database

TRANSACTIONS = "transaction_changed"
"""Sent by the triggers on `transactions`: JSON with portfolio, asset, transaction, day, event."""

REFRESH = "price_update_trigger"
"""Sent by whoever wants the prices refreshed now: `NOTIFY price_update_trigger`."""


async def listen(database: Database, *channels: str) -> AsyncGenerator[tuple[str, str], None]:
    """Give each notification as (channel, payload); the first item, ('', ''), says that it hears.

    Raises
    ------
    StorageError
        When the connection is lost. What was sent meanwhile is gone: whoever listens again looks
        at the tables first.
    """
    import psycopg  # noqa: PLC0415 - an extra
    from psycopg import sql  # noqa: PLC0415

    url = make_url(database.url).set(drivername="postgresql")
    try:
        async with await psycopg.AsyncConnection.connect(
            url.render_as_string(hide_password=False), autocommit=True
        ) as connection:
            for channel in channels:
                await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
            yield "", ""
            async for heard in connection.notifies():
                yield heard.channel, heard.payload
    except psycopg.OperationalError as error:
        raise StorageError("The connection that listens to the database is lost.") from error
