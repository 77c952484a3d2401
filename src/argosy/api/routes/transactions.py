"""Entering, listing, changing and taking back lines of a ledger."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Form, Path, Query, Response, UploadFile
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import TypeAdapter

from argosy.api.body import Rows, exact_router, large_rows
from argosy.api.dependencies import CurrentUser, Program, Reading, Viewer, Writing
from argosy.api.idempotency import once
from argosy.api.responses import CHANGING, OWNED
from argosy.api.schemas.batch import BatchOut, ImportOut
from argosy.api.schemas.fields import DayIn
from argosy.api.schemas.transaction import (
    BatchIn,
    Kind,
    TransactionIn,
    TransactionOut,
    TransactionPage,
    TransactionPatch,
    TransactionRowIn,
    read_rows,
)
from argosy.core.importers.draft import TransactionDraft
from argosy.core.importers.transactions_csv import TransactionFile
from argosy.services import batches, importing, transactions
from argosy.services.batches import Batch
from argosy.services.transactions import Actor, Entry, Wanted

router = exact_router(prefix="/transactions", tags=["transactions"])

Id = Annotated[str, Path(max_length=200)]
Limit = Annotated[int, Query(ge=1, le=1000)]
Cursor = Annotated[str | None, Query(max_length=500)]
_LINES = TypeAdapter(list[TransactionOut])
_PIECE = 500


async def actor(user: CurrentUser, argosy: Program) -> Actor:
    """Return who asks, and what time it is."""
    return Actor(user.id, argosy.clock)


Acting = Annotated[Actor, Depends(actor)]


async def wanted(
    symbol: Annotated[
        str | None, Query(max_length=200, description="`SYMBOL` or `SYMBOL:EXCHANGE`.")
    ] = None,
    type: Annotated[list[Kind] | None, Query()] = None,  # noqa: A002 - the contract's name
    start: Annotated[DayIn | None, Query(description="First day.")] = None,
    end: Annotated[DayIn | None, Query(description="Last day.")] = None,
) -> Wanted:
    """Return which lines a list shall have."""
    name, _, exchange = (symbol or "").partition(":")
    return Wanted(
        symbol=name or None, exchange=exchange or None, types=type or (), start=start, end=end
    )


Filter = Annotated[Wanted, Depends(wanted)]


@router.get("", responses=OWNED)
async def list_transactions(
    user: Viewer,
    session: Reading,
    chosen: Filter,
    portfolio_id: Annotated[str | None, Query(max_length=200)] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> TransactionPage:
    """Return one's own lines, newest first."""
    chosen = replace(chosen, portfolio_id=portfolio_id)
    page = await transactions.page(session, user.id, chosen, limit=limit, cursor=cursor)
    return TransactionPage(
        items=[TransactionOut.of(entry) for entry in page.items], next_cursor=page.next_cursor
    )


@router.get(
    "/portfolio/{portfolio_id}",
    response_class=JSONResponse,
    responses={**OWNED, 200: {"model": list[TransactionOut]}},
)
async def list_portfolio_transactions(
    portfolio_id: Id, user: Viewer, session: Reading, chosen: Filter
) -> Response:
    """Return all lines of one portfolio, newest first, as a bare list."""
    chosen = replace(chosen, portfolio_id=portfolio_id)
    pieces: list[bytes] = []
    page = await transactions.page(session, user.id, chosen, limit=_PIECE, cursor=None)
    pieces.append(b"[" + await asyncio.to_thread(_written, page.items))
    while page.next_cursor is not None:
        cursor = page.next_cursor
        page = await transactions.page(session, user.id, chosen, limit=_PIECE, cursor=cursor)
        pieces.append(b"," + await asyncio.to_thread(_written, page.items))
    # In pieces, so that packing a long ledger does not hold up other requests.
    return StreamingResponse(iter([*pieces, b"]"]), media_type="application/json")


