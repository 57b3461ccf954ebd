"""The directory of a workspace: its assistants, what each must be told, and its caller IDs.

AlloMia documents no way to list them, so administrators describe them; a UUID names each.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal, TypeVar

from calls.chain import Again
from calls.frozen import Frozen
from calls.settings import Settings

MOST_ASSISTANTS = 100  # what a select of Slack's can offer
MOST_VARIABLES = 25  # of one assistant: a form holds a hundred blocks


class Kind(StrEnum):
    """What a variable's value is, and so how it is typed."""

    TEXT = "text"
    LONG_TEXT = "long-text"
    NUMBER = "number"
    DATE = "date"
    TIME = "time"
    DATE_TIME = "date-time"
    CHOICE = "choice"
    YES_NO = "yes-no"
    EMAIL = "e-mail"
    URL = "url"


class Written(StrEnum):
    """How a date or a time is written for the assistant."""

    WORDS = "words"
    """``Tuesday 3 March at 2:30 pm``, in the assistant's language."""
    ISO = "iso"
    """``2026-03-03T14:30``."""


class Label(Frozen):
    """What a variable is called in the form, in each language; English stands in for French."""

    en: str
    fr: str = ""

    def spoken(self, language: str) -> str:
        """Return the label in a language."""
        return (self.fr if language == "fr" else "") or self.en


class Variable(Frozen):
    """Something that an assistant is told about each call, under ``key``."""

    key: str
    label: Label
    kind: Kind = Kind.TEXT
    required: bool = False
    default: str = ""
    example: str = ""
    longest: int | None = None
    """Characters; none: as long as the form permits."""
    choices: tuple[str, ...] = ()
    written: Written = Written.WORDS


class CallerId(Frozen):
    """A number of the workspace's from which calls are placed."""

    uuid: str
    name: str
    number: str
    archived: bool = False


class Assistant(Frozen):
    """Who speaks on the telephone, and what it must be told."""

    uuid: str
    name: str
    description: str = ""
    language: Literal["en", "fr"] = "en"
    caller_id: str | None = None
    """The UUID of the caller ID that is proposed."""
    channels: tuple[str, ...] = ()
    """Where it may be used; none: everywhere."""
    again: Again | None = None
    """How its calls are repeated where nobody answers, unless the form says otherwise."""
    variables: tuple[Variable, ...] = ()
    archived: bool = False

    def may_report_in(self, channel: str) -> bool:
        """Tell whether its calls may report in a conversation."""
        return not self.channels or channel in self.channels

    def variable(self, key: str) -> Variable | None:
        """Return one of its variables."""
        return next((one for one in self.variables if one.key == key), None)


class Directory(Frozen):
    """All assistants and caller IDs, those archived too: calls of the past name them."""

    assistants: tuple[Assistant, ...] = ()
    caller_ids: tuple[CallerId, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Tell whether the workspace has described no assistant that can be used."""
        return not self.open_assistants

    @property
    def open_assistants(self) -> tuple[Assistant, ...]:
        """Return the assistants that can be chosen, by name."""
        return tuple(_by_name(one for one in self.assistants if not one.archived))

    @property
    def open_caller_ids(self) -> tuple[CallerId, ...]:
        """Return the caller IDs that can be chosen, by name."""
        return tuple(_by_name(one for one in self.caller_ids if not one.archived))

    def assistant(self, uuid: str) -> Assistant | None:
        """Return an assistant, archived or not."""
        return next((one for one in self.assistants if one.uuid == uuid.lower()), None)

    def caller_id(self, uuid: str) -> CallerId | None:
        """Return a caller ID, archived or not."""
        return next((one for one in self.caller_ids if one.uuid == uuid.lower()), None)

    def or_settings(self, settings: Settings) -> "Directory":
        """Return this one, with the settings' assistant and number where it has none.

        Their names are empty: nobody has given them any.
        """
        assistant, caller = settings.allomia_assistant_id, settings.allomia_phone_number_id
        named = (Assistant(uuid=assistant, name="", caller_id=caller),) if assistant else ()
        number = (CallerId(uuid=caller, name="", number=""),) if caller else ()
        return Directory(
            assistants=(*self.assistants, *(named if self.is_empty else ())),
            caller_ids=(*self.caller_ids, *(() if self.open_caller_ids else number)),
        )


T = TypeVar("T", Assistant, CallerId)


def _by_name(found: Iterable[T]) -> list[T]:
    return sorted(found, key=lambda one: one.name.casefold())
