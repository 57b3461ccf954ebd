"""Days, hours and places as people say them: what an assistant reads out, what the form shows.

Babel is imported by whoever asks: it costs start-up time and memory.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOCALES = {"en": "en", "fr": "fr_CA"}
DAY = {"en": "EEEE d MMMM", "fr": "EEEE d MMMM"}
HOUR = {"en": ("h a", "h:mm a"), "fr": ("H 'h'", "H 'h' mm")}  # on the hour, and else
MOMENT = {"en": "{day} at {hour}", "fr": "{day} à {hour}"}
THIS_ONE = timedelta(days=-60), timedelta(days=300)  # nobody asks which “3 March” is meant


def day(at: date, language: str, today: date) -> str:
    """Say a day: ``Tuesday 3 March``; with its year where that is not plain from ``today``."""
    from babel.dates import format_date  # noqa: PLC0415

    before, after = THIS_ONE
    year = "" if before <= at - today <= after else " y"
    told = format_date(at, DAY[language] + year, locale=LOCALES[language])
    return told.replace(" 1 ", " 1er ") if language == "fr" else told


def hour(at: time, language: str) -> str:
    """Say a time of the day: ``2:30 pm``, ``3 pm``, ``14 h 30``."""
    from babel.dates import format_time  # noqa: PLC0415

    told = format_time(at, HOUR[language][at.minute > 0], locale=LOCALES[language])
    return told.lower()


def moment(at: datetime, language: str, today: date) -> str:
    """Say a day and its hour, as the clocks go in the instant's own zone."""
    return MOMENT[language].format(
        day=day(at.date(), language, today), hour=hour(at.time(), language)
    )


def there(at: datetime, zone: str, language: str) -> str:
    """Say what clocks and calendars show in a time zone at an instant."""
    local = at.astimezone(ZoneInfo(zone))
    return moment(local, language, local.date())


def place(zone: str, language: str) -> str:
    """Name a time zone's city: ``New York``."""
    from babel.dates import get_timezone_location  # noqa: PLC0415

    return get_timezone_location(zone, locale=LOCALES[language], return_city=True)


def clocks(zone: str, language: str) -> str:
    """Name what a time zone's clocks show: ``Eastern Time``."""
    from babel.dates import get_timezone_name  # noqa: PLC0415

    return get_timezone_name(zone, locale=LOCALES[language])
