"""People are called by the clocks where they are, whatever those clocks do."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from calls import hours
from calls.errors import NotAllowed, Reason
from calls.hours import DAY, Holiday, Hours, Window
from calls.settings import Settings
from fuzz import cases

USUAL = hours.read("09:00-20:00")
OPEN, SHORT, NONE = (hours.read_windows(text) for text in ("09:00-17:00", "10:00-14:00", "closed"))
OFFICE = Hours(
    days=(OPEN, OPEN, OPEN, OPEN, OPEN, SHORT, NONE),
    holidays=hours.read_holidays("2026-12-25 Christmas\n01-01 New Year\n02-29\n2027-03-01"),
)
TORONTO, PARIS, SYDNEY = "America/Toronto", "Europe/Paris", "Australia/Sydney"
HOWE = "Australia/Lord_Howe"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "at", "first"),
    [
        (TORONTO, "2026-01-05T13:59:59.999999", "2026-01-05T14:00"),
        (TORONTO, "2026-01-05T14:00", "2026-01-05T14:00"),
        (TORONTO, "2026-01-06T00:59:59.999999", "2026-01-06T00:59:59.999999"),
        (TORONTO, "2026-01-06T01:00", "2026-01-06T14:00"),
        ("America/Vancouver", "2026-07-06T15:30", "2026-07-06T16:00"),
        ("America/St_Johns", "2026-01-05T12:00", "2026-01-05T12:30"),
        ("America/St_Johns", "2026-07-06T11:00", "2026-07-06T11:30"),
        ("Europe/London", "2026-01-05T08:30", "2026-01-05T09:00"),
        ("Europe/London", "2026-07-06T07:30", "2026-07-06T08:00"),
        (PARIS, "2026-01-05T07:59", "2026-01-05T08:00"),
        (PARIS, "2026-07-06T06:30", "2026-07-06T07:00"),
        ("Asia/Kolkata", "2026-01-05T03:00", "2026-01-05T03:30"),
        ("Asia/Kathmandu", "2026-01-05T03:00", "2026-01-05T03:15"),
        (SYDNEY, "2026-01-05T10:00", "2026-01-05T22:00"),
        (HOWE, "2026-01-05T10:00", "2026-01-05T22:00"),
        (HOWE, "2026-07-06T10:00", "2026-07-06T22:30"),
        ("Pacific/Apia", "2026-01-05T07:00", "2026-01-05T20:00"),
        ("Pacific/Pago_Pago", "2026-01-05T07:00", "2026-01-05T20:00"),
        ("Pacific/Kiritimati", "2026-01-05T06:00", "2026-01-05T19:00"),
        # Overnight, while the clocks are set.
        (TORONTO, "2026-03-08T02:00", "2026-03-08T13:00"),
        (TORONTO, "2026-11-01T01:00", "2026-11-01T14:00"),
        (TORONTO, "2027-03-14T02:00", "2027-03-14T13:00"),
        (TORONTO, "2027-11-07T01:00", "2027-11-07T14:00"),
        (PARIS, "2026-03-28T20:00", "2026-03-29T07:00"),
        (PARIS, "2026-10-24T20:00", "2026-10-25T08:00"),
        (PARIS, "2027-03-27T20:00", "2027-03-28T07:00"),
        (PARIS, "2027-10-30T20:00", "2027-10-31T08:00"),
        (SYDNEY, "2026-04-04T12:00", "2026-04-04T23:00"),
        (SYDNEY, "2026-10-03T12:00", "2026-10-03T22:00"),
        (SYDNEY, "2027-04-03T12:00", "2027-04-03T23:00"),
        (SYDNEY, "2027-10-02T12:00", "2027-10-02T22:00"),
        (HOWE, "2026-04-04T12:00", "2026-04-04T22:30"),
        (HOWE, "2026-10-03T12:00", "2026-10-03T22:00"),
        ("Pacific/Apia", "2011-12-30T06:00", "2011-12-30T19:00"),  # a day that never was
    ],
)
def test_people_are_called_from_nine_to_eight_where_they_are(
    zone: str, at: str, first: str
) -> None:
    assert hours.next_allowed(USUAL, utc(at), zone) == utc(first)
    assert hours.allowed(USUAL, utc(at), zone) is (at == first)


@pytest.mark.parametrize(
    ("windows", "zone", "at", "first"),
    [
        # What lies in the hour that is skipped does not come that day.
        ("02:15-02:45", TORONTO, "2026-03-08T05:00", "2026-03-09T06:15"),
        ("02:00-02:30", HOWE, "2026-10-03T15:00", "2026-10-04T15:00"),
        ("00:00-00:30", "America/Havana", "2026-03-08T04:00", "2026-03-09T04:00"),
        # What begins in it begins after it, what ends in it ends before it.
        ("02:30-04:00", TORONTO, "2026-03-08T05:00", "2026-03-08T07:00"),
        ("02:30-04:00", PARIS, "2026-03-29T00:30", "2026-03-29T01:00"),
        ("01:00-02:30", TORONTO, "2026-03-08T06:59:59", "2026-03-08T06:59:59"),
        ("01:00-02:30", TORONTO, "2026-03-08T07:00", "2026-03-09T05:00"),
        # What lies in the hour that comes twice comes twice.
        ("01:00-02:00", TORONTO, "2026-11-01T04:00", "2026-11-01T05:00"),
        ("01:00-02:00", TORONTO, "2026-11-01T06:30", "2026-11-01T06:30"),
        ("01:00-02:00", TORONTO, "2026-11-01T07:00", "2026-11-02T06:00"),
        ("01:30-01:45", TORONTO, "2026-11-01T05:45", "2026-11-01T06:30"),
        ("00:30-01:30", TORONTO, "2026-11-01T05:30", "2026-11-01T06:00"),
        ("02:30-03:00", SYDNEY, "2026-04-04T16:00", "2026-04-04T16:30"),
        ("01:30-02:00", HOWE, "2026-04-04T15:00", "2026-04-04T15:00"),
        # The day's borders, and pauses.
        ("23:00-24:00", TORONTO, "2026-01-06T04:59:59", "2026-01-06T04:59:59"),
        ("23:00-24:00", TORONTO, "2026-01-06T05:00", "2026-01-07T04:00"),
        ("00:00-01:00", TORONTO, "2026-01-06T04:59:59", "2026-01-06T05:00"),
        ("09:00-12:00, 13:00-20:00", TORONTO, "2026-01-05T17:00", "2026-01-05T18:00"),
        ("always", TORONTO, "2026-03-08T06:59:59", "2026-03-08T06:59:59"),
        ("00:00-24:00", TORONTO, "2026-03-08T05:00", "2026-03-08T05:00"),
    ],
)
def test_clocks_that_are_set_are_followed(windows: str, zone: str, at: str, first: str) -> None:
    kept = hours.read(windows)
    assert hours.next_allowed(kept, utc(at), zone) == utc(first)
    assert hours.allowed(kept, utc(at), zone) is (at == first)


@pytest.mark.parametrize(
    ("zone", "at", "first"),
    [
        (TORONTO, "2026-07-03T21:00", "2026-07-04T14:00"),  # Friday evening: Saturday at ten
        (TORONTO, "2026-07-04T18:00", "2026-07-06T13:00"),  # Saturday afternoon: Monday
        (SYDNEY, "2026-01-04T22:00", "2026-01-04T22:00"),  # Monday there, Sunday here
        ("Pacific/Kiritimati", "2026-01-02T23:00", "2026-01-02T23:00"),  # Saturday there
        ("Pacific/Pago_Pago", "2026-01-05T10:00", "2026-01-05T20:00"),  # Sunday there
        (TORONTO, "2026-12-24T22:00", "2026-12-26T15:00"),  # Christmas
        (TORONTO, "2027-12-24T22:00", "2027-12-25T15:00"),  # none the year after
        (TORONTO, "2026-12-31T22:00", "2027-01-02T15:00"),
        (TORONTO, "2027-12-31T22:00", "2028-01-03T14:00"),  # New Year, then Sunday
        (TORONTO, "2028-02-28T22:00", "2028-03-01T14:00"),  # 29 February
        (TORONTO, "2027-02-27T19:00", "2027-03-02T14:00"),  # a Sunday, then 1 March 2027
    ],
)
def test_weekdays_and_holidays_are_those_where_people_are(zone: str, at: str, first: str) -> None:
    assert hours.next_allowed(OFFICE, utc(at), zone) == utc(first)
    assert hours.allowed(OFFICE, utc(at), zone) is (at == first)


def test_who_may_be_called_always_may_be_called_on_a_holiday() -> None:
    kept = OFFICE.having(always=True)
    assert hours.allowed(kept, utc("2026-12-25T05:00"), TORONTO)
    assert hours.next_allowed(kept, utc("2026-12-25T05:00"), TORONTO) == utc("2026-12-25T05:00")


def test_sixty_days_are_looked_through_and_no_more() -> None:
    shut = Hours(days=(NONE,) * 7)
    at = utc("2026-07-01T13:00")
    assert hours.next_allowed(shut, at, TORONTO) is None
    days = [date(2026, 7, 1) + timedelta(days=n) for n in range(61)]
    assert hours.next_allowed(without(days[:60]), at, TORONTO) == at + timedelta(days=60) - EARLY
    assert hours.next_allowed(without(days), at, TORONTO) is None


EARLY = timedelta(minutes=30)


def without(days: list[date]) -> Hours:
    holidays = (Holiday(year=day.year, month=day.month, day=day.day) for day in days)
    return Hours(days=(hours.read_windows("8:30-20:00"),) * 7, holidays=tuple(holidays))


ZONES = (
    *(TORONTO, "America/St_Johns", "America/Havana", "America/Santiago", PARIS, "Africa/Cairo"),
    *("Africa/Casablanca", "Asia/Beirut", "Asia/Kolkata", "Asia/Kathmandu", SYDNEY, HOWE),
    *("Pacific/Chatham", "Pacific/Apia", "Pacific/Kiritimati", "Europe/London"),
)
AROUND = st.integers(-DAY * 60, DAY * 60)  # seconds around the days on which clocks are set
WINDOWS = st.tuples(st.integers(0, DAY), st.integers(0, DAY)).filter(
    lambda ends: ends[0] != ends[1]
)
DAYS = st.lists(WINDOWS.map(sorted), max_size=3).map(
    lambda found: tuple(Window(start=start, end=end) for start, end in found)
)
BEGIN = datetime(2025, 12, 1, tzinfo=UTC)
SET = (
    "2026-03-08",
    "2026-03-29",
    "2026-04-05",
    "2026-04-24",
    "2026-10-04",
    "2026-10-25",
    "2026-11-01",
)
INSTANTS = st.one_of(
    st.builds(lambda day, s: utc(day) + timedelta(seconds=s), st.sampled_from(SET), AROUND),
    st.integers(0, 800 * 86400 * 10**6).map(lambda us: BEGIN + timedelta(microseconds=us)),
)


@cases(200)
@given(
    week=st.lists(DAYS, min_size=7, max_size=7),
    at=INSTANTS,
    zone=st.sampled_from(ZONES),
    draws=st.lists(st.floats(0, 1, exclude_max=True), min_size=8, max_size=8),
)
def test_the_next_allowed_instant_is_the_first(
    week: list[tuple[Window, ...]], at: datetime, zone: str, draws: list[float]
) -> None:
    kept = Hours(days=tuple(week), holidays=OFFICE.holidays)
    first = hours.next_allowed(kept, at, zone)
    assert first is None or (at <= first and hours.allowed(kept, first, zone))
    waited = (first or at + hours.LOOK_AHEAD) - at
    tried = [at + waited * draw for draw in draws] + [at + waited - timedelta(microseconds=1)]
    between = [each for each in tried if at <= each < at + waited]
    assert [each for each in between if hours.allowed(kept, each, zone)] == []


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("09:00-20:00", "09:00-20:00"),
        ("13:00-20:00,9:00-12:00", "09:00-12:00, 13:00-20:00"),
        (" 9 - 17 ", "09:00-17:00"),
        ("9h-12h ; 13 h 30\u202f\u2013\u202f17h45", "09:00-12:00, 13:30-17:45"),
        ("09:00-12:00, 12:00-13:00,", "09:00-12:00, 12:00-13:00"),
        ("00:00-24:00", "00:00-24:00"),
        ("Always", "00:00-24:00"),
        ("toujours", "00:00-24:00"),
        ("closed", "closed"),
        ("Fermé", "closed"),
        ("", "closed"),
    ],
)
def test_hours_are_read_as_people_write_them(text: str, written: str) -> None:
    found = hours.read_windows(text)
    assert (hours.written_windows(found), hours.read_windows(written)) == (written, found)


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("morning", [("unreadable", "morning")]),
        ("09:00", [("unreadable", "09:00")]),
        ("09:00-25:00", [("unreadable", "09:00-25:00")]),
        ("09:75-12:00", [("unreadable", "09:75-12:00")]),
        ("09:00-24:30", [("unreadable", "09:00-24:30")]),
        ("09:00-12:00 13:00-20:00", [("unreadable", "09:00-12:00 13:00-20:00")]),
        ("20:00-02:00", [("order", "20:00-02:00")]),
        ("09:00-09:00", [("order", "09:00-09:00")]),
        ("13:00-15:00, 9-13:30", [("overlap", "09:00-13:30, 13:00-15:00")]),
        (
            "x, 2-1, 1-3, 2-4",
            [("unreadable", "x"), ("order", "2-1"), ("overlap", "01:00-03:00, 02:00-04:00")],
        ),
        ("x" * 99, [("unreadable", "x" * 60)]),
    ],
)
def test_hours_that_no_day_has_are_refused_with_what_to_write(
    text: str, faults: list[tuple[str, str]]
) -> None:
    with pytest.raises(NotAllowed) as refused:
        hours.read_windows(text, "monday")
    assert refused.value.reasons == tuple(
        Reason(key=f"refused.hours.{why}", values={"words": words}, field="monday")
        for why, words in faults
    )


def test_holidays_are_one_a_line() -> None:
    text = "2026-12-25  Christmas\n\n 1-1\n02-29 Leap day, every fourth year\n"
    found = hours.read_holidays(text)
    assert found == (
        Holiday(year=2026, month=12, day=25, name="Christmas"),
        Holiday(month=1, day=1),
        Holiday(month=2, day=29, name="Leap day, every fourth year"),
    )
    written = "2026-12-25 Christmas\n01-01\n02-29 Leap day, every fourth year"
    assert (hours.written_holidays(found), hours.read_holidays(written)) == (written, found)


def test_a_day_that_is_in_no_calendar_is_no_holiday() -> None:
    with pytest.raises(NotAllowed) as refused:
        hours.read_holidays("12-25\nChristmas\n2026-02-29\n02-30 x\n0000-01-01", "holidays")
    faults = [("2", "Christmas"), ("3", "2026-02-29"), ("4", "02-30 x"), ("5", "0000-01-01")]
    assert refused.value.reasons == tuple(
        Reason(
            key="refused.holidays.unreadable",
            values={"line": line, "words": words},
            field="holidays",
        )
        for line, words in faults
    )


def test_hours_are_kept_as_json() -> None:
    for kept in (USUAL, OFFICE, hours.read("always")):
        assert Hours.model_validate_json(kept.model_dump_json()) == kept
        assert Hours.model_validate(kept.model_dump(mode="json", exclude_none=True)) == kept


@pytest.mark.parametrize(
    "days",
    [
        [],
        [[]] * 6,
        [[{"start": 60, "end": 60}]] * 7,
        [[{"start": -1, "end": 60}]] * 7,
        [[{"start": 0, "end": DAY + 1}]] * 7,
    ],
)
def test_hours_that_cannot_be_are_not_taken_from_a_file(days: object) -> None:
    with pytest.raises(ValidationError):
        Hours.model_validate({"days": days})


@pytest.mark.parametrize("text", ["09:00-20:00", "8:00-24:00", "always"])
def test_the_setting_is_read_as_hours(text: str) -> None:
    field = Settings.model_fields["calling_hours"]
    assert hours.read(str(field.default)) == USUAL
    assert hours.read(text).always is (text == "always")
