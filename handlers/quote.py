"""QUOTE: what was said in a call is quoted in its thread, where the rules show it."""

from calls import agenda, hand_over, transcripts, turns
from calls.clock import now
from calls.errors import AlloMiaUnavailable
from calls.jobs import Job
from calls.model import Call
from calls.page import DONE, Result
from calls.place import Place
from calls.turns import Turn
from handlers.delivery import Later, Never
from handlers.desk import Desk
from handlers.messages import Posted
from handlers.once import Once
from handlers.thread import RECENT, later
from handlers.transcript import linked
from views import names
from views import transcript as face
from views.text import Text


class Quote:
    """The job's coroutine."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def __call__(self, job: Job, call: Call) -> Result:
        """Quote a transcript once, after the outcome, as a message or as a file.

        Whoever tells the outcome wants this job anew, so nobody waits where nobody could be told.
        Where files may not be posted, *Details* shows a long one.
        """
        if not _wanted(call):
            return DONE
        if call.to_announce:
            return Result(again=lambda newest: None if newest.to_announce else now())
        try:
            seen = await self._seen(call)
            told = await self._turns(call)  # read for an opt-out, shown or not
        except AlloMiaUnavailable as fault:
            following = agenda.next_detail(call, now(), fault.retry_after)
            return Result(again=lambda _: following, doubtful=job.tries > 1)
        except Never:
            return DONE
        except Later as fault:
            return later(job, call, fault)
        heard = await turns.opting_out(told, call.assistant_name)
        result = await self._quoted(job, seen, told) if seen else DONE

        def changed(newest: Call) -> Call:
            return result.change(hand_over.opting_out(newest) if heard else newest)

        return result.having(change=changed)

    async def _quoted(self, job: Job, call: Call, told: list[Turn]) -> Result:
        try:
            posted = await self._posted(job, call, told)
        except Never:
            return DONE
        except Later as fault:
            return later(job, call, fault)
        place = posted and Place(channel=posted.channel, ts=posted.ts, file=posted.file)
        return Result(change=lambda newest: newest.having(quoted=newest.quoted or place))

    async def _seen(self, call: Call) -> Call | None:
        """Return a call as its conversation sees it, if that may know what was said."""
        place = await self._desk.conversations.look(call.team, call.channel, fresh=RECENT)
        workspace = await self._desk.switchboard.workspaces.newest(call.team)
        if not place.speaks(call.channel, workspace.rules):
            return None
        return names.shown(call, full=place.names(workspace.rules))

    async def _turns(self, call: Call) -> list[Turn]:
        link = await linked(self._desk, call, "transcriptUrl")
        if link is None or self._desk.transcripts is None:
            raise AlloMiaUnavailable(transcripts.AWAY)
        words = await self._desk.transcripts.fetch(link)
        told = await turns.read_apart(words, call.number)
        newest = await self._desk.switchboard.call(call.reference, call.team)
        return [] if newest and newest.erased_at else told  # it may have been meanwhile

    async def _posted(self, job: Job, call: Call, told: list[Turn]) -> Posted | None:
        messages, text, thread = self._desk.messages, Text(call.language), call.root or ""
        message = face.quoted(call, told, text)
        if not told or message.mark is None:
            return None
        content = face.filed(call, told, text)
        if content is not None:
            if job.tries > 1:  # a file carries no mark by which it could be found
                return None
            name, deadline = face.file_name(call), job.deadline
            return await messages.share(
                name, content, face.comment(text), call.channel, thread, deadline=deadline
            )
        return await Once(messages, job, call).post(message, call.channel, thread)


def _wanted(call: Call) -> bool:
    return bool(call.thread and call.record and call.record.transcript and not call.quoted)
