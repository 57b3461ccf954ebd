"""The do-not-call list as CSV: written so that a spreadsheet opens it, read as people keep it."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime

import phonenumbers

from calls import numbers, spreadsheet
from calls.do_not_call import LONGEST_NAME, LONGEST_REASON, Entry, reason
from calls.errors import NotAllowed, Reason
from calls.frozen import Frozen
from calls.words import clean

HEADER = ("number", "reason", "added_by", "added_at")
NAMES = {
    **dict.fromkeys(("number", "numbers", "phone", "telephone", "phone number"), "number"),
    **dict.fromkeys(("numéro", "numero", "téléphone", "numéro de téléphone"), "number"),
    **dict.fromkeys(("reason", "raison", "motif"), "reason"),
    "added_by": "added_by",
    "added_at": "added_at",
}
UNSIGNED = {"added_by": "", "added_at": ""}
SEPARATOR = re.compile(r"[^,;\t\"]*(?:\"[^\"]*\"[^,;\t\"]*)*([,;\t])")
SHORTENED = re.compile(r"\d[.,]?\d*E\+?\d+", re.IGNORECASE)  # a spreadsheet's 5.14556E+09
WITH_COUNTRY = re.compile(r"[1-9]\d{10,}")  # its plus sign taken for a formula's, and lost


class Fault(Frozen):
    """What is wrong with a line, counted from 1; ``cell`` is what stands there."""

    line: int
    cell: str
    reason: Reason


class Sheet(Frozen):
    """A file that was read: the entries of its good lines, and what is wrong with the others."""

    entries: tuple[Entry, ...] = ()
    faults: tuple[Fault, ...] = ()


def decoded(content: bytes) -> str:
    """Return the text of a file, also of one that an older spreadsheet has saved."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read(text: str, region: str, by: str, at: datetime, *, signed: bool = False) -> Sheet:
    """Read a list: a number a line, then perhaps a reason.

    ``by`` and ``at`` say who adds them now; where the sheet is ``signed``, its own columns do.
    """
    columns = {name: index for index, name in enumerate(HEADER)}
    entries: list[Entry] = []
    faults: list[Fault] = []
    for line, row in _rows(text.removeprefix("\ufeff"), faults):
        named = [NAMES.get(cell.strip().lower()) for cell in row]
        if "number" in named and not entries and not faults:
            columns = {name: index for index, name in enumerate(named) if name}
            continue
        cells = {
            name: spreadsheet.bared(row[index]) if index < len(row) else ""
            for name, index in columns.items()
        }
        try:
            entries.append(_entry(cells if signed else cells | UNSIGNED, region, by, at))
        except NotAllowed as fault:
            faults.append(
                Fault(line=line, cell=clean(cells["number"], 50), reason=fault.reasons[0])
            )
    return Sheet(entries=tuple(entries), faults=tuple(faults))


def _rows(text: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows in which something stands, with the line that each begins in."""
    found = SEPARATOR.match(text)
    lines = csv.reader(
        io.StringIO(text, newline=""), delimiter=found[1] if found else ",", strict=True
    )
    begun = 0
    try:
        for row in lines:
            if any(cell.strip() for cell in row):
                yield begun + 1, row
            begun = lines.line_num
    except csv.Error:  # an open quotation mark swallows all that follows
        faults.append(Fault(line=begun + 1, cell="", reason=_wrong("quotes")))


def _entry(cells: dict[str, str], region: str, by: str, at: datetime) -> Entry:
    why = reason(cells.get("reason", ""))
    if len(why) > LONGEST_REASON:
        raise NotAllowed([_wrong("long", most=str(LONGEST_REASON))])
    return Entry(
        number=_number(cells["number"].strip().lstrip("'"), region),
        reason=why,
        added_by=clean(cells.get("added_by", ""), LONGEST_NAME) or by,
        added_at=_instant(cells.get("added_at", "").strip()) or at,
    )


def _number(cell: str, region: str) -> str:
    if SHORTENED.fullmatch(cell):
        raise NotAllowed([_wrong("shortened")])
    try:
        return numbers.read(cell, region)
    except NotAllowed:
        with suppress(NotAllowed):
            if WITH_COUNTRY.fullmatch(cell):
                number = numbers.read(f"+{cell}", region)
                if phonenumbers.is_valid_number(phonenumbers.parse(number)):
                    return number
        raise


def _instant(cell: str) -> datetime | None:
    if not cell:
        return None
    try:
        found = datetime.fromisoformat(cell)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotAllowed([_wrong("instant", words=clean(cell, 50))]) from None


def _wrong(why: str, **values: str) -> Reason:
    return Reason(key=f"do_not_call.line.{why}", values=values)


def encoded(entries: Sequence[Entry]) -> bytes:
    """Write a file; the mark at its beginning lets spreadsheets read its accents."""
    return written(entries).encode("utf-8-sig")


def written(entries: Sequence[Entry]) -> str:
    """Write a list that ``read`` reads back, and that a spreadsheet opens without harm."""
    told = ((one.number, one.reason, one.added_by, one.added_at.isoformat()) for one in entries)
    return spreadsheet.written([HEADER, *told])
