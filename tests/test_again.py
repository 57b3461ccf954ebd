"""Calls that are repeated by rule, through the app: one message and one reply for all attempts."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from calls.chain import Again
from calls.directory import Assistant, CallerId, Directory
from calls.model import Call
from calls.status import Status
from calls.workspaces import Workspaces
from deaths import Death, at_row, at_status
from flow import CALL, database_of, hurried, noted, place, quiet, replies, settled, whispered
from governed import TEAM, decided_anew
from house import House, text_of
from lives import Lives
from sandbox.allomia import ASSISTANT_ID, PHONE_NUMBER_ID
from sandbox.courier import Seal
from sandbox.workspace import ADMIN, ANA, BENOIT, FRONT_DESK, Message
from switch import sqlite_only

REMINDERS = Directory(
    assistants=(Assistant(uuid=ASSISTANT_ID, name="Reminders", again=Again(most=3, minutes=15)),),
    caller_ids=(CallerId(uuid=PHONE_NUMBER_ID, name="Front desk", number="+15145550100"),),
)
SHUT_OUT = "Vous ne pouvez pas passer d’appels"
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


def as_seen(message: Message) -> Message:
    """Return a message as somebody sees it whose Slack shows no later edit of it."""
    return replace(message, faces=list(message.faces))


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
        assert buttons(card) == ["stop_again", "dial_now", "move", "show_number", "details"]
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


@sqlite_only
async def test_who_may_not_place_calls_neither_makes_an_attempt_at_once_nor_moves_it(
    desk: House,
) -> None:
    desk.allomia.plan(status="busy", after=0)
    async with desk.open():
        await place(desk)
        card = await desk.card("Attempt 2 of 3, next at")
        await decided_anew(desk, people=(ANA,), administrators=(ADMIN,))
        await desk.benoit.press(card, "dial_now")
        await desk.slack.until(lambda: desk.benoit.ephemerals)
        assert SHUT_OUT in desk.benoit.ephemerals[-1].words
        await desk.benoit.press(card, "move")
        await desk.slack.until(lambda: desk.benoit.modal and SHUT_OUT in desk.benoit.modal.words)
        await desk.benoit.press(card, "stop_again")  # a call fewer is nobody's privilege
        await desk.reply("stopped the further attempts")
        assert len(desk.allomia.dialled()) == 1


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


async def test_stop_ends_the_attempts_and_the_reply_says_by_whom(desk: House) -> None:
    desk.allomia.plan(status="busy", after=0)
    async with desk.open():
        await place(desk)
        card = as_seen(await desk.card("Attempt 2 of 3, next at"))
        await desk.benoit.press(card, "stop_again")
        told = await desk.reply("stopped")
        assert DATE.sub("…", told.text) == (
            ":no_bell: Marie was not reached in 1 attempt: busy, …. "
            f"<@{BENOIT}> stopped the further attempts."
        )
        await desk.card("No further attempt")
        await settled(desk)  # its hour comes
        await attempts(desk, Status.BUSY, Status.CANCELLED)
        await desk.benoit.press(card, "stop_again")  # a second click is no mistake
        await desk.benoit.press(card, "dial_now")
        assert desk.benoit.ephemerals == []
        assert len(desk.allomia.dialled()) == 1


@sqlite_only
async def test_now_dials_at_once_and_an_old_message_s_stop_holds_for_what_follows(
    desk: House,
) -> None:
    desk.allomia.plan(status="busy", after=0)
    async with desk.open():
        await place(desk)
        card = as_seen(await desk.card("Attempt 2 of 3, next at"))
        desk.allomia.plan(status="no-answer", after=60)
        await desk.ana.press(card, "dial_now")
        assert "Attempt 2 of 3." in said(await desk.card("Calling"))
        _, second = desk.allomia.dialled()
        await desk.ana.press(card, "stop_again")
        shown = await desk.card("stopped the further attempts")
        assert "Calling" in said(shown)
        await desk.slack.until(lambda: "is on the line" in " ".join(whispered(desk)))
        await desk.ana.press(card, "dial_now")
        await desk.slack.until(lambda: "No attempt waits any more" in " ".join(whispered(desk)))
        await desk.allomia.end(second.outbound_call_id, "no-answer")
        told = await desk.reply()
        assert DATE.sub("…", told.text) == (
            ":no_bell: Marie was not reached in 2 attempts: busy at …, no answer at …. "
            f"<@{ANA}> stopped the further attempts."
        )
        await quiet(desk)
        assert (len(replies(desk)), len(desk.cards())) == (1, 1)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("death", [at_status("answered"), at_row(lambda call: call.ended_at)])
async def test_killed_between_the_end_and_the_next_attempt_there_is_one(
    desk: House, tmp_path: Path, death: Death
) -> None:
    desk.environ |= {"ALLOMIA_TIMEOUT": "1"}
    desk.allomia.plan(status="busy", after=0.2)
    async with Lives(desk, tmp_path) as lives:
        await lives.ready()
        async with death(desk, lives):
            await desk.ana.command(CALL, FRONT_DESK, seal=Seal(deliberate=True))
        desk.allomia.plan(status="completed", after=0)
        await lives.ready()
        await desk.card("Attempt 2 of 3, next at")
        await attempts(desk, Status.BUSY, Status.QUEUED)
        await hurried(desk, lambda: replies(desk))
        await quiet(desk)
        await attempts(desk, Status.BUSY, Status.COMPLETED)
    assert (len(desk.allomia.dialled()), len(replies(desk)), len(desk.cards())) == (2, 1, 1)
