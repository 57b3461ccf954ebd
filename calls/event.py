"""What a call's time line is made of."""

from datetime import datetime

from calls.errors import Reason
from calls.frozen import Frozen
from calls.status import Status


class Event(Frozen):
    """One line of a call's time line."""

    at: datetime
    status: Status
    by: str | None = None
    reason: Reason | None = None
