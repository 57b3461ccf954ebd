"""HAND: whom a call was assigned to is told so by direct message, once."""

import logging

from calls import hand_over
from calls.clock import now
from calls.event import Event
from calls.jobs import Job
from calls.model import Call
from calls.page import DONE, Result
from handlers.delivery import Later, Never
from handlers.desk import Desk
from handlers.once import Once
from handlers.thread import later
from views import answer, handing_windows
from views import roll as roll_face
from views.message import Message
from views.mrkdwn import user
from views.text import Text

log = logging.getLogger(__name__)


class Assigned:
    """The job's coroutine."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def __call__(self, job: Job, call: Call) -> Result:
        """Tell who sees to a call from now on, unless they have taken it themselves.

        Nothing is told of who was called: what stands there nobody will erase. Who assigned it
        hears where that is not possible.
        """
        to = call.assigned_to
        events = await self._desk.switchboard.history(call.reference)
        event = hand_over.assigning(call, events)
        if not to or event is None or event.by in {None, to}:
            return DONE
        once = Once(self._desk.messages, job, call)
        try:
            try:
                await once.post(await self._told(call, to, event), to)
            except Never:
                log.warning("Who sees to a call was not told", extra={"call": call.reference})
                await self._desk.messages.post(await self._untold(call, to, event), _by(event))
        except Never:
            return DONE
        except Later as fault:
            return later(job, call, fault)
        return Result(again=lambda newest: None if newest.assigned_to == to else now())

    async def _told(self, call: Call, to: str, event: Event) -> Message:
        address = await self._desk.homes.where()
        link = roll_face.link(call, address) if address and call.thread else None
        text = Text(await self._desk.languages.learnt(call.team, to))
        return handing_windows.told(call, event, link, text)

    async def _untold(self, call: Call, to: str, event: Event) -> Message:
        text = Text(await self._desk.languages.learnt(call.team, _by(event)))
        return answer.said(text, "handing.untold", reference=call.reference, person=user(to))


def _by(event: Event) -> str:
    return event.by or ""
