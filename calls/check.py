"""CHECK: ask AlloMia how a call is; its answer is the only thing that ends one."""

import logging
from datetime import datetime

from calls import agenda
from calls.allomia import AlloMia
from calls.allomia_answers import Progress
from calls.clock import now
from calls.errors import AlloMiaUnavailable, Reason
from calls.jobs import Job
from calls.model import Call
from calls.page import DONE, Change, Result
from calls.status import Status
from calls.switchboard import Switchboard

log = logging.getLogger(__name__)

TO_BE_TOLD = frozenset({"look.key", "look.forbidden", "look.not_found"})


class Check:
    """The job's coroutine."""

    def __init__(self, switchboard: Switchboard, allomia: AlloMia) -> None:
        self._allomia = allomia
        self._settings = switchboard.settings

    async def __call__(self, job: Job, call: Call) -> Result:
        """Look once at a call that is under way, or that is unknown and has an id."""
        if call.status not in {Status.CALLING, Status.UNKNOWN} or not call.id_to_ask:
            return DONE
        try:
            progress = await self._allomia.status(call.id_to_ask, call.number)
        except AlloMiaUnavailable as error:
            log.warning(
                "AlloMia did not tell how a call is",
                extra={"call": call.reference, "job": "check", "reason": error.reason.key},
            )
            return self._not_told(job, call, error)
        outcome = progress.outcome
        if outcome is None:
            return self._under_way(call, progress)
        noted = outcome.having(noted_at=now())
        return Result(change=lambda newest: newest.ended(noted))

    def _under_way(self, seen: Call, progress: Progress) -> Result:
        """AlloMia knows the call and names no end of it."""
        at = now()
        next_look = agenda.next_look(seen, at, self._settings)
        word = Reason(key="look.word", values={"word": progress.word})
        reason = None if progress.word.lower() == "calling" else word

        def change(newest: Call) -> Call:
            if newest.status is Status.UNKNOWN and newest.id_to_ask and next_look:
                newest = newest.calling(newest.id_to_ask, newest.contact_id)
            return newest.looked_for(reason, at, over=next_look is None)

        return _again(seen, at, next_look, change)

    def _not_told(self, job: Job, seen: Call, error: AlloMiaUnavailable) -> Result:
        """AlloMia's answer tells nothing about the call."""
        at = now()
        later = agenda.retry_at(job.failures, at, error.retry_after)
        next_look = agenda.next_look(seen, at, self._settings, later)

        def change(newest: Call) -> Call:
            to_tell = newest.status is Status.UNKNOWN or error.reason.key in TO_BE_TOLD
            reason = error.reason if to_tell else newest.reason
            return newest.looked_for(reason, at, over=next_look is None)

        return _again(seen, at, next_look, change).having(failed=True)


def _again(seen: Call, at: datetime, next_look: datetime | None, change: Change) -> Result:
    """Look again at once where the callback has rung meanwhile, else when it is time."""
    return Result(change=change, again=lambda newest: at if newest.rung != seen.rung else next_look)
