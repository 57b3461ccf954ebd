"""A do-not-call list goes out as CSV and comes back as it was, spreadsheet or not."""

import csv
import io
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.do_not_call import LONGEST_NAME, LONGEST_REASON, Entry, reason
from calls.do_not_call_file import Fault, Sheet, decoded, read, written
from calls.words import clean
from examples import ANA, BENOIT, NOW, NUMBER
from fuzz import cases, strangers

PARIS = "+33612345678"
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


def sheet(text: str, *, region: str = "CA", signed: bool = False) -> Sheet:
    """Read a text that Ana gives now."""
    return read(text, region, ANA, NOW, signed=signed)


def told(found: Sheet) -> list[tuple[str, str]]:
    """Return the numbers and the reasons."""
    return [(one.number, one.reason) for one in found.entries]


formulas = st.sampled_from(["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "'=1", "''+", "'tis", '"'])
reasons = st.builds("".join, st.lists(strangers | formulas, max_size=4)).map(reason)
people = st.builds("".join, st.tuples(formulas | st.just(""), strangers))
entries = st.builds(
    Entry,
    number=st.integers(0, 9999).map(lambda n: f"+1514555{n:04}"),
    reason=reasons.filter(lambda text: len(text) <= LONGEST_REASON),
    added_by=people.map(lambda text: clean(text, LONGEST_NAME)).filter(bool),
    added_at=st.datetimes(timezones=st.just(UTC)),
)


@cases(60)
@given(st.lists(entries, max_size=6))
def test_what_is_written_is_read_back_exactly(made: list[Entry]) -> None:
    text = written(made)
    assert sheet(text, region="FR", signed=True) == Sheet(entries=tuple(made))
    assert sheet(decoded(b"\xef\xbb\xbf" + text.encode()), signed=True).entries == tuple(made)
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert [cell for cell in cells if cell.startswith(DANGEROUS)] == []


@cases(60)
@given(strangers)
def test_whatever_is_pasted_is_read_or_told_by_its_line(text: str) -> None:
    found = sheet(text, signed=True)
    lines = len(io.StringIO(text, newline="").readlines())
    assert all(1 <= fault.line <= lines for fault in found.faults)
    assert all(len(one.reason) <= LONGEST_REASON for one in found.entries)


SPELLED = [
    "5145551234",
    "514 555-1234,",
    "(514) 555-1234",
    "+1 514 555 1234",
    "'+15145551234",
    "'5145551234",
    "15145551234",
    "\ufeffnumber\r\n+15145551234\r\n",
    "\n\n ,\n5145551234\n\n",
]


@pytest.mark.parametrize("text", SPELLED)
def test_a_number_may_be_written_as_people_and_spreadsheets_write_it(text: str) -> None:
    assert sheet(text) == Sheet(entries=(Entry(number=NUMBER, added_by=ANA, added_at=NOW),))


def test_a_number_that_lost_its_plus_sign_is_found_again_where_it_can_be_no_other() -> None:
    assert told(sheet("33612345678")) == [(PARIS, "")]
    assert told(sheet("15145551234", region="FR")) == [(NUMBER, "")]
    for text in ("99999999999", "12005550199"):  # of no country; of one, that gives none such out
        assert [fault.line for fault in sheet(text, region="FR").faults] == [1]


@pytest.mark.parametrize(
    "text",
    [
        'number,reason\n5145551234,"asked, ""twice"""\n+33612345678,moved',
        'numéro;motif\n5145551234;"asked, ""twice"""\n0033612345678;moved',
        'number\treason\n5145551234\t"asked, ""twice"""\n+33612345678\tmoved',
        'name,reason,phone\nx,"asked, ""twice""",5145551234\ny,moved,+33 6 12 34 56 78,more',
        '5145551234,"asked, ""twice"""\n+33612345678,moved',
        '5145551234;"asked, ""twice"""\r\n+33612345678;moved\r\n',
    ],
)
def test_columns_are_found_whatever_separates_them(text: str) -> None:
    assert told(sheet(text)) == [(NUMBER, 'asked, "twice"'), (PARIS, "moved")]


def test_an_older_spreadsheet_s_accents_are_read() -> None:
    content = "numéro;motif\r\n5145551234;a demandé".encode("cp1252")
    assert told(sheet(decoded(content))) == [(NUMBER, "a demandé")]


@pytest.mark.parametrize(
    ("line", "key", "cell"),
    [
        ("Marie", "refused.number.unreadable", "Marie"),
        ("911", "refused.number.emergency", "911"),
        (",asked", "refused.number.missing", ""),
        ("3.36123E+10", "do_not_call.line.shortened", "3.36123E+10"),
        (f"5145551234,{'x' * 501}", "do_not_call.line.long", "5145551234"),
        ("5145551234,,,yesterday", "do_not_call.line.instant", "5145551234"),
        ('5145551234,"asked', "do_not_call.line.quotes", ""),
    ],
)
def test_a_faulty_line_is_told_with_its_number(line: str, key: str, cell: str) -> None:
    found = sheet(f'number,reason,added_by,added_at\n5145551235,"two\nlines"\n{line}', signed=True)
    assert told(found) == [("+15145551235", "two\nlines")]
    assert [(fault.line, fault.reason.key, fault.cell) for fault in found.faults] == [
        (4, key, cell)
    ]


def test_who_added_a_number_and_when_is_taken_from_a_signed_sheet_only() -> None:
    text = "number,reason,added_by,added_at\n5145551234,x,UBENOIT02,2026-03-01T10:00:00\n"
    then = datetime(2026, 3, 1, 10, tzinfo=UTC)
    found = [sheet(text, signed=signed).entries[0] for signed in (True, False)]
    assert [(one.added_by, one.added_at) for one in found] == [(BENOIT, then), (ANA, NOW)]
    early = sheet("number,added_at\n5145551234,0001-01-01T00:00:00+14:00", signed=True)
    assert [type(fault) for fault in early.faults] == [Fault]
