"""Whom outcomes are told, in a file: a table a rule, with what nobody has decided left out."""

from typing import Any

from calls.errors import Reason
from calls.settings import UUID
from calls.slack_ids import CONVERSATION, GROUP, PERSON
from calls.telling import (
    ASKER,
    MOST,
    MOST_MENTIONED,
    MOST_NAMED,
    End,
    Telling,
)
from calls.toml_section import QUOTED, Section
from calls.words import clean

Table = dict[str, Any]


def table(telling: Telling) -> Table:
    """Write one rule."""
    return {name: value for name, value in telling.model_dump(mode="json").items() if value}


def read(rules: Section) -> tuple[Telling, ...]:
    """Read them all from the table of the rules; faults are noted."""
    found: list[Telling] = []
    for section in rules.tables("tellings", "telling", ""):
        one = _read(section)
        if one.conditions in [other.conditions for other in found]:
            section.faulty("channels", "same_calls")
        found.append(one)
    if len(found) > MOST:
        rules.faulty("tellings", "many", most=str(MOST))
    return tuple(found)


def _read(section: Section) -> Telling:
    mentions = _words(section, "mentions", MOST_MENTIONED)
    for one in mentions:
        if one != ASKER and not PERSON.fullmatch(one) and not GROUP.fullmatch(one):
            section.faulty("mentions", "not_mention", words=clean(one, QUOTED))
    direct = section.text("direct").strip()
    if direct not in {"", ASKER} and not PERSON.fullmatch(direct):
        section.faulty("direct", "not_direct", words=clean(direct, QUOTED))
    found = Telling(
        channels=_channels(section),
        assistants=_assistants(section),
        ends=_ends(section),
        broadcast=section.flag("broadcast"),
        mentions=mentions,
        direct=direct,
    )
    section.close()
    return found


def _words(section: Section, key: str, most: int) -> tuple[str, ...]:
    """Read some words, each once."""
    found = tuple(dict.fromkeys(one.strip() for one in section.texts(key)))
    if len(found) > most:
        section.faulty(key, "many", most=str(most))
    return found


def _channels(section: Section) -> tuple[str, ...]:
    found = _words(section, "channels", MOST_NAMED)
    for one in found:
        if not CONVERSATION.fullmatch(one):
            section.faulty("channels", "not_conversation", words=clean(one, QUOTED))
    return found


def _assistants(section: Section) -> tuple[str, ...]:
    found = tuple(one.lower() for one in _words(section, "assistants", MOST_NAMED))
    for one in found:
        if not UUID.fullmatch(one):
            section.fault(Reason(key="entry.uuid.wrong"), "assistants")
    return found


def _ends(section: Section) -> tuple[End, ...]:
    words = _words(section, "ends", len(End))
    known = {end.value: end for end in End}
    if any(one not in known for one in words):
        section.faulty("ends", "not_one_of", known=", ".join(known))
    return tuple(known[one] for one in words if one in known)
