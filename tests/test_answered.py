"""Slack is answered in time though the database falls silent in the middle of a change."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text

from calls.workspaces import FRESH
from directories import FRONT
from flow import database_of
from gate import gate_before
from governed import admin
from house import House
from sandbox.modals import View
from sandbox.person import Person
from switch import postgres_only
from test_directory import edited
from test_do_not_call_slack import opened, window
from test_favourites import naming
from test_rules import part

pytestmark = [postgres_only, pytest.mark.windows]

LOCK = "LOCK TABLE do_not_call, workspaces IN ACCESS EXCLUSIVE MODE"
TOLD = "I could not save this in time"

Opened = tuple[Person, View]


async def rules(house: House) -> Opened:
    """Open the form of some rules."""
    chief = admin(house)
    return chief, await part(house, chief, "much", "Calls at once")


async def do_not_call(house: House) -> Opened:
    """Open the form for numbers that nobody may call."""
    chief = admin(house)
    await chief.press(await opened(house, chief), "dnc_add")
    return chief, await window(house, chief, "One a line")


async def caller(house: House) -> Opened:
    """Open a caller ID of the directory's."""
    return await edited(house, FRONT)


async def favourite(house: House) -> Opened:
    """Be asked for a favourite's name."""
    return house.ana, await naming(house, house.ana)


@pytest.mark.parametrize(
    ("door", "typed", "told"),
    [
        (rules, {"at_once": "2"}, TOLD),
        (do_not_call, {"lines": "514 555 1234"}, ""),
        (caller, {"name": "Desk"}, TOLD),
        (favourite, {"favourite": "No-show"}, ""),
    ],
)
async def test_a_change_is_answered_though_nobody_knows_whether_it_was_written(
    closed_house: House,
    door: Callable[[House], Awaitable[Opened]],
    typed: dict[str, str],
    told: str,
) -> None:
    house = closed_house
    async with gate_before(house.environ["DATABASE_URL"]) as gate:
        house.environ["DATABASE_URL"] = gate.url
        async with house.open():
            person, form = await door(house)
            gate.keep(writing=person.id)
            answer = await person.submit(form, typed)
            assert (gate.kept.is_set(), answer.in_time) == (True, True)
            assert told in (answer.text or "")
            gate.opened.set()


async def test_a_search_is_answered_though_neither_slack_nor_the_database_is_quick(
    house: House,
) -> None:
    boss = admin(house)
    view = await opened(house, boss)
    house.slack.fail("users.info", delay=2, times=None)
    async with database_of(house) as database, database.write() as connection:
        await connection.execute(text(LOCK))
        await asyncio.sleep(FRESH)  # so that the rules are looked for anew
        answer = await boss.submit(view, {"sought": "514"})
    assert answer.in_time, answer.seconds
    assert "I cannot reach my records" in (answer.text or "")
