"""What clocks and calendars show in a time zone, and the instant that somebody means by it.

A night in which clocks are set has a time that does not exist, or one that comes twice. Of the
latter the first is meant; the former is refused with the next that there is.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from calls import spoken, zones
from calls.errors import NotAllowed, Reason
from calls.order import When

FARTHEST = timedelta(days=365)  # ahead, at which a call can be scheduled
MINUTE = timedelta(minutes=1)  # that is not over yet is no past
TIME = re.compile(r"[0-9]{2}:[0-9]{2}")
DAY_FIELD, TIME_FIELD = "when_day", "when_time"


class Skipped(Exception):
    """Clocks that are set forward never show this time; ``after`` is the first instant after it."""

    def __init__(self, after: datetime) -> None:
        super().__init__()
        self.after = after


def instant(shown: datetime, zone: str) -> datetime:
    """Return when clocks in a zone show a time (naive), in UTC; raise ``Skipped`` if they never do.

    Of a time that comes twice it is the first.
    """
    clocks = ZoneInfo(zone)
    first, other = (shown.replace(tzinfo=clocks, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first.astimezone(clocks).replace(tzinfo=None) == shown:
        return first
    raise Skipped(next(zones.spans(zone, other, first)).end)


def doubled(at: datetime, zone: str) -> str | None:
    """Tell whether clocks in a zone show the time of an instant twice: now the first or second."""
    shown = at.astimezone(ZoneInfo(zone))
    if shown.utcoffset() == shown.replace(fold=1 - shown.fold).utcoffset():
        return None
    return "second" if shown.fold else "first"


def agree(at: datetime, one: str, other: str) -> bool:
    """Tell whether clocks in two zones show the same at an instant."""
    return at.astimezone(ZoneInfo(one)).utcoffset() == at.astimezone(ZoneInfo(other)).utcoffset()


def hour(when: When, there: str | None, now: datetime) -> datetime | None:
    """Return the instant that somebody has chosen, in UTC; none: at once.

    ``there`` is the zone of the person called, as far as it is known. A time without a day is
    today's. Raises ``NotAllowed`` with what is wrong, beside the field that it is wrong in.
    """
    if not (when.day or when.time):
        return None
    if not when.time:
        raise refused("refused.when.time", TIME_FIELD)
    zone = when.zone or there
    if zone is None:
        raise refused("refused.zone.missing", "zone")
    if not zones.known(zone):
        raise refused("refused.zone.unknown", DAY_FIELD)
    try:
        at = instant(_shown(when, zone, now), zone)
    except Skipped as fault:
        raise _skipped(when, zone, fault.after) from fault
    if at + MINUTE <= now:
        raise refused("refused.when.past", TIME_FIELD)
    if at > now + FARTHEST:
        raise refused("refused.hour.far", DAY_FIELD)
    return at


def _shown(when: When, zone: str, now: datetime) -> datetime:
    try:
        today = now.astimezone(ZoneInfo(zone)).date()
        day = date.fromisoformat(when.day) if when.day else today
        at = time.fromisoformat(when.time) if TIME.fullmatch(when.time) else None
    except ValueError:
        at = None
    if at is None or not MIN <= day <= MAX:
        raise refused("refused.when.unreadable", DAY_FIELD)
    return datetime.combine(day, at)


MIN, MAX = date(1000, 1, 1), date(9000, 1, 1)  # whose instants the calendar holds in every zone


def _skipped(when: When, zone: str, after: datetime) -> NotAllowed:
    """Name the time that there is none of, and the next one, in every language."""
    shown, following = time.fromisoformat(when.time), after.astimezone(ZoneInfo(zone)).time()
    said = {
        f"{name}{suffix}": spoken.hour(at, language)
        for name, at in (("time", shown), ("next", following))
        for language, suffix in (("en", ""), ("fr", "_fr"))
    }
    return refused("refused.when.skipped", TIME_FIELD, zone=zone, **said)


def refused(key: str, field: str, **values: str) -> NotAllowed:
    """Tell one thing that is wrong with an hour."""
    return NotAllowed([Reason(key=key, values=values, field=field)])
