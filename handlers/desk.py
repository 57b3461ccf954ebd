"""What every listener may ask for by name: a ``visit``, with the collaborators behind it."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Self

from slack_bolt import BoltResponse
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from calls.settings import Settings
from calls.switchboard import Switchboard
from handlers.client import TIMEOUT
from handlers.delivery import Later, Never
from handlers.languages import Languages
from handlers.messages import Messages
from views.message import Message
from views.text import Text

log = logging.getLogger(__name__)

AT_ONCE = 0.3  # seconds in which a language is learnt before what was acknowledged is answered


class Ack(AsyncAck):
    """An acknowledgement that stays.

    Bolt looks for it every ten milliseconds, and forgets it where the listener fails before that.
    """

    def __init__(self) -> None:
        self._said: BoltResponse | None = None

    @property
    def response(self) -> BoltResponse | None:
        """What is acknowledged, once it is."""
        return self._said

    @response.setter
    def response(self, said: BoltResponse | None) -> None:
        self._said = said or self._said


@dataclass(frozen=True)
class Desk(AsyncMiddleware):
    """The collaborators of the listeners; a global middleware of Bolt's."""

    switchboard: Switchboard
    languages: Languages
    messages: Messages
    client: AsyncWebClient
    settings: Settings

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
        context["visit"] = Visit(self, team, person, text, context.response_url)
        return await next()


@dataclass(frozen=True)
class Visit:
    """A person at the desk: who, of which workspace, in which language."""

    desk: Desk
    team: str
    person: str
    text: Text
    response_url: str | None

    def learn_language(self) -> None:
        """Let the next answer be in the person's language: this one waits for nothing."""
        self.desk.languages.learn(self.team, self.person)

    async def in_their_language(self, within: float = TIMEOUT) -> Self:
        """Wait some seconds at most for what Slack tells of the person the first time."""
        language = await self.desk.languages.learnt(self.team, self.person, within)
        return replace(self, text=Text(language))

    async def tell(self, message: Message) -> None:
        """Answer the person for their eyes only: where they are, else by direct message."""
        messages = self.desk.messages
        if self.response_url and await messages.whisper(message, self.response_url):
            return
        try:
            await messages.post(message, self.person)
        except (Later, Never):
            log.warning("An answer did not reach its person", extra={"person": self.person})
