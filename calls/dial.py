"""DIAL: ask AlloMia to place one call, once, after noting that this is about to happen."""

import logging
import secrets
from datetime import datetime, timedelta

from calls import agenda, policy
from calls.allomia import AlloMia
from calls.allomia_answers import Dispatched
from calls.clock import now
from calls.errors import (
    AlloMiaError,
    AlloMiaRefused,
    AlloMiaUnavailable,
    Moved,
    NotAllowed,
    Over,
    Reason,
    Waits,
)
from calls.jobs import Job
from calls.model import Call
from calls.page import DONE, Change, Result
from calls.status import Status
from calls.switchboard import Switchboard

log = logging.getLogger(__name__)

LOOK_AGAIN = timedelta(seconds=5)  # whether the line is free, for who is next in it
RARELY = timedelta(seconds=150)  # the same at the longest, for everybody else
SPREAD = 101  # steps in which those look one after the other


class Dial:
    """The job's coroutine."""

    def __init__(self, switchboard: Switchboard, allomia: AlloMia, callback_path: str) -> None:
        self._callback_path = callback_path
        self._switchboard = switchboard
        self._allomia = allomia
        self._settings = switchboard.settings

    async def __call__(self, job: Job, call: Call) -> Result:
        """Dial a queued call; whoever finds one that is being dialled knows that nobody does."""
        if call.status is Status.DIALLING:
            return Result(change=_interrupted, again=_anew)
        if call.status is not Status.QUEUED:
            return DONE
        if now() < call.due_at:  # it was moved to a later hour
            return Result(again=lambda newest: max(newest.due_at, now()))
        return await self._dial(job, call)

    async def _dial(self, job: Job, call: Call) -> Result:
        last = policy.last_instant(call, self._settings.dial_within)
        if now() >= last:
            return _unless_moved(call, policy.expired)
        token = secrets.token_urlsafe(32) if self._settings.public_url else None
        try:
            dialling = await self._switchboard.intend(call, token)
        except Waits as fault:
            return self._held(job, call, fault)
        except (NotAllowed, Moved, Over) as fault:
            return _unless_moved(call, _not_now(fault))
        if dialling is None:  # cancelled meanwhile: look again
            return Result(again=lambda _: now())
        address = f"{self._settings.public_url}{self._callback_path}{token}" if token else None
        try:
            answer = await self._allomia.create(dialling, address, job.deadline)
        except AlloMiaError as error:
            log.warning("AlloMia did not place the call", extra=_fields(call, error))
            return _not_placed(job, dialling, error, last)
        return Result(change=lambda newest: _placed(newest, answer))

    def _held(self, job: Job, call: Call, fault: Waits) -> Result:
        """Ask again; while a call waits in line, its time to be dialled does not run out.

        Who is next in line is woken, and everybody once dialling is resumed. To look by oneself is
        for what goes wrong with that: thousands who did so often would keep all else from its turn.
        """
        at, within = now(), timedelta(seconds=self._settings.dial_within)
        longest, in_line = min(within / 4, RARELY), fault.reason.key == policy.IN_LINE
        due = at if in_line and at - call.due_at > longest / 2 else call.due_at
        # Those whose hour was the same do not all look at the same time again.
        pause = longest * (1 + job.id % SPREAD / SPREAD) / 2
        # Resumed before it is noted that this one waits, nobody wakes it.
        if in_line or not call.reason or call.reason.key != fault.reason.key:
            pause = min(LOOK_AGAIN * (1 + fault.turns), pause)
        later = min(at + pause, due + within)

        def held(newest: Call) -> Call:
            moved = newest.due_at != call.due_at  # to another hour meanwhile
            return newest if moved else newest.held(fault.reason, due)

        return Result(change=held, again=lambda newest: max(newest.due_at, later))


def _unless_moved(call: Call, change: Change) -> Result:
    """Change a call, unless somebody has given it another hour meanwhile: that is waited for."""

    def changed(newest: Call) -> Call:
        return newest if newest.due_at != call.due_at else change(newest)

    return Result(change=changed, again=_at_its_hour)


def _not_now(fault: NotAllowed | Moved | Over) -> Change:
    """Do not dial; have a further attempt wait until it may be made, or make none."""
    if isinstance(fault, NotAllowed):
        reasons = fault.reasons
        return lambda newest: newest.barred(reasons)
    if isinstance(fault, Over):
        reason = fault.reason
        return lambda newest: newest.cancelled(reason)
    hour = fault.hour
    return lambda newest: newest.moved(hour)


def _at_its_hour(newest: Call) -> datetime | None:
    return newest.due_at if newest.status is Status.QUEUED else None


def _interrupted(newest: Call) -> Call:
    if newest.status is not Status.DIALLING:  # whoever dialled was only slow, and knows better
        return newest
    return newest.lost(Reason(key="unknown.interrupted"))


def _anew(newest: Call) -> datetime | None:
    return now() if newest.status is Status.QUEUED else None


def _not_placed(job: Job, intent: Call, error: AlloMiaError, last: datetime) -> Result:
    if isinstance(error, AlloMiaRefused):
        return Result(change=lambda newest: newest.refused(error.reason))
    if isinstance(error, AlloMiaUnavailable):
        later = min(last, agenda.retry_at(job.failures, now(), error.retry_after))

        def postponed(newest: Call) -> Call:
            # Noted twice, it must not undo the intent of who has taken the call up since.
            ours = newest.dialled_at == intent.dialled_at
            return newest.postponed(error.reason) if ours else newest

        return Result(
            change=postponed,
            again=lambda newest: later if newest.status is Status.QUEUED else None,
            failed=True,
        )
    return Result(change=lambda newest: newest.lost(error.reason))


def _placed(call: Call, answer: Dispatched) -> Call:
    return call.calling(answer.outbound_call_id, answer.contact_id)


def _fields(call: Call, error: AlloMiaError) -> dict[str, str]:
    return {"call": call.reference, "job": "dial", "reason": error.reason.key}
