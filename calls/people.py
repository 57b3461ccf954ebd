"""Which language a person reads, answered from memory: a form must open without the network."""

import asyncio
import logging
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from calls import tables
from calls.clock import now
from calls.database import Database
from calls.errors import DatabaseAway
from calls.frozen import Frozen

log = logging.getLogger(__name__)

MOST = 20_000  # people kept in memory at start
FRESH = timedelta(days=1)  # people change their language in Slack


class Seen(Frozen):
    """A person's language, and when Slack last told it."""

    language: str
    at: datetime


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
            self._seen = await _seen_last(connection, MOST)

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
                await _write(connection, team, person, seen)
        except DatabaseAway:
            log.warning("A language was not noted", extra={"person": person})

    async def close(self) -> None:
        """Wait until the database has heard of everybody."""
        if self._noting:
            await asyncio.wait(self._noting)


async def _seen_last(connection: AsyncConnection, most: int) -> dict[tuple[str, str], Seen]:
    table = tables.people
    statement = select(table).order_by(table.c.seen_at.desc()).limit(most)
    return {
        (row.team, row.person): Seen(language=row.language, at=row.seen_at)
        for row in await connection.execute(statement)
    }


async def _write(connection: AsyncConnection, team: str, person: str, seen: Seen) -> None:
    statement = tables.insert_into(connection.dialect.name, tables.people).values(
        team=team, person=person, language=seen.language, seen_at=seen.at
    )
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["team", "person"],
            set_={"language": statement.excluded.language, "seen_at": statement.excluded.seen_at},
        )
    )
