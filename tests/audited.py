"""What tests of the audit log share: all that stands in it."""

from calls import audit
from calls.audit import Row
from calls.database import Database


async def rows(database: Database, team: str = "T1") -> list[Row]:
    """Return the whole log of a workspace, the oldest row first."""
    async with database.read() as connection:
        return await audit.after(connection, team, None, None, 10_000)


def told(found: list[Row]) -> list[tuple[object, ...]]:
    """Return what stands in rows, without the instants."""
    return [(row.by, row.action, row.call, row.number, row.place, row.told) for row in found]
