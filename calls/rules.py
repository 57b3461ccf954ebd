"""The rules of a workspace: when, whom, how often, from where and by whom calls may be placed."""

from datetime import datetime

from calls.frozen import Frozen
from calls.hours import Hours
from calls.telling import Telling

LIMITS = {"per_person": 100_000, "per_workspace": 100_000, "at_once": 1000, "same_number": 10_080}
"""The highest that each may be."""
LONGEST_UNDO = 600  # seconds
RETENTION, LONGEST_RETENTION = 90, 3650  # days
LONGEST_DAY, LONGEST_HOLIDAYS = 300, 3000  # characters: what a window's field shows again


class Rules(Frozen):
    """What administrators have decided; what they have not is as the settings say, or free."""

    hours: Hours | None = None
    """Calling hours, in the zone of the person called; none: ``CALLING_HOURS``."""
    people: tuple[str, ...] = ()
    """Who may place calls; with ``channels`` empty too: everybody."""
    channels: tuple[str, ...] = ()
    """Whose members may place calls."""
    administrators: tuple[str, ...] = ()
    """Who may edit directory and rules, besides the workspace's own administrators."""
    per_person: int | None = None
    """Calls that one person may place in 24 hours."""
    per_workspace: int | None = None
    """Calls that everybody together may place in 24 hours."""
    at_once: int | None = None
    """Calls that are dialled or talking at the same time; further ones wait in line."""
    same_number: int | None = None
    """Minutes in which a second call to a number must be confirmed."""
    countries: tuple[str, ...] = ()
    """ISO 3166 codes of the countries that may be called; none: all."""
    shared_channels: tuple[str, ...] = ()
    """Conversations shared with other companies in which calls may report all the same."""
    full_names: bool = False
    """Whether public channels show the full name of the person called, not the initials."""
    transcripts: tuple[str, ...] = ()
    """Public channels in which what was said in a call may be read and heard all the same."""
    no_transcripts: tuple[str, ...] = ()
    """Other conversations in which it may not."""
    numbers: tuple[str, ...] = ()
    """Who may be shown a call's number, besides who asked for it and administrators."""
    number_channels: tuple[str, ...] = ()
    """Whose members may be shown it."""
    retention_days: int | None = None
    """Days after a call's end in which it is erased; none: ``RETENTION``."""
    undo_seconds: float | None = None
    """How long an immediate call waits before it is dialled; none: ``UNDO_SECONDS``."""
    tellings: tuple[Telling, ...] = ()
    """Whom outcomes are told besides their threads; none: nobody."""

    @property
    def days_kept(self) -> int:
        """How many days after a call's end it is erased."""
        return self.retention_days or RETENTION


class Stop(Frozen):
    """All dialling is stopped, by whom and since when."""

    by: str
    at: datetime
