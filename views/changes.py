"""What a file would change, and what is wrong with one, as it is told in a terminal."""

from collections.abc import Sequence

from calls.differences import Difference
from calls.errors import Reason
from views.text import Text


def lines(found: Sequence[Difference], text: Text) -> list[str]:
    """Tell each difference in a line that begins with its sign."""
    return [f"{one.sign} {text.reason(one.told)}" for one in found]


def faults(reasons: Sequence[Reason], text: Text) -> list[str]:
    """Tell each fault in a line, and then that nothing was done."""
    return [*map(text.reason, reasons), text("file.nothing")]
