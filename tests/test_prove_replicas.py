"""Several processes on one PostgreSQL: one is killed, one frozen, taken over and woken."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

import aiohttp
import pytest
from sqlalchemy import select, text

from calls import tables
from calls.agenda import Kind
from calls.allomia import AT_ONCE
from calls.database import REVISION
from flow import BETWEEN_LOOKS, INTERRUPTED, database_of, noted, quiet, replies
from house import NUMBER, House
from prove import sized
from replicas import Fate, Replica, at_both, desks, replicas, typed
from sandbox.allomia_calls import PlacedCall
from sandbox.workspace import FRONT_DESK
from switch import postgres_only

CALLS = sized(40, 500)
GESTURES = sized(8, 100)
LONG = sized(60, 600)  # seconds
SHORT = {"ALLOMIA_TIMEOUT": "1"}  # a lease of three seconds
PATIENT = {"ALLOMIA_TIMEOUT": "5"}  # as long as a busy machine may take

REACHED = ":white_check_mark: Marie was reached. The call lasted 42 s. The person called hung up."
LOST = f":warning: What became of the call to Marie is not known. {INTERRUPTED}"
NOBODY = ":heavy_multiplication_x: The call to Marie was cancelled. Nobody was called. "
HELD_UP = f"{NOBODY}I was held up before I could ask AlloMia to dial, so nobody was called."
UNREACHED = f"{NOBODY}AlloMia cannot be reached at the moment, so nobody was called."

Story = tuple[str, ...]
"""The state that a card shows, and the replies in its thread."""

TOLD: Story = ("completed, 42 s", REACHED)
IN_DOUBT: Story = ("unknown", LOST)
TOLD_LATE: Story = ("completed, 42 s", LOST, REACHED)
NOT_DIALLED: set[Story] = {("cancelled", LOST, HELD_UP), ("cancelled", LOST, UNREACHED)}


class Plan(NamedTuple):
    """How many processes there are, and at which call one of them is frozen and one killed.

    The calls after the ``first`` are only typed once the frozen one has been woken.
    """

    many: int
    freeze_at: int
    kill_at: int
    first: int = CALLS


TWO = Plan(2, freeze_at=CALLS // 4, kill_at=CALLS * 3 // 4, first=CALLS // 2)  # one after the other
FOUR = Plan(4, freeze_at=CALLS // 2, kill_at=CALLS // 4)  # two are left

pytestmark = pytest.mark.timeout(sized(180, 1800))


def stories(house: House) -> dict[str, Story]:
    """Return every card's story by the person it is about; a second one stands out."""
    found: dict[str, list[str]] = {}
    names: dict[str | None, str] = {}  # by thread
    for message in house.slack.workspace.posted:
        if message.only_for:  # that a command was not noted in time
            continue
        if message.thread_ts is None:
            name, state = message.text.removeprefix("Call to ").split(": ")
            names[message.ts] = f"{name} again" if name in found else name
            found[names[message.ts]] = [state]
        else:
            name = names[message.thread_ts]
            found[name].append(message.text.replace(name, "Marie"))
    return {name: tuple(story) for name, story in found.items()}


def truths(call: PlacedCall | None, fate: Fate) -> set[Story]:
    """Return what may be told of a call, given who dialled it and what became of them."""
    if call is None:  # they fell between their note and their request
        return {IN_DOUBT} | NOT_DIALLED
    told = {TOLD}
    if fate.killed and fate.killed.dialled(call):
        told |= {IN_DOUBT}
    if fate.frozen and fate.frozen.dialled(call):
        told |= {TOLD_LATE}
    return told


def untrue(house: House, fate: Fate) -> dict[str, Story]:
    """Return the stories that are not, or not yet, as they should be."""
    calls = {call.body["customerName"]: call for call in house.allomia.dialled()}
    return {
        name: story
        for name, story in stories(house).items()
        if story not in truths(calls.get(name), fate)
    }


