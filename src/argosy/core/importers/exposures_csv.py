"""What a fund is made of, from its issuer's file: a row a constituent, or a row a unit."""

from dataclasses import dataclass, field
from decimal import Decimal

from argosy.core.errors import ImportFormatError, InputError
from argosy.core.importers.draft import ImportProblem
from argosy.core.importers.lines import Source
from argosy.core.importers.numerals import decimal_proof, number_style
from argosy.core.importers.table import Form, Record, Table, find_columns, open_table
from argosy.core.money import ONE, ZERO, exact_context

FORM = Form(
    {
        "weight": ("weights", "weighting", "share", "percent", "percentage", "fraction", "gewicht"),
        "country": ("location", "region", "land", "country_of_risk", "market_country"),
        "sector": ("industry", "gics_sector", "sektor"),
        "currency": ("market_currency", "ccy", "currency_code"),
    },
    (("weight",), ("country", "sector", "currency")),
)
DIMENSIONS = ("country", "sector", "currency")

_PER_CENT = ("%", "per cent", "percent")
_HUNDREDTH = Decimal("0.01")
_FRACTIONS = Decimal("1.5")
"""A file that does not say how it counts counts per cent if its weights add up to more."""

Constituents = list[tuple[str, Decimal]]


@dataclass(frozen=True, slots=True)
class ExposureFile:
    """A file's weights as fractions, by the dimensions that it has columns of, and its problems."""

    rows: dict[str, Constituents] = field(default_factory=dict)
    problems: list[ImportProblem] = field(default_factory=list)


def read_exposures(source: Source) -> ExposureFile:
    r"""Read an issuer's file: a column of weights, and one or more of what they belong to.

    Parameters
    ----------
    source : str, bytes or callable
        The file.

    Returns
    -------
    file : ExposureFile
        Rows without a weight are left out; those without a unit belong to no one's.

    Raises
    ------
    ImportFormatError
        If the file is no table, or lacks the columns.

    Examples
    --------
    >>> file = read_exposures("Name,Weight (%),Sector\nA,60,Energy\nB,40,Utilities")
    >>> [(unit, str(weight)) for unit, weight in file.rows["sector"]]
    [('Energy', '0.60'), ('Utilities', '0.40')]
    """
    table = open_table(source)
    columns = find_columns(table.names, FORM)
    found = ExposureFile({name: [] for name in DIMENSIONS if name in columns})
    cells: list[tuple[Record, str]] = []
    for record in table.records():
        if isinstance(record, ImportProblem):
            found.problems.append(record)
        else:
            cells.append((record, columns.text(record, "weight")))
    weights = _weights(table, cells, found.problems)
    for record, weight in weights:
        for name, rows in found.rows.items():
            if unit := columns.text(record, name):
                rows.append((unit, weight))
    return found


def _weights(
    table: Table, cells: list[tuple[Record, str]], problems: list[ImportProblem]
) -> list[tuple[Record, Decimal]]:
    """Read the column of weights as fractions."""
    texts = [(record, text.removesuffix("%").rstrip()) for record, text in cells]
    style = number_style({decimal_proof(text) for _, text in texts}, table.delimiter)
    found: list[tuple[Record, Decimal]] = []
    for record, text in texts:
        try:
            weight = style.read(text, field="weight")
        except InputError as error:
            problems.append(ImportProblem(row=record.row, reason=str(error), line=record.line))
            continue
        if weight is not None:
            found.append((record, weight))
    if not found and not problems:
        raise ImportFormatError("No row has a weight.")
    marked = any(text.endswith("%") for _, text in cells) or any(
        mark in name.casefold() for name in table.names for mark in _PER_CENT
    )
    with exact_context():
        total = sum((weight for _, weight in found), ZERO)
        share = _HUNDREDTH if marked or total > _FRACTIONS else ONE
        return [(record, weight * share) for record, weight in found]
