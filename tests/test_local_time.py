"""A day and a time mean one instant, or are refused; nights in which clocks are set are told."""

from datetime import UTC, datetime, timedelta

import pytest

from calls import local_time, reading
from calls.errors import NotAllowed
from calls.order import Draft, When
from examples import ASSISTANT, CALLER
from views.text import LANGUAGES, Text

MONTREAL, PARIS, LORD_HOWE = "America/Montreal", "Europe/Paris", "Australia/Lord_Howe"
REGINA = "America/Regina"  # never sets its clocks
NOW = datetime(2026, 2, 1, 15, 0, 30, tzinfo=UTC)  # in Montréal 10:00:30


def at(day: str, time: str, zone: str = "", there: str | None = MONTREAL) -> str | None:
    """Tell the instant that is meant, or the keys of what is wrong and where."""
    try:
        found = local_time.hour(When(day=day, time=time, zone=zone), there, NOW)
    except NotAllowed as fault:
        return " ".join(f"{one.field}: {one.key}" for one in fault.reasons)
    return found.strftime("%Y-%m-%d %H:%M") if found else None


@pytest.mark.parametrize(
    ("when", "meant"),
    [
        (("2026-02-02", "09:00"), "2026-02-02 14:00"),
        (("2026-02-02", "09:00", "", PARIS), "2026-02-02 08:00"),
        (("2026-02-02", "09:00", PARIS), "2026-02-02 08:00"),
        (("2026-02-02", "09:00", PARIS, None), "2026-02-02 08:00"),
        (("2026-07-01", "09:00"), "2026-07-01 13:00"),
        (("2026-07-01", "09:00", REGINA), "2026-07-01 15:00"),
        (("", ""), None),
        (("", "", PARIS, None), None),
        # A time alone is today's, where it is read.
        (("", "10:01"), "2026-02-01 15:01"),
        (("", "23:30", "Pacific/Auckland"), "2026-02-02 10:30"),
        # The minute that is not over is now.
        (("2026-02-01", "10:00"), "2026-02-01 15:00"),
        (("2026-02-01", "09:59"), "when_time: refused.when.past"),
        (("2026-02-01", "09:00"), "when_time: refused.when.past"),
        (("", "09:00"), "when_time: refused.when.past"),
        (("2026-01-31", "23:00"), "when_time: refused.when.past"),
        (("2025-02-02", "09:00"), "when_time: refused.when.past"),
        # A year ahead, and no more.
        (("2027-02-01", "10:00"), "2027-02-01 15:00"),
        (("2027-02-01", "10:01"), "when_day: refused.hour.far"),
        (("2030-01-01", "10:00"), "when_day: refused.hour.far"),
        (("2026-02-02", ""), "when_time: refused.when.time"),
        (("2026-02-02", "09:00", "", None), "zone: refused.zone.missing"),
        (("2026-02-02", "09:00", "Mars/Base"), "when_day: refused.zone.unknown"),
        # Nights in which clocks are set forward, and their edges.
        (("2026-03-08", "01:59"), "2026-03-08 06:59"),
        (("2026-03-08", "02:00"), "when_time: refused.when.skipped"),
        (("2026-03-08", "02:59"), "when_time: refused.when.skipped"),
        (("2026-03-08", "03:00"), "2026-03-08 07:00"),
        (("2026-03-08", "02:30", REGINA), "2026-03-08 08:30"),
        (("2026-03-29", "02:30", PARIS), "when_time: refused.when.skipped"),
        (("2026-10-04", "01:59", LORD_HOWE), "2026-10-03 15:29"),
        (("2026-10-04", "02:00", LORD_HOWE), "when_time: refused.when.skipped"),
        (("2026-10-04", "02:29", LORD_HOWE), "when_time: refused.when.skipped"),
        (("2026-10-04", "02:30", LORD_HOWE), "2026-10-03 15:30"),
        # Nights in which they are set back: the first of the two is meant.
        (("2026-11-01", "00:59"), "2026-11-01 04:59"),
        (("2026-11-01", "01:00"), "2026-11-01 05:00"),
        (("2026-11-01", "01:59"), "2026-11-01 05:59"),
        (("2026-11-01", "02:00"), "2026-11-01 07:00"),
        (("2026-11-01", "01:30", REGINA), "2026-11-01 07:30"),
        (("2026-10-25", "02:30", PARIS), "2026-10-25 00:30"),
        (("2026-04-05", "01:30", LORD_HOWE), "2026-04-04 14:30"),
        (("2026-04-05", "01:59", LORD_HOWE), "2026-04-04 14:59"),
        (("2026-04-05", "02:00", LORD_HOWE), "2026-04-04 15:30"),
        # What no picker gives.
        (("tomorrow", "09:00"), "when_day: refused.when.unreadable"),
        (("2026-02-30", "09:00"), "when_day: refused.when.unreadable"),
        (("2026-02-02", "9 am"), "when_day: refused.when.unreadable"),
        (("2026-02-02", "09:00+05:00"), "when_day: refused.when.unreadable"),
        (("2026-02-02", "25:00"), "when_day: refused.when.unreadable"),
        (("9999-12-31", "23:00"), "when_day: refused.when.unreadable"),
        (("0001-01-01", "00:00"), "when_day: refused.when.unreadable"),
    ],
)
def test_a_day_and_a_time_mean_one_instant_or_are_refused(
    when: tuple[str, ...], meant: str | None
) -> None:
    assert at(*when) == meant


