"""Which language a person reads, answered from memory: a form must open without the network."""

import asyncio
import logging
from datetime import timedelta

from calls import store
from calls.clock import now
from calls.database import Database
from calls.errors import DatabaseAway
from calls.store import Seen

log = logging.getLogger(__name__)

MOST = 20_000  # people kept in memory at start
FRESH = timedelta(days=1)  # people change their language in Slack


class People:
    """The languages of the people seen, in memory and in the database."""

    def __init__(self, database: Database, default: str) -> None:
        self._database = database
        self._default = default
        self._seen: dict[tuple[str, str], Seen] = {}
        self._noting: set[asyncio.Task[None]] = set()

    async def load(self) -> None:
        """Read what earlier runs have learnt."""
        async with self._database.read() as connection:
            self._seen = await store.people(connection, MOST)

    def to_learn(self, team: str, person: str) -> bool:
        """Tell whether the person's language is unknown, or learnt too long ago."""
        seen = self._seen.get((team, person))
        return seen is None or now() - seen.at > FRESH

    def language(self, team: str, person: str) -> str:
        """Return the language to speak with a person."""
        seen = self._seen.get((team, person))
        return seen.language if seen else self._default

    def learn(self, team: str, person: str, locale: str) -> str:
        """Note a person's language from a locale such as ``fr-CA`` (or none), and return it.

        The database hears of it later: nobody who waits for an answer waits for that.
        """
        known = {"fr": "fr", "": self._default}
        seen = Seen(language=known.get(locale[:2].lower(), "en"), at=now())
        self._seen[team, person] = seen
        task = asyncio.create_task(self._remember(team, person, seen))
        self._noting.add(task)
        task.add_done_callback(self._noting.discard)
        return seen.language

    async def _remember(self, team: str, person: str, seen: Seen) -> None:
        try:
            async with self._database.write() as connection:
                await store.remember(connection, team, person, seen)
        except DatabaseAway:
            log.warning("A language was not noted", extra={"person": person})

    async def close(self) -> None:
        """Wait until the database has heard of everybody."""
        if self._noting:
            await asyncio.wait(self._noting)
