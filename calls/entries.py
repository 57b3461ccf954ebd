"""What may stand in the directory: an entry is tidied, and every fault of it is told at once.

A reason's ``field`` is the entry's own: the modals and the file say where that is.
"""

import re
from collections.abc import Iterable, Sequence

from calls import numbers
from calls.directory import (
    MOST_ASSISTANTS,
    MOST_VARIABLES,
    Assistant,
    CallerId,
    Directory,
    Kind,
    Label,
    Variable,
    Written,
)
from calls.errors import NotAllowed, Reason
from calls.settings import UUID
from calls.slack_ids import CONVERSATION
from calls.typed import LONGEST, accepted
from calls.words import clean

MOST_CALLER_IDS = MOST_CHOICES = 100  # what a select of Slack's can offer
LONGEST_NAME = LONGEST_LABEL = LONGEST_CHOICE = 75  # characters of an option's text
LONGEST_DESCRIPTION = 300
LONGEST_KEY = 40
LONGEST_EXAMPLE = 150  # characters of a placeholder

KEY = re.compile(r"[^\s=]+")
BRACED = re.compile(r"\{\{([^{}]*)\}\}")  # as a variable stands in a prompt, and is copied

TEXTS = frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.EMAIL, Kind.URL})
MOMENTS = frozenset({Kind.DATE, Kind.TIME, Kind.DATE_TIME})


class Faults(list[Reason]):
    """What is wrong with an entry, field by field."""

    def add(self, field: str, why: str, **values: str | int) -> None:
        """Note a fault of a field."""
        told = {name: str(value) for name, value in values.items()}
        self.append(Reason(key=why, values=told, field=field))


def caller_id(typed: CallerId, others: Directory, region: str, faults: Faults) -> CallerId:
    """Tidy a caller ID that is to stand beside others; ``region`` as for ``numbers.read``."""
    found = typed.having(
        uuid=_uuid(typed.uuid, others, faults),
        name=_name(typed.name, () if typed.archived else others.open_caller_ids, faults),
        number=_number(typed.number, region, faults),
    )
    if not found.archived and len(others.open_caller_ids) >= MOST_CALLER_IDS:
        faults.add("name", "entry.many.callers", most=MOST_CALLER_IDS)
    return found


def assistant(typed: Assistant, others: Directory, faults: Faults) -> Assistant:
    """Tidy an assistant that is to stand beside others, but for its variables."""
    found = typed.having(
        uuid=_uuid(typed.uuid, others, faults),
        name=_name(typed.name, () if typed.archived else others.open_assistants, faults),
        description=clean(typed.description),
        channels=tuple(dict.fromkeys(typed.channels)),
    )
    if not found.archived and len(others.open_assistants) >= MOST_ASSISTANTS:
        faults.add("name", "entry.many.assistants", most=MOST_ASSISTANTS)
    if len(found.description) > LONGEST_DESCRIPTION:
        faults.add("description", "entry.long", most=LONGEST_DESCRIPTION)
    caller = others.caller_id(found.caller_id) if found.caller_id else None
    if found.caller_id and (caller is None or caller.archived):
        faults.add("caller_id", "entry.caller.unknown")
    for one in found.channels:
        if not CONVERSATION.fullmatch(one):
            faults.add("channels", "entry.channel.wrong", words=clean(one, LONGEST_NAME))
    return found


def variable(typed: Variable, others: Sequence[Variable], faults: Faults) -> Variable:
    """Tidy a variable that an assistant is to be told beside others."""
    found = typed.having(
        key=_key(typed.key, others, faults),
        label=Label(
            en=_line("label", typed.label.en, LONGEST_LABEL, faults),
            fr=_line("label_fr", typed.label.fr, LONGEST_LABEL, faults),
        ),
        example=_line("example", typed.example, LONGEST_EXAMPLE, faults),
        choices=tuple(filter(None, map(clean, typed.choices))),
        default=clean(typed.default, LONGEST + 1),
    )
    if not found.label.en:
        faults.add("label", "entry.label.missing")
    if len(others) >= MOST_VARIABLES:
        faults.add("key", "entry.many.variables", most=MOST_VARIABLES)
    _longest(found, faults)
    _choices(found, faults)
    if found.written is not Written.WORDS and found.kind not in MOMENTS:
        faults.add("written", "entry.written.unfit")
    return found.having(default=_default(found, faults))


def _uuid(text: str, others: Directory, faults: Faults) -> str:
    uuid = text.strip().lower()
    if not uuid:
        faults.add("uuid", "entry.uuid.missing")
    elif not UUID.fullmatch(uuid):
        faults.add("uuid", "entry.uuid.wrong")
    elif twin := others.assistant(uuid) or others.caller_id(uuid):
        faults.add(
            "uuid", "entry.uuid.archived" if twin.archived else "entry.uuid.taken", name=twin.name
        )
    return uuid


def _name(text: str, others: Iterable[Assistant | CallerId], faults: Faults) -> str:
    name = clean(text)
    if not name:
        faults.add("name", "entry.name.missing")
    elif len(name) > LONGEST_NAME:
        faults.add("name", "entry.long", most=LONGEST_NAME)
    elif any(one.name.casefold() == name.casefold() for one in others):
        faults.add("name", "entry.name.taken", name=name)
    return name


def _number(text: str, region: str, faults: Faults) -> str:
    try:
        return numbers.read(text, region)
    except NotAllowed as fault:
        faults.extend(fault.reasons)
        return clean(text)


def _key(text: str, others: Sequence[Variable], faults: Faults) -> str:
    key = clean(text)
    if braced := BRACED.fullmatch(key):
        key = braced[1].strip()
    if not key:
        faults.add("key", "entry.key.missing")
    elif not KEY.fullmatch(key):
        faults.add("key", "entry.key.wrong")
    elif len(key) > LONGEST_KEY:
        faults.add("key", "entry.long", most=LONGEST_KEY)
    elif any(one.key == key for one in others):
        faults.add("key", "entry.key.taken", word=key)
    return key


def _line(field: str, text: str, most: int, faults: Faults) -> str:
    line = clean(text)
    if len(line) > most:
        faults.add(field, "entry.long", most=most)
    return line


def _longest(found: Variable, faults: Faults) -> None:
    if found.longest is None:
        return
    if found.kind not in TEXTS:
        faults.add("longest", "entry.longest.unfit")
    elif not 1 <= found.longest <= LONGEST:
        faults.add("longest", "entry.longest.wrong", most=LONGEST)


def _choices(found: Variable, faults: Faults) -> None:
    if found.kind is not Kind.CHOICE:
        if found.choices:
            faults.add("choices", "entry.choices.unfit")
        return
    if not found.choices:
        faults.add("choices", "entry.choices.missing")
    if len(found.choices) > MOST_CHOICES:
        faults.add("choices", "entry.choices.many", most=MOST_CHOICES)
    seen: set[str] = set()
    for one in found.choices:
        if len(one) > LONGEST_CHOICE:
            quoted = clean(one, LONGEST_CHOICE)
            faults.add("choices", "entry.choices.long", words=quoted, most=LONGEST_CHOICE)
        if one.casefold() in seen:
            faults.add("choices", "entry.choices.twice", words=clean(one, LONGEST_CHOICE))
        seen.add(one.casefold())


def _default(found: Variable, faults: Faults) -> str:
    """Return what is filled in already as it is kept: it is what could be typed there."""
    try:
        return accepted(found, found.default)
    except ValueError as fault:
        if str(fault) == "long":
            faults.add("default", "entry.long", most=found.longest or LONGEST)
        else:
            faults.add("default", f"entry.default.{fault}")
        return found.default
