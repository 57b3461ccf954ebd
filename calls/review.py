"""A review: what would become of a draft that were submitted now; nothing of it is written."""

from calls import numbers
from calls.directory import Directory
from calls.errors import Reason
from calls.frozen import Frozen
from calls.order import Order
from calls.variables import HIDDEN


class Review(Frozen):
    """What was read of a draft, and what speaks against placing it.

    ``order`` is none where the draft cannot be read; ``waits`` is what would hold the call up.
    """

    order: Order | None
    reasons: tuple[Reason, ...]
    directory: Directory
    pause: float
    """Seconds in which a call that is to be dialled at once can still be cancelled."""
    waits: Reason | None = None

    def seen_by(self, person: str) -> Order | None:
        """Return what a person may see of the order: what others had hidden from them stays so."""
        if self.order is None or self.order.told_by in {None, person}:
            return self.order
        hidden = dict.fromkeys(self.order.variables, HIDDEN)
        return self.order.having(number=numbers.masked(self.order.number), variables=hidden)
