"""The call's thread, job by job: its message is posted, drawn anew, and answered."""

import logging
from contextlib import suppress
from datetime import datetime, timedelta

from calls import agenda, metrics, policy, telling
from calls.agenda import Kind
from calls.clock import now
from calls.jobs import Job
from calls.model import Call
from calls.page import DONE, Result
from calls.place import Place
from calls.repeating import Repeating
from calls.settings import Settings
from calls.status import Status
from calls.telling import QUIET, Manner
from calls.workspaces import Workspaces
from handlers import unwritable
from handlers.conversations import Conversation, Conversations
from handlers.delivery import Later, Never
from handlers.messages import Messages, Posted
from handlers.once import Once
from views import card, names, reply
from views.message import Message
from views.mrkdwn import date
from views.text import Text

log = logging.getLogger(__name__)

LONGEST_PAUSE = timedelta(seconds=30)  # so that a Slack that is back is soon found out
PARKED = 60.0  # seconds between tries while the token is dead
RECENT = 60.0  # seconds for which a conversation that was posted in is taken to be as it was


class Thread:
    """The jobs OPEN, CARD, REPLY and AMEND."""

    def __init__(
        self,
        messages: Messages,
        conversations: Conversations,
        workspaces: Workspaces,
        settings: Settings,
        repeating: Repeating,
    ) -> None:
        self._messages = messages
        self._conversations = conversations
        self._workspaces = workspaces
        self._settings = settings
        self._repeating = repeating

    async def open(self, job: Job, call: Call) -> Result:
        """Post the call's message; where that is not possible, nobody is dialled."""
        if call.thread:
            return DONE
        last = policy.last_instant(call, self._settings.dial_within)
        try:
            posted = await self._opened(job, call)
            if posted is None and call.status is not Status.QUEUED:
                return DONE
            if posted is None and now() >= last:
                return Result(change=policy.expired)
            posted = posted or await self._post(job, call)
        except Never as fault:
            reason = unwritable.reason(call, fault.error)
            return Result(change=lambda newest: newest.cancelled(reason))
        except Later as fault:
            return later(job, call, fault, until=last)
        under = posted.under if call.under else None
        return Result(change=lambda newest: newest.opened(posted.channel, posted.ts, under))

    async def _opened(self, job: Job, call: Call) -> Posted | None:
        """Look for what an earlier run has posted: in the thread meant for it, or beside it."""
        once, mark = self._once(job, call), card.mark(call)
        found = call.under and await once.earlier(mark, call.channel, call.under)
        return found or await once.earlier(mark, call.channel)

    async def _post(self, job: Job, call: Call) -> Posted:
        """Post the call's message, unless people of other companies would read it.

        A thread that takes no reply any more does not keep it from its conversation.
        """
        place = await self._conversations.look(call.team, call.channel, fresh=0)
        workspace = await self._workspaces.newest(call.team)
        if place.bars(call.channel, workspace.rules):
            raise Never("shared")
        drawn = self._card(call, place)
        try:
            return await self._messages.post(drawn, call.channel, call.under, deadline=job.deadline)
        except Never as fault:
            if not call.under or fault.error not in unwritable.THREADS:
                raise
        return await self._messages.post(drawn, call.channel, deadline=job.deadline)

    async def draw(self, job: Job, call: Call) -> Result:
        """Draw the newest state into the call's message; states in between may be skipped.

        That is the last attempt's. Whoever drew it looks again afterwards: an older state, drawn
        late over a newer one, is drawn anew.
        """
        if not call.thread:
            return DONE
        try:
            last = await self._repeating.newest(call)
            place = await self._conversations.seen(call.team, call.channel)
            await self._messages.edit(self._card(last, place), call.channel, call.thread)
        except Never as fault:
            log.warning("A call's message cannot be edited", extra=_fields(job, fault.error))
            return _given_up(job, call)
        except Later as fault:
            return later(job, call, fault)
        moved = call.followed and (await self._repeating.newest(call)).face != last.face
        return Result(again=lambda newest: now() if moved or newest.face != call.face else None)

    async def reply(self, job: Job, call: Call) -> Result:
        """Tell the outcome once: in the thread, else to who asked."""
        if not call.to_announce:
            return Result(again=_untold)
        try:
            told = await self._tell(job, call)
            metrics.ANNOUNCE_DELAY.observe((now() - job.wanted_at).total_seconds())
        except Never as fault:
            log.warning("An outcome cannot be told to anybody", extra=_fields(job, fault.error))
            return _given_up(job, call)
        except Later as fault:
            return later(job, call, fault)
        return Result(
            change=lambda newest: (
                newest
                if newest.announced is newest.status  # told by who took over: ours is older
                else newest.having(announced=call.status, replied=told)
            ),
            again=_untold,
        )

    async def amend(self, job: Job, call: Call) -> Result:
        """Complete the reply by what is known since; nobody is notified anew."""
        if call.replied is None or call.to_announce:
            return DONE
        told = await self._amended(call, call.replied)
        if told is None:
            return DONE
        try:
            await self._messages.edit(told, call.replied.channel, call.replied.ts)
        except Never as fault:
            log.warning("A call's message cannot be edited", extra=_fields(job, fault.error))
            return DONE
        except Later as fault:
            return later(job, call, fault)
        return Result(again=lambda newest: None if newest.face == call.face else now())

    async def _amended(self, call: Call, replied: Place) -> Message | None:
        """Write the reply anew as it was told there; strangers are told nothing more."""
        text = Text(call.language)
        if not call.thread:
            return reply.render(call, text)
        place = await self._conversations.seen(call.team, call.channel, fresh=RECENT)
        barred = place.bars(call.channel, self._workspaces.known(call.team).rules)
        if replied.channel != call.channel:
            return reply.elsewhere(call, text, "reply.shared" if barred else "reply.elsewhere")
        if barred:
            return None
        return reply.render(self._shown(call, place), text, replied.mentions)

    async def _tell(self, job: Job, call: Call) -> Place | None:
        """Tell the outcome; nobody knows where that stands which only one person was shown."""
        text = Text(call.language)
        if call.root:
            return await self._tell_thread(job, call, call.root, text)
        told = reply.render(call, text)
        if call.response_url and await self._messages.whisper(
            told, call.response_url, deadline=job.deadline
        ):
            return None
        return _place(await self._once(job, call).post(told, call.asked_by))

    async def _tell_thread(self, job: Job, call: Call, thread: str, text: Text) -> Place:
        """Tell the outcome in the thread, or to who asked where strangers would read it."""
        place = await self._conversations.seen(call.team, call.channel, fresh=RECENT)
        rules = (await self._workspaces.newest(call.team)).rules
        if place.bars(call.channel, rules):
            told = reply.elsewhere(call, text, "reply.shared")
            return _place(await self._once(job, call).post(told, call.asked_by))
        how = telling.manner(rules.tellings, call)
        if place.shared:  # people of other companies are neither called nor told out loud
            how = how.having(broadcast=False, mentions=())
        told = reply.render(self._shown(call, place), text, how.mentions)
        for aloud in dict.fromkeys((how.broadcast, False)):  # only threads may be open to us
            with suppress(Never):
                return _place(await self._reply(job, call, told, thread, aloud=aloud), how)
        told = reply.elsewhere(call, text)
        other = "" if how.direct == call.asked_by else how.direct
        posted = await self._once(job, call).post(told, call.asked_by)
        return _place(posted, Manner(direct=other))

    async def _reply(
        self, job: Job, call: Call, told: Message, thread: str, *, aloud: bool
    ) -> Posted:
        posting = self._once(job, call)
        return await posting.post(told, call.channel, thread, broadcast=aloud)

    def _once(self, job: Job, call: Call) -> Once:
        return Once(self._messages, job, call)

    def _card(self, call: Call, place: Conversation) -> Message:
        last = policy.last_instant(call, self._settings.dial_within)
        text, own = Text(call.language), self._settings.allomia_assistant_id
        return card.render(self._shown(call, place), text, own, date(last, "{time}"))

    def _shown(self, call: Call, place: Conversation) -> Call:
        """Return a call as the people of a conversation see it."""
        rules = self._workspaces.known(call.team).rules
        return names.shown(call, full=place.names(rules))