def _written(entries: Sequence[Entry]) -> bytes:
    """Write lines as JSON, without the list's brackets."""
    return _LINES.dump_json([TransactionOut.of(entry) for entry in entries])[1:-1]


@router.post(
    "",
    status_code=201,
    responses={
        **CHANGING,
        200: {"model": TransactionOut, "description": "Its external_id is stored already."},
    },
    dependencies=[once],
)
async def create_transaction(
    body: TransactionIn, acting: Acting, session: Writing, response: Response
) -> TransactionOut:
    """Enter a line. One whose `external_id` its portfolio has already adds nothing (200)."""
    added = await transactions.add(session, acting, body.draft())
    if not added.created:
        response.status_code = 200
    return TransactionOut.of(added.entry)


@router.post(
    "/batch",
    status_code=201,
    responses={**CHANGING, 200: {"model": BatchOut, "description": "A dry run."}},
)
async def create_batch(
    acting: Acting,
    rows: Annotated[Rows[BatchIn, TransactionDraft], Depends(large_rows(BatchIn, read_rows))],
    _first: Annotated[None, once],
    session: Writing,
    response: Response,
) -> BatchOut:
    """Enter up to 100,000 lines in any order: all or none; what is wrong is told row by row."""
    body = rows.body
    batch = Batch(
        drafts=rows.drafts,
        problems=rows.problems,
        portfolio_id=body.portfolio_id,
        dry_run=body.dry_run,
        preview=body.preview,
    )
    outcome = await batches.enter(session, acting, batch)
    if body.dry_run:
        response.status_code = 200
    return BatchOut.of(outcome, dry_run=body.dry_run)


async def uploaded(file: UploadFile) -> TransactionFile:
    """Read an uploaded file in a thread."""
    return await importing.read_file(await file.read(), portfolio_id=None)


@router.post(
    "/import",
    status_code=201,
    responses={**CHANGING, 200: {"model": ImportOut, "description": "A dry run."}},
)
async def import_transactions(
    acting: Acting,
    file: Annotated[TransactionFile, Depends(uploaded)],
    _first: Annotated[None, once],
    portfolio_id: Annotated[str, Form(max_length=200)],
    session: Writing,
    response: Response,
    dry_run: Annotated[bool, Form(description="Show what would happen; store nothing.")] = False,
) -> ImportOut:
    """Enter the rows of a CSV file: all or none. A dry run tells what is wrong as its answer."""
    preview = await importing.import_file(
        session, acting, file, portfolio_id=portfolio_id, dry_run=dry_run
    )
    if dry_run:
        response.status_code = 200
    return ImportOut.of(preview)


@router.get("/{transaction_id}", responses=OWNED)
async def read_transaction(transaction_id: Id, user: Viewer, session: Reading) -> TransactionOut:
    """Return one line."""
    return TransactionOut.of(await transactions.get(session, user.id, transaction_id))


@router.put("/{transaction_id}", responses=CHANGING)
async def replace_transaction(
    transaction_id: Id, body: TransactionRowIn, acting: Acting, session: Writing
) -> TransactionOut:
    """Put another line in the place of one; what the body leaves out is empty."""
    entry = await transactions.change(session, acting, transaction_id, body.draft())
    return TransactionOut.of(entry)


@router.patch("/{transaction_id}", responses=CHANGING)
async def change_transaction(
    transaction_id: Id, body: TransactionPatch, acting: Acting, session: Writing
) -> TransactionOut:
    """Change some fields of a line; a new price takes the place of the amount, and so on."""
    entry = await transactions.patch(session, acting, transaction_id, body.given())
    return TransactionOut.of(entry)


@router.delete("/{transaction_id}", status_code=204, responses=CHANGING)
async def delete_transaction(transaction_id: Id, acting: Acting, session: Writing) -> None:
    """Take a line back; 409 if later ones need what it brought."""
    await transactions.remove(session, acting, transaction_id)
