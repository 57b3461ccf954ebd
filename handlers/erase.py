"""ERASE: what Slack still shows of an erased call is written over, or deleted."""

import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from calls import agenda, metrics
from calls.clock import now
from calls.errors import DatabaseAway
from calls.jobs import Job
from calls.model import Call
from calls.page import DONE, Result
from calls.place import Place
from handlers.delivery import Later, Never
from handlers.desk import Desk
from handlers.messages import WINDOW
from handlers.thread import later
from views import card, message, reply, transcript
from views.message import Message
from views.text import Text

log = logging.getLogger(__name__)

GONE = frozenset({"message_not_found", "file_not_found", "file_deleted", "thread_not_found"})
REFUSED_FOR = timedelta(hours=1)  # until the next try of what Slack refuses: people may change that


class Erase:
    """The job's coroutine; to do it again, or what is done already, does no harm."""

    def __init__(self, desk: Desk) -> None:
        self._client = desk.client
        self._database = desk.switchboard.database
        self._messages = desk.messages
        self._assistant = desk.settings.allomia_assistant_id

    async def __call__(self, job: Job, call: Call) -> Result:
        """Go through all that was said of a call; what is refused is tried for seven days."""
        if call.erased_at is None:
            return DONE
        refused = ""
        try:
            async for step in self._steps(call):
                try:
                    await step
                except Never as fault:
                    refused = refused if fault.error in GONE else fault.error
        except Later as fault:
            return later(job, call, fault)
        with suppress(DatabaseAway):
            await self._database.scrub()
        return self._refused(job, refused) if refused else DONE

    async def _steps(self, call: Call) -> AsyncIterator[Awaitable[object]]:
        text = Text(call.language)
        shown = card.render(call, text, self._assistant)
        told = reply.render(call, text)
        # The message of attempts shows the newest: it is written over together with that.
        if call.thread and not (call.chain and call.chain.following):
            yield self._over(shown, Place(channel=call.channel, ts=call.thread))
        places = [place for place in (call.replied, call.besides) if place]
        for place in places:
            yield self._over(told, place)
        known = {call.thread, *(place.ts for place in places)}
        # Before the file that is known is gone, which alone marks its message.
        async for found in self._thread(call):
            if found.get("ts") not in known:
                yield self._other(found, call, told)
        if call.quoted:
            yield self._gone(call.quoted)

    async def _over(self, shown: Message, place: Place) -> None:
        """Write a message over; where Slack does not let it be edited any more, delete it."""
        try:
            await self._messages.edit(shown, place.channel, place.ts)
        except Never as fault:
            if fault.error in GONE:
                raise
            await self._gone(place)

    async def _gone(self, place: Place) -> None:
        send = self._messages.delivery.send
        if place.file:
            await send("files.delete", self._client.files_delete(file=place.file))
        if place.ts:
            deleted = self._client.chat_delete(channel=place.channel, ts=place.ts)
            await send("chat.delete", deleted)

    async def _other(self, found: dict[str, Any], call: Call, told: Message) -> None:
        """See to a message that nobody has noted, or not yet: an outcome may just be told."""
        mark, name = message.mark_of(found), transcript.file_name(call)
        files = [str(one["id"]) for one in found.get("files") or () if one.get("name") == name]
        place = Place(channel=call.channel, ts=str(found.get("ts")), file="".join(files[:1]))
        if mark == reply.mark(call):
            await self._over(told, place)
        elif files or (mark and mark.reference == call.reference):
            await self._gone(place)

    async def _thread(self, call: Call) -> AsyncIterator[dict[str, Any]]:
        """Go through the call's thread, where its history may be read."""
        root, cursor = call.under or call.thread, None
        if root is None:
            return
        for _ in range(WINDOW):
            asked = self._client.conversations_replies(
                channel=call.channel,
                ts=root,
                include_all_metadata=True,
                limit=100,
                cursor=cursor,
            )
            try:
                answer = await self._messages.delivery.send("conversations.replies", asked)
            except Never:
                return
            for found in answer.get("messages") or []:
                yield found
            cursor = (answer.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return

    def _refused(self, job: Job, error: str) -> Result:
        fields = {"call": job.call, "job": job.kind.value, "error": error}
        if now() >= job.wanted_at + agenda.TRY_FOR:
            log.error("Slack has not let an erased call's messages be erased", extra=fields)
            metrics.GIVEN_UP.labels(job.kind.value).inc()
            return DONE
        log.warning("Slack does not let a message be erased: tried again", extra=fields)
        due = now() + REFUSED_FOR
        return Result(again=lambda _: due, failed=True)
