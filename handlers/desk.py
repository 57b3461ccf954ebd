"""What every listener may ask for by name: a ``visit``, with the collaborators behind it."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any, Self

from slack_bolt import BoltResponse
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from calls import audit, policy
from calls.call_log import CallLog
from calls.errors import NotAllowed
from calls.model import Call
from calls.order import Origin
from calls.people import People
from calls.rules import Rules
from calls.settings import Settings
from calls.standing import Standing
from calls.switchboard import Switchboard
from calls.transcripts import Transcripts
from handlers.acknowledgement import Ack
from handlers.client import TIMEOUT
from handlers.conversations import Conversations
from handlers.delivery import Later, Never
from handlers.homes import Homes
from handlers.languages import Languages
from handlers.messages import Messages
from handlers.standings import Standings
from views import names
from views.message import Message
from views.text import Text

log = logging.getLogger(__name__)

AT_ONCE = 0.3  # seconds in which a language is learnt before what was acknowledged is answered
ASKED_WITHIN = 1.0  # seconds after which a window can still be opened
BRIEFLY = 0.2  # seconds, twice: to note a call takes 2.3 of the three that Slack waits


@dataclass(frozen=True)
class Desk(AsyncMiddleware):
    """The collaborators of the listeners; a global middleware of Bolt's."""

    switchboard: Switchboard
    languages: Languages
    messages: Messages
    conversations: Conversations
    standings: Standings
    client: AsyncWebClient
    settings: Settings
    homes: Homes
    call_log: CallLog | None = None
    """AlloMia's, where its organization is known."""
    transcripts: Transcripts | None = None

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002 - Bolt's names
    ) -> BoltResponse | None:
        """Put the visit into a request's context."""
        context = req.context
        team, person = context.team_id or context.enterprise_id or "", context.user_id or ""
        text = Text(self.languages.known(team, person))
        context["client"] = self.client
        context["ack"] = Ack()
        place = _place(req.body, context.channel_id or "")
        url, thread = context.response_url, _thread(req.body)
        context["visit"] = Visit(self, team, person, text, url, place, thread)
        return await next()

    async def close(self) -> None:
        """Ask Slack nothing more about people and conversations, and draw nothing more."""
        for open_ in (self.homes, self.standings, self.conversations, self.languages):
            await open_.close()


def furnished(
    switchboard: Switchboard,
    people: People,
    client: AsyncWebClient,
    settings: Settings,
    *,
    call_log: CallLog | None = None,
    transcripts: Transcripts | None = None,
) -> Desk:
    """Put all that the listeners need on one desk."""
    messages = Messages(client)
    conversations = Conversations(client, messages.delivery)
    standings = Standings(client, messages.delivery, conversations)
    return Desk(
        switchboard=switchboard,
        languages=Languages(people, client),
        messages=messages,
        conversations=conversations,
        standings=standings,
        client=client,
        settings=settings,
        homes=Homes(client),
        call_log=call_log,
        transcripts=transcripts,
    )


def _place(body: dict[str, Any], channel: str) -> str:
    view = body.get("view")
    if isinstance(view, dict):
        return audit.HOME if view.get("type") == "home" else audit.WINDOW
    return audit.SHORTCUT if body.get("type") == "shortcut" else channel


def _thread(body: dict[str, Any]) -> str | None:
    """Return the thread of what is pressed; of its first message nobody can tell."""
    found = body.get("message") or body.get("container")
    told = found if isinstance(found, dict) else {}
    thread = told.get("thread_ts")
    return thread if thread not in (told.get("ts"), told.get("message_ts")) else None


