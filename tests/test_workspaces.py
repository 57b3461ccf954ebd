"""A workspace's rules are changed by one person at a time, and hold for whoever dials."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from calls import facts, jobs, store
from calls.agenda import Kind
from calls.clock import now
from calls.errors import Reason, TooLate
from calls.rules import Rules
from calls.switchboard import Switchboard
from calls.workspaces import Workspaces
from examples import call
from flow import BETWEEN_LOOKS, away_from
from switch import opened, postgres_only, sqlite_only, take

TEAM, ANA, BENOIT, NUMBER = "T1", "U1", "U2", "+15145551234"


@pytest.fixture
async def board(database_url: str) -> AsyncIterator[Switchboard]:
    async with opened(database_url) as found:
        yield found


async def blocked(board: Switchboard) -> None:
    """Wait until somebody waits for a lock."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    async with asyncio.timeout(10):
        while True:
            async with board.database.read() as connection:
                if (await connection.execute(waiting)).scalar():
                    return
            await asyncio.sleep(BETWEEN_LOOKS)


@postgres_only
@pytest.mark.parametrize("before", [0, 1])
async def test_who_stops_waits_for_whoever_is_about_to_note_an_intent(
    board: Switchboard, before: int
) -> None:
    for _ in range(before):
        await board.workspaces.change(TEAM, 0, lambda found: found, ANA)
    async with board.database.write() as connection:
        assert (await facts.look(connection, board.workspaces, TEAM, NUMBER)).version == before
        stopping = asyncio.create_task(board.workspaces.stop(TEAM, ANA))
        await blocked(board)
        assert not stopping.done()
    assert (await stopping).stopped


@postgres_only
async def test_who_stands_still_at_a_workspaces_first_call_holds_up_nobody(
    board: Switchboard,
) -> None:
    async with board.database.write() as frozen, asyncio.timeout(10):
        await facts.look(frozen, board.workspaces, TEAM, NUMBER)
        async with board.database.write() as other:
            assert (await facts.look(other, board.workspaces, TEAM, NUMBER)).version == 0


async def test_what_has_moved_meanwhile_is_not_changed(board: Switchboard) -> None:
    spaces = board.workspaces
    first = await spaces.change(TEAM, 0, lambda f: f.having(rules=Rules(at_once=2)), ANA)
    with pytest.raises(TooLate):
        await spaces.change(TEAM, 0, lambda f: f.having(rules=Rules(at_once=3)), BENOIT)
    assert (first.version, await spaces.get(TEAM)) == (1, first)


async def test_what_another_process_has_changed_is_seen_at_once(board: Switchboard) -> None:
    other = Workspaces(board.database)
    assert (await other.get(TEAM)).stopped is None
    stopped = await board.workspaces.stop(TEAM, ANA)
    assert stopped.stopped
    assert stopped.stopped.at <= now()
    assert (await other.get(TEAM), other.known(TEAM)) == (stopped, stopped)
    again = await other.stop(TEAM, BENOIT)
    assert again == stopped  # who stopped it first is named
    resumed = await other.resume(TEAM, BENOIT)
    assert (resumed.stopped, await other.resume(TEAM, BENOIT)) == (None, resumed)
    await board.workspaces.load()
    assert board.workspaces.known(TEAM) == resumed


async def test_who_has_changed_something_sees_it_at_once(board: Switchboard) -> None:
    spaces = board.workspaces
    await spaces.newest(TEAM)  # which nobody looks at again for a while
    await spaces.change(TEAM, 0, lambda f: f.having(rules=Rules(at_once=2)), ANA)
    assert (await spaces.newest(TEAM)).rules.at_once == 2
    stopped = await spaces.stop(TEAM, ANA)
    assert (await spaces.newest(TEAM), spaces.known(TEAM)) == (stopped, stopped)
    assert (await spaces.newest(TEAM)) != await spaces.resume(TEAM, ANA)
    assert spaces.known(TEAM).stopped is None


async def test_who_is_resumed_is_looked_at_by_every_process(board: Switchboard) -> None:
    held = call(thread="1.1", reason=Reason(key="waiting.stopped", values={"person": ANA}))
    async with board.database.write() as connection:
        await store.add(connection, held)
        await jobs.want(connection, {(held.reference, Kind.DIAL): now() + timedelta(hours=1)})
    await board.dialling.stop(TEAM, ANA)
    assert (await take(board), await board.dialling.under_way(TEAM)) == ([], 0)
    await board.dialling.resume(TEAM, BENOIT)
    assert [job.call for job in await take(board)] == [held.reference]


@sqlite_only
async def test_who_leaves_the_line_while_the_database_is_away_keeps_nobody_waiting(
    board: Switchboard, database_url: str
) -> None:
    await board.workspaces.change(TEAM, 0, lambda f: f.having(rules=Rules(at_once=1)), ANA)
    await board.workspaces.get(TEAM)
    async with away_from(database_url):
        await board.dialling.next_in_line(TEAM)
