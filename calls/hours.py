"""When people may be called: windows of the day in their own time zone, by weekday and holiday."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from calls import zones
from calls.errors import NotAllowed, Reason
from calls.frozen import Frozen
from calls.words import clean

HOUR, DAY = 60, 24 * 60  # minutes
LEAP_YEAR = 2000  # has every day that a holiday of every year may fall on
LOOK_AHEAD = timedelta(days=60)
LONGEST_NAME = 60  # characters
QUOTED = 60  # characters of a fault that are repeated

ALWAYS = {"always", "toujours"}
CLOSED = {"", "closed", "fermé"}
TIME = r"(\d{1,2})(?:[:hH](\d{2})|[hH])?"
WINDOW = re.compile(rf"{TIME}[-\u2010-\u2015\u2212]{TIME}")
HOLIDAY = re.compile(r"(?:(\d{4})-)?(\d{1,2})-(\d{1,2})(?:\s+(.*))?")


class Window(Frozen):
    """A part of the day, in minutes since midnight; its end is no longer in it."""

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(le=DAY)]

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.start >= self.end:
            raise ValueError("a window ends after it begins, by midnight")
        return self

    def __str__(self) -> str:
        """Write it as it is read: ``09:00-20:00``."""
        return "-".join(f"{at // HOUR:02}:{at % HOUR:02}" for at in (self.start, self.end))


class Holiday(Frozen):
    """A day without calls: in one year, or in every year where none is named."""

    year: Annotated[int, Field(ge=1, le=9999)] | None = None
    month: int
    day: int
    name: str = ""

    @model_validator(mode="after")
    def _is_in_the_calendar(self) -> Self:
        date(self.year or LEAP_YEAR, self.month, self.day)
        return self

    def on(self, day: date) -> bool:
        """Tell whether it falls on a day."""
        return (self.year or day.year, self.month, self.day) == (day.year, day.month, day.day)

    def __str__(self) -> str:
        """Write it as it is read: ``2026-12-25 Christmas``, or ``12-25 Christmas`` every year."""
        year = "" if self.year is None else f"{self.year:04}-"
        return f"{year}{self.month:02}-{self.day:02} {self.name}".rstrip()


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WHOLE_DAY = (Window(start=0, end=DAY),)


class Hours(Frozen):
    """When people may be called: a weekday's windows, Monday first, but for the holidays."""

    days: Annotated[tuple[tuple[Window, ...], ...], Field(min_length=7, max_length=7)]
    holidays: tuple[Holiday, ...] = ()
    always: bool = False
    """At any hour of any day, whatever else is kept here."""

    def on(self, day: date) -> tuple[Window, ...]:
        """Return the windows of a date, in their order."""
        if self.always:
            return WHOLE_DAY
        if any(holiday.on(day) for holiday in self.holidays):
            return ()
        return tuple(sorted(self.days[day.weekday()], key=lambda window: window.start))


def allowed(hours: Hours, at: datetime, zone: str) -> bool:
    """Tell whether somebody in a time zone may be called at an instant."""
    there = at.astimezone(ZoneInfo(zone))
    minute = there.hour * HOUR + there.minute
    return any(window.start <= minute < window.end for window in hours.on(there.date()))


def next_allowed(hours: Hours, at: datetime, zone: str) -> datetime | None:
    """Return the first instant from ``at`` on, in UTC, at which somebody there may be called.

    None where there is no such instant within sixty days. Clocks that are set are followed: the
    hour that is skipped has no instant, and the one that comes twice is twice as long.
    """
    begin = at.astimezone(UTC)
    for span in zones.spans(zone, begin, begin + LOOK_AHEAD):
        for opens, closes in _openings(hours, span):
            first = max(opens, span.begin)
            if first < min(closes, span.end):
                return first
    return None


def _openings(hours: Hours, span: zones.Span) -> Iterator[tuple[datetime, datetime]]:
    """Return the windows of the days that a span touches, as instants."""
    first, last = ((at + span.offset).date() for at in (span.begin, span.end))
    for day in range((last - first).days + 1):
        date_there = first + timedelta(days=day)
        midnight = datetime.combine(date_there, time(), UTC) - span.offset
        for window in hours.on(date_there):
            yield (
                midnight + timedelta(minutes=window.start),
                midnight + timedelta(minutes=window.end),
            )


def read(text: str) -> Hours:
    """Read the hours of every day, without holidays, as ``CALLING_HOURS`` names them."""
    windows = read_windows(text)
    return Hours(days=(windows,) * 7, always=windows == WHOLE_DAY)


def read_windows(text: str, field: str | None = None) -> tuple[Window, ...]:
    """Read a day's windows: ``09:00-12:00, 13:00-20:00``, ``closed`` or ``always``.

    Raises ``NotAllowed`` with a reason for everything that is wrong, for the form's ``field``.
    """
    words = clean(text).casefold()
    if words in CLOSED | ALWAYS:
        return WHOLE_DAY if words in ALWAYS else ()
    found: list[Window] = []
    reasons: list[Reason] = []
    for part in filter(None, map(str.strip, re.split("[,;]", words))):
        times = _times(part)
        if times is None:
            reasons.append(_refused("refused.hours.unreadable", field, words=part))
        elif times[0] >= times[1]:
            reasons.append(_refused("refused.hours.order", field, words=part))
        else:
            found.append(Window(start=times[0], end=times[1]))
    found.sort(key=lambda window: window.start)
    for one, following in pairwise(found):
        if following.start < one.end:
            reasons.append(_refused("refused.hours.overlap", field, words=f"{one}, {following}"))
    if reasons:
        raise NotAllowed(reasons)
    return tuple(found)


def _times(text: str) -> tuple[int, int] | None:
    found = WINDOW.fullmatch("".join(text.split()))
    hour, minute, last_hour, last_minute = map(int, found.groups("0")) if found else (DAY,) * 4
    start, end = hour * HOUR + minute, last_hour * HOUR + last_minute
    return (start, end) if max(start, end) <= DAY and max(minute, last_minute) < HOUR else None


def written_windows(windows: tuple[Window, ...]) -> str:
    """Write a day's windows as they are read."""
    return ", ".join(map(str, windows)) or "closed"


def read_holidays(text: str, field: str | None = None) -> tuple[Holiday, ...]:
    """Read holidays, one a line: ``2026-12-25 Christmas``, or ``12-25 Christmas`` every year.

    Raises ``NotAllowed`` with a reason for every faulty line, for the form's ``field``.
    """
    found: list[Holiday] = []
    reasons: list[Reason] = []
    for line, words in enumerate(map(clean, text.splitlines()), start=1):
        if not words:
            continue
        try:
            found.append(_holiday(words))
        except ValueError:
            reasons.append(
                _refused("refused.holidays.unreadable", field, line=str(line), words=words)
            )
    if reasons:
        raise NotAllowed(reasons)
    return tuple(found)


def _holiday(words: str) -> Holiday:
    found = HOLIDAY.fullmatch(words)
    if not found:
        raise ValueError
    year, month, day, name = found.groups()
    return Holiday(
        year=year and int(year), month=int(month), day=int(day), name=(name or "")[:LONGEST_NAME]
    )


def _refused(key: str, field: str | None, **values: str) -> Reason:
    values["words"] = clean(values["words"], QUOTED)
    return Reason(key=key, values=values, field=field)


def written_holidays(holidays: tuple[Holiday, ...]) -> str:
    """Write holidays as they are read."""
    return "\n".join(map(str, holidays))
