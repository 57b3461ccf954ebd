"""What is known of a number, and what is left of a call once it is erased.

That is what figures need, and where its messages stand.
"""

from datetime import datetime

from calls.errors import Reason
from calls.frozen import Frozen
from calls.model import Call
from calls.record import Record
from calls.status import LIVE, Status

FORGOTTEN = Reason(key="cancelled.forgotten")
VOICEMAIL = "voicemail"
MOODS = frozenset({"positive", "neutral", "negative", "mixed"})
"""AlloMia's own words, which name nobody; any other is written by a model."""


class Found(Frozen):
    """What is known of a number; ``listed``: whether it is on the do-not-call list."""

    number: str
    calls: tuple[Call, ...] = ()
    drafts: int = 0
    favourites: int = 0
    profiles: int = 0
    removed: int = 0
    """Entries of the do-not-call list that were removed."""
    listed: bool = False

    @property
    def nothing(self) -> bool:
        """Tell whether there is nothing to erase."""
        others = self.drafts + self.favourites + self.profiles + self.removed
        return not (self.calls or others or self.listed)

    @property
    def references(self) -> list[str]:
        """Return its calls' references."""
        return [call.reference for call in self.calls]

    @property
    def under_way(self) -> int:
        """Count the calls that ring or talk, or may: no request can take them back."""
        return sum(call.status in LIVE - {Status.QUEUED} for call in self.calls)


def settled(call: Call, now: datetime) -> Call:
    """Erase a call that is to be, once it is over, and what was learnt of an erased one since.

    One that waits is not dialled any more. An unknown call is over: nobody asks about it.
    """
    if call.to_erase:
        call = call.cancelled(FORGOTTEN, call.by)
    if call.status.live or not (call.to_erase or call.erased_at):
        return call
    return _left(call, call.erased_at or now)


def _left(call: Call, at: datetime) -> Call:
    return call.having(
        number="",
        name="",
        variables={},
        typed={},
        told_by=None,
        response_url=None,
        token_hash=None,
        outbound_call_id=None,
        contact_id=None,
        hinted_id=None,
        outcome=call.outcome and call.outcome.having(ended_reason=None),
        reason=_bare(call.reason),
        looked=_bare(call.looked),
        record=_record(call),
        opted_out=False,
        chain=call.chain and call.chain.having(over=_bare(call.chain.over)),
        notes=(),
        to_erase=False,
        erased_at=at,
    )


def _bare(reason: Reason | None) -> Reason | None:
    """Return a reason that is our own words alone: others may quote a number or AlloMia."""
    return reason if reason and not (reason.values or reason.parts) else None


def _record(call: Call) -> Record | None:
    mood = call.record.sentiment if call.record else None
    mood = mood if mood in MOODS else None
    if not (mood or call.voicemail):
        return None
    return Record(id="", outcome=VOICEMAIL if call.voicemail else None, sentiment=mood)
