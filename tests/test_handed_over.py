"""What is left to do is handed over in Slack: on the call's message, in windows, on Home."""

import asyncio

import pytest

from calls import hand_over, tables
from calls.clock import now
from calls.do_not_call import Entry
from calls.switchboard import Switchboard
from desks import TEAM, chosen, home, offered, told
from examples import EVERY_CALL, HARMLESS, HOSTILE
from flow import away, database_of, direct, hurried, noted, quiet, settled, whispered
from governed import decided
from house import NUMBER, House, settings_of, text_of
from sandbox.allomia_log import CONFIRMED
from sandbox.modals import View
from sandbox.person import Person
from sandbox.workspace import ANA, BENOIT, BOT, FRONT_DESK, PRIVATE, Message
from slack_rules.check_slack import check_view
from switch import sqlite_only
from test_buttons import labels
from test_details import with_log
from views import handing_windows
from views.text import LANGUAGES, Text

pytestmark = pytest.mark.windows


async def missed(house: House) -> Message:
    """Let Ana call Marie, whose line is busy, and return the message."""
    call = await house.placed(f"now {NUMBER} Marie")
    await house.card("Calling")
    await house.allomia.end(call, "busy")
    await house.reply("busy")
    return await house.card("Busy")


async def window(house: House, person: Person, card: Message, what: str) -> View:
    """Choose in the menu of a call's message, and wait for the window."""
    reference = (await noted(house))[0].reference
    await person.press(card, "handing", value=f"{what} {reference}")
    return await house.slack.until(
        lambda: person.modal if person.modal and person.modal.state else None
    )


async def barred(house: House) -> list[Entry]:
    """Return the do-not-call list."""
    async with database_of(house) as database:
        return await Switchboard(database, settings_of(house.environ)).do_not_call.everything(TEAM)


async def test_a_call_is_assigned_in_a_window_and_found_first_at_home_until_it_is_done(
    house: House,
) -> None:
    card = await missed(house)
    assert labels(card) == ["done", "again", "show_number", "details", "handing"]
    for _ in range(2):  # the second time they are told nothing
        form = await window(house, house.ana, await house.card("Busy"), "assign")
        assert (await house.ana.submit(form, {"who": BENOIT})).body is None
        await house.card(f"<@{BENOIT}> sees to it.")
    benoit = house.slack.workspace.messages
    await house.slack.until(lambda: benoit(house.benoit.direct.id))
    (call,) = await noted(house)
    (message,) = benoit(house.benoit.direct.id)
    link = f"/archives/{FRONT_DESK}/p{card.ts.replace('.', '')}|{call.reference}>"
    assert message.text.startswith(f"<@{ANA}> vous demande de vous occuper de l’appel <https://")
    assert (link in message.text, "Marie" in message.text) == (True, False)

    await house.benoit.open_home()  # he looks at his own calls, and has asked for none
    await home(house, house.benoit, "vous en occupez")
    assert "*Vous* vous en occupez." in told(house.benoit)[1]
    assert link in told(house.benoit)[1]
    assert offered(house.benoit, call.reference) == ["done", "assign", "note", "again", "details"]
    await chosen(house, house.benoit, "done", call.reference)
    card = await house.card(f"Done: <@{BENOIT}>")
    assert labels(card) == ["reopen", "again", "show_number", "details"]
    await house.slack.until(lambda: call.reference not in str(house.benoit.home))

    await house.ana.press(card, "reopen")
    await house.card(f"<@{BENOIT}> sees to it.")
    await home(house, house.benoit, call.reference)  # by itself
    await house.ana.press(await house.card("sees to it"), "details")
    shown = await house.slack.until(
        lambda: house.ana.modal if house.ana.modal and "Reopened" in house.ana.modal.words else None
    )
    assert f"Assigned to <@{BENOIT}> · <@{ANA}>" in shown.words
    assert f"Marked as done · <@{BENOIT}>" in shown.words


async def test_notes_stand_on_the_message_and_all_of_them_in_details(house: House) -> None:
    card = await missed(house)
    for words in ("one", HOSTILE, "She moved.\nTry her son."):
        form = await window(house, house.ana, card, "note")
        assert (await house.ana.submit(form, {"note": words})).body is None
    card = await house.card("“She moved. Try her son.”")
    assert f"“{HARMLESS}”" in text_of(card)
    assert "“one”" not in text_of(card)
    form = await window(house, house.benoit, card, "note")
    assert "one" in form.words
    await house.benoit.submit(form, {"note": " \u202e "})
    assert form.errors == {"note": "Écrivez quelque chose."}
    await house.ana.press(card, "details")
    await house.slack.until(lambda: house.ana.modal and "“one”" in house.ana.modal.words)


async def test_who_assigns_a_call_to_themself_is_told_nothing_and_of_a_bot_that_it_is_not_told(
    house: House,
) -> None:
    card = await missed(house)
    form = await window(house, house.ana, card, "assign")
    await house.ana.submit(form, {"who": ANA})
    card = await house.card(f"<@{ANA}> sees to it.")
    await quiet(house)
    assert direct(house) == []
    form = await window(house, house.ana, card, "assign")
    house.slack.fail("chat.postMessage", error="cannot_dm_bot", times=1)
    await house.ana.submit(form, {"who": BOT})
    told = f"is assigned to <@{BOT}>, but I could not tell them."
    await house.slack.until(lambda: any(told in words for words in direct(house)))


