"""The whole app between its two stand-ins, over real HTTP, on a real database."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import app
from calls.settings import Settings
from sandbox.allomia import AlloMia
from sandbox.person import Person
from sandbox.rehearsal import environment, free_port
from sandbox.slack import Slack
from sandbox.slack_socket import APP_TOKEN
from sandbox.traffic import Traffic
from sandbox.workspace import ANA, BENOIT, FRONT_DESK, Message

NUMBER = "+15145551234"
OVER_A_SOCKET = {"SLACK_APP_TOKEN": APP_TOKEN}  # settings of Socket Mode

QUICK = {  # what a test should not wait for
    "ALLOMIA_TIMEOUT": "10",
    "POLL_FIRST": "0.3",
    "POLL_MAX": "0.6",
    "GIVE_UP_AFTER": "60",
    "UNDO_SECONDS": "0",
    "DIAL_WITHIN": "30",
}


def settings_of(environ: Mapping[str, str]) -> Settings:
    """Read settings from a complete environment, and from nothing beside it."""
    values: dict[str, Any] = {name.lower(): value for name, value in environ.items()}
    return Settings(_env_file=None, **values)


class House:
    """The app and its two neighbours; ``environ`` may be changed before a restart."""

    def __init__(self, slack: Slack, allomia: AlloMia, environ: dict[str, str]) -> None:
        self.slack = slack
        self.allomia = allomia
        self.environ = environ
        slack.app_url = self.url

    @property
    def url(self) -> str:
        """The app's address."""
        return f"http://127.0.0.1:{self.environ['PORT']}"

    @property
    def ana(self) -> Person:
        """Somebody who reads English."""
        return self.slack.person(ANA)

    @property
    def benoit(self) -> Person:
        """Somebody who reads French."""
        return self.slack.person(BENOIT)

    @asynccontextmanager
    async def open(self, **changes: str) -> AsyncIterator["House"]:
        """Run the app inside this process, with some settings changed."""
        self.environ |= changes
        async with app.running(settings_of(self.environ)):
            if "SLACK_APP_TOKEN" in self.environ:
                await self.slack.sockets.until()
            yield self

    def cards(self, channel: str = FRONT_DESK) -> list[Message]:
        """Return the calls' messages in a conversation, oldest first."""
        found = self.slack.workspace.messages(channel)
        return [message for message in found if message.thread_ts in {None, message.ts}]

    async def card(self, words: str = "", channel: str = FRONT_DESK) -> Message:
        """Wait until the newest card holds some words, and return it."""
        return await self.slack.until(
            lambda: next((c for c in reversed(self.cards(channel)) if words in text_of(c)), None)
        )

    async def reply(self, words: str = "", channel: str = FRONT_DESK) -> Message:
        """Wait until the newest card's thread holds a reply with some words, and return it."""

        def found() -> Message | None:
            replies = [
                reply
                for card in self.cards(channel)
                for reply in self.slack.workspace.replies(channel, card.ts)
            ]
            return next((reply for reply in reversed(replies) if words in reply.text), None)

        return await self.slack.until(found)

    async def placed(self, text: str = f"now {NUMBER} Marie", channel: str = FRONT_DESK) -> str:
        """Let Ana place a call by command and return AlloMia's id of it, once dialled.

        Told that it was not noted, as on a busy disk, or that she may not, as with a Slack that
        takes more than a moment to say who she is, she tries again.
        """
        before = len(self.allomia.dialled())
        answer = await self.ana.command(text, channel)
        if any(words in answer.text for words in ("it was not placed", "You may not place calls")):
            answer = await self.ana.command(text, channel)
        assert (answer.status, answer.body) == (200, None), answer.text
        await self.allomia.until(lambda: len(self.allomia.dialled()) > before)
        return self.allomia.dialled()[-1].outbound_call_id


def text_of(message: Message) -> str:
    """Return all that a message shows: its blocks' texts, or its own text where it has none."""
    return message.words


@asynccontextmanager
async def street(database_url: str) -> AsyncIterator[House]:
    """Open the two stand-ins, with an app between them that does not run yet."""
    traffic = Traffic()
    async with Slack(traffic=traffic) as slack, AlloMia(traffic=traffic) as allomia:
        environ = environment(slack, allomia, database_url, free_port()) | QUICK
        del environ["ALLOMIA_ORGANIZATION_ID"]  # with it, something is still to be done for an hour
        yield House(slack, allomia, environ)
