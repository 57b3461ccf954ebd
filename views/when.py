"""Instants in two zones: that of whoever looks, and that of the person called."""

from datetime import datetime
from zoneinfo import ZoneInfo

LOCALES = {"en": "en_CA", "fr": "fr_CA"}


def there(at: datetime, zone: str, language: str) -> str:
    """Write an instant as clocks and calendars show it in a zone."""
    from babel import dates  # noqa: PLC0415 - it takes a while, and few calls have an hour

    local, locale = at.astimezone(ZoneInfo(zone)), LOCALES[language]
    day = dates.format_date(local, "full", locale=locale)
    return f"{day}, {dates.format_time(local, 'short', locale=locale)}"
