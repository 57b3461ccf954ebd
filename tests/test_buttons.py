"""The buttons of a call's message: cancel, call again, look again, details."""

import asyncio
import re
from typing import Any

import pytest

from house import NUMBER, House, text_of
from records import forget, held, spoiled
from sandbox.modals import View
from sandbox.person import Person
from sandbox.workspace import FRONT_DESK, PRIVATE, Face, Message
from switch import sqlite_only

pytestmark = pytest.mark.windows

DIAL = f"now {NUMBER} Marie slot=Tuesday"


def labels(message: Message) -> list[str]:
    """Return the buttons that a message shows."""
    (actions,) = (block for block in message.blocks if block["type"] == "actions")
    return [button["action_id"] for button in actions["elements"]]


def reference_of(message: Message) -> str:
    """Return the reference of a message's call."""
    assert message.metadata is not None
    return str(message.metadata["event_payload"]["reference"])


def replies_to(house: House, card: Message) -> list[Message]:
    """Return the replies in a call's thread."""
    return house.slack.workspace.replies(card.channel, card.ts)


async def shown_to(house: House, person: Person, words: str) -> View:
    """Wait until somebody looks at a modal that holds some words."""

    def found() -> View | None:
        return person.modal if person.modal and words in person.modal.words else None

    return await house.slack.until(found)


async def told(house: House, person: Person) -> str:
    """Wait for the one message that only this person sees."""
    await house.slack.until(lambda: person.ephemerals)
    (message,) = person.ephemerals
    return message.words


async def ended(house: House, status: str = "completed", **how: Any) -> Message:  # noqa: ANN401
    """Place a call, let it end, and return its message."""
    call_id = await house.placed(DIAL)
    await house.allomia.end(call_id, status, **how)
    await house.reply()
    return await house.card(" ".join(status.split("-")).capitalize())


async def test_anybody_there_may_cancel_before_it_is_dialled(closed_house: House) -> None:
    async with closed_house.open(UNDO_SECONDS="30") as house:
        await house.ana.command(DIAL, FRONT_DESK)
        card = await house.card("Queued")
        assert labels(card) == ["cancel", "show_number", "details"]
        assert (await house.benoit.press(card, "cancel")).status == 200
        reply = await house.reply("was cancelled")
        card = await house.card("Cancelled")
        by = f"<@{house.benoit.id}> cancelled it before it was dialled"
        assert (by in reply.text, by in text_of(card), labels(card)) == (
            True,
            True,
            ["again", "show_number", "details"],
        )
        assert house.allomia.log == []


async def test_a_click_repeated_cancels_once_and_complains_about_nothing(
    closed_house: House,
) -> None:
    async with closed_house.open(UNDO_SECONDS="30") as house:
        await house.ana.command(DIAL, FRONT_DESK)
        card = await house.card("Queued")
        await asyncio.gather(*(house.ana.press(card, "cancel") for _ in range(5)))
        await house.reply("was cancelled")
        card = await house.card("Cancelled")
        await house.ana.command("list", FRONT_DESK)
        assert "Cancelled" in await told(house, house.ana)
        assert (len(replies_to(house, card)), house.allomia.log) == (1, [])


async def test_a_call_that_is_dialled_cannot_be_cancelled_and_says_why(
    closed_house: House,
) -> None:
    async with closed_house.open(UNDO_SECONDS="0.2") as house:
        await house.ana.command(DIAL, FRONT_DESK)
        queued = await house.card("Queued")
        stale = Message(queued.channel, queued.ts, queued.user, [queued.faces[0]], queued.bot_id)
        card = await house.card("Calling")
        assert labels(card) == ["show_number", "details"]
        await house.ana.press(stale, "cancel")
        said = await told(house, house.ana)
        assert "can no longer be cancelled: its state is “calling”" in said
        assert "no way to hang up" in said
        await house.allomia.end(house.allomia.dialled()[0].outbound_call_id)
        await house.card("Completed")


async def test_call_again_opens_the_form_filled_in_and_dials_nobody(house: House) -> None:
    card = await ended(house)
    assert labels(card) == ["again", "show_number", "details"]
    await house.ana.press(card, "again")
    form = await shown_to(house, house.ana, "Phone number")
    values = {name: next(iter(fields.values())).get("value") for name, fields in form.state.items()}
    assert (values["number"], values["name"], values["variables"]) == (
        NUMBER,
        "Marie",
        "slot = Tuesday",
    )
    assert form.state["channel"]["channel"]["selected_conversation"] == FRONT_DESK
    assert len(house.allomia.dialled()) == 1
    await house.ana.submit(form, {"variables": "slot = Friday"})
    await house.allomia.until(lambda: len(house.allomia.dialled()) == 2)
    assert house.allomia.dialled()[1].body["dynamicVariables"] == {"slot": "Friday"}


