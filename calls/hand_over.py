"""What a call leaves people to do: who sees to it, what they note, and when it is done."""

from collections.abc import Sequence
from datetime import datetime

from calls import follow_up, opt_out
from calls.event import Event
from calls.follow_up import FollowUp
from calls.missed import MISSED
from calls.model import Call
from calls.note import Note
from calls.record import Record
from calls.status import Status
from calls.words import clean

ASSIGNED = "handed.assigned"
LONGEST = 1000  # characters of a note
MOST = 20  # notes of a call

UNREACHED = frozenset(
    {
        Status.BUSY,
        Status.NO_ANSWER,
        Status.FAILED,
        Status.ENDED,
        Status.REFUSED,
        Status.UNKNOWN,
    }
)
STILL_WANTED = frozenset({"cancelled.late", MISSED, "again.voicemail"})
"""Why a call was cancelled that is still wanted, as far as anybody knows."""


def needs_somebody(call: Call) -> bool:
    """Tell whether a call that is over leaves people something to do, or has."""
    if call.status.live or call.erased_at or (call.chain and call.chain.following):
        return False
    if call.status is Status.CANCELLED:
        wanted = call.reason is not None and call.reason.key in STILL_WANTED
        return wanted or call.opted_out
    return (
        call.status in UNREACHED or call.voicemail or call.opted_out or left_to_do(call) is not None
    )


def left_to_do(call: Call) -> FollowUp | None:
    """Tell what the conversation has left people to do, by its outcome."""
    return follow_up.asked(call.record.outcome) if call.record else None


def is_open(call: Call) -> bool:
    """Tell whether that is not done yet."""
    return needs_somebody(call) and call.done_at is None


def may_list(call: Call) -> bool:
    """Tell whether a person should say if the number goes on the do-not-call list."""
    return call.opted_out and call.listed_by is None and is_open(call)


def opting_out(call: Call) -> Call:
    """Note that the person called wants no calls; who had done with it knew nothing of that."""
    if call.opted_out:
        return call
    return call.having(opted_out=True, done_by=None, done_at=None)


def detailed(call: Call, record: Record) -> Call:
    """Note what the call log tells, and whether it tells that the person called wants no calls."""
    found = call.detailed(record)
    known = found.record
    if known is None:
        return found
    said = opt_out.outcome_says(known.outcome) or opt_out.said_in(known.summaries.values())
    return opting_out(found) if said else found


def assigned(call: Call, to: str) -> Call:
    """Note who sees to it; where it was done, it is not any more."""
    return reopened(call).having(assigned_to=to)


def assigning(call: Call, events: Sequence[Event]) -> Event | None:
    """Return when and by whom a call was assigned last, while it is open, of its time line."""
    found = [event for event in events if event.reason and event.reason.key == ASSIGNED]
    if not found or not is_open(call):
        return None
    last = found[-1]
    mine = last.reason and last.reason.values.get("person") == call.assigned_to
    return last if mine else None


def finished(call: Call, by: str, at: datetime) -> Call:
    """Note that it is done; who was first stays."""
    return call if call.done_at else call.having(done_by=by, done_at=at)


def reopened(call: Call) -> Call:
    """Note that it is not done after all."""
    return call.having(done_by=None, done_at=None)


def noted(call: Call, note: Note) -> Call:
    """Add a note; one that is sent twice is one."""
    last = call.notes[-1] if call.notes else None
    same = last and (last.by, last.text) == (note.by, note.text)
    return call if same else call.having(notes=(*call.notes, note))


def listed(call: Call, by: str, at: datetime) -> Call:
    """Note who has put the number on the do-not-call list, by which all is done."""
    return finished(call.having(listed_by=call.listed_by or by), by, at)


def written(text: str) -> str:
    """Return a note as it is kept: without what no screen should be given; lines stay."""
    return "\n".join(filter(None, map(clean, text.splitlines())))[:LONGEST]
