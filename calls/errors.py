"""What can go wrong, by what the caller should do about it.

RingbackError
├── NotAllowed           cannot be placed, and can be explained: show each reason beside its field
├── TooLate              the call has moved on: show its state
├── Waits                the call may be dialled, only not yet: say for what it waits, ask again
├── Moved                a further attempt may only be made later: have it wait until then
├── Over                 no further attempt is made: say why
├── DatabaseAway         the database does not answer: ask to try again, or wait
│   └── CommitUnknown        it was asked to commit: what was written may be there or not
├── DatabaseNewer        its tables are a newer version's: do not start on them
├── NotNoted             the database did not take it in time: nothing was placed, ask to try again
│   └── MaybeNoted       its answer did not come: the call may yet appear, never place it anew
└── AlloMiaError
    ├── AlloMiaRefused       AlloMia will not do it: tell the person, do not repeat
    ├── AlloMiaUnavailable   nothing happened: try again later
    └── AlloMiaUncertain     it may have happened: never dial again
"""

from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict


class Reason(BaseModel):
    """Why, as the key of a sentence in ``views/text`` and the values that it takes.

    ``field`` names the form's field that the reason belongs beside, where there is one; ``parts``
    are the particulars, said after it.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    key: str
    values: dict[str, str] = {}
    field: str | None = None
    parts: tuple["Reason", ...] = ()


class RingbackError(Exception):
    """The root of all that Ringback raises by itself."""


class NotAllowed(RingbackError):
    """The call may not be placed as it was asked for."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__(", ".join(reason.key for reason in reasons))
        self.reasons = tuple(reasons)


class TooLate(RingbackError):
    """The call is no longer in the state that the gesture was meant for."""


class Waits(RingbackError):
    """The call may be dialled, only not yet; in line, after so many turns of those before it."""

    def __init__(self, reason: Reason, turns: int = 0) -> None:
        super().__init__(reason.key)
        self.reason = reason
        self.turns = turns


class Moved(RingbackError):
    """A further attempt may only be made later."""

    def __init__(self, hour: datetime) -> None:
        super().__init__(hour.isoformat())
        self.hour = hour


class Over(RingbackError):
    """No further attempt is made."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.key)
        self.reason = reason


class DatabaseAway(RingbackError):
    """The database does not answer, or not in time."""


class CommitUnknown(DatabaseAway):
    """The database was asked to commit, and did not say that it has."""


class DatabaseNewer(RingbackError):
    """The tables have a revision that this version does not know."""

    def __init__(self, revision: str, newest: str) -> None:
        super().__init__(f"{revision}, not {newest}")


class NotNoted(RingbackError):
    """The database did not take the call in time; nothing was placed."""


class MaybeNoted(NotNoted):
    """The database was asked to commit and did not answer in time."""


class AlloMiaError(RingbackError):
    """AlloMia did not do what it was asked; ``reason`` explains it to people."""

    def __init__(self, reason: Reason, retry_after: float | None = None) -> None:
        super().__init__(reason.key)
        self.reason = reason
        self.retry_after = retry_after
        """Seconds to wait before asking again, where AlloMia named them."""


class AlloMiaRefused(AlloMiaError):
    """AlloMia answered that it will not do this."""


class AlloMiaUnavailable(AlloMiaError):
    """The request certainly had no effect."""


class AlloMiaUncertain(AlloMiaError):
    """The request may have had its effect."""