@pytest.mark.parametrize(
    ("day", "time", "zone", "following"),
    [
        ("2026-03-08", "02:30", MONTREAL, "3 am"),
        ("2026-03-29", "02:00", PARIS, "3 am"),
        ("2026-10-04", "02:15", LORD_HOWE, "2:30 am"),
    ],
)
def test_a_time_that_no_clock_shows_is_refused_with_the_next(
    day: str, time: str, zone: str, following: str
) -> None:
    with pytest.raises(NotAllowed) as fault:
        local_time.hour(When(day=day, time=time), zone, NOW)
    (reason,) = fault.value.reasons
    told = {language: Text(language).reason(reason) for language in LANGUAGES}
    assert f"The next time there is {following}." in told["en"]
    assert told["fr"] != told["en"]
    assert " h" in told["fr"]


@pytest.mark.parametrize(
    ("instant", "zone", "which"),
    [
        ("2026-11-01 05:30", MONTREAL, "first"),
        ("2026-11-01 06:30", MONTREAL, "second"),
        ("2026-11-01 07:30", MONTREAL, None),
        ("2026-11-01 05:30", REGINA, None),
        ("2026-03-08 07:00", MONTREAL, None),
        ("2026-10-25 00:30", PARIS, "first"),
        ("2026-10-25 01:30", PARIS, "second"),
        ("2026-04-04 14:45", LORD_HOWE, "first"),
        ("2026-04-04 15:15", LORD_HOWE, "second"),
        ("2026-04-04 14:15", LORD_HOWE, None),
    ],
)
def test_a_time_that_comes_twice_is_told_apart(instant: str, zone: str, which: str | None) -> None:
    assert local_time.doubled(datetime.fromisoformat(f"{instant}+00:00"), zone) == which


def test_clocks_agree_where_they_show_the_same_at_that_instant() -> None:
    summer = datetime(2026, 7, 1, tzinfo=UTC)
    assert local_time.agree(NOW, MONTREAL, "America/New_York")
    assert local_time.agree(NOW, REGINA, "America/Chicago")
    assert not local_time.agree(summer, REGINA, "America/Chicago")


DRAFT = Draft(number="+15145551234", assistant_id=ASSISTANT, phone_number_id=CALLER)
NINE = When(day="2026-02-02", time="09:00")


@pytest.mark.parametrize(
    ("changes", "hour", "keys"),
    [
        ({}, 14, []),
        ({"number": "+33142685300"}, 8, []),
        ({"number": "+18005551234"}, None, ["refused.zone.missing"]),
        ({"number": "+18005551234", "zone": "America/Denver"}, 16, []),
        ({"number": "+18005551234", "when": NINE.having(zone=PARIS)}, 8, []),
        # Without a number there is nobody whose zone could be asked for.
        ({"number": ""}, None, ["refused.number.missing"]),
        ({"number": "", "when": NINE.having(time="")}, None, ["refused.number", "refused.when"]),
        # The later hour that was offered and accepted counts.
        ({"hour": NOW + timedelta(hours=3)}, 18, []),
    ],
)
def test_the_hour_is_read_by_the_clock_of_the_person_called_or_another(
    changes: dict[str, object], hour: int | None, keys: list[str]
) -> None:
    found = reading.read(DRAFT.having(**({"when": NINE} | changes)), "CA", now=NOW)
    assert (found.order.hour and found.order.hour.hour) == hour
    assert [one.key for one in found.reasons if one.key.startswith(tuple(keys))] == [
        one.key for one in found.reasons
    ]
    assert len(found.reasons) == len(keys)
