"""Typed values: what each kind of variable accepts, and how the assistant is told it.

A value is written in one way for each kind, whoever typed it: ``2026-03-03``, ``14:30``,
``2026-03-03 14:30``, ``yes``, ``12.5``. No zone is involved: an appointment at 14:30 is at 14:30
where it takes place, and the assistant says so.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import NamedTuple

from calls import spoken
from calls.directory import Assistant, Kind, Variable, Written
from calls.errors import Reason
from calls.model import Call
from calls.order import Draft
from calls.variables import HIDDEN
from calls.words import clean

LONGEST = 3000  # characters
QUOTED = 300  # characters of choices that are repeated

LINK = re.compile(r"<(?:mailto:)?([^<>|]+)(?:\|[^<>]*)?>")  # Slack's own, of addresses
NUMBER = re.compile(r"([-+\u2212]?)([0-9]+)(?:[.,]([0-9]+))?")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
HOUR = re.compile(r"([0-9]{1,2})(?:\s*[:hH]\s*([0-9]{2})?)")
EMAIL = re.compile(r"[^@\s<>|]+@[^@\s<>|]+\.[^@\s<>|]+")
URL = re.compile(r"https?://[^\s/<>|]+[^\s<>|]*")
YES, NO = {"yes", "y", "true", "oui", "o"}, {"no", "n", "false", "non"}
SAID = {"en": {"yes": "yes", "no": "no"}, "fr": {"yes": "oui", "no": "non"}}


class Values(NamedTuple):
    """What was typed, written in one way, and what the assistant is told, by key."""

    typed: dict[str, str]
    told: dict[str, str]


def read(
    assistant: Assistant,
    given: Mapping[str, str],
    like: Call | None,
    today: date,
    reasons: list[Reason],
) -> Values:
    """Read what was typed for an assistant's variables; add a reason for each that is wrong.

    A key that is not ``given`` has its default. A value written as ``••••`` stands for the one of
    the call that is repeated (``like``).
    """
    found = Values({}, {})
    for variable in assistant.variables:
        text = _unmasked(variable, given.get(variable.key, variable.default), like)
        try:
            value = accepted(variable, text)
        except ValueError as fault:
            reasons.append(_refused(variable, str(fault)))
            continue
        if value:
            found.typed[variable.key] = value
            found.told[variable.key] = told(variable, value, assistant.language, today)
        elif variable.required:
            reasons.append(_refused(variable, "missing"))
    return found


def accepted(variable: Variable, text: str) -> str:
    """Return what was typed as its kind is written; ``ValueError`` names what is wrong with it."""
    text = clean(text, LONGEST + 1)
    if not text:
        return ""
    if HIDDEN in text:
        raise ValueError("hidden")
    if len(text) > (variable.longest or LONGEST):
        raise ValueError("long")
    found = KINDS[variable.kind](variable, text)
    if not found:
        raise ValueError(variable.kind.value)
    return found


def fits(variable: Variable, text: str) -> bool:
    """Tell whether a text is a value of the variable's kind."""
    try:
        return bool(accepted(variable, text))
    except ValueError:
        return False


def told(variable: Variable, value: str, language: str, today: date) -> str:
    """Write an accepted value as the assistant is told it."""
    if variable.kind in WHEN:
        iso = variable.written is Written.ISO
        return value.replace(" ", "T") if iso else WHEN[variable.kind](value, language, today)
    if variable.kind is Kind.YES_NO:
        return SAID[language][value]
    if variable.kind is Kind.NUMBER and language == "fr":
        return value.replace(".", ",")
    return value


WHEN: dict[Kind, Callable[[str, str, date], str]] = {
    Kind.DATE: lambda value, *said: spoken.day(date.fromisoformat(value), *said),
    Kind.TIME: lambda value, language, _: spoken.hour(time.fromisoformat(value), language),
    Kind.DATE_TIME: lambda value, *said: spoken.moment(datetime.fromisoformat(value), *said),
}


def sorted_out(draft: Draft, assistant: Assistant) -> Draft:
    """Give each value its place: in the assistant's field for it, or among the free ones."""
    values = {key: value for key, value in draft.values.items() if assistant.variable(key)}
    free = []
    for line in draft.variables.splitlines():
        key, _, value = (clean(part) for part in line.partition("="))
        variable = assistant.variable(key)
        if variable and key not in values and (value == HIDDEN or fits(variable, value)):
            values[key] = value
        else:
            free.append(line)
    homeless = draft.values.items() - values.items()
    free += [f"{key} = {value}" for key, value in sorted(homeless) if value]
    return draft.having(values=values, variables="\n".join(free))


def _unmasked(variable: Variable, text: str, like: Call | None) -> str:
    if clean(text) != HIDDEN:
        return text
    if like and (known := like.typed.get(variable.key) or like.variables.get(variable.key)):
        return known
    # Only in a text does a person see what stands there; where they do not, it is empty.
    return HIDDEN if variable.kind in {Kind.TEXT, Kind.LONG_TEXT} else ""


def _refused(variable: Variable, why: str) -> Reason:
    values = {"label": variable.label.spoken("en"), "label_fr": variable.label.spoken("fr")}
    if why == "long":
        values["most"] = str(variable.longest or LONGEST)
    if why == Kind.CHOICE:
        values["choices"] = clean(", ".join(variable.choices), QUOTED)
    return Reason(key=f"refused.value.{why}", values=values, field=f"value:{variable.key}")


def _text(_variable: Variable, text: str) -> str:
    return text


def _number(_variable: Variable, text: str) -> str | None:
    found = NUMBER.fullmatch("".join(text.split()))
    if not found:
        return None
    sign, whole, rest = found.groups()
    return f"{'-' if sign and sign != '+' else ''}{whole}{'.' + rest if rest else ''}"


def _day(_variable: Variable, text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat() if DAY.fullmatch(text) else None
    except ValueError:
        return None


def _hour(_variable: Variable, text: str) -> str | None:
    found = HOUR.fullmatch(text)
    try:
        at = time(int(found[1]), int(found[2] or 0)) if found else None
    except ValueError:
        return None
    return at.isoformat("minutes") if at else None


def _moment(variable: Variable, text: str) -> str | None:
    on, _, at = text.replace("T", " ").partition(" ")
    day, hour = _day(variable, on), _hour(variable, at)
    return f"{day} {hour}" if day and hour else None


def _choice(variable: Variable, text: str) -> str | None:
    wanted = text.casefold()
    return next((one for one in variable.choices if clean(one).casefold() == wanted), None)


def _yes_no(_variable: Variable, text: str) -> str | None:
    said = text.casefold()
    return "yes" if said in YES else "no" if said in NO else None


def _email(_variable: Variable, text: str) -> str | None:
    address = LINK.sub(r"\1", text)
    return address if EMAIL.fullmatch(address) else None


def _url(_variable: Variable, text: str) -> str | None:
    address = LINK.sub(r"\1", text)
    return address if URL.fullmatch(address) else None


KINDS: dict[Kind, Callable[[Variable, str], str | None]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.NUMBER: _number,
    Kind.DATE: _day,
    Kind.TIME: _hour,
    Kind.DATE_TIME: _moment,
    Kind.CHOICE: _choice,
    Kind.YES_NO: _yes_no,
    Kind.EMAIL: _email,
    Kind.URL: _url,
}
