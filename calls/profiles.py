"""What people have told of themselves: their own number, for trial calls."""

from sqlalchemy import select

from calls import tables
from calls.database import Database

table = tables.profiles


class Profiles:
    """Each person's own number, read and written for that person only."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def number(self, team: str, person: str) -> str | None:
        """Return a person's own number; raises ``DatabaseAway``."""
        statement = select(table.c.number).where(table.c.team == team, table.c.person == person)
        async with self._database.read() as connection:
            return (await connection.execute(statement)).scalar()

    async def keep(self, team: str, person: str, number: str) -> None:
        """Keep a person's own number; raises ``DatabaseAway``."""
        row = {"team": team, "person": person, "number": number}
        async with self._database.write() as connection:
            insert = tables.insert_into(connection.dialect.name, table).values(row)
            whose = ["team", "person"]
            kept = insert.on_conflict_do_update(index_elements=whose, set_={"number": number})
            await connection.execute(kept)
