"""BESIDES: one person is told an outcome by direct message, besides its thread."""

import logging

from calls.clock import now
from calls.jobs import Job
from calls.model import Call
from calls.page import DONE, Result
from calls.place import Place
from calls.slack_ids import SEVERAL
from handlers.delivery import Later, Never
from handlers.desk import Desk
from handlers.once import Once
from handlers.thread import RECENT, later
from views import names, reply
from views.message import Message
from views.text import Text

log = logging.getLogger(__name__)


class Besides:
    """The job's coroutine."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def __call__(self, job: Job, call: Call) -> Result:
        """Post a call's only direct message, or let it tell what the call is by now."""
        person = _told(call)
        if not person:
            return DONE
        try:
            if call.erased_at:
                return await self._left(job, call, person)
            seen = await self._seen(call, person)
            if seen is None:
                log.info("A direct message is not for its person", extra=_fields(call, "no_member"))
                return DONE
            place = await self._done(job, call, await self._written(seen, person), person)
        except Never as fault:  # gone, or a bot: the thread has told it
            log.warning("A direct message cannot be delivered", extra=_fields(call, fault.error))
            return DONE
        except Later as fault:
            return later(job, call, fault)
        return Result(
            change=lambda newest: newest.having(besides=newest.besides or place),
            again=lambda newest: None if _face(newest) == _face(call) else now(),
        )

    async def _left(self, job: Job, call: Call, person: str) -> Result:
        """Tell nothing of an erased call; note what nobody lived to note: it is written over."""
        place = await self._earlier(job, call, person)
        return Result(change=lambda newest: newest.having(besides=newest.besides or place))

    async def _seen(self, call: Call, person: str) -> Call | None:
        """Return a call as a person may see it: who is not in its conversation sees nothing."""
        if person in {call.asked_by, call.told_by}:
            return call
        conversations = self._desk.conversations
        place = await conversations.look(call.team, call.channel, fresh=RECENT)
        workspace = await self._desk.switchboard.workspaces.newest(call.team)
        barred = place.bars(call.channel, workspace.rules)
        if barred or not await conversations.holds(call.channel, person):
            return None
        return names.shown(call, full=place.names(workspace.rules))

    async def _written(self, seen: Call, person: str) -> Message:
        language = seen.language
        if person != seen.asked_by:
            language = await self._desk.languages.learnt(seen.team, person)
        address = await self._desk.messages.address(seen.channel, seen.thread or "")
        return reply.besides(seen, address, Text(language))

    async def _done(self, job: Job, call: Call, message: Message, person: str) -> Place:
        """Edit what stands there already, or post it."""
        messages = self._desk.messages
        if place := call.besides or await self._earlier(job, call, person):
            await messages.edit(message, place.channel, place.ts)
            return place
        posted = await messages.post(message, person, deadline=job.deadline)
        return Place(channel=posted.channel, ts=posted.ts, direct=person)

    async def _earlier(self, job: Job, call: Call, person: str) -> Place | None:
        """Look for what an earlier run has posted."""
        once = Once(self._desk.messages, job, call)
        posted = await once.earlier(reply.mark_besides(call), person)
        return posted and Place(channel=posted.channel, ts=posted.ts, direct=person)


def _told(call: Call) -> str:
    """Return who is told; nobody is where the call has no conversation of several people."""
    if not call.thread or call.to_announce or not call.channel.startswith(SEVERAL):
        return ""
    if call.besides:
        return call.besides.direct
    return call.replied.direct if call.replied else ""


def _face(call: Call) -> tuple[object, ...]:
    return call.announced, call.record


def _fields(call: Call, error: str) -> dict[str, str]:
    return {"call": call.reference, "error": error}