@dataclass(frozen=True)
class Visit:
    """A person at the desk: who, of which workspace, in which language."""

    desk: Desk
    team: str
    person: str
    text: Text
    response_url: str | None
    place: str = ""
    """Where that is, for the audit log: a conversation, or one of the words for elsewhere."""
    thread: str | None = None
    """The thread in which they wait for an answer."""

    def learn_language(self) -> None:
        """Let the next answer be in the person's language: this one waits for nothing."""
        self.desk.languages.learn(self.team, self.person)

    async def in_their_language(self, within: float = TIMEOUT) -> Self:
        """Wait some seconds at most for what Slack tells of the person the first time."""
        language = await self.desk.languages.learnt(self.team, self.person, within)
        return replace(self, text=Text(language))

    @property
    def zone(self) -> str:
        """The person's time zone, as far as Slack has told it; else empty."""
        return self.desk.languages.zone(self.team, self.person)

    def origin(self, channel: str, gesture: str, response_url: str | None = None) -> Origin:
        """Tell where a call comes from that the person asks for; no channel: themselves."""
        return Origin(
            team=self.team,
            channel=channel or self.person,
            asked_by=self.person,
            language=self.text.language,
            gesture=gesture or secrets.token_hex(16),
            response_url=response_url,
        )

    @property
    def rules(self) -> Rules:
        """The workspace's rules, as they were last read."""
        return self.desk.switchboard.workspaces.known(self.team).rules

    async def administers(self, within: float = ASKED_WITHIN) -> bool:
        """Tell whether the person administers Ringback; where Slack does not say, they do not.

        Slack is asked anew: who is an administrator no more changes nothing more.
        """
        return bool(await self.is_administrator(within))

    async def is_administrator(self, within: float, fresh: float = 0) -> bool | None:
        """Tell whether the person administers Ringback; ``None`` where Slack does not say.

        What Slack told ``fresh`` seconds ago at most is enough.
        """
        workspace = await self.desk.switchboard.workspaces.newest(self.team, BRIEFLY)
        standings = self.desk.standings
        return await standings.administers(self.team, self.person, workspace.rules, within, fresh)

    async def standing(self, channel: str, within: float = BRIEFLY) -> Standing:
        """Tell what Slack knows of the person, and whether strangers are in a conversation.

        The rules are read and then Slack is asked, each for so many seconds; after that, what was
        read last and what Slack told within the hour is the answer.
        """
        desk, team = self.desk, self.team
        workspace, place = await asyncio.gather(
            desk.switchboard.workspaces.newest(team, within),
            desk.conversations.seen(team, channel, within),
        )
        standing = await desk.standings.of(team, self.person, workspace.rules, within)
        return standing.having(shared=place.shared)

    async def let_in(self) -> None:
        """Raise ``NotAllowed`` if the person may not place calls; Slack may be asked, briefly."""
        workspace = await self.desk.switchboard.workspaces.newest(self.team, BRIEFLY)
        known = self.desk.standings
        standing = await known.of(self.team, self.person, workspace.rules, BRIEFLY)
        if not standing.let_in(workspace.rules):
            raise NotAllowed([policy.not_let_in(workspace.rules)])

    def barred(self) -> bool:
        """Tell whether the person is known to be nobody who may place calls; nothing is asked."""
        return self.desk.standings.known(self.team, self.person, self.rules) is False

    def is_overheard(self, channel: str) -> bool:
        """Tell whether a conversation is known to have strangers in it; nothing is asked."""
        return self.desk.conversations.known(self.team, channel).bars(channel, self.rules)

    async def named(self, call: Call) -> Call:
        """Return a call as the person may see it: in full only if they asked, or its channel does.

        Anybody who works here may look into a public channel.
        """
        if self.person in {call.asked_by, call.told_by}:
            return call
        place = await self.desk.conversations.seen(self.team, call.channel, ASKED_WITHIN)
        return names.shown(call, full=place.names(self.rules))

    async def tell(self, message: Message, *, instead: bool = False) -> None:
        """Answer the person for their eyes only: where they are, else by direct message.

        ``instead`` of the message in which they have pressed something, or besides it.
        """
        messages = self.desk.messages
        if self.response_url and await messages.whisper(
            message, self.response_url, instead=instead, thread=self.thread
        ):
            return
        try:
            await messages.post(message, self.person)
        except (Later, Never):
            log.warning("An answer did not reach its person", extra={"person": self.person})
