"""Which language people read, and their time zone: from memory, learnt from Slack once they come.

A zone is kept for as long as the process runs.
"""

import asyncio
import logging
from functools import partial

from slack_sdk.web.async_client import AsyncWebClient

from calls import zones
from calls.people import People
from handlers.client import TIMEOUT, TROUBLE

log = logging.getLogger(__name__)

MOST = 32  # people asked about while nobody waits for it


class Languages:
    """Slack is asked once at a time about a person, and again once that is a day ago."""

    def __init__(self, people: People, client: AsyncWebClient) -> None:
        self._people = people
        self._client = client
        self._zones: dict[tuple[str, str], str] = {}
        self._asked: dict[tuple[str, str], asyncio.Task[None]] = {}

    def known(self, team: str, person: str) -> str:
        """Return the language to speak with a person, as far as is known."""
        return self._people.language(team, person)

    def learn(self, team: str, person: str) -> None:
        """Begin to learn a person's language; with too many at once their next gesture does."""
        if len(self._asked) < MOST:
            self._ask(team, person)

    async def learnt(self, team: str, person: str, within: float = TIMEOUT) -> str:
        """Wait some seconds at most for what Slack tells of a person, and return the language."""
        if asked := self._ask(team, person):
            await asyncio.wait({asked}, timeout=within)
        return self.known(team, person)

    def zone(self, team: str, person: str) -> str:
        """Return a person's time zone, as far as is known; else nothing."""
        return self._zones.get((team, person), "")

    async def located(self, team: str, person: str, within: float) -> str:
        """Wait some seconds at most for what Slack tells of a person, and return their zone."""
        if asked := self._ask(team, person, anew=(team, person) not in self._zones):
            await asyncio.wait({asked}, timeout=within)
        return self.zone(team, person)

    async def close(self) -> None:
        """Ask nothing more."""
        for asked in self._asked.values():
            asked.cancel()
        if self._asked:
            await asyncio.wait(self._asked.values())

    def _ask(self, team: str, person: str, *, anew: bool = False) -> asyncio.Task[None] | None:
        who = team, person
        if who not in self._asked and (anew or self._people.to_learn(team, person)):
            self._asked[who] = asyncio.create_task(self._look(team, person))
            self._asked[who].add_done_callback(partial(self._looked, who))
        return self._asked.get(who)

    def _looked(self, who: tuple[str, str], _task: asyncio.Task[None]) -> None:
        del self._asked[who]

    async def _look(self, team: str, person: str) -> None:
        try:
            answer = await self._client.users_info(user=person, include_locale=True)
            told = answer.get("user")
        except TROUBLE as fault:
            log.warning("A language was not learnt", extra={"error": type(fault).__name__})
            return
        user = told if isinstance(told, dict) else {}
        zone = str(user.get("tz") or "")
        self._zones[team, person] = zone if zones.known(zone) else ""
        self._people.learn(team, person, str(user.get("locale") or ""))
