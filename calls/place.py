"""Where what was told is found again."""

from calls.frozen import Frozen


class Place(Frozen):
    """Where a message stands in Slack."""

    channel: str
    ts: str
    file: str = ""
    """The file's id, where it is one: its message is not told."""
    mentions: tuple[str, ...] = ()
    """Whom it mentions: the ids of people and user groups."""
    direct: str = ""
    """Who is told by direct message besides."""
