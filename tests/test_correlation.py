"""Which line of AlloMia's call log is a call's: exactly one or none, never a guess."""

from datetime import datetime, timedelta

import pytest

from calls.call_log_answers import Entry
from calls.correlation import match
from calls.model import Call
from calls.outcome import Outcome
from calls.record import Record
from calls.status import Status
from examples import NOW, call

LATER = NOW + timedelta(hours=1)


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def ended(start: float = 0, end: float = 40, *, told: bool = True, **more: object) -> Call:
    """Return a call that AlloMia said went on from and to so many seconds after now."""
    times = {"started_at": after(start), "ended_at": after(end)} if told else {}
    outcome = Outcome(status=Status.COMPLETED, word="completed", noted_at=after(end + 5), **times)
    known: dict[str, object] = {
        "outcome": outcome,
        "dialled_at": after(start),
        "outbound_call_id": "out-1",
    }
    return call(Status.COMPLETED, **(known | more))


def entry(name: str | None = "rec-1", start: float | None = 0, end: float = 40) -> Entry:
    mine = call()
    return Entry(
        id=name,
        number=mine.number,
        agent=mine.assistant_id.lower(),
        started_at=None if start is None else after(start),
        ended_at=after(end),
    )


def found(mine: Call, *entries: Entry, others: tuple[Call, ...] = ()) -> str | None:
    one = match(mine, entries, others, LATER)
    return one.id if one else None


def test_the_only_line_of_the_time_the_number_and_the_assistant_is_the_call_s() -> None:
    assert found(ended(), entry()) == "rec-1"
    assert found(ended(), entry(start=-50, end=70)) == "rec-1"
    assert found(ended(told=False), entry(start=-110)) == "rec-1"
    assert found(ended(), entry(), entry("rec-2", start=500)) == "rec-1"
    assert found(ended(), entry(), entry()) == "rec-1"  # one line, on two pages


@pytest.mark.parametrize(
    "other",
    [
        {"number": "+15145550000"},
        {"number": None},
        {"agent": "another"},
        {"agent": None},
        {"started_at": None},
        {"started_at": after(-61)},
        {"started_at": after(101)},
        {"id": None},
    ],
)
def test_a_line_that_differs_is_not_the_call_s(other: dict[str, object]) -> None:
    assert found(ended(), entry().having(**other)) is None


def test_of_several_lines_none_is_guessed() -> None:
    assert found(ended()) is None
    assert found(ended(), entry(), entry("rec-2")) is None
    assert found(ended(), entry(), entry("rec-2", start=20)) is None
    assert found(ended(), entry(), entry("rec-2", start=None)) is None
    assert found(ended(), entry(), entry(None)) is None


def test_a_line_with_the_call_s_own_id_is_the_call_s() -> None:
    assert found(ended(), entry("rec-2"), entry("out-1", start=None)) == "out-1"


@pytest.mark.parametrize("told", [True, False])
def test_calls_to_one_number_within_minutes_each_have_their_own(told: bool) -> None:
    first, second = ended(0, 40, told=told), ended(100, 140, told=told, reference="C-2")
    lines = entry("rec-1", 1, 41), entry("rec-2", 101, 141)
    assert found(first, *lines, others=(second,)) == "rec-1"
    assert found(second, *lines, others=(first,)) == "rec-2"
    assert found(second, lines[0], others=(first,)) is None  # its own is not there yet


def test_calls_that_went_on_at_the_same_time_are_told_apart_by_their_very_times_only() -> None:
    first, second = ended(0, 40), ended(10, 50, reference="C-2")
    lines = entry("rec-1", 0, 40), entry("rec-2", 10, 50)
    assert found(first, *lines, others=(second,)) == "rec-1"
    assert found(second, *lines, others=(first,)) == "rec-2"
    assert found(first, entry("rec-3", 15, 45), others=(second,)) is None
    close = ended(1, 41, reference="C-2")
    lines = entry("rec-1", 0, 40), entry("rec-2", 1, 41)
    assert found(first, *lines, others=(close,)) == "rec-1"
    assert found(close, *lines, others=(first,)) == "rec-2"
    assert found(first, entry("rec-3", 0.5, 40.5), others=(close,)) is None
    unended = call(Status.CALLING, dialled_at=after(10))
    assert found(first, entry("rec-3", 15, 45), others=(unended,)) is None
    assert found(first, entry(), others=(unended,)) == "rec-1"


def test_another_call_s_record_is_not_taken() -> None:
    rival = ended(100, 140, reference="C-2", record=Record(id="rec-1"))
    assert found(ended(), entry(), others=(rival,)) is None


def test_times_that_cannot_be_are_passed_over() -> None:
    odd = Outcome(
        status=Status.COMPLETED,
        word="completed",
        noted_at=after(45),
        started_at=after(-99999),
        ended_at=after(40),
    )
    assert found(ended(outcome=odd), entry()) == "rec-1"
    assert found(ended(outcome=odd.having(started_at=after(50))), entry()) == "rec-1"
