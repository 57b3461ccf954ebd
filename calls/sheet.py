"""What a call desk shows: calls that a person has chosen to see, in parts and pages; figures."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from calls.frozen import Frozen
from calls.model import Call

LINES = 25  # calls on a page
MOST = 500  # calls of a part that are counted and can be leafed through


class Part(StrEnum):
    """The parts of the sheet, in their order."""

    NEEDY = "needy"
    """Left to do: assigned to somebody, or of the last two days and not made up for."""
    FLIGHT = "flight"
    """Dialling, talking, or waiting to be dialled now."""
    SCHEDULED = "scheduled"
    """To be dialled at a later hour."""
    RECENT = "recent"
    """The others of the last 30 days."""


class Choice(StrEnum):
    """Whose calls a person looks at."""

    MINE = "mine"
    CHANNEL = "channel"
    EVERYONE = "everyone"


class Shown(Frozen):
    """What a person sees of the calls on their Home."""

    choice: Choice = Choice.MINE
    channel: str | None = None
    """The conversation whose calls are shown, where one is chosen."""
    page: int = 0

    def concerns(self, channel: str, asked_by: str, person: str) -> bool:
        """Tell whether a call in a conversation may be among what a person sees."""
        if self.choice is Choice.CHANNEL:
            return channel == self.channel
        return self.choice is Choice.EVERYONE or asked_by == person


class Figures(Frozen):
    """How many calls of the last 24 hours came to what; ``waiting`` are all that wait now."""

    placed: int = 0
    reached: int = 0
    missed: int = 0
    waiting: int = 0


class Line(Frozen):
    """A call, and the part in which it stands."""

    part: Part
    call: Call


class Sheet(Frozen):
    """One page of the calls that a person has chosen to see."""

    lines: tuple[Line, ...] = ()
    counts: Mapping[Part, int] = MappingProxyType({})
    """How many calls each part has on all pages; more than ``MOST`` are not counted."""
    page: int = 0
    pages: int = 1
    figures: Figures = Figures()
