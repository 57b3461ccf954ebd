"""Attempts: calls that repeat one another behind one message until somebody is reached."""

import re
from datetime import datetime

from calls.errors import Reason
from calls.frozen import Frozen
from calls.status import Status

MOST_ATTEMPTS, LONGEST_PAUSE = 5, 1440  # attempts altogether; minutes between two
NEVER = "never"
WRITTEN = re.compile(r"([2-9])\s*[xX×]\s*([1-9]\d{0,3})")
REPEATED = frozenset({Status.BUSY, Status.NO_ANSWER})
"""After which a call may be repeated: AlloMia says that nobody was reached."""


class Again(Frozen):
    """How a call is repeated where its line is busy or nobody answers."""

    most: int
    """Attempts altogether, the first one included."""
    minutes: int
    """Between the end of one and the next, or later where that is outside the calling hours."""

    def __str__(self) -> str:
        """Write it as it is read: ``3x30``."""
        return f"{self.most}x{self.minutes}"


class Attempt(Frozen):
    """One that is over."""

    reference: str
    status: Status
    ended_at: datetime


class Chain(Frozen):
    """Where a call stands among its attempts."""

    number: int = 1
    """Which attempt this is, from 1."""
    earlier: tuple[Attempt, ...] = ()
    following: str | None = None
    """The reference of the attempt after this one."""
    over: Reason | None = None
    """Why no other follows, though not all have been made."""


def read(text: str) -> Again | None:
    """Read how a call is repeated, ``3x30`` (attempts, minutes); what is not that: it is not."""
    found = WRITTEN.fullmatch(text.strip())
    most, minutes = map(int, found.groups()) if found else (0, 0)
    if not 1 < most <= MOST_ATTEMPTS or not 0 < minutes <= LONGEST_PAUSE:
        return None
    return Again(most=most, minutes=minutes)


def written(again: Again | None) -> str:
    """Write how a call is repeated, also that it is not."""
    return str(again) if again else NEVER
