"""Filled forms on which something is still being asked, kept for a day."""

import secrets
from datetime import timedelta

from sqlalchemy import delete, insert, select

from calls import tables
from calls.clock import now
from calls.database import Database
from calls.order import Filled

KEPT = timedelta(days=1)

table = tables.drafts


def fresh() -> str:
    """Make an id that nobody can guess."""
    return secrets.token_hex(16)


class Drafts:
    """Filled forms by id; each belongs to one person, and is told to nobody else."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, id_: str, team: str, person: str, filled: Filled) -> None:
        """Keep a filled form, and forget those older than a day; raises ``DatabaseAway``."""
        at, draft = now(), filled.model_dump(mode="json")
        row = {"id": id_, "team": team, "person": person, "draft": draft, "kept_at": at}
        async with self._database.write() as connection:
            await connection.execute(delete(table).where(table.c.kept_at < at - KEPT))
            await connection.execute(insert(table), row)

    async def expire(self) -> None:
        """Forget those older than a day; raises ``DatabaseAway``."""
        async with self._database.write() as connection:
            await connection.execute(delete(table).where(table.c.kept_at < now() - KEPT))

    async def take(self, id_: str, team: str, person: str) -> Filled | None:
        """Return a filled form to its person for the last time; raises ``DatabaseAway``."""
        own = (table.c.id == id_, table.c.team == team, table.c.person == person)
        async with self._database.write() as connection:
            gone = await connection.execute(delete(table).where(*own).returning(table.c.draft))
            found = gone.scalar()
        return Filled.model_validate(found) if found else None

    async def get(self, id_: str, team: str, person: str) -> Filled | None:
        """Return a filled form to its person; raises ``DatabaseAway``."""
        statement = select(table.c.draft).where(
            table.c.id == id_, table.c.team == team, table.c.person == person
        )
        async with self._database.read() as connection:
            found = (await connection.execute(statement)).scalar()
        return Filled.model_validate(found) if found else None
