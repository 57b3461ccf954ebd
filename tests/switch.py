"""A switchboard on a real database without the app around it, for tests of what lies below."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest

from calls import jobs, store
from calls.agenda import Kind
from calls.clock import now
from calls.database import Database
from calls.jobs import Job, Lease
from calls.model import Call
from calls.settings import Settings
from calls.switchboard import Switchboard
from examples import call

SETTINGS = Settings(
    _env_file=None, slack_bot_token="xoxb-1", slack_signing_secret="s", allomia_api_key="k"
)

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
postgres_only = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@asynccontextmanager
async def opened(database_url: str, **settings: float) -> AsyncIterator[Switchboard]:
    """Open a database, with its tables, and close it again."""
    database = Database(database_url)
    try:
        await database.migrate()
        yield Switchboard(database, SETTINGS.model_copy(update=settings))
    finally:
        await database.close()


async def add(board: Switchboard, *kinds: Kind, due: datetime | None = None, n: int = 0) -> Call:
    """Note the n-th call, with jobs due at an instant or now."""
    noted = call(reference=f"C-{n:05}", gesture=f"V{n}")
    async with board.database.write() as connection:
        assert await store.add(connection, noted)
        await jobs.want(connection, noted.reference, dict.fromkeys(kinds, due or now()))
    return noted


def lease(name: str = "w1", seconds: float = 10, at: datetime | None = None) -> Lease:
    """Return a lease that runs out so many seconds after an instant."""
    return Lease(name=name, until=(at or now()) + timedelta(seconds=seconds), deadline=seconds)


async def take(
    board: Switchboard, name: str = "w1", seconds: float = 10, most: int = 9
) -> list[Job]:
    """Lease what is due."""
    return [job for job, _ in await board.lease(lease(name, seconds), most, [])]


async def until(condition: Callable[[], object], within: float = 10) -> None:
    """Wait until a condition holds."""
    async with asyncio.timeout(within):
        while True:
            if condition():
                return
            await asyncio.sleep(0.01)


async def idle(board: Switchboard) -> None:
    """Wait until no job is left."""
    async with asyncio.timeout(10):
        while True:
            if not (await board.waiting()).jobs:
                return
            await asyncio.sleep(0.02)
