"""Conversations as Slack describes them: who could read along, and who is in them."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any, Self

from slack_sdk.web.async_client import AsyncWebClient

from calls.frozen import Frozen
from calls.rules import Rules
from calls.slack_ids import SEVERAL
from handlers.client import TIMEOUT
from handlers.delivery import Delivery, Later, Never
from handlers.memory import Memory

log = logging.getLogger(__name__)

FRESH = 600.0  # seconds for which a conversation is taken to be as it was
MOST_PAGES = 100  # of a thousand members each


class Conversation(Frozen):
    """Who may see what is posted in a conversation; in doubt, everybody who works here."""

    public: bool = True
    """Whether everybody in the workspace may read it."""
    shared: bool = False
    """Whether people of other companies are in it, or are invited."""

    @classmethod
    def read(cls, found: object) -> Self:
        """Read Slack's description of a channel.

        https://docs.slack.dev/reference/objects/conversation-object
        """
        told: dict[str, Any] = found if isinstance(found, dict) else {}
        closed = any(told.get(key) is True for key in ("is_private", "is_im", "is_mpim"))
        invited = told.get("is_ext_shared") is True or told.get("is_pending_ext_shared") is True
        # Between the workspaces of one company a channel is shared too.
        beyond = told.get("is_shared") is True and told.get("is_org_shared") is not True
        return cls(public=not closed, shared=invited or beyond)

    def bars(self, channel: str, rules: Rules) -> bool:
        """Tell whether calls may not report here, since others would read it."""
        return self.shared and channel not in rules.shared_channels

    def names(self, rules: Rules) -> bool:
        """Tell whether the full name of the person called is shown here."""
        return rules.full_names or not (self.public or self.shared)

    def speaks(self, channel: str, rules: Rules) -> bool:
        """Tell whether what was said in a call may be read and heard here."""
        if self.bars(channel, rules) or channel in rules.no_transcripts:
            return False
        return channel in rules.transcripts or not (self.public or self.shared)


BETWEEN_US = Conversation(public=False)
UNKNOWN = Conversation()


class Conversations:
    """Ask Slack about conversations, and remember what it told."""

    def __init__(
        self,
        client: AsyncWebClient,
        delivery: Delivery,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._delivery = delivery
        self._memory: Memory[tuple[str, str], Conversation] = Memory(clock)

    async def look(self, team: str, channel: str, fresh: float = FRESH) -> Conversation:
        """Return what a conversation is, or was an hour ago at most; raises ``Later``.

        ``fresh`` are the seconds for which Slack need not be asked again.
        """
        if not channel.startswith(SEVERAL):  # the app's own direct message with somebody
            return BETWEEN_US
        return await self._memory.learn((team, channel), lambda: self._ask(channel), fresh)

    async def seen(
        self, team: str, channel: str, within: float = TIMEOUT, fresh: float = FRESH
    ) -> Conversation:
        """Return what a conversation is, as far as Slack tells it in so many seconds."""
        try:
            async with asyncio.timeout(within):
                return await self.look(team, channel, fresh)
        except (Later, TimeoutError):
            return self.known(team, channel)

    def known(self, team: str, channel: str) -> Conversation:
        """Return what Slack has told of a conversation within the hour."""
        if not channel.startswith(SEVERAL):
            return BETWEEN_US
        return self._memory.recall((team, channel)) or UNKNOWN

    async def has_member(self, channel: str, person: str) -> bool:
        """Tell whether a person is in a conversation; where Slack does not say so, they are not."""
        try:
            return await self.holds(channel, person)
        except (Later, Never):
            return False

    async def holds(self, channel: str, person: str) -> bool:
        """Tell whether a person is in a conversation; raises ``Later`` or ``Never``."""
        cursor: str | None = None
        for _ in range(MOST_PAGES):
            asked = self._client.conversations_members(channel=channel, limit=1000, cursor=cursor)
            answer = await self._delivery.send("conversations.members", asked)
            members, more = answer.get("members"), answer.get("response_metadata")
            if isinstance(members, list) and person in members:
                return True
            cursor = more.get("next_cursor") if isinstance(more, dict) else None
            if not cursor:
                return False
        raise Never("too_many_members")

    async def close(self) -> None:
        """Ask nothing more."""
        await self._memory.close()

    async def _ask(self, channel: str) -> Conversation:
        asked = self._client.conversations_info(channel=channel)
        try:
            answer = await self._delivery.send("conversations.info", asked)
        except Never as fault:  # then everybody may be in it, and posting tells what is wrong
            log.warning("Slack did not tell about a conversation", extra={"error": fault.error})
            return UNKNOWN
        except Later as fault:  # nothing is in doubt by a question
            raise Later(fault.after, parked=fault.parked) from None
        return Conversation.read(answer.get("channel"))
