"""What a call must still become: the jobs that follow from a change of its state, and when."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum

from calls.missed import is_missed
from calls.model import Call
from calls.outcome import Outcome
from calls.settings import Settings
from calls.status import Status


class Kind(StrEnum):
    """The jobs; each has one effect on the outside world, and a call has one of each at most."""

    OPEN = "open"
    DIAL = "dial"
    CHECK = "check"
    REPLY = "reply"
    CARD = "card"
    DETAILS = "details"
    AMEND = "amend"
    QUOTE = "quote"
    BESIDES = "besides"
    AGAIN = "again"
    HEED = "heed"
    HAND = "hand"
    ERASE = "erase"


SPEAKING = frozenset({Kind.OPEN, Kind.CARD, Kind.REPLY, Kind.AMEND, Kind.QUOTE, Kind.BESIDES})
"""Those that write into Slack what they have read of a call."""


def following(
    before: Call | None, after: Call, now: datetime, settings: Settings
) -> dict[Kind, datetime]:
    """Tell which jobs a change brings, each with the instant (UTC) from which it is due."""
    if before is None:
        # An attempt has the message of those before it.
        return {Kind.DIAL: after.due_at, Kind.CARD: now} if after.thread else {Kind.OPEN: now}
    jobs: dict[Kind, datetime] = {}
    moved = after.status is not before.status
    if after.thread and after.status is Status.QUEUED:
        jobs |= _to_dial(before, after, now)
    if _to_check(before, after, moved=moved):
        first = timedelta(0) if after.rung else timedelta(seconds=settings.poll_first)
        jobs[Kind.CHECK] = now + first
    if after.to_announce and (moved or not before.to_announce):
        jobs[Kind.REPLY] = now
    if after.undecided and not before.undecided:
        jobs[Kind.AGAIN] = now
    if moved and after.outcome and settings.allomia_organization_id:
        jobs[Kind.DETAILS] = now + first_detail(after.outcome)
    jobs |= dict.fromkeys(
        (*_retold(before, after), *_by_record(before, after), *_handed(before, after)), now
    )
    if after.thread and _to_draw(before, after):
        jobs[Kind.CARD] = now
    return jobs


def _retold(before: Call, after: Call) -> Iterator[Kind]:
    """Tell what is said anew once the thread has heard of a call's state, or more of it is known.

    The first direct message follows the reply; a later one would come out of the blue.
    """
    if after.to_announce:
        return
    told_anew = (after.replied, after.record) != (before.replied, before.record)
    answered = is_missed(after) and after.done_at != before.done_at
    if after.replied and (answered or (told_anew and after.record)):
        yield Kind.AMEND
    heard = after.announced is not before.announced
    first = heard and after.replied and after.replied.direct
    if first or (after.besides and (heard or after.record != before.record)):
        yield Kind.BESIDES


def _handed(before: Call, after: Call) -> Iterator[Kind]:
    if after.assigned_to and after.assigned_to != before.assigned_to:
        yield Kind.HAND


def _to_dial(before: Call, after: Call, now: datetime) -> dict[Kind, datetime]:
    if after.hour != before.hour:
        return {Kind.DIAL: after.due_at}
    return {} if before.thread else {Kind.DIAL: max(after.due_at, now + after.undo)}


def _to_draw(before: Call, after: Call) -> bool:
    if not before.thread:
        return after.status is not Status.QUEUED
    replaced = after.followed and not before.followed  # the new attempt is drawn anyway
    return after.face != before.face and not replaced


def _by_record(before: Call, after: Call) -> Iterator[Kind]:
    """Tell which jobs follow from what has been learnt of the conversation."""
    if after.opted_out and not before.opted_out:
        yield Kind.HEED
    heard = after.announced is not before.announced and not after.quoted
    if _has_transcript(after) and (heard or not _has_transcript(before)):
        yield Kind.QUOTE


def following_erasure(before: Call, after: Call, now: datetime) -> dict[Kind, datetime]:
    """Tell which jobs a change brings of a call that is erased, or by which it is."""
    heard = after.status is not before.status or not before.to_announce
    return {Kind.ERASE: now} | ({Kind.REPLY: now} if heard and after.to_announce else {})


def _has_transcript(call: Call) -> bool:
    return bool(call.thread and call.record and call.record.transcript)


def _to_check(before: Call, after: Call, *, moved: bool) -> bool:
    rang = after.rung > before.rung
    if after.status is Status.CALLING:
        return moved or rang
    return (
        after.status is Status.UNKNOWN and bool(after.rung and after.id_to_ask) and (moved or rang)
    )


def next_look(
    call: Call, now: datetime, settings: Settings, later: datetime | None = None
) -> datetime | None:
    """Tell when to ask AlloMia again about a call under way; ``None`` once that is given up.

    The pauses grow with the time that the call has taken, from ``POLL_FIRST`` to ``POLL_MAX``;
    after a failure it is ``later``, but never later than the instant of giving up.
    """
    since = now - (call.dialled_at or call.placed_at)
    left = timedelta(seconds=settings.give_up_after) - since
    if left <= timedelta(0):
        return None
    pause = max(settings.poll_first, min(settings.poll_max, since.total_seconds() / 2))
    at = max(now + timedelta(seconds=pause), later or now)
    return min(at, now + left)


TALKED = frozenset({Status.COMPLETED, Status.ENDED})


def first_detail(outcome: Outcome) -> timedelta:
    """Tell how long after a call's end its record is looked for; few others have one."""
    return timedelta(seconds=2 if outcome.status in TALKED else 30)


def next_detail(call: Call, now: datetime, wish: float | None = None) -> datetime | None:
    """Tell when to look for a call's record again; ``None`` once that is given up.

    The pauses grow with the time since its end, to three minutes; after an hour it is over, after
    two minutes where nobody was reached. ``wish`` is AlloMia's own, in seconds.
    """
    if call.outcome is None:
        return None
    since = now - (call.outcome.noted_at or call.dialled_at or call.placed_at)
    left = LOOK_FOR[call.outcome.status in TALKED] - since
    if left <= timedelta(0):
        return None
    pause = max(first_detail(call.outcome), min(since / 3, LONGEST_LOOK))
    return now + max(min(pause, left), timedelta(seconds=min(wish or 0, LONGEST_WISH)))


LOOK_FOR = {True: timedelta(hours=1), False: timedelta(minutes=2)}
LONGEST_LOOK = timedelta(minutes=3)


def retry_at(failures: int, now: datetime, retry_after: float | None = None) -> datetime:
    """Tell when to try again after so many failures: 1 s, 2 s, 4 s and on, five minutes at most.

    ``retry_after`` (seconds) is the other side's own wish, obeyed up to an hour; a wish for no
    pause at all is not, or we would ask without end.
    """
    if retry_after:
        return now + timedelta(seconds=min(retry_after, LONGEST_WISH))
    return now + timedelta(seconds=min(2.0 ** min(failures, 16), LONGEST_PAUSE))


LONGEST_PAUSE = 300.0
LONGEST_WISH = 3600.0
TRY_FOR = timedelta(days=7)
"""For which a job that fails is tried again, at most; a dead token is waited for longer."""
