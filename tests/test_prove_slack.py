"""Slack misbehaves, and each call still comes to one end that somebody is told."""

import asyncio
from datetime import timedelta

import pytest

from calls.agenda import Kind
from calls.clock import now
from calls.status import Status
from calls.tables import jobs
from flow import hurried, hurry, noted, place, place_many, posted, quiet, replies, until_jobs
from house import House, text_of
from prove import sized
from sandbox.slack_faults import How
from sandbox.workspace import FRONT_DESK, PRIVATE
from switch import everywhere, sqlite_only

REACHED = ":white_check_mark: Marie was reached. The call lasted 42 s. The person called hung up."
LONG = 300  # seconds in which it must have come right, on the slowest machine
PATIENT = {"DIAL_WITHIN": "3000", "GIVE_UP_AFTER": "3000"}


async def dialled(house: House, many: int) -> list[str]:
    """Wait until so many calls are dialled, and return AlloMia's ids of them."""
    await house.allomia.until(lambda: len(house.allomia.dialled()) == many, LONG)
    return [call.outbound_call_id for call in house.allomia.dialled()]


@everywhere
async def test_a_limited_channel_delays_no_other_and_holds_neither_slot_nor_lease(
    closed_house: House,
) -> None:
    many = sized(34, 200)  # more than the worker has slots
    limit: How = {"channel": FRONT_DESK, "retry_after": 2 * LONG, "times": None}  # outlasts us
    async with closed_house.open(**PATIENT) as house:
        house.allomia.plan(after=0.1)
        house.slack.fail("chat.postMessage", **limit)
        await place_many(house, many)
        await until_jobs(house, many, LONG, jobs.c.failures > 0, jobs.c.lease.is_(None))
        await place_many(house, 1, PRIVATE, first=many)
        await house.reply(REACHED, PRIVATE)
        assert (house.cards(), len(house.allomia.dialled())) == ([], 1)
    house.slack.mend()
    async with house.open():  # another process has not been told to wait
        await hurry(house)
        await house.slack.until(lambda: len(replies(house)) == many, LONG)
        await quiet(house)
    assert (replies(house), len(house.cards())) == ([REACHED] * many, many)
    assert posted(house) == many + 1


@everywhere
async def test_limited_edits_delay_no_message_and_hold_neither_slot_nor_lease(
    closed_house: House,
) -> None:
    many = sized(34, 200)  # more than the worker has slots
    waiting = (jobs.c.kind == Kind.CARD, jobs.c.failures > 0, jobs.c.lease.is_(None))
    async with closed_house.open(**PATIENT) as house:
        house.slack.fail("chat.update", retry_after=2 * LONG, times=None)  # wherever; outlasts us
        await place_many(house, many)
        calls = await dialled(house, many)
        await until_jobs(house, many, LONG, *waiting)
        edits = len(house.slack.said("chat.update"))
        await place_many(house, 1, PRIVATE, first=many)
        calls = await dialled(house, many + 1)
        await asyncio.gather(*(house.allomia.end(call) for call in calls))
        await house.reply(REACHED, PRIVATE)
        await house.slack.until(lambda: len(replies(house)) == many, LONG)
        await until_jobs(house, many + 1, LONG, *waiting)
        assert len(house.slack.said("chat.update")) == edits
        assert [card for card in shown(house) if "Completed" in card] == []
    house.slack.mend()
    async with house.open():  # another process has not been told to wait
        await hurry(house)
        await quiet(house, LONG)
    assert [card for card in shown(house) if "Completed, 42 s" not in card] == []
    assert (replies(house), replies(house, PRIVATE)) == ([REACHED] * many, [REACHED])
    assert (len(shown(house)), posted(house)) == (many + 1, many + 1)


def shown(house: House) -> list[str]:
    """Return what every call's message shows."""
    return [text_of(card) for channel in (FRONT_DESK, PRIVATE) for card in house.cards(channel)]


@everywhere
@pytest.mark.parametrize("scope", ["granted", "not granted"])
async def test_as_many_messages_are_doubled_as_were_lost_where_none_can_be_looked_for_else_none(
    closed_house: House, scope: str
) -> None:
    many, lost = sized(6, 100), sized(3, 20)
    if scope == "not granted":
        scopes = closed_house.slack.workspace.app.scopes
        scopes -= {one for one in scopes if one.endswith(":history")}
    async with closed_house.open(**PATIENT) as house:
        house.slack.fail("chat.postMessage", lose_reply=True, times=lost)
        await place_many(house, many)
        calls = await dialled(house, many)
        house.slack.fail("chat.postMessage", lose_reply=True, times=lost)
        await asyncio.gather(*(house.allomia.end(call) for call in calls))
        await quiet(house, LONG)
        doubled = (len(house.cards()) - many, len(replies(house)) - many)
    assert doubled == ((0, 0) if scope == "granted" else (lost, lost))
    assert posted(house) == many
    assert {call.announced for call in await noted(house)} == {Status.COMPLETED}


@sqlite_only
async def test_what_slack_stores_after_we_have_stopped_waiting_is_found_and_not_doubled(
    house: House,
) -> None:
    house.slack.fail("chat.postMessage", delay=10.5)  # we wait for ten seconds, then for one more
    await place(house)
    (call,) = await dialled(house, 1)
    house.slack.fail("chat.postMessage", hang=True)
    await house.allomia.end(call)
    await house.slack.until(lambda: replies(house), LONG)
    await quiet(house)
    assert (len(house.cards()), replies(house), posted(house)) == (1, [REACHED], 1)


async def test_an_outage_of_slack_loses_and_doubles_nothing(closed_house: House) -> None:
    many, seconds = sized(3, 50), sized(2, 30)
    async with closed_house.open(**PATIENT) as house:
        await place_many(house, many)
        calls = await dialled(house, many)
        await house.slack.stop()
        house.allomia.plan(after=0.1)
        await place_many(house, many, first=many)
        await asyncio.gather(*(house.allomia.end(call) for call in calls))
        await asyncio.sleep(seconds)
        await house.slack.start()
        await house.slack.until(lambda: len(replies(house)) == 2 * many, LONG)
        await quiet(house, LONG)
    assert (len(house.cards()), replies(house)) == (2 * many, [REACHED] * 2 * many)
    assert posted(house) == 2 * many


async def test_a_revoked_token_parks_what_waits_until_a_restart_brings_a_working_one(
    closed_house: House,
) -> None:
    many = sized(3, 30)
    async with closed_house.open(**PATIENT) as house:
        await place_many(house, many)
        calls = await dialled(house, many)
        house.slack.bot_token = "xoxb-renewed"
        await asyncio.gather(*(house.allomia.end(call) for call in calls))
        await until_jobs(house, 2 * many, LONG, jobs.c.failures > 0, jobs.c.lease.is_(None))
        await until_jobs(house, 0, LONG, jobs.c.due < now() + timedelta(seconds=20))
        assert replies(house) == []
    async with closed_house.open(SLACK_BOT_TOKEN="xoxb-renewed") as house:
        await hurried(house, lambda: len(replies(house)) == many)
        await hurried(house, lambda: all("Completed" in text_of(card) for card in house.cards()))
        await quiet(house)
    assert replies(house) == [REACHED] * many
