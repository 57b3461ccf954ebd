"""A message is posted once: a try that may have succeeded is looked for before another one."""

from typing import NamedTuple

from calls.jobs import Job
from calls.model import Call
from handlers.messages import Messages, Posted
from views.message import Mark, Message

SKEW = 300.0  # seconds by which Slack's clock may differ from ours


class Once(NamedTuple):
    """Post for a job, which may have been run before; raise ``Later`` or ``Never``."""

    messages: Messages
    job: Job
    call: Call

    async def post(
        self, message: Message, channel: str, thread: str | None = None, *, broadcast: bool = False
    ) -> Posted:
        """Post a message, unless an earlier run has and did not live to note it."""
        earlier = message.mark and await self.earlier(message.mark, channel, thread)
        if earlier:
            return earlier
        deadline = self.job.deadline
        return await self.messages.post(
            message, channel, thread, broadcast=broadcast, deadline=deadline
        )

    async def earlier(self, mark: Mark, channel: str, thread: str | None = None) -> Posted | None:
        """Look for what an earlier run may have posted."""
        if self.job.tries <= 1:
            return None
        since = self.call.placed_at.timestamp() - SKEW
        return await self.messages.find(mark, channel, since=since, thread=thread)
