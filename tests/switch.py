"""A switchboard on a real database without the app around it, for tests of what lies below."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest

from calls import jobs, store
from calls.agenda import Kind
from calls.clock import now
from calls.database import Database
from calls.jobs import Job, Lease, Wish
from calls.ledger import Task
from calls.model import Call
from calls.settings import Settings
from calls.status import Status
from calls.switchboard import Switchboard
from examples import call
from prove import FULL

SETTINGS = Settings(
    _env_file=None,
    slack_bot_token="xoxb-1",
    slack_signing_secret="s",
    allomia_api_key="k",
    calling_hours="always",  # tests are run at night too
)

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
everywhere = pytest.mark.parametrize(  # in CI on one kind of database, for its length
    "database_url", ["sqlite", "postgresql"] if FULL else ["sqlite"], indirect=True
)
postgres_only = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@asynccontextmanager
async def opened(database_url: str, **settings: float | str) -> AsyncIterator[Switchboard]:
    """Open a database, with its tables, and close it again."""
    database = Database(database_url)
    board = Switchboard(database, SETTINGS.model_copy(update=settings))
    try:
        await database.migrate()
        yield board
    finally:
        await board.close()
        await database.close()


async def add(
    board: Switchboard, *kinds: Kind, due: datetime | None = None, n: int = 0, **changes: object
) -> Call:
    """Note the n-th call, with jobs due at an instant or now."""
    noted = call(Status.QUEUED, reference=f"C-{n:05}", gesture=f"V{n}", **changes)
    async with board.database.write() as connection:
        assert await store.add(connection, noted)
        await jobs.want(connection, {(noted.reference, kind): due or now() for kind in kinds})
    return noted


def lease(name: str = "w1", seconds: float = 10, at: datetime | None = None) -> Lease:
    """Return a lease that runs out so many seconds after an instant."""
    return Lease(name=name, until=(at or now()) + timedelta(seconds=seconds), deadline=seconds)


class Hand:
    """Takes jobs once, and does nothing with them."""

    def __init__(self, wish: Wish) -> None:
        self._wish = wish
        self.tasks: list[Task] = []

    def wish(self, returned: Collection[int] = ()) -> Wish:
        """Take nothing more once something is there."""
        running = self._wish.running.difference(returned)
        return self._wish.having(most=0 if self.tasks else self._wish.most, running=running)

    def start(self, tasks: list[Task]) -> None:
        """Keep them."""
        self.tasks = tasks


async def take_all(
    board: Switchboard, lease: Lease, most: int = 9, running: Iterable[int] = ()
) -> list[Task]:
    """Lease what is due, with the calls."""
    hand = Hand(Wish(lease=lease, most=most, looks=True, running=frozenset(running)))
    board.employ(hand)
    await board.lease()
    board.employ(None)
    return hand.tasks


async def take(
    board: Switchboard,
    name: str = "w1",
    seconds: float = 10,
    most: int = 9,
    running: Iterable[int] = (),
) -> list[Job]:
    """Lease what is due."""
    return [job for job, _ in await take_all(board, lease(name, seconds), most, running)]


async def until(condition: Callable[[], object], within: float = 30) -> None:
    """Wait until a condition holds."""
    async with asyncio.timeout(within):
        while True:
            if condition():
                return
            await asyncio.sleep(0.01)


async def idle(board: Switchboard) -> None:
    """Wait until no job is left."""
    async with asyncio.timeout(30):
        while True:
            if not (await board.waiting()).jobs:
                return
            await asyncio.sleep(0.02)
