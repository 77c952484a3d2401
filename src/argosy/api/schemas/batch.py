"""Answers about many lines at once: batches and files."""

from typing import Self

from pydantic import ConfigDict

from argosy.api.schemas.fields import DecimalOut, Out
from argosy.core.errors import RowProblem
from argosy.core.importers.draft import ImportProblem
from argosy.core.ledger.transaction import TransactionType
from argosy.services.batches import Outcome
from argosy.services.importing import Holding, Preview, PreviewRow
from argosy.services.transactions import timestamp_of


class RowProblemOut(Out):
    """What is wrong with a row, counted from 0, and how to mend it."""

    row: int
    reason: str
    code: str


class BatchOut(Out):
    """What became of a batch; `ids` are those of the new lines, in the order of their rows."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "created": 1,
                    "duplicates": 0,
                    "ids": ["01890a5d-ac96-774b-bcce-b302099a8058"],
                    "problems": [],
                    "dry_run": False,
                }
            ]
        }
    )

    created: int
    duplicates: int
    ids: list[str]
    problems: list[RowProblemOut]
    dry_run: bool

    @classmethod
    def of(cls, outcome: Outcome, *, dry_run: bool) -> Self:
        return cls(
            created=len(outcome.lines),
            duplicates=len(outcome.duplicates),
            ids=[] if dry_run else [line.id for line in outcome.lines.values()],
            problems=[],
            dry_run=dry_run,
        )


class LineProblemOut(RowProblemOut):
    """What is wrong with a row of a file, where it stands, and the value that would mend it."""

    line: int
    column: str | None
    suggestion: str | None

    @classmethod
    def of(cls, problem: RowProblem) -> Self:
        assert isinstance(problem, ImportProblem), "a file's problems have their lines"
        return cls(
            row=problem.row,
            reason=problem.reason,
            code=problem.code,
            line=problem.line,
            column=problem.column,
            suggestion=problem.suggestion,
        )


class PreviewRowOut(Out):
    """A row of a file as it was understood."""

    row: int
    line: int
    type: TransactionType
    asset_id: str | None
    symbol: str | None
    exchange: str | None
    quantity: DecimalOut | None
    price: DecimalOut | None
    amount: DecimalOut | None
    fee: DecimalOut
    tax: DecimalOut
    currency: str
    fx_rate: DecimalOut | None
    timestamp: str
    day: str
    note: str | None
    external_id: str | None
    looks_duplicate: bool

    @classmethod
    def of(cls, shown: PreviewRow) -> Self:
        line, asset = shown.transaction, shown.asset
        same = (
            "type", "asset_id", "quantity", "price", "amount", "fee", "tax", "currency",
            "fx_rate", "note", "external_id",
        )  # fmt: skip
        return cls(
            **{name: getattr(line, name) for name in same},
            row=shown.row,
            line=shown.line,
            symbol=asset.symbol if asset else None,
            exchange=asset.exchange if asset else None,
            timestamp=timestamp_of(line),
            day=line.day.isoformat(),
            looks_duplicate=shown.looks_duplicate,
        )


class HoldingChangeOut(Out):
    """What is held of an asset before and after a file."""

    asset_id: str
    symbol: str
    exchange: str | None
    quantity_before: DecimalOut
    quantity_after: DecimalOut

    @classmethod
    def of(cls, holding: Holding) -> Self:
        return cls(
            asset_id=holding.asset.id,
            symbol=holding.asset.symbol,
            exchange=holding.asset.exchange,
            quantity_before=holding.quantity_before,
            quantity_after=holding.quantity_after,
        )


class ImportOut(Out):
    """What a file says, and what it would do (dry run) or did.

    `rows` are the first few hundred that can be stored. With `problems` nothing is stored, and
    `holdings_after` is empty. `warnings` name rows that look like others; they are stored.
    """

    row_count: int
    created: int
    duplicates: int
    ids: list[str]
    rows: list[PreviewRowOut]
    problems: list[LineProblemOut]
    warnings: list[LineProblemOut]
    holdings_after: list[HoldingChangeOut]
    cash_before: dict[str, DecimalOut]
    cash_after: dict[str, DecimalOut]
    ignored_columns: list[str]
    dry_run: bool

    @classmethod
    def of(cls, preview: Preview) -> Self:
        return cls(
            row_count=preview.row_count,
            created=preview.created,
            duplicates=preview.duplicates,
            ids=list(preview.ids),
            rows=[PreviewRowOut.of(row) for row in preview.rows],
            problems=[LineProblemOut.of(problem) for problem in preview.problems],
            warnings=[LineProblemOut.of(problem) for problem in preview.warnings],
            holdings_after=[HoldingChangeOut.of(one) for one in preview.change.holdings],
            cash_before=dict(preview.change.cash_before),
            cash_after=dict(preview.change.cash_after),
            ignored_columns=list(preview.ignored_columns),
            dry_run=preview.dry_run,
        )