@sqlite_only
async def test_what_cannot_be_noted_in_time_is_said(house: House) -> None:
    card = await missed(house)
    form = await window(house, house.benoit, card, "note")
    async with away(house):
        await asyncio.gather(
            house.ana.press(card, "done"), house.benoit.submit(form, {"note": "Moved."})
        )
        await house.slack.until(lambda: whispered(house))
    assert "I could not note this in time." in whispered(house)[0]
    assert house.benoit.modal is not None
    assert "Je n’ai pas pu le noter à temps." in house.benoit.modal.words


@sqlite_only
async def test_a_call_that_leaves_nothing_to_do_any_more_is_left_alone(house: House) -> None:
    card = await missed(house)
    form = await window(house, house.ana, card, "assign")
    async with database_of(house) as database, database.write() as connection:
        await connection.execute(tables.calls.update().values(erased_at=now()))
    await house.ana.submit(form, {"who": BENOIT})
    assert house.ana.modal is not None
    assert "leaves nothing to do any more" in house.ana.modal.words
    await house.ana.close(house.ana.modal)
    await house.ana.press(card, "done")
    await house.slack.until(lambda: whispered(house))
    assert "leaves nothing to do any more: its state is “busy”." in whispered(house)[0]
    (call,) = await noted(house)
    assert (call.assigned_to, call.done_at) == (None, None)


@with_log
async def test_who_wants_no_calls_is_put_on_the_list_by_a_person_once(house: House) -> None:
    summary = {"callSummaryFr": "Marie ne souhaite plus être appelée.", "callOutcome": "reached"}
    house.allomia.writes(fields={**CONFIRMED, **summary})
    call = await house.placed(f"now {NUMBER} Marie")
    await house.card("Calling")
    await house.allomia.end(call)
    await hurried(house, lambda: "does not want" in text_of(house.cards()[-1]))
    await settled(house)
    card = await house.card("The summary says that Marie does not want to be called.")
    assert labels(card) == ["never", "done", "again", "show_number", "details", "handing"]
    assert await barred(house) == []
    await asyncio.gather(*(one.press(card, "never") for one in (house.ana, house.benoit)))
    card = await house.card("The number is on the do-not-call list, as <@")
    (entry,) = await barred(house)
    (over,) = await noted(house)
    assert (entry.number, entry.reason) == (NUMBER, over.reference)
    assert labels(card) == ["reopen", "again", "show_number", "details"]
    assert over.listed_by in {ANA, BENOIT}


@with_log
async def test_who_waits_to_be_called_back_stands_at_home_until_somebody_has_seen_to_it(
    house: House,
) -> None:
    house.allomia.writes(fields={**CONFIRMED, "callOutcome": "callback_requested"})
    call = await house.placed(f"now {NUMBER} Marie")
    await house.card("Calling")
    await house.allomia.end(call)
    await hurried(house, lambda: "waits to hear" in text_of(house.cards()[-1]))
    await settled(house)
    await house.ana.open_home()
    await home(house, house.ana, "Needs you (1)", "Marie waits to hear from somebody here.")
    card = await house.card("Marie waits to hear from somebody here.")
    assert labels(card) == ["done", "again", "show_number", "details", "handing"]
    await house.ana.press(card, "done")
    await house.card("Done: <@")
    await home(house, house.ana, "Nothing is left to do.")


@with_log
async def test_a_transcript_is_listened_to_also_where_it_is_not_shown(
    house: House,
) -> None:
    await decided(house, no_transcripts=(FRONT_DESK,))
    heard = "Assistant: I will stop calling you.\nUser: Yes. Ne m’appelez plus !\n"
    house.allomia.writes(transcript=heard)
    for channel in (FRONT_DESK, PRIVATE):
        call = await house.placed(f"now {NUMBER} Marie", channel)
        await house.card("Calling", channel)
        await house.allomia.end(call)
        await house.card("Completed", channel)
    await hurried(house, lambda: "does not want" in text_of(house.cards(PRIVATE)[-1]))
    await settled(house)
    for channel, quoted in ((FRONT_DESK, 0), (PRIVATE, 1)):
        shown = text_of(house.cards(channel)[-1])
        assert "The transcript says that Marie does not want" in shown
        there = [told for told in house.slack.workspace.posted if told.channel == channel]
        assert sum("appelez plus" in text_of(told) for told in there) == quoted
    assert [one.opted_out for one in await noted(house)] == [True, True]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_windows_keep_to_slacks_limits_and_say_what_needs_nobody(language: str) -> None:
    text = Text(language)
    for made in EVERY_CALL.values():
        views = handing_windows.choosing(made, text), handing_windows.writing(made, text)
        assert [check_view(view) for view in views] == [[], []]
        fields = [block for block in views[1]["blocks"] if block["type"] == "input"]
        assert bool(fields) is hand_over.needs_somebody(made)
    assert handing_windows.chosen({}) == handing_windows.wrote({}) == ("", "")
