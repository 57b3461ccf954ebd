"""The rules in a file: hours by weekday as people write them, and every other rule by its name."""

import re
from typing import Any

from phonenumbers import SUPPORTED_REGIONS

from calls import hours, tellings_tables
from calls.errors import NotAllowed, Reason
from calls.hours import WEEKDAYS, WHOLE_DAY, Holiday, Hours, Window
from calls.rules import (
    LIMITS,
    LONGEST_DAY,
    LONGEST_HOLIDAYS,
    LONGEST_RETENTION,
    LONGEST_UNDO,
    Rules,
)
from calls.slack_ids import CONVERSATION, PERSON
from calls.toml_section import QUOTED, Section
from calls.words import clean

EVERY_DAY = "every_day"

Table = dict[str, Any]


def table(rules: Rules) -> Table:
    """Write the rules; what nobody has decided is left out."""
    plain = rules.model_dump(exclude={"hours", "tellings"}, mode="json")
    found = {name: value for name, value in plain.items() if value not in ([], None, False)}
    if rules.undo_seconds is not None:
        found["undo_seconds"] = rules.undo_seconds  # 0.0 is one of those that are no rule above
    if rules.tellings:
        found["tellings"] = list(map(tellings_tables.table, rules.tellings))
    return found if rules.hours is None else found | {"hours": hours_table(rules.hours)}


def hours_table(kept: Hours) -> Table:
    """Write the hours, once where every day has the same."""
    found: Table = {"always": True} if kept.always else {}
    if len(set(kept.days)) == 1:
        if not (kept.always and kept.days[0] == WHOLE_DAY):
            found[EVERY_DAY] = hours.written_windows(kept.days[0])
    else:
        written = map(hours.written_windows, kept.days)
        found |= dict(zip(WEEKDAYS, written, strict=True))
    if kept.holidays:
        found["holidays"] = list(map(str, kept.holidays))
    return found


def read(section: Section) -> Rules:
    """Read the rules; faults are noted."""
    inner = section.table("hours", "hours")
    found = Rules(
        hours=_hours(inner) if inner else None,
        people=_ids(section, "people", PERSON, "not_person"),
        channels=_ids(section, "channels", CONVERSATION, "not_conversation"),
        administrators=_ids(section, "administrators", PERSON, "not_person"),
        **{name: section.whole(name, 1, most) for name, most in LIMITS.items()},
        countries=_countries(section),
        shared_channels=_ids(section, "shared_channels", CONVERSATION, "not_conversation"),
        full_names=section.flag("full_names"),
        transcripts=_ids(section, "transcripts", CONVERSATION, "not_conversation"),
        no_transcripts=_ids(section, "no_transcripts", CONVERSATION, "not_conversation"),
        numbers=_ids(section, "numbers", PERSON, "not_person"),
        number_channels=_ids(section, "number_channels", CONVERSATION, "not_conversation"),
        retention_days=section.whole("retention_days", 1, LONGEST_RETENTION),
        undo_seconds=section.number("undo_seconds", 0, LONGEST_UNDO),
        tellings=tellings_tables.read(section),
    )
    section.close()
    return found


def _ids(section: Section, key: str, pattern: re.Pattern[str], why: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(one.strip() for one in section.texts(key)))
    for one in found:
        if not pattern.fullmatch(one):
            section.faulty(key, why, words=clean(one, QUOTED))
    return found


def _countries(section: Section) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(one.strip().upper() for one in section.texts("countries")))
    for one in found:
        if one not in SUPPORTED_REGIONS:
            section.faulty("countries", "not_country", words=clean(one, QUOTED))
    return found


def _hours(section: Section) -> Hours:
    always = section.flag("always")
    every = _windows(section, EVERY_DAY)
    days = {day: _windows(section, day) for day in WEEKDAYS}
    missing = [day for day in WEEKDAYS if days[day] is None]
    if missing and every is None and not always:
        section.faulty(missing[0], "no_day", days=", ".join(missing))
    holidays: list[Holiday] = []
    for line in section.texts("holidays"):
        try:
            holidays += hours.read_holidays(clean(line))
        except NotAllowed:
            section.faulty("holidays", "not_holiday", words=clean(line, QUOTED))
    _short_enough(section, "holidays", hours.written_holidays(tuple(holidays)), LONGEST_HOLIDAYS)
    section.close()
    otherwise = every if every is not None else WHOLE_DAY if always else ()
    return Hours(
        days=tuple(otherwise if (found := days[day]) is None else found for day in WEEKDAYS),
        holidays=tuple(holidays),
        always=always,
    )


def _windows(section: Section, key: str) -> tuple[Window, ...] | None:
    """Read a day's windows; ``None`` where the day is not named."""
    words = section.text(key)
    if not words:
        return None
    try:
        found = hours.read_windows(words)
    except NotAllowed as fault:
        for reason in fault.reasons:
            section.faulty(key, "not_hours", words=reason.values["words"])
        return ()
    _short_enough(section, key, hours.written_windows(found), LONGEST_DAY)
    return found


def _short_enough(section: Section, key: str, words: str, most: int) -> None:
    if len(words) > most:
        section.fault(Reason(key="entry.long", values={"most": str(most)}), key)
