"""Calling hours in the window of the rules: a line for each weekday, and the holidays."""

from slack_sdk.models.blocks import Block

from calls import hours
from calls.errors import NotAllowed, Reason
from calls.hours import WEEKDAYS, WHOLE_DAY, Hours, Window
from calls.rules import LONGEST_DAY, LONGEST_HOLIDAYS
from views import inputs
from views.filled import Filled
from views.message import section
from views.mrkdwn import Mrkdwn
from views.text import Text

MOST_NAMED = 10  # holidays that are told by name


def asked(found: Hours, usual: Hours, text: Text) -> list[Block]:
    """Draw the fields; ``usual`` are the hours that hold where the workspace has set none."""
    week = zip(WEEKDAYS, _week(found), strict=True)
    days = [inputs.line(day, text, windows_told(there, text), LONGEST_DAY) for day, there in week]
    written = hours.written_holidays(found.holidays)
    default = text("rules.listed").join(days_told(usual, text))
    return [
        section(text.mrkdwn("rules.hours_intro")),
        section(text.mrkdwn("rules.hours_default", default=Mrkdwn(default))),
        *days,
        inputs.line("holidays", text, written, LONGEST_HOLIDAYS, multiline=True),
    ]


def read(filled: Filled, usual: Hours) -> Hours:
    """Read them; a week of empty days is as usual."""
    reasons: list[Reason] = []
    days: list[tuple[Window, ...]] = []
    for day in WEEKDAYS:
        try:
            days.append(hours.read_windows(filled.words(day), day))
        except NotAllowed as fault:
            reasons += fault.reasons
    try:
        holidays = hours.read_holidays(filled.words("holidays"), "holidays")
    except NotAllowed as fault:
        reasons += fault.reasons
    if reasons:
        raise NotAllowed(reasons)
    if not any(filled.words(day).strip() for day in WEEKDAYS):
        days = list(_week(usual))
    always = not holidays and all(day == WHOLE_DAY for day in days)
    return Hours(days=tuple(days), holidays=holidays, always=always)


def _week(found: Hours) -> tuple[tuple[Window, ...], ...]:
    return (WHOLE_DAY,) * len(WEEKDAYS) if found.always else found.days


def windows_told(windows: tuple[Window, ...], text: Text) -> str:
    """Write a day's windows as a person of that language reads them, and can type them."""
    if not windows:
        return text("rules.closed")
    return text("rules.always") if windows == WHOLE_DAY else hours.written_windows(windows)


def days_told(found: Hours, text: Text) -> list[str]:
    """Write the hours of a week, days that follow each other and have the same ones together."""
    if found.always:
        return [text("rules.at_any_hour")]
    spans: list[list[int]] = []
    for day, windows in enumerate(found.days):
        if spans and found.days[spans[-1][0]] == windows:
            spans[-1].append(day)
        else:
            spans.append([day])
    return [_span(days[0], days[-1], found, text) for days in spans]


def _span(first: int, last: int, found: Hours, text: Text) -> str:
    begin, end = (text(f"rules.{WEEKDAYS[day]}") for day in (first, last))
    told = begin if first == last else text("rules.days", first=begin, last=end)
    return text("rules.windows", days=told, windows=windows_told(found.days[first], text))


def holidays_told(found: Hours, text: Text) -> list[Mrkdwn]:
    """Name the holidays, the first ones where there are many."""
    if not found.holidays:
        return []
    named = ", ".join(map(str, found.holidays[:MOST_NAMED]))
    rest = len(found.holidays) - MOST_NAMED
    key = "rules.told_holidays" if rest <= 0 else "rules.told_holidays_many"
    return [text.mrkdwn(key, names=named, rest=str(rest))]
