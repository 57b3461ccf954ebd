"""Calls that are repeated by rule, through the app: one message and one reply for all attempts."""

import re
from datetime import timedelta

import pytest

from calls.chain import Again
from calls.directory import Assistant, CallerId, Directory
from calls.model import Call
from calls.status import Status
from calls.workspaces import Workspaces
from flow import database_of, hurried, noted, place, quiet, replies
from governed import TEAM
from house import House, text_of
from sandbox.allomia import ASSISTANT_ID, PHONE_NUMBER_ID
from sandbox.workspace import ADMIN, Message

REMINDERS = Directory(
    assistants=(Assistant(uuid=ASSISTANT_ID, name="Reminders", again=Again(most=3, minutes=15)),),
    caller_ids=(CallerId(uuid=PHONE_NUMBER_ID, name="Front desk", number="+15145550100"),),
)
DATE = re.compile(r"<!date\^[^>]*>")


async def described(house: House, directory: Directory = REMINDERS) -> None:
    """Describe an assistant whose calls are repeated."""
    async with database_of(house) as database:
        spaces = Workspaces(database)
        found = await spaces.get(TEAM)
        await spaces.change(TEAM, found.version, lambda one: one.having(directory=directory), ADMIN)


@pytest.fixture
async def desk(closed_house: House) -> House:
    """A house whose assistant's calls are repeated: it is not open yet."""
    await described(closed_house)
    return closed_house


def said(message: Message) -> str:
    """Return what a message shows, without the instants."""
    return DATE.sub("…", text_of(message))


def buttons(message: Message) -> list[str]:
    """Return which buttons a message has."""
    return [element["action_id"] for element in message.blocks[-1]["elements"]]


async def attempts(house: House, *statuses: Status) -> list[Call]:
    """Return the calls, which stand so, the oldest first."""
    found = await noted(house)
    assert [call.status for call in found] == list(statuses)
    return found


async def test_a_busy_line_is_called_again_behind_one_message_until_somebody_is_reached(
    desk: House,
) -> None:
    desk.allomia.plan(status="busy", after=0)
    async with desk.open():
        await place(desk)
        card = await desk.card("Attempt 2 of 3, next at")
        first, second = await attempts(desk, Status.BUSY, Status.QUEUED)
        assert first.ended_at is not None
        assert second.due_at == first.ended_at + timedelta(minutes=15)
        assert "Attempt 1: busy, …" in said(card)
        assert buttons(card) == ["stop_again", "dial_now", "move", "details"]
        assert replies(desk) == []
        desk.allomia.plan(status="completed", after=0)
        await hurried(desk, lambda: replies(desk))
        await quiet(desk)
        (told,) = replies(desk)
        assert DATE.sub("…", told) == (
            ":white_check_mark: Marie was reached. The call lasted 42 s. "
            "The person called hung up. Before that: busy, …."
        )
        assert len(desk.cards()) == 1
        assert "Completed" in said(desk.cards()[0])
        assert len(desk.allomia.dialled()) == 2


async def test_three_attempts_that_reach_nobody_are_told_once(desk: House) -> None:
    desk.allomia.plan(status="no-answer", after=0)
    async with desk.open():
        await place(desk)
        await hurried(desk, lambda: replies(desk))
        await quiet(desk)
        (told,) = replies(desk)
        assert DATE.sub("…", told) == (
            ":no_bell: Marie was not reached in 3 attempts: "
            "no answer at …, no answer at …, no answer at …."
        )
        await attempts(desk, *[Status.NO_ANSWER] * 3)
        assert len(desk.allomia.dialled()) == 3
        assert "Attempt 3 of 3." in said(desk.cards()[0])
