"""What AlloMia tells, or refuses to tell, is passed on truthfully, and without the number."""

import asyncio
from pathlib import Path

import pytest

from flow import place, quiet, replies, whispered
from house import NUMBER, House, text_of
from process import forked
from sandbox.courier import Seal
from sandbox.workspace import FRONT_DESK
from switch import sqlite_only

pytestmark = sqlite_only
KEY = "AlloMia no longer accepts this app's key, so I cannot see how the call is going."


async def test_a_word_that_nobody_documented_is_shown_while_the_call_goes_on(house: House) -> None:
    house.allomia.answer_status(json={"status": "voicemail"}, times=None)
    call = await house.placed()
    card = await house.card("AlloMia says: voicemail.")
    assert "Calling" in text_of(card)
    house.allomia.mend()
    await house.allomia.end(call)
    await house.reply("Marie was reached")
    await house.card("Completed")


async def test_giving_up_says_what_kept_us_from_looking(closed_house: House) -> None:
    closed_house.allomia.answer_status(status=401, times=None)
    async with closed_house.open(GIVE_UP_AFTER="1") as house:
        await house.placed()
        reply = await house.reply("AlloMia never said how it ended")
        assert KEY in reply.text


async def test_a_look_that_allomia_refuses_is_not_said_to_have_found_nothing(
    closed_house: House,
) -> None:
    async with closed_house.open(GIVE_UP_AFTER="0.5") as house:
        await house.placed()
        card = await house.card("Unknown")
        await quiet(house)
        house.allomia.answer_status(status=401, times=None)
        await house.ana.press(card, "look")
        card = await house.card("Looked again")
        assert (KEY in text_of(card), "nothing new" in text_of(card)) == (True, False)


async def test_allomias_words_do_not_give_the_number_away(house: House) -> None:
    call = await house.placed()
    said = "hung up by (514) 555-1234, that is +15145551234"
    await house.allomia.end(call, "failed", reason=said)
    reply = await house.reply("was not reached")
    card = await house.card("Failed")
    hidden = "hung up by •••• 1234, that is •••• 1234"
    assert (hidden in reply.text, hidden in text_of(card)) == (True, True)


async def test_a_person_without_a_locale_is_spoken_to_in_the_default_language(
    closed_house: House,
) -> None:
    async with closed_house.open(DEFAULT_LANGUAGE="fr") as house:
        house.slack.workspace.users[house.ana.id].locale = ""
        answer = await house.ana.command("help", FRONT_DESK)
        assert "assistant IA" in str(answer.body)


@pytest.mark.parametrize("undo", ["0.2", "3"])
async def test_the_undo_pause_does_not_eat_the_time_in_which_to_dial(
    closed_house: House, undo: str
) -> None:
    async with closed_house.open(UNDO_SECONDS=undo, DIAL_WITHIN="2.5") as house:
        await place(house)
        await house.allomia.until(house.allomia.dialled)
        await house.card("Calling")
        assert replies(house) == []


async def test_who_does_not_tick_the_confirmation_is_asked_to(house: House) -> None:
    await house.placed()
    await house.ana.command("514 555 1234 Marie", FRONT_DESK)
    form = await house.slack.until(lambda: house.ana.modal)
    await house.ana.submit(form, {})
    assert ("confirm" in form.state, form.errors) == (True, {})
    await house.ana.submit(form, {})
    assert form.errors == {"confirm": "Tick this to place a second call to the number, or cancel."}
    assert len(house.allomia.dialled()) == 1


async def test_a_request_with_a_wrong_signature_leaves_nothing_of_its_body_in_the_log(
    closed_house: House, tmp_path: Path
) -> None:
    house = closed_house
    async with forked(house.environ, tmp_path) as app:
        await app.says("Ringback listens")
        text = "now 514 555 1234 Marie Tremblay diagnosis=secret"
        answer = await house.ana.command(text, FRONT_DESK, seal=Seal(secret="another"))
        assert answer.status == 401
        await app.says("A request was refused status=401")
        assert await app.end() == 0
    spilt = ("5551234", "555+1234", "Tremblay", "secret", "response", "token")
    assert [word for line in app.lines for word in spilt if word in line] == []


async def test_a_token_that_is_dead_is_told_to_people_and_once_to_the_log(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    for method in ("views.open", "chat.postMessage"):
        house.slack.fail(method, error="token_revoked", times=None)
    await house.ana.command("", FRONT_DESK)
    await house.slack.until(lambda: whispered(house))
    assert whispered(house) == [
        (
            "Slack does not accept this app's token, so I cannot do anything here. "
            "Tell an administrator: SLACK_BOT_TOKEN must be replaced. Nobody was called."
        )
    ]
    for number in range(3):
        await place(house, f"now {NUMBER[:-1]}{number} Marie")
    await house.slack.until(lambda: len(house.slack.said("chat.postMessage")) == 3)
    lines = [record for record in caplog.records if record.levelname == "ERROR"]
    assert [line.getMessage() for line in lines] == ["Slack does not accept the bot token"]


async def test_a_body_that_breaks_off_is_no_fault_of_ours(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", int(house.environ["PORT"]))
    writer.write(b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{")
    await writer.drain()
    writer.transport.abort()
    await house.ana.command("list", FRONT_DESK)
    await house.slack.until(lambda: whispered(house))
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_a_404_of_another_server_tells_nothing_about_a_call(house: House) -> None:
    house.allomia.answer_status(status=404, text="<html>not found</html>", times=None)
    call = await house.placed()
    asked = f"GET /api/outbound/{call}/status"
    await house.allomia.until(lambda: len(house.slack.said(asked)) > 1)
    assert "AlloMia does not know this call" not in text_of(await house.card())


async def test_a_message_whose_place_slack_does_not_tell_is_looked_for(house: House) -> None:
    house.slack.fail("chat.postMessage", lose_reply=True)
    await house.placed()
    assert len(house.cards()) == 1
