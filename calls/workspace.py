"""A workspace as its administrators have arranged it."""

from calls.directory import Directory
from calls.frozen import Frozen
from calls.rules import Rules, Stop


class Workspace(Frozen):
    """What administrators have decided for their workspace; ``version`` 0: nothing yet."""

    version: int = 0
    directory: Directory = Directory()
    rules: Rules = Rules()
    stopped: Stop | None = None