async def test_a_colleague_calls_again_without_seeing_what_is_not_theirs(house: House) -> None:
    card = await ended(house)
    await house.benoit.press(card, "again")
    form = await shown_to(house, house.benoit, "Ce qui est affiché comme")
    assert re.findall(r"5551234|555-1234|Tuesday", str(form.faces)) == []
    assert "slot = ••••" in str(form.state)
    await house.benoit.submit(form, {"name": "Marie T."})
    await house.allomia.until(lambda: len(house.allomia.dialled()) == 2)
    body = house.allomia.dialled()[1].body
    assert (body["phoneNumber"], body["customerName"], body["dynamicVariables"]) == (
        NUMBER,
        "Marie T.",
        {"slot": "Tuesday"},
    )


async def test_a_colleague_may_change_what_is_hidden_but_not_send_it_elsewhere(
    house: House,
) -> None:
    card = await ended(house)
    await house.benoit.press(card, "again")
    form = await shown_to(house, house.benoit, "Ce qui est affiché comme")
    await house.benoit.submit(form, {"variables": "note = ••••\nslot = ••••"})
    assert list(form.errors) == ["variables"]
    await house.benoit.submit(form, {"number": "+1 514 555 0000", "variables": "slot = ••••"})
    assert list(form.errors) == ["variables"]
    assert "ligne 1 masque la valeur de « slot »" in form.errors["variables"].replace("\xa0", " ")
    values = {"number": "•••• 1234", "variables": "slot = ••••\nnote = late"}
    await house.benoit.submit(form, values)
    await house.allomia.until(lambda: len(house.allomia.dialled()) == 2)
    body = house.allomia.dialled()[1].body
    assert (body["phoneNumber"], body["dynamicVariables"]) == (
        NUMBER,
        {"slot": "Tuesday", "note": "late"},
    )


async def test_who_repeats_a_call_unseen_does_not_see_it_afterwards_either(house: House) -> None:
    await house.benoit.press(await ended(house), "again")
    form = await shown_to(house, house.benoit, "Ce qui est affiché comme")
    await house.benoit.submit(form)
    await house.allomia.until(lambda: len(house.allomia.dialled()) == 2)
    card = await house.card(f"<@{house.benoit.id}>")
    await house.benoit.press(card, "details")
    await house.ana.press(card, "details")
    theirs = await shown_to(house, house.benoit, reference_of(card))
    mine = await shown_to(house, house.ana, reference_of(card))
    assert re.findall(r"555.?1234|Tuesday", str(theirs.faces)) == []
    assert "slot = Tuesday" in mine.words


async def test_a_call_repeated_while_it_is_repeated_wants_a_confirmation(house: House) -> None:
    card = await ended(house)
    await house.ana.command(DIAL, FRONT_DESK)
    await house.allomia.until(lambda: len(house.allomia.dialled()) == 2)
    await house.benoit.press(card, "again")
    form = await shown_to(house, house.benoit, "Ce qui est affiché comme")
    await house.benoit.submit(form)
    assert ("confirm" in form.state, "5551234" in str(form.faces)) == (True, False)
    assert len(house.allomia.dialled()) == 2


async def test_an_unknown_call_with_an_id_can_be_looked_at_again(closed_house: House) -> None:
    async with closed_house.open(GIVE_UP_AFTER="0.4", PUBLIC_URL="http://127.0.0.1:9") as house:
        call_id = await house.placed(DIAL)
        card = await house.card("Unknown")
        assert labels(card) == ["look", "done", "again", "show_number", "details", "handing"]
        await house.benoit.press(card, "look")
        assert "encore une fois" in await told(house, house.benoit) or house.benoit.ephemerals
        await house.card("Looked again")
        house.allomia.calls[call_id].end("completed", duration=5)
        await house.ana.press(card, "look")
        assert "once more" in await told(house, house.ana)
        await house.reply("Marie was reached")
        card = await house.card("Completed, 5 s")
        assert (labels(card), len(house.allomia.dialled())) == (
            ["again", "show_number", "details"],
            1,
        )


async def test_there_is_nothing_to_ask_about_an_unknown_call_without_an_id(house: House) -> None:
    house.allomia.answer_create(json={"status": "calling"}, place=True)
    await house.placed(DIAL)
    card = await house.card("Unknown")
    assert labels(card) == ["done", "again", "show_number", "details", "handing"]
    button = {"type": "button", "text": {"type": "plain_text", "text": "Look"}, "action_id": "look"}
    elements = [button | {"value": reference_of(card)}]
    face = Face("", [{"type": "actions", "elements": elements}], None)
    await house.ana.press(house.slack.workspace.post(FRONT_DESK, face), "look")
    said = await told(house, house.ana)
    assert ("There is nothing to ask AlloMia" in said, "“unknown”" in said) == (True, True)