@postgres_only
@pytest.mark.no_tables
@pytest.mark.parametrize("plan", [TWO, FOUR], ids=["two", "four"])
async def test_started_at_once_many_dial_and_tell_each_call_once_though_some_of_them_fall(
    closed_house: House, tmp_path: Path, plan: Plan
) -> None:
    house = closed_house
    house.environ |= PATIENT | {"POLL_FIRST": "2", "POLL_MAX": "5"}
    house.allomia.plan(after=1)
    house.allomia.answer_create(times=None, delay=0.2)
    people = {f"Person {n}": f"+1514{5550000 + n}" for n in range(CALLS)}
    channels = cycle(desks(house, 10))
    commands = [(f"now {number} {name}", next(channels)) for name, number in people.items()]
    async with database_of(house) as database:
        assert await database.revision() is None
    async with replicas(house, tmp_path, plan.many) as who:
        await stand_on_tables_made_once(house, who)
        house.allomia.on_create = fate = Fate(who, plan.kill_at, plan.freeze_at)
        typing = asyncio.create_task(typed(who, commands[: plan.first]))
        await taken_over_and_woken(house, fate)
        await typing
        await typed(who, commands[plan.first :])
        await quiet(house, LONG)
        with suppress(AssertionError):  # which are not is told below
            await house.slack.until(lambda: not untrue(house, fate))
        await quiet(house)
    assert (fate.killed is not None, untrue(house, fate)) == (True, {})
    asked = house.slack.said("POST /api/outbound")
    # Who is killed while its request is on its way leaves one that nobody has read.
    dialled = Counter(one.request["phoneNumber"] for one in asked if one.request)
    assert set(dialled.values()) == {1}
    assert stories(house).keys() == people.keys()
    fallen = [replica for replica in (fate.killed, fate.frozen) if replica]
    assert len(doubted(house)) <= len(fallen) * AT_ONCE
    calls = house.allomia.dialled()
    assert [one.url for one in who if not any(map(one.dialled, calls))] == []


def doubted(house: House) -> list[str]:
    """Return who was ever said to have been called perhaps, whatever was found out later."""
    return [name for name, (_, *said) in stories(house).items() if LOST in said]


async def stand_on_tables_made_once(house: House, who: Sequence[Replica]) -> None:
    async with aiohttp.ClientSession() as session:
        for replica in who:
            async with session.get(f"{replica.url}/readyz") as answer:
                assert answer.status == 200
    async with database_of(house) as database:
        assert await database.revision() == REVISION
        async with database.read() as connection:
            for table in ("alembic_version", "installation"):
                rows = await connection.execute(text(f"SELECT * FROM {table}"))  # noqa: S608
                assert len(rows.all()) == 1
    assert [line for replica in who for line in replica.app.lines if "Traceback" in line] == []


async def taken_over_and_woken(house: House, fate: Fate) -> None:
    async with asyncio.timeout(LONG):
        await fate.stands.wait()
    assert fate.caught
    name = fate.caught.body["customerName"]
    await becomes(house, name, IN_DOUBT)
    fate.wake()
    await becomes(house, name, TOLD_LATE)


async def becomes(house: House, name: str, story: Story) -> None:
    """Wait until a story is told of somebody; a failure tells the one that is."""
    with suppress(AssertionError):
        await house.slack.until(lambda: stories(house).get(name) == story, LONG)
    assert stories(house).get(name) == story


@postgres_only
async def test_a_job_that_outlasts_its_lease_is_left_to_the_one_that_does_it(
    closed_house: House, tmp_path: Path
) -> None:
    house = closed_house
    house.environ |= SHORT
    house.allomia.plan(after=0)
    house.slack.fail("chat.postMessage", delay=7)  # more than two leases
    async with replicas(house, tmp_path, 2) as who:
        await typed(who[:1], [(f"now {NUMBER} Marie", FRONT_DESK)])
        await house.slack.until(lambda: house.slack.held)
        holders = set()
        while house.slack.held:
            holders |= await openers(house)
            await asyncio.sleep(BETWEEN_LOOKS)
        await house.reply(REACHED)
        await quiet(house)
    assert (len(holders), len(house.cards()), replies(house)) == (1, 1, [REACHED])
    assert house.slack.said("conversations.history") == []  # where a second one would have looked


@postgres_only
async def test_what_is_delivered_to_two_of_them_at_once_is_one_call(
    closed_house: House, tmp_path: Path
) -> None:
    house = closed_house
    house.allomia.plan(after=0)
    people = {f"Person {n}": f"+1514{5550000 + n}" for n in range(GESTURES)}
    channels = cycle(desks(house, 10))
    async with replicas(house, tmp_path, 2) as (one, other):
        both = at_both(house, one, other)
        for n, (name, number) in enumerate(people.items()):
            channel = next(channels)
            if n % 2:
                answer = await both.command(f"now {number} {name}", channel)
            else:
                await one.ana.command(f"{number} {name}", channel)
                form = await house.slack.until(lambda: one.ana.modal)
                answer = await both.submit(form)
            assert (answer.in_time, answer.text) == (True, "")
        await quiet(house, LONG)
    dialled = Counter(call.number for call in house.allomia.dialled())
    assert dialled == dict.fromkeys(people.values(), 1)
    assert sorted(call.number for call in await noted(house)) == sorted(dialled)
    assert stories(house) == dict.fromkeys(people, TOLD)


async def openers(house: House) -> set[tuple[str, int]]:
    """Return who has a call's message to post, and for the how manieth time it is tried."""
    opening = select(tables.jobs.c.lease, tables.jobs.c.tries).where(
        tables.jobs.c.kind == Kind.OPEN
    )
    async with database_of(house) as database, database.read() as connection:
        return {(row.lease, row.tries) for row in await connection.execute(opening)}
