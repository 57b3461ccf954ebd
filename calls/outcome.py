"""What AlloMia says of a call's end."""

from datetime import datetime

from calls.frozen import Frozen
from calls.status import Status


class Outcome(Frozen):
    """How AlloMia says that a call ended; ``duration`` is in seconds."""

    status: Status
    word: str
    duration: float | None = None
    ended_reason: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    noted_at: datetime | None = None
    """When we learnt it, by our clock."""