def later(job: Job, call: Call, fault: Later, until: datetime | None = None) -> Result:
    """Try again with growing pauses, ``until`` an instant at the latest, or for seven days."""
    if not fault.parked and now() >= max(job.wanted_at + agenda.TRY_FOR, until or job.wanted_at):
        log.error("Slack has not taken a message in seven days", extra=_fields(job, ""))
        return _given_up(job, call)
    at = agenda.retry_at(job.failures, now(), PARKED if fault.parked else fault.after)
    if fault.after is None and not fault.parked:
        at = min(at, now() + LONGEST_PAUSE)
    due = min(at, until) if until and until > now() else at
    doubtful = fault.stored or job.tries > 1  # what was in doubt stays so until it is found
    return Result(again=lambda _: due, failed=True, doubtful=doubtful)


def _place(posted: Posted, how: Manner = QUIET) -> Place:
    """Return where something was told, and to whom else."""
    found = Place(channel=posted.channel, ts=posted.ts)
    return found.having(mentions=how.mentions, direct=how.direct)


def _untold(newest: Call) -> datetime | None:
    """Tell the outcome that the call came to while it was not one to be told."""
    return now() if newest.to_announce else None


def _given_up(job: Job, call: Call) -> Result:
    """Leave what cannot succeed, with the call untold; what it has become meanwhile is told."""
    metrics.GIVEN_UP.labels(job.kind.value).inc()
    if job.kind is Kind.OPEN:  # not even whether the message stands there could be found out
        return Result(change=policy.expired)
    return Result(again=lambda newest: None if newest.face == call.face else now())


def _fields(job: Job, error: str) -> dict[str, str]:
    return {"call": job.call, "job": job.kind, "error": error}
