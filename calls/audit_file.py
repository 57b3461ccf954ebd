"""The audit log as CSV, a part at a time."""

import json
from collections.abc import Sequence

from calls import spreadsheet
from calls.audit import Row

HEADER = ("at", "by", "action", "call", "number", "place", "told")
MARK = "\ufeff"  # lets spreadsheets read what follows as UTF-8


def head() -> str:
    """Write how a file begins."""
    return MARK + spreadsheet.written([HEADER])


def lines(rows: Sequence[Row]) -> str:
    """Write rows of the log."""
    return spreadsheet.written(map(_cells, rows))


def _cells(row: Row) -> tuple[str, ...]:
    told = json.dumps(row.told, ensure_ascii=False) if row.told else ""
    plain = row.by, row.action, row.call, row.number, row.place
    return row.at.isoformat(), *(cell or "" for cell in plain), told
