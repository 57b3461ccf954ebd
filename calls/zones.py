"""Where a telephone may ring, as the clocks there go: the time zones of a number.

The number tells its zones by its digits (phonenumbers' prefixes): a landline often one, a
toll-free number all of its country's, a satellite's none. Zones whose clocks agree this year and
next are one for whoever is asked to choose: the best known, as London for Guernsey and Jersey.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers

WEEK = timedelta(days=7)  # nobody sets the clocks twice within one
TICK = timedelta.resolution

# By first digits: where phonenumbers names a foreign zone, lacks one, or is behind the times.
MEANT = {
    ("1867", "America/Vancouver"): ("America/Whitehorse",),
    ("1250428", "America/Edmonton"): ("America/Creston",),
    **{
        (f"1250{town}", "America/Edmonton"): ("America/Dawson_Creek",)
        for town in (242, 261, 262, 263, 719, 774, 782, 784, 785, 787, 788)
    },
    ("1306825", "America/Regina"): ("America/Edmonton",),
    ("1907", "Pacific/Honolulu"): ("America/Anchorage",),
    **{
        (f"52{area}", "America/Mazatlan"): ("America/Chihuahua",)
        for area in (614, 621, 625, 627, 628, 629, 635, 636, 639, 648, 649, 652, 657, 659)
    },
    ("5581", "America/Noronha"): ("America/Recife",),
    ("55813619", "America/Noronha"): ("America/Noronha",),
    **{(f"559{area}", "America/Manaus"): ("America/Belem",) for area in (1, 3, 4)},
    ("5661", "America/Santiago"): ("America/Punta_Arenas",),
    ("5667", "America/Santiago"): ("America/Punta_Arenas",),
    ("7", "Europe/Bucharest"): ("Europe/Kaliningrad",),
    ("7845", "Europe/Moscow"): ("Europe/Saratov",),
    ("61", "Australia/Adelaide"): ("Australia/Adelaide", "Australia/Darwin"),
    ("617", "Australia/Sydney"): ("Australia/Brisbane",),
    ("61755", "Australia/Sydney"): ("Australia/Brisbane", "Australia/Sydney"),
    ("211", "Africa/Nairobi"): ("Africa/Juba",),
    ("212", "Atlantic/Canary"): ("Africa/Casablanca",),
    ("213", "Europe/Paris"): ("Africa/Algiers",),
    ("218", "Europe/Bucharest"): ("Africa/Tripoli",),
    ("353", "Europe/London"): ("Europe/Dublin",),
    ("505", "America/Chicago"): ("America/Managua",),
    ("970", "Europe/Bucharest"): ("Asia/Hebron",),
}
LONGEST_PREFIX = max(len(first) for first, _ in MEANT)

RENAMED = {  # as the world calls them now
    "Africa/Asmera": "Africa/Asmara",
    "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
    "America/Godthab": "America/Nuuk",
    "Asia/Calcutta": "Asia/Kolkata",
    "Asia/Choibalsan": "Asia/Ulaanbaatar",
    "Asia/Katmandu": "Asia/Kathmandu",
    "Asia/Rangoon": "Asia/Yangon",
    "Atlantic/Faeroe": "Atlantic/Faroe",
    "Pacific/Enderbury": "Pacific/Kanton",
    "Pacific/Ponape": "Pacific/Pohnpei",
    "Pacific/Truk": "Pacific/Chuuk",
}

# Of zones whose clocks agree the one that stands first: people look for a city that they know.
WELL_KNOWN = """
    Pacific/Honolulu America/Anchorage America/Los_Angeles America/Denver America/Phoenix
    America/Chicago America/Mexico_City America/Regina America/New_York America/Bogota
    America/Jamaica America/Halifax America/Puerto_Rico America/Caracas America/Sao_Paulo
    America/Argentina/Buenos_Aires Europe/London Europe/Lisbon Africa/Abidjan Europe/Paris
    Europe/Madrid Europe/Rome Europe/Oslo Africa/Lagos Europe/Athens Europe/Helsinki
    Africa/Johannesburg Europe/Moscow Europe/Istanbul Africa/Nairobi Asia/Dubai
    Europe/Samara Asia/Karachi Asia/Yekaterinburg Asia/Almaty Asia/Kolkata Asia/Dhaka Asia/Omsk
    Asia/Bangkok Asia/Jakarta Asia/Novosibirsk Asia/Shanghai Asia/Singapore Asia/Irkutsk
    Asia/Tokyo Asia/Yakutsk Australia/Brisbane Australia/Sydney Asia/Vladivostok Pacific/Guam
    Pacific/Noumea Asia/Magadan Pacific/Auckland Pacific/Fiji Asia/Kamchatka Pacific/Apia
