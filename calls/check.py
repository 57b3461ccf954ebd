"""CHECK: ask AlloMia how a call is; its answer is the only thing that ends one."""

import logging
from datetime import datetime

from calls import agenda
from calls.allomia import AlloMia
from calls.clock import now
from calls.errors import AlloMiaUnavailable, Reason
from calls.jobs import Job
from calls.model import Call, Status
from calls.switchboard import DONE, Result, Switchboard

log = logging.getLogger(__name__)

GAVE_UP = Reason(key="unknown.gave_up")
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
            progress = await self._allomia.status(call.id_to_ask)
        except AlloMiaUnavailable as error:
            log.warning(
                "AlloMia did not tell how a call is",
                extra={"call": call.reference, "job": "check", "reason": error.reason.key},
            )
            later = agenda.retry_at(job.failures, now(), error.retry_after)
            reason = error.reason if error.reason.key in TO_BE_TOLD else None
            return self._unfinished(call, reason, later)
        outcome = progress.outcome
        if outcome is None:
            return self._unfinished(call, None, None)
        return Result(change=lambda newest: newest.ended(outcome))

    def _unfinished(self, seen: Call, reason: Reason | None, later: datetime | None) -> Result:
        at = now()
        next_look = agenda.next_look(seen, at, self._settings, later)
        answered = later is None

        def change(newest: Call) -> Call:
            if newest.status is Status.UNKNOWN:
                if answered and next_look and newest.id_to_ask:
                    return newest.calling(newest.id_to_ask, newest.contact_id)
                return newest.having(looked_at=at)
            if newest.status is not Status.CALLING:
                return newest
            return newest.having(reason=reason) if next_look else newest.lost(GAVE_UP)

        def again(newest: Call) -> datetime | None:
            return at if newest.rung != seen.rung else next_look

        return Result(change=change, again=again, failed=not answered)
