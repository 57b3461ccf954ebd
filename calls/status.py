"""Where a call stands."""

from enum import StrEnum


class Status(StrEnum):
    """Where a call stands; the words of AlloMia's final statuses are AlloMia's."""

    QUEUED = "queued"
    DIALLING = "dialling"
    CALLING = "calling"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    ENDED = "ended"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"

    @property
    def live(self) -> bool:
        """Tell whether the call may still ring a telephone, as far as anybody knows."""
        return self in LIVE

    @property
    def final(self) -> bool:
        """Tell whether nothing more will be learnt about the call."""
        return not self.live and self is not Status.UNKNOWN


LIVE = frozenset({Status.QUEUED, Status.DIALLING, Status.CALLING})
