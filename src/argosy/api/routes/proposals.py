"""Splits and dividends that a portfolio does not book yet."""

from typing import Annotated

from fastapi import Path, Query, Response

from argosy.api.body import exact_router
from argosy.api.dependencies import CurrentUser, Program, Reading, Viewer, Writing
from argosy.api.responses import CHANGING, OWNED
from argosy.api.schemas.proposal import BookingIn, ProposalOut
from argosy.api.schemas.transaction import TransactionOut
from argosy.services import proposals

router = exact_router(prefix="/portfolios/{portfolio_id}/proposals", tags=["proposals"])

Key = Annotated[str, Path(max_length=200)]


@router.get("", responses=OWNED)
async def list_proposals(
    portfolio_id: str,
    user: Viewer,
    session: Reading,
    argosy: Program,
    dismissed: Annotated[bool, Query(description="Also what was put away.")] = False,
) -> list[ProposalOut]:
    """Return splits and dividends that the portfolio held through and does not book, newest first.

    Nothing is booked by itself.
    """
    found = await argosy.proposals.of_portfolio(session, user.id, portfolio_id)
    return [ProposalOut.of(one) for one in found if dismissed or not one.proposal.dismissed]


@router.post(
    "/{key}/book",
    status_code=201,
    responses={**CHANGING, 200: {"model": TransactionOut, "description": "It is booked already."}},
)
async def book_proposal(
    portfolio_id: str,
    key: Key,
    user: CurrentUser,
    argosy: Program,
    response: Response,
    body: BookingIn | None = None,
) -> TransactionOut:
    """Book a proposal as one line, with another amount, tax or date if the body has one."""
    changes = (body or BookingIn()).changes()
    added = await argosy.proposals.book(user.id, portfolio_id, key, changes)
    if not added.created:
        response.status_code = 200
    return TransactionOut.of(added.entry)


@router.delete("/{key}", status_code=204, responses=OWNED)
async def dismiss_proposal(portfolio_id: str, key: Key, user: CurrentUser, argosy: Program) -> None:
    """Put a proposal away for good; `restore` brings it back."""
    await argosy.proposals.dismiss(user.id, portfolio_id, key)


@router.post("/{key}/restore", status_code=204, responses=OWNED)
async def restore_proposal(
    portfolio_id: str, key: Key, user: CurrentUser, session: Writing
) -> None:
    """Bring back a proposal that was put away."""
    await proposals.restore(session, user.id, portfolio_id, key)
