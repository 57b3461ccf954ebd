"""Where nothing can be posted any more, somebody is told, or it is given up where all can see."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from calls.tables import jobs
from examined import found
from figured import Figures, Since, told
from flow import aged, direct, noted, place, posted, quiet, replies, settled, until_jobs, whispered
from house import House
from sandbox.workspace import ADMIN, ANA, BILLING, BOT, FRONT_DESK
from switch import sqlite_only

REACHED = ":white_check_mark: Marie was reached. The call lasted 42 s. The person called hung up."
WEEK, WHILE = timedelta(days=7), timedelta(minutes=20)
GIVEN_UP = "jobs_given_up_total"


def archived(house: House) -> None:
    house.slack.workspace.channels[FRONT_DESK].archived = True


def deleted(house: House) -> None:
    del house.slack.workspace.channels[FRONT_DESK]


def removed(house: House) -> None:
    house.slack.workspace.channels[FRONT_DESK].members.remove(BOT)


def locked(house: House) -> None:
    house.cards()[0].locked = True


def left(house: House) -> None:
    house.slack.workspace.users[ANA].deactivated = True


async def under_way(house: House) -> str:
    """Place a call and wait until nothing is to be drawn; return AlloMia's id of it."""
    call = await house.placed()
    await house.card("Calling")
    await until_jobs(house, 1)  # the next look
    return call


async def line(house: House) -> str:
    """Return what ``/call doctor`` says of the jobs."""
    admin = house.slack.person(ADMIN)
    before = len(admin.ephemerals)
    await admin.command("doctor", BILLING)
    await house.slack.until(lambda: len(admin.ephemerals) > before)
    lines = admin.ephemerals[-1].words.splitlines()
    return next(line for line in lines if "*Jobs*" in line)


@sqlite_only
@pytest.mark.parametrize("happens", [archived, deleted, removed, locked])
async def test_an_outcome_that_its_thread_no_longer_takes_comes_as_a_direct_message(
    house: House, happens: Callable[[House], None]
) -> None:
    call = await under_way(house)
    happens(house)
    asked = len(house.slack.said("chat.postMessage"))
    await house.allomia.end(call)
    await quiet(house)
    (one,) = await noted(house)
    elsewhere = f"I could not write in <#{FRONT_DESK}>, so I am telling you here ({one.reference})."
    assert (replies(house), direct(house)) == ([], [f"{REACHED} {elsewhere}"])
    assert len(house.slack.said("chat.postMessage")) == asked + 2


@sqlite_only
async def test_a_message_that_somebody_deleted_leaves_its_outcome_in_the_conversation(
    house: House,
) -> None:
    since = Since(await told(house))
    call = await under_way(house)
    house.cards()[0].deleted = True
    house.slack.fail("chat.postMessage", lose_reply=True)
    await house.allomia.end(call)
    await quiet(house)
    said = [message.text for message in house.slack.workspace.messages(FRONT_DESK)]
    assert (said, direct(house)) == ([REACHED], [])
    assert await since.more(house, GIVEN_UP) == {(GIVEN_UP, "card"): 1}


@sqlite_only
async def test_who_has_left_is_no_reason_not_to_tell_the_others(house: House) -> None:
    call = await under_way(house)
    left(house)
    await house.allomia.end(call)
    await quiet(house)
    assert (replies(house), direct(house)) == ([REACHED], [])


async def test_an_outcome_that_nobody_can_be_told_is_given_up_at_once_and_not_forgotten(
    closed_house: House,
) -> None:
    async with closed_house.open() as house:
        since = Since(await told(house))
        call = await under_way(house)
        archived(house)
        left(house)
        await house.allomia.end(call)
        await quiet(house)
        assert await since.more(house, GIVEN_UP) == {(GIVEN_UP, "card"): 1, (GIVEN_UP, "reply"): 1}
    asked = len(house.slack.log)
    (one,) = await noted(house)
    async with closed_house.open():  # who starts anew does not try again, and knows of it
        assert f"the last one of {one.reference}" in await line(house)
    assert [e.what for e in house.slack.log[asked:] if e.what.startswith("chat.")] == []


async def test_what_slack_never_takes_is_given_up_after_a_week_and_the_doctor_sees_it_coming(
    closed_house: House, tmp_path: Path
) -> None:
    async with closed_house.open() as house:
        since = Since(await told(house))
        call = await under_way(house)
        for method in ("chat.postMessage", "chat.update"):
            house.slack.fail(method, status=503, times=None)
        await house.allomia.end(call)
        await until_jobs(house, 2, 15, jobs.c.failures > 0)
        assert "none has been failing for long" in await line(house)
        await aged(house, WHILE)
        assert "2 failing for more than ten minutes, the first since 20" in await line(house)
        assert await since.more(house, GIVEN_UP) == {}
        await aged(house, WEEK)
        await settled(house)
        assert await since.more(house, GIVEN_UP) == {(GIVEN_UP, "card"): 1, (GIVEN_UP, "reply"): 1}
        house.slack.mend()
        if house.environ["DATABASE_URL"].startswith("sqlite"):
            assert (await found(house, tmp_path))["jobs"] == "note jobs.untold"
    async with closed_house.open():
        assert "of the last 30 days, 1 outcomes could be told to nobody" in await line(house)
    assert (replies(house), direct(house)) == ([], [])


@sqlite_only
async def test_a_call_whose_message_can_neither_be_found_nor_posted_is_cancelled_in_the_end(
    closed_house: House,
) -> None:
    async with closed_house.open(DIAL_WITHIN="1") as house:
        since = Since(await told(house))
        house.slack.fail("chat.postMessage", lose_reply=True)
        house.slack.fail("conversations.history", status=503, times=None)
        await place(house)
        await until_jobs(house, 1, 15, jobs.c.failures > 1)
        await aged(house, WEEK)
        await settled(house)
        found: Figures = await since.more(house, GIVEN_UP)
    assert found == {(GIVEN_UP, "open"): 1}
    assert [one.partition(" Nobody")[0] for one in whispered(house)] == [
        ":heavy_multiplication_x: The call to Marie was cancelled."
    ]
    assert posted(house) == 0
