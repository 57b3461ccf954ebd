"""Cells of a CSV file that a spreadsheet opens without harm.

A spreadsheet takes a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula: it is
written with an apostrophe before it, which is taken off when it is read.
https://owasp.org/www-community/attacks/CSV_Injection
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence

FORMULA = re.compile(r"'*[=+\-@\t\r\n]")


def written(rows: Iterable[Sequence[str]]) -> str:
    """Write rows, as a part of a file."""
    file = io.StringIO(newline="")
    lines = csv.writer(file, lineterminator="\r\n")
    lines.writerows([_guarded(cell) for cell in row] for row in rows)
    return file.getvalue()


def _guarded(cell: str) -> str:
    return f"'{cell}" if FORMULA.match(cell) else cell


def bared(cell: str) -> str:
    """Return a cell as it was before it was written."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell
