"""A process that stands still for longer than its lease, and goes on as if nothing had happened."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Select, func, select

from app import running
from calls import history, tables
from calls.agenda import Kind
from flow import (
    BETWEEN_LOOKS,
    CALL,
    INTERRUPTED,
    PATIENCE,
    database_of,
    hurry,
    noted,
    place,
    posted,
    quiet,
    replies,
)
from gate import Gate, gate_before
from house import House, settings_of, text_of
from process import Process, at_hand
from replicas import Freezer, another
from sandbox.courier import Seal
from sandbox.workspace import FRONT_DESK
from switch import postgres_only

REACHED = ":white_check_mark: Marie was reached. The call lasted 42 s. The person called hung up."
LOST = f":warning: What became of the call to Marie is not known. {INTERRUPTED}"
HELD_UP = (
    ":heavy_multiplication_x: The call to Marie was cancelled. Nobody was called. "
    "I was held up before I could ask AlloMia to dial, so nobody was called."
)
FREEZING = {"ALLOMIA_TIMEOUT": "1"}  # a lease of three seconds
UNHEARD = Seal(deliberate=True)  # who is frozen need not answer
pytestmark = [pytest.mark.timeout(180), postgres_only]


@asynccontextmanager
async def before_a_gate(
    house: House, folder: Path, **settings: str
) -> AsyncIterator[tuple[Process, Gate]]:
    """Run an app that reaches its database through a gate."""
    house.environ |= FREEZING | settings
    url = house.environ["DATABASE_URL"]
    async with (
        gate_before(url) as gate,
        at_hand(house.environ | {"DATABASE_URL": gate.url}, folder) as app,
    ):
        yield app, gate


async def frozen(app: Process, gate: Gate) -> None:
    """Freeze an app where its commit is in the database and it does not know that yet.

    It hears of it when it wakes.
    """
    async with asyncio.timeout(PATIENCE):
        await gate.kept.wait()
    app.freeze()
    gate.opened.set()


@asynccontextmanager
async def neighbour(house: House) -> AsyncIterator[None]:
    """Run one more app, in this process."""
    async with running(settings_of(another(house))):
        yield


async def eventually(house: House, rows: Select[Any]) -> None:
    """Wait until the database has such rows."""
    async with database_of(house) as database, asyncio.timeout(PATIENCE):
        while True:
            async with database.read() as connection:
                if (await connection.execute(rows)).first():
                    return
            await asyncio.sleep(BETWEEN_LOOKS)


async def end(house: House) -> None:
    """Let the only call that was dialled end, and wait until that is told."""
    (call,) = house.allomia.dialled()
    assert await house.allomia.end(call.outbound_call_id) == [204]
    await house.reply(REACHED)
    await quiet(house)


async def test_in_the_middle_of_its_request_its_late_answer_is_still_understood(
    closed_house: House, tmp_path: Path
) -> None:
    house = closed_house
    house.environ |= FREEZING
    async with at_hand(house.environ, tmp_path) as app:
        house.allomia.on_create = freezer = Freezer(app)
        await place(house)
        await freezer.stands.wait()
        async with neighbour(house):
            await house.reply(LOST)
            freezer.answer.set()
            await house.allomia.until(lambda: posted(house) == 1)
            app.wake()
            await house.card("Calling")
            await end(house)
    assert (replies(house), posted(house)) == ([LOST, REACHED], 1)


async def test_between_its_note_and_its_request_it_does_not_dial_when_it_wakes(
    closed_house: House, tmp_path: Path
) -> None:
    house = closed_house
    async with before_a_gate(house, tmp_path, UNDO_SECONDS="60") as (app, gate):
        await place(house)
        await eventually(house, select(tables.jobs).where(tables.jobs.c.kind == Kind.DIAL))
        gate.keep(writing="dialling")
        await hurry(house)
        await frozen(app, gate)
        async with neighbour(house):
            await house.reply(LOST)
            app.wake()
            await house.reply(HELD_UP)
            await quiet(house)
            assert await app.end() == 0
    assert (replies(house), posted(house)) == ([LOST, HELD_UP], 0)


async def test_who_never_hears_whether_its_note_was_taken_does_not_dial(
    closed_house: House, tmp_path: Path
) -> None:
    house = closed_house
    async with before_a_gate(house, tmp_path, UNDO_SECONDS="60") as (_, gate):
        await place(house)
        await eventually(house, select(tables.jobs).where(tables.jobs.c.kind == Kind.DIAL))
        gate.keep(writing="dialling")
        await hurry(house)
        async with asyncio.timeout(PATIENCE):
            await gate.kept.wait()
        await gate.close()  # the note is there, and its answer lost
        gate.keep()
        gate.closing.clear()
        await house.reply(LOST)
        await quiet(house)
    assert (replies(house), posted(house)) == ([LOST], 0)


@pytest.mark.parametrize("job", ["open", "dial", "check", "reply"])
async def test_before_it_knew_of_a_job_it_leaves_it_to_who_took_it_over(
    closed_house: House, tmp_path: Path, job: str
) -> None:
    house = closed_house
    house.allomia.plan(after=0)
    async with before_a_gate(house, tmp_path) as (app, gate):
        gate.keep(reading=job)
        placing = asyncio.create_task(house.ana.command(CALL, FRONT_DESK, seal=UNHEARD))
        await frozen(app, gate)
        async with neighbour(house):
            await house.reply(REACHED)
            app.wake()
            assert await app.end() == 0
            await quiet(house)
        await placing  # OPEN is leased with the note of the call, so that its answer was late
    assert (len(house.cards()), replies(house), posted(house)) == (1, [REACHED], 1)


async def test_before_it_posts_it_leaves_the_message_to_who_took_it_over(
    closed_house: House, tmp_path: Path
) -> None:
    house = closed_house
    house.environ |= FREEZING
    house.allomia.plan(after=0)
    opening = (tables.jobs.c.kind == Kind.OPEN, tables.jobs.c.lease.is_not(None))
    async with at_hand(house.environ, tmp_path) as app:
        house.slack.fail("conversations.info", times=None, delay=4)
        await place(house)
        await eventually(house, select(tables.jobs).where(*opening))
        await house.slack.until(lambda: house.slack.held)
        app.freeze()
        house.slack.mend("conversations.info")
        async with neighbour(house):
            await house.reply(REACHED)
            app.wake()
            assert await app.end() == 0
            await quiet(house)
    assert (len(house.cards()), replies(house), posted(house)) == (1, [REACHED], 1)


async def test_alone_and_late_it_takes_a_new_lease_before_it_dials(
    closed_house: House, tmp_path: Path
) -> None:
    house = closed_house
    house.allomia.plan(after=0)
    async with before_a_gate(house, tmp_path, UNDO_SECONDS="60") as (app, gate):
        await place(house)
        await eventually(house, select(tables.jobs).where(tables.jobs.c.kind == Kind.DIAL))
        gate.keep(writing="dialling")
        await hurry(house)
        await frozen(app, gate)
        await eventually(house, select(tables.jobs).where(tables.jobs.c.leased_until < func.now()))
        app.wake()
        await house.reply(REACHED)
        await quiet(house)
        (call,) = await noted(house)
        async with database_of(house) as database, database.read() as connection:
            lived = await history.of(connection, call.reference)
    assert [(event.status, event.reason and event.reason.key) for event in lived] == [
        ("queued", None),
        ("dialling", None),
        ("queued", "allomia.frozen"),
        ("dialling", None),
        ("calling", None),
        ("completed", None),
    ]
    assert (replies(house), posted(house)) == ([REACHED], 1)


async def test_while_it_drew_a_card_the_card_shows_the_newest_state_at_last(
    closed_house: House, tmp_path: Path
) -> None:
    house = closed_house
    house.environ |= FREEZING
    house.allomia.answer_create(hang=True, place=True)
    async with at_hand(house.environ, tmp_path) as app:
        house.slack.fail("chat.update", delay=8)  # carried out after another one has drawn
        await place(house)
        await house.slack.until(lambda: house.slack.held and house.allomia.dialled())
        app.freeze()
        async with neighbour(house):
            await house.card("Unknown")
            await house.slack.until(lambda: not house.slack.held)
            app.wake()
            await house.card("Unknown")
            await quiet(house)
    assert [text_of(card).split("\n")[1] for card in house.cards()] == [":warning: Unknown"]
