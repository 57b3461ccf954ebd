"""DETAILS: look in AlloMia's call log for what became of a call that is over."""

import logging
from datetime import datetime, timedelta

from calls import agenda, hand_over
from calls.call_log import CallLog
from calls.clock import now
from calls.errors import AlloMiaUnavailable
from calls.jobs import Job
from calls.model import Call
from calls.page import DONE, Result
from calls.record import Record
from calls.switchboard import Switchboard

log = logging.getLogger(__name__)

AT_ONCE = 4  # looks under way: what people wait for has the other slots
PAUSE = timedelta(seconds=2)  # until the next try where there are so many
APART = timedelta(milliseconds=20)  # these tries from one another


class Details:
    """The job's coroutine; without a ``call_log`` there is nowhere to look."""

    def __init__(self, switchboard: Switchboard, call_log: CallLog | None) -> None:
        self._switchboard = switchboard
        self._call_log = call_log
        self._looking = 0
        self._last_turn = now()

    async def __call__(self, job: Job, call: Call) -> Result:  # noqa: ARG002
        """Look once; a record that is not there, or not whole yet, is looked for again."""
        if self._call_log is None or not _wanted(call):
            return DONE
        if self._looking >= AT_ONCE:
            later = self._turn()
            return Result(again=lambda _: later)
        self._looking += 1
        try:
            return await self._look(self._call_log, call)
        finally:
            self._looking -= 1

    def _turn(self) -> datetime:
        """Return when to come back: each in turn, so that thousands who wait crowd nobody out."""
        self._last_turn = max(now() + PAUSE, self._last_turn + APART)
        return self._last_turn

    async def _look(self, call_log: CallLog, call: Call) -> Result:
        found: Record | None = None
        wish = None
        try:
            others = await self._switchboard.others(call)
            found = await call_log.found(call, others, now())
        except AlloMiaUnavailable as error:
            wish = error.retry_after
            fields = {"call": call.reference, "job": "details", "reason": error.reason.key}
            log.info("AlloMia's call log did not tell about a call", extra=fields)
        following = agenda.next_detail(call, now(), wish)
        if found is None:
            return Result(again=lambda _: following)
        record = found
        return Result(
            change=lambda newest: hand_over.detailed(newest, record),
            again=lambda newest: None if newest.record and newest.record.complete else following,
        )


def _wanted(call: Call) -> bool:
    if call.outcome is None or call.erased_at:
        return False
    return not (call.record and call.record.complete)
