"""A later hour's fields are drawn and read back; hours are told in both zones, or once."""

from datetime import UTC, datetime

import pytest

from calls.order import Draft, When
from calls.sheet import Line, Part, Sheet
from calls.status import Status
from desks import made
from slack_rules.check_slack import check_view
from views import card, form, move, roll, when
from views.form import Form
from views.text import LANGUAGES, Text

EN = Text("en")
TORONTO, VANCOUVER, NEW_YORK = "America/Toronto", "America/Vancouver", "America/New_York"
HOUR = datetime(2026, 12, 1, 14, 30, tzinfo=UTC)  # in Toronto 9:30 am
TWICE = {
    "first": datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
    "second": datetime(2026, 11, 1, 6, 30, tzinfo=UTC),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mine", ["", "America/Argentina/ComodRivadavia"])
@pytest.mark.parametrize("day", ["", "2026-12-01", "soon"])
def test_the_fields_fit_into_slack_whatever_stands_in_them(
    day: str, mine: str, language: str
) -> None:
    draft = Form(draft=Draft(when=When(day=day, time=day)), mine=mine)
    assert check_view(form.render(draft, Text(language))) == []


@pytest.mark.parametrize("state", [{}, {"when_day": None}, {"when_day": {"when_day": None}}])
def test_what_is_null_or_left_out_is_at_once(state: object) -> None:
    assert when.read({"state": {"values": state}}, TORONTO) == When()


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Sunday 1 November at 1:30 am (the {} time: that night"),
        ("fr", "dimanche 1er novembre à 1 h 30 (la {} fois\u00a0: cette nuit-là"),
    ],
)
def test_of_an_hour_that_comes_twice_it_is_said_which_is_meant(language: str, told: str) -> None:
    words = {"first": "première", "second": "deuxième"} if language == "fr" else {}
    text = Text(language)
    for which, at in TWICE.items():
        expected = told.format(words.get(which, which))
        assert when.there(at, TORONTO, text).replace("\u202f", " ").startswith(expected)
        waiting = made(1, Status.QUEUED, hour=at, zone=TORONTO)
        assert "(" in str(card.lines(waiting, text))
        assert not when.same(at, TORONTO, NEW_YORK)


@pytest.mark.parametrize(
    ("zone", "mine", "twice"),
    [
        (VANCOUVER, TORONTO, True),
        (VANCOUVER, "", True),
        (TORONTO, NEW_YORK, False),
        (None, TORONTO, False),
    ],
)
def test_home_and_the_window_to_move_a_call_tell_its_hour_in_both_zones_or_once(
    zone: str | None, mine: str, *, twice: bool
) -> None:
    waiting = made(1, Status.QUEUED, hour=HOUR, zone=zone)
    line = Sheet(lines=(Line(part=Part.SCHEDULED, call=waiting),), counts={Part.SCHEDULED: 1})
    drawn = [
        str([block.to_dict() for block in roll.render(line, "U1", None, EN, mine)]),
        str(move.render(waiting, EN, mine)),
    ]
    assert ["where the person called is: " in shown for shown in drawn] == [twice, twice]
    assert all(f"<!date^{int(HOUR.timestamp())}^" in shown for shown in drawn)
    flight = line.having(lines=(Line(part=Part.FLIGHT, call=waiting),))
    assert ":30 am in " not in str(roll.render(flight, "U1", None, EN, mine)[-1].to_dict())
