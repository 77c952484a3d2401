"""The ECB's files (§8), built from a table of days and rates."""

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

Rates = Mapping[date, Mapping[str, Decimal]]


def csv(days: Rates) -> bytes:
    """Newest first, N/A for what is not quoted, and a comma at the end of each line."""
    codes = list(dict.fromkeys(code for rates in days.values() for code in rates))
    lines = [",".join(["Date", *codes, ""])]
    for day in sorted(days, reverse=True):
        cells = (str(days[day].get(code, "N/A")) for code in codes)
        lines.append(",".join([day.isoformat(), *cells, ""]))
    return "\n".join(lines).encode()


def history_zip(days: Rates) -> bytes:
    """`eurofxref-hist.zip`."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("eurofxref-hist.csv", csv(days))
    return packed.getvalue()


def xml(days: Rates, count: int) -> bytes:
    """`eurofxref-daily.xml` (one day) and `eurofxref-hist-90d.xml`: nested Cubes."""
    cubes = []
    for day in sorted(days, reverse=True)[:count]:
        inner = "".join(
            f'<Cube currency="{code}" rate="{rate}"/>' for code, rate in days[day].items()
        )
        cubes.append(f'<Cube time="{day.isoformat()}">{inner}</Cube>')
    space = 'xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><gesmes:Envelope {space}>'
        f"<gesmes:subject>Reference rates</gesmes:subject><Cube>{''.join(cubes)}</Cube>"
        "</gesmes:Envelope>"
    ).encode()
