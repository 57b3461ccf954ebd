"""Hours that were missed are not dialled late by surprise: the thread asks, and a person says."""

from datetime import timedelta

import pytest

from calls import hours, tables
from calls.clock import now
from calls.model import Call
from calls.policy import expired
from calls.rules import Rules
from calls.status import Status
from calls.workspaces import Workspaces
from desks import TEAM, home, made, offered, scheduled
from examples import TROUBLE
from flow import database_of, noted, replies
from house import NUMBER, House
from pressed import seeing
from sandbox.workspace import ADMIN, ANA, BENOIT, FRONT_DESK, Message
from slack_rules.check_slack import check_args
from views import reply
from views.text import LANGUAGES, Text

windows = pytest.mark.windows
HOUR = timedelta(hours=1)


async def missed(house: House) -> tuple[Call, Message]:
    """Let a call's hour pass while nobody could dial, and return the thread's question."""
    call = await scheduled(house, now() + HOUR, number=NUMBER, name="Marie")
    await house.card("Scheduled for")
    calls = tables.calls
    async with database_of(house) as database, database.write() as connection:
        past = {"hour": now() - HOUR, "due_at": now() - HOUR}
        await connection.execute(calls.update().values(past))
        await connection.execute(tables.jobs.update().values(due=now()))
    return call, await house.reply("Is it still wanted?")


async def test_a_missed_hour_is_not_dialled_the_thread_asks_and_home_shows_it(
    house: House,
) -> None:
    call, question = await missed(house)
    assert f"<@{ANA}>, the call to Marie was to be dialled <!date^" in question.text
    card = await house.card("Not dialled at its hour")
    assert "I do not dial late by myself" in card.words
    await house.ana.open_home()
    await home(house, house.ana, "Needs you (1)", "Not dialled at its hour")
    assert "again" in offered(house.ana, call.reference)
    assert (house.allomia.log, len(replies(house))) == ([], 1)


@windows
async def test_call_now_places_it_once_however_often_and_by_whom_it_is_pressed(
    house: House,
) -> None:
    first, question = await missed(house)
    under = question.thread_ts  # as if that were another's message
    async with database_of(house) as database, database.write() as connection:
        await connection.execute(tables.calls.update().values(under=under))
    for person in (house.ana, house.benoit, house.ana):
        await person.press(question, "call_now")
    await house.allomia.until(house.allomia.dialled)
    await house.slack.until(lambda: len(house.ana.ephemerals) == 2 and house.benoit.ephemerals)
    late, placed = await noted(house)
    assert (late.reference, late.status) == (first.reference, Status.CANCELLED)
    assert (placed.number, placed.name, placed.hour) == (NUMBER, "Marie", None)
    assert (placed.under, bool(under)) == (under, True)
    told = {message.words for message in house.ana.ephemerals}
    assert told == {f"The call is placed after all: {placed.reference}."}
    assert [one.number for one in house.allomia.dialled()] == [NUMBER]
    await house.slack.until(lambda: "Done:" in question.words)  # who reads it later is not asked
    assert question.blocks[-1]["type"] == "section"


@windows
async def test_call_now_asks_the_rules_as_they_are_by_then(house: House) -> None:
    _, question = await missed(house)
    async with database_of(house) as database:
        rules = Workspaces(database)
        abroad = Rules(countries=("FR",))
        await rules.change(TEAM, 0, lambda found: found.having(rules=abroad), ADMIN)
        await house.ana.press(question, "call_now")
        await house.slack.until(lambda: house.ana.ephemerals)
        await rules.change(TEAM, 1, lambda found: found.having(rules=CLOSED), ADMIN)
        await house.ana.press(question, "call_now")
    form = await seeing(house, house.ana, "outside calling hours in Toronto")
    assert form.state["name"]["name"]["value"] == "Marie"
    assert "may not be called" in house.ana.ephemerals[-1].words
    assert (house.allomia.log, len(await noted(house))) == ([], 1)


LATER = (now() + 3 * HOUR).hour
WINDOW = (hours.Window(start=LATER * 60, end=LATER * 60 + 60),)
CLOSED = Rules(hours=hours.Hours(days=(WINDOW,) * 7))


@windows
async def test_another_time_opens_the_form_filled_in_and_nothing_happens_by_itself(
    house: House,
) -> None:
    _, question = await missed(house)
    await house.ana.press(question, "again")
    form = await seeing(house, house.ana, "Call later: on which day")
    assert form.state["number"]["number"]["value"] == NUMBER
    assert form.state["when_day"]["when_day"]["selected_date"] is None
    assert (house.allomia.log, len(await noted(house))) == ([], 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_only_the_thread_has_the_buttons_and_all_say_what_kept_the_call(language: str) -> None:
    text, hour = Text(language), now() - HOUR
    waiting = made(1, Status.QUEUED, hour=hour, due_at=hour, reason=TROUBLE, asked_by=BENOIT)
    late = expired(waiting.having(thread="1.0", channel=FRONT_DESK))
    told = [
        reply.render(late, text),
        reply.elsewhere(late, text),
        reply.render(late.having(thread=None), text),
    ]
    assert [one.blocks[-1]["type"] == "actions" for one in told] == [True, False, False]
    assert all(text.mrkdwn_reason(TROUBLE) in one.text for one in told)
    assert all(f"<@{BENOIT}>" in one.text for one in told)
    args = [{"channel": "C1", "text": one.text, "blocks": one.blocks} for one in told]
    assert [check_args("chat.postMessage", one) for one in args] == [[], [], []]
