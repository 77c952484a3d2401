"""Every error becomes the answer that the one table says."""

from datetime import date
from decimal import Decimal

import pytest
import structlog
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError, ProgrammingError

from argosy.api.body import exact_router
from argosy.api.errors import STATUSES
from argosy.core import errors
from argosy.core.errors import ArgosyError, RowProblem

EXAMPLES: dict[type[ArgosyError], ArgosyError] = {
    errors.UnknownAssetError: errors.UnknownAssetError("NOPE"),
    errors.ImportFormatError: errors.ImportFormatError("no column named price", line=3),
    errors.BatchError: errors.BatchError([RowProblem(6, "quantity is empty", "missing")]),
    errors.BatchConflictError: errors.BatchConflictError([RowProblem(2, "5 held", "oversold")]),
    errors.NotFoundError: errors.NotFoundError("portfolio", "42"),
    errors.OversoldError: errors.OversoldError(
        symbol="ACME", held=Decimal("12.50"), wanted=Decimal(15), on=date(2024, 5, 3)
    ),
    errors.AmbiguousSymbolError: errors.AmbiguousSymbolError("BP", ["BP:LSE", "BP:NYSE"]),
    errors.SourceError: errors.SourceError("yahoo", "failed"),
    errors.SourceDownError: errors.SourceDownError("yahoo", "did not answer"),
    errors.RateLimitedError: errors.RateLimitedError("yahoo", "slow down", retry_after_s=12.4),
    errors.SourceChangedError: errors.SourceChangedError("yahoo", "no field chart"),
    errors.SourceRefusedError: errors.SourceRefusedError("yahoo", "wrong key"),
    errors.SourceKeyMissingError: errors.SourceKeyMissingError("finnhub", "ARGOSY_FINNHUB_KEY"),
    errors.SourcesFailedError: errors.SourcesFailedError(
        {"yahoo": errors.SourceDownError("yahoo", "did not answer")}
    ),
    errors.TooSoonError: errors.TooSoonError("It was synced just now.", retry_after_s=12.4),
    errors.NotAtSourceError: errors.NotAtSourceError("yahoo", "does not know NOPE"),
}
EXTRAS = {
    errors.UnknownAssetError: {"symbol": "NOPE"},
    errors.ImportFormatError: {"line": 3},
    errors.BatchError: {"problems": [{"row": 6, "reason": "quantity is empty", "code": "missing"}]},
    errors.BatchConflictError: {"problems": [{"row": 2, "reason": "5 held", "code": "oversold"}]},
    errors.OversoldError: {
        "symbol": "ACME",
        "held": "12.5",
        "wanted": "15",
        "on": "2024-05-03",
        "transaction_id": None,
    },
    errors.AmbiguousSymbolError: {"symbol": "BP", "candidates": ["BP:LSE", "BP:NYSE"]},
    errors.RateLimitedError: {"source": "yahoo", "retry_after": 12.4},
    errors.TooSoonError: {"retry_after": 12.4},
}


def example(kind: type[ArgosyError]) -> ArgosyError:
    return EXAMPLES.get(kind) or kind("It cannot be done.")


def raising(error: Exception):
    def extend(app: FastAPI) -> None:
        router = exact_router()

        @router.get("/raise")
        async def fail() -> None:
            raise error

        app.include_router(router)

    return extend


@pytest.mark.parametrize("kind", STATUSES, ids=lambda kind: kind.__name__)
async def test_each_row_of_the_table_is_what_the_client_gets(extended, kind):
    error = example(kind)
    async with extended(raising(error)) as client:
        response = await client.get("/raise")
    body = response.json()
    status = STATUSES[kind]
    assert response.status_code == status
    if status == 500:
        assert body == {"detail": "Internal server error", "code": "internal"}
        return
    assert body["code"] == kind.code
    detail = body["detail"] if status != 422 else body["detail"][0]["msg"]
    assert detail in str(error)
    for name, value in EXTRAS.get(kind, {}).items():
        assert body[name] == value
    assert ("www-authenticate" in response.headers) == (status == 401)


async def test_a_client_is_told_when_to_come_back(extended):
    async with extended(raising(EXAMPLES[errors.RateLimitedError])) as client:
        assert (await client.get("/raise")).headers["Retry-After"] == "12"


async def test_input_errors_have_the_form_of_fastapis(extended):
    async with extended(raising(EXAMPLES[errors.BatchError])) as client:
        body = (await client.get("/raise")).json()
    assert body["detail"] == [{"type": "missing", "loc": ["body", 6], "msg": "quantity is empty"}]


async def test_a_fault_of_our_own_tells_nothing_and_logs_its_cause(extended):
    async with extended(raising(ZeroDivisionError("only in the log"))) as client:
        with structlog.testing.capture_logs() as logged:
            response = await client.get("/raise", headers={"X-Request-ID": "find-me"})
    assert response.status_code == 500
    assert response.json() == {"detail": "Internal server error", "code": "internal"}
    assert response.headers["X-Request-ID"] == "find-me"
    assert [line["event"] for line in logged if line["log_level"] == "error"] == ["internal_error"]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("SELECT", {}, Exception("server closed the connection")), 503),
        (ProgrammingError("SELEC", {}, Exception("syntax error")), 500),
    ],
)
async def test_a_lost_database_is_not_a_wrong_statement(extended, error, status):
    async with extended(raising(error)) as client:
        response = await client.get("/raise")
    assert response.status_code == status
    assert "SELEC" not in response.text


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing-here", 404, "not_found"),
        ("GET", "/api/v2", 404, "not_found"),
        ("DELETE", "/api/v1/auth/login", 405, "method_not_allowed"),
        ("POST", "/health", 405, "method_not_allowed"),
        ("POST", "/some/page", 405, "method_not_allowed"),
    ],
)
async def test_routing_refuses_in_the_same_form(client, method, path, status, code):
    response = await client.request(method, path)
    assert response.status_code == status
    assert set(response.json()) == {"detail", "code"}
    assert response.json()["code"] == code
