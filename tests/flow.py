"""What tests of the flow ask of a house: place a call, wait for its end, look into its database."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import timedelta

import asyncpg
from sqlalchemy import ColumnElement, func, make_url, select

from calls import store, tables
from calls.clock import now
from calls.database import Database
from calls.model import Call
from house import NUMBER, House
from records import held
from sandbox.workspace import FRONT_DESK

PATIENCE = 30.0  # seconds
BETWEEN_LOOKS = 0.02  # seconds
SOON = 0.2  # seconds
CALL = f"now {NUMBER} Marie"
INTERRUPTED = (
    "I was interrupted while asking AlloMia to dial, so the call may have gone out. "
    "I never dial again by myself: ask the person called, or call again."
)


@asynccontextmanager
async def database_of(house: House) -> AsyncIterator[Database]:
    """Open the house's database a second time."""
    database = Database(house.environ["DATABASE_URL"])
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def away_from(database_url: str) -> AsyncIterator[None]:
    """Let the database answer nobody: SQLite's is locked, PostgreSQL's takes no connection."""
    address = make_url(database_url)
    if address.get_backend_name() == "sqlite":
        async with held(database_url):
            yield
        return
    name, plain = address.database, address.set(database="postgres")
    server = await asyncpg.connect(plain.render_as_string(hide_password=False))
    try:
        await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"
        await server.execute(end, name)
        yield
    finally:
        await server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await server.close()


def away(house: House) -> AbstractAsyncContextManager[None]:
    """Let a house's database answer nobody."""
    return away_from(house.environ["DATABASE_URL"])


async def place(house: House, text: str = CALL, channel: str = FRONT_DESK) -> None:
    """Let Ana place a call by command, without waiting for anything."""
    answer = await house.ana.command(text, channel)
    assert (answer.status, answer.body) == (200, None)


async def place_many(house: House, many: int, channel: str = FRONT_DESK, first: int = 0) -> None:
    """Let Ana place calls, to a number each; told that one was not noted, she repeats it."""
    for n in range(first, first + many):
        answer = None
        while answer is None or (answer.status, answer.body) != (200, None):
            answer = await house.ana.command(f"now +1514555{n:04} Marie", channel)


async def quiet(house: House, within: float = PATIENCE) -> None:
    """Wait until no job is left: nothing will happen any more by itself."""
    await until_jobs(house, 0, within)


async def until_jobs(
    house: House, many: int, within: float = PATIENCE, *that: ColumnElement[bool]
) -> None:
    """Wait until there are so many jobs of which some conditions hold."""
    counted = select(func.count()).select_from(tables.jobs).where(*that)
    async with database_of(house) as database, asyncio.timeout(within):
        while True:
            async with database.read() as connection:
                if (await connection.execute(counted)).scalar() == many:
                    return
            await asyncio.sleep(BETWEEN_LOOKS)


async def noted(house: House) -> list[Call]:
    """Return every call in the house's database, oldest first."""
    async with database_of(house) as database:
        return await calls_in(database)


async def calls_in(database: Database) -> list[Call]:
    """Return every call in a database, oldest first."""
    async with database.read() as connection:
        found = await connection.execute(select(tables.calls.c.reference))
        calls = await store.get_all(connection, {row.reference for row in found})
    return sorted(calls.values(), key=lambda call: call.placed_at)


async def hurry(house: House, *that: ColumnElement[bool]) -> None:
    """Let every waiting job be due at once, as time would, and every call that is to be dialled.

    Of the jobs only those of which some conditions hold, where there are any.
    """
    calls = tables.calls
    later = select(calls.c.reference).where(calls.c.due_at > now())
    locked = later.order_by(calls.c.reference).with_for_update()  # in the order of the app
    early = calls.update().where(calls.c.reference.in_(locked)).values(due_at=now())
    async with database_of(house) as database, database.write() as connection:
        await connection.execute(early)
        await connection.execute(tables.jobs.update().where(*that).values(due=now()))


async def hurried(house: House, condition: Callable[[], object]) -> None:
    """Let every waiting job be due at once, again and again, until a condition holds."""
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await hurry(house)
            await asyncio.sleep(SOON)


async def settled(house: House) -> None:
    """Let every waiting job be due at once, again and again, until none is left."""
    async with asyncio.timeout(PATIENCE):
        while True:
            await hurry(house)
            with suppress(TimeoutError):
                return await quiet(house, SOON)


async def aged(house: House, by: timedelta) -> None:
    """Let every job have been failing for so long already; those that run are waited for."""
    table, since = tables.jobs, now() - by
    older = table.update().where(table.c.lease.is_(None)).values(wanted_at=since)
    async with database_of(house) as database, asyncio.timeout(PATIENCE):
        while True:
            async with database.write() as connection:
                await connection.execute(older)
            with suppress(TimeoutError):
                return await until_jobs(house, 0, SOON, table.c.wanted_at > since)


def posted(house: House) -> int:
    """Tell how many requests to place a call AlloMia has seen the end of."""
    return len(house.slack.said("POST /api/outbound"))


def looked(house: House) -> list[int | None]:
    """Return what the status requests were answered."""
    asked = [one for one in house.allomia.log if one.what.startswith("GET ")]
    return [one.status for one in asked]


def replies(house: House, channel: str = FRONT_DESK) -> list[str]:
    """Return all that was said in the threads of a conversation's calls."""
    return [
        reply.text
        for card in house.cards(channel)
        for reply in house.slack.workspace.replies(channel, card.ts)
    ]


def direct(house: House) -> list[str]:
    """Return what the app has told Ana in its direct messages with her."""
    return [message.text for message in house.slack.workspace.messages(house.ana.direct.id)]


def whispered(house: House) -> list[str]:
    """Return what only Ana was shown."""
    return [message.text for message in house.ana.ephemerals]


def edits(house: House) -> list[str]:
    """Return the fallbacks that the only card has shown, in order."""
    (card,) = house.cards()
    return [face.text for face in card.faces]