"""


class Span(NamedTuple):
    """A time in which a zone's clocks are not set: what they show less UTC is ``offset``."""

    begin: datetime
    end: datetime
    offset: timedelta


def of(number: str, at: datetime) -> tuple[str, ...]:
    """Return the zones in which an E.164 number may ring, from west to east.

    One where the number tells it, several where somebody must choose, none where nothing is known.
    """
    return _eastward(_distinct(_told(number), _year(at)), at)


def only(number: str, at: datetime) -> str | None:
    """Return the zone in which an E.164 number rings, where the number tells it."""
    found = _distinct(_told(number), _year(at))
    return found[0] if len(found) == 1 else None


def everywhere(at: datetime) -> tuple[str, ...]:
    """Return a zone for each way the world's clocks go, from west to east: for a number of none."""
    from phonenumbers.tzdata import TIMEZONE_DATA  # noqa: PLC0415

    told = {RENAMED.get(name, name) for names in TIMEZONE_DATA.values() for name in names}
    return _eastward(_distinct(frozenset(told.union(*MEANT.values())), _year(at)), at)


def known(name: str) -> bool:
    """Tell whether this is a time zone's name, as ``America/Toronto`` is."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return name[0].isupper()  # the others are a system's own: localtime, posixrules, right/...


def spans(zone: str, begin: datetime, end: datetime) -> Iterator[Span]:
    """Cut a time wherever the zone's clocks are set forward or back."""
    offset, seen = _offset(zone, begin), begin
    while seen < end:
        ahead = min(seen + WEEK, end)
        if _offset(zone, ahead) == offset:
            seen = ahead
            continue
        while ahead - seen > TICK:
            middle = seen + (ahead - seen) // 2
            seen, ahead = (middle, ahead) if _offset(zone, middle) == offset else (seen, middle)
        yield Span(begin, ahead, offset)
        begin = seen = ahead
        offset = _offset(zone, begin)
    if begin < end:
        yield Span(begin, end, offset)


def _offset(zone: str, at: datetime) -> timedelta:
    return at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()


@lru_cache(maxsize=256)  # a call asks several times
def _told(e164: str) -> frozenset[str]:
    from phonenumbers import timezone, tzdata  # noqa: PLC0415 - only who asks pays for it

    number = phonenumbers.parse(e164)
    code = number.country_code or 0
    region = phonenumbers.region_code_for_number(number)
    if region in {None, phonenumbers.region_code_for_country_code(code)}:
        names = timezone.time_zones_for_number(number)
    else:  # one of several countries with this code, which the first digits tell: Jamaica, say
        names = timezone.time_zones_for_geographical_number(number)
    if timezone.UNKNOWN_TIMEZONE in names:  # it is in no numbering plan: anywhere in its country
        names = tzdata.TIMEZONE_DATA.get(str(code), ())
    return frozenset(meant for name in names for meant in _meant(e164.removeprefix("+"), name))


def _meant(digits: str, name: str) -> tuple[str, ...]:
    """Return what a zone that phonenumbers names means for a number: what most digits tell."""
    for length in range(LONGEST_PREFIX, 0, -1):
        if found := MEANT.get((digits[:length], name)):
            return found
    return (RENAMED.get(name, name),)


def _year(at: datetime) -> int:
    return at.astimezone(UTC).year


@lru_cache(maxsize=256)
def _distinct(names: frozenset[str], year: int) -> tuple[str, ...]:
    """Keep one of the zones whose clocks agree."""
    famous = WELL_KNOWN.split()
    best: dict[object, str] = {}
    for name in sorted(names & set(famous), key=famous.index) + sorted(names):
        best.setdefault(_clock(name, year), name)
    return tuple(best.values())


def _eastward(names: Iterable[str], at: datetime) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (_offset(name, at), name)))


@lru_cache(maxsize=1024)
def _clock(zone: str, year: int) -> tuple[Span, ...]:
    """Return how a zone's clocks go in a year and the next."""
    return tuple(
        spans(zone, datetime(year, 1, 1, tzinfo=UTC), datetime(year + 2, 1, 1, tzinfo=UTC))
    )
