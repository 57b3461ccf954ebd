"""Attempts: calls that repeat one another behind one message until somebody is reached."""

from datetime import datetime

from calls.errors import Reason
from calls.frozen import Frozen
from calls.status import Status

MOST_ATTEMPTS, LONGEST_PAUSE = 5, 1440  # attempts altogether; minutes between two


class Again(Frozen):
    """How a call is repeated where its line is busy or nobody answers."""

    most: int
    """Attempts altogether, the first one included."""
    minutes: int
    """Between the end of one and the next, or later where that is outside the calling hours."""


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