async def test_details_show_everything_to_who_asked_and_not_to_a_colleague(house: House) -> None:
    card = await ended(house)
    await house.ana.press(card, "details")
    await house.benoit.press(card, "details")
    mine = await shown_to(house, house.ana, "Details of the call")
    theirs = await shown_to(house, house.benoit, reference_of(card))
    call = house.allomia.dialled()[0]
    for window in (mine, theirs):
        ids = [reference_of(card), call.outbound_call_id, call.contact_id]
        assert [one for one in ids if one not in window.words] == []
        assert window.words.count("<!date^") >= 4  # queued, dialling, calling, completed
    assert [words in mine.words for words in ("•••• 1234", "slot = Tuesday")] == [True, True]
    assert [words in theirs.words for words in ("slot = ••••", "•••• 1234")] == [True, True]
    assert re.findall(r"555.?1234|Tuesday", str(theirs.faces)) == []
    assert len(house.allomia.dialled()) == 1


@pytest.mark.parametrize("button", ["again", "details"])
async def test_a_button_whose_call_is_gone_says_so(house: House, button: str) -> None:
    card = await ended(house)
    await forget(house.environ["DATABASE_URL"])
    await house.ana.press(card, button)
    window = await shown_to(house, house.ana, f"I find no call {reference_of(card)}")
    assert window.body.get("submit") is None
    assert ("Nobody was called" in window.words, house.ana.ephemerals) == (False, [])


async def test_a_button_whose_call_cannot_be_read_says_so(house: House) -> None:
    card = await ended(house)
    async with spoiled(house.environ["DATABASE_URL"]):
        await house.ana.press(card, "details")
        await shown_to(house, house.ana, "I cannot reach my records")
        stale = Message(card.channel, card.ts, card.user, [card.faces[0]], card.bot_id)
        assert (await house.ana.press(stale, "cancel")).status == 200
        assert "I cannot reach my records" in await told(house, house.ana)
        await house.ana.command("list", FRONT_DESK)
        await house.slack.until(lambda: len(house.ana.ephemerals) == 2)
        assert "I cannot reach my records" in house.ana.ephemerals[1].words


@sqlite_only
async def test_who_cancels_and_cannot_be_told_what_came_of_it_in_time_is_told_where_it_will_show(
    closed_house: House,
) -> None:
    async with closed_house.open(UNDO_SECONDS="30") as house:
        await house.ana.command(DIAL, FRONT_DESK)
        card = await house.card("Queued")
        async with held(house.environ["DATABASE_URL"]):
            await house.ana.press(card, "cancel")
            said = await told(house, house.ana)
        assert f"I could not note in time that {reference_of(card)} is to be cancelled" in said
        await house.ana.press(card, "cancel")  # it may have been noted after all
        await house.card("Cancelled")
        assert (len(house.ana.ephemerals), house.allomia.log) == (1, [])


async def test_cancel_and_look_on_a_call_that_is_gone_say_so(closed_house: House) -> None:
    async with closed_house.open(UNDO_SECONDS="30") as house:
        await house.ana.command(DIAL, FRONT_DESK)
        card = await house.card("Queued")
        await forget(house.environ["DATABASE_URL"])
        await house.ana.press(card, "cancel")
        assert "I find no call" in await told(house, house.ana)
        assert house.allomia.log == []


@pytest.mark.parametrize("button", ["again", "details", "cancel", "look"])
async def test_a_button_in_another_conversation_tells_nothing(house: House, button: str) -> None:
    card = await ended(house)
    element = {"type": "button", "text": {"type": "plain_text", "text": "x"}, "action_id": button}
    elements = [element | {"value": reference_of(card)}]
    face = Face("", [{"type": "actions", "elements": elements}], None)
    await house.ana.press(house.slack.workspace.post(PRIVATE, face), button)
    if button in {"again", "details"}:
        window = await shown_to(house, house.ana, "I find no call")
        assert "Marie" not in str(window.faces)
    else:
        assert "I find no call" in await told(house, house.ana)
    assert len(house.allomia.dialled()) == 1


async def test_a_card_in_a_direct_message_can_be_cancelled_before_it_is_noted(
    closed_house: House,
) -> None:
    async with closed_house.open(UNDO_SECONDS="30") as house:
        direct = house.ana.direct.id
        house.slack.fail("chat.postMessage", lose_reply=True)
        await house.ana.command(DIAL, direct)
        card = await house.card("Queued", direct)
        await house.ana.press(card, "cancel")
        await house.slack.until(lambda: "was cancelled" in str(house.slack.workspace.posted))
        assert house.allomia.log == []


async def test_a_window_that_slack_does_not_fill_leaves_the_app_in_peace(house: House) -> None:
    card = await ended(house)
    house.slack.fail("views.update", error="hash_conflict")
    house.slack.fail("views.update", drop=True)
    for _ in range(2):
        await house.ana.press(card, "details")
    await house.slack.until(lambda: len(house.slack.said("views.update")) == 2)
    assert "Slack did not let me open the window" in await told(house, house.ana)
    house.slack.fail("views.open", error="trigger_exchanged")
    await house.ana.press(card, "again")
    await house.slack.until(lambda: len(house.ana.ephemerals) == 2)
    await house.ana.press(card, "details")
    await shown_to(house, house.ana, "Time line")
