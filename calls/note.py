"""What people write about calls."""

from datetime import datetime

from calls.frozen import Frozen


class Note(Frozen):
    """What a person has noted about a call."""

    at: datetime
    by: str
    text: str
