"""The app's database as somebody else reaches it: held, looked into, lost."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import delete, select, text

from calls import tables
from calls.database import Database

SPOILING = {
    "unreadable": (
        "ALTER TABLE calls RENAME COLUMN variables TO spoiled",
        "ALTER TABLE calls RENAME COLUMN spoiled TO variables",
    ),
    "refused": (  # by PostgreSQL only, which tells the whole row then
        "ALTER TABLE calls ADD CONSTRAINT spoiled CHECK (status = 'spoiled') NOT VALID",
        "ALTER TABLE calls DROP CONSTRAINT spoiled",
    ),
}


@asynccontextmanager
async def held(database_url: str) -> AsyncIterator[None]:
    """Keep everybody else from writing calls, or on PostgreSQL even from reading them."""
    database = Database(database_url)
    try:
        async with database.write() as connection:
            if not database.is_sqlite:
                await connection.execute(text("LOCK TABLE calls, people IN ACCESS EXCLUSIVE MODE"))
            yield
    finally:
        await database.close()


async def forget(database_url: str) -> None:
    """Lose every call."""
    database = Database(database_url)
    async with database.write() as connection:
        await connection.execute(delete(tables.calls))
    await database.close()


@asynccontextmanager
async def spoiled(database_url: str, how: str = "unreadable") -> AsyncIterator[None]:
    """Let every call that is read, or only every one that is written, fail meanwhile."""
    before, after = SPOILING[how]
    database = Database(database_url)
    try:
        async with database.write() as connection:
            await connection.execute(text(before))
        yield
        async with database.write() as connection:
            await connection.execute(text(after))
    finally:
        await database.close()


async def statuses(database_url: str) -> list[str]:
    """Return the status of every call, the oldest first."""
    database = Database(database_url)
    async with database.read() as connection:
        found = await connection.scalars(
            select(tables.calls.c.status).order_by(tables.calls.c.placed_at)
        )
        told = [str(status) for status in found]
    await database.close()
    return told
