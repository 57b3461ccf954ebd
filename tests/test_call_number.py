"""*Call this number*, on any message: the form is filled in, its thread hears the outcome."""

from typing import Any

import pytest

from flow import direct, noted, quiet
from house import House
from sandbox.modals import View
from sandbox.person import Person
from sandbox.workspace import ANA, DIRECT, FRONT_DESK, PRIVATE, Face, Message

pytestmark = pytest.mark.windows

REACHED = ":white_check_mark: Marie Tremblay was reached."
UNDER = "come into the thread of the message that you chose"


async def used(house: House, message: Message, person: Person | None = None) -> View:
    """Use the shortcut on a message, and wait for the window."""
    who = person or house.ana
    answer = await who.use_message_shortcut("call_number", message)
    assert (answer.status, answer.body) == (200, None)
    return await house.slack.until(lambda: who.modal)


def typed(form: View) -> dict[str, Any]:
    """Return what stands in the fields that the shortcut fills in."""
    names = ("number", "name", "variables")
    values = {name: next(iter(form.state[name].values()))["value"] for name in names}
    chosen = form.state["channel"]["channel"]["selected_conversation"]
    return values | {"channel": chosen}


def told_in(house: House, root: Message) -> list[str]:
    """Return what the app has said in a message's thread."""
    replies = house.slack.workspace.replies(root.channel, root.ts)
    return [reply.words for reply in replies if reply.bot_id]


async def test_a_number_in_a_thread_is_called_and_that_thread_hears_the_outcome_once(
    house: House,
) -> None:
    house.allomia.plan(after=0.1)
    root = house.benoit.say("Who is free this morning?", FRONT_DESK)
    said = house.benoit.say(
        "Call Marie Tremblay at 514-555-0123 about her &lt;wrist&gt;", FRONT_DESK, root.ts
    )
    form = await used(house, said)
    assert typed(form) == {
        "number": "+1 514-555-0123",
        "name": "Marie Tremblay",
        "variables": "context = Call Marie Tremblay at … about her <wrist>",
        "channel": FRONT_DESK,
    }
    assert UNDER in form.words
    house.slack.fail("chat.postMessage", lose_reply=True)  # the call's message
    assert (await house.ana.submit(form)).body is None
    await house.allomia.until(house.allomia.dialled)
    house.slack.fail("chat.postMessage", lose_reply=True)  # its outcome
    await quiet(house)
    card, outcome = told_in(house, root)
    assert "Completed" in card
    assert outcome.startswith(REACHED)
    assert [message.ts for message in house.cards()] == [root.ts]
    (call,) = await noted(house)
    assert (call.under, call.number, call.name) == (root.ts, "+15145550123", "Marie Tremblay")
    shown = next(one for one in house.slack.workspace.replies(FRONT_DESK, root.ts) if one.bot_id)
    await house.ana.press(shown, "show_number")  # what only she sees stands there too
    await house.slack.until(lambda: house.ana.ephemerals)
    assert house.ana.ephemerals[-1].thread_ts == root.ts


async def test_one_of_several_numbers_is_chosen_before_the_form_opens(house: House) -> None:
    text = "Tél : 514-555-0199"
    fields = [{"type": "mrkdwn", "text": one} for one in ("*Patient*\nMarie Tremblay", text)]
    blocks: list[dict[str, Any]] = [
        {"type": "section", "fields": fields},
        {"type": "section", "text": {"type": "mrkdwn", "text": "*Luc Roy* <tel:+15145550123|ici>"}},
    ]
    root = house.slack.workspace.post(FRONT_DESK, Face("two", blocks, None), user=ANA)
    choice = await used(house, root, house.benoit)
    await house.slack.until(lambda: "J’ai trouvé plusieurs numéros" in choice.words)
    labels = [option["text"]["text"] for option in choice.blocks[1]["element"]["options"]]
    assert labels == ["Marie Tremblay · +1 514-555-0199", "Luc Roy · +1 514-555-0123"]
    answer = await house.benoit.submit(choice, {"found": "1"})
    assert (answer.body or {})["response_action"] == "update"
    assert typed(choice) == {
        "number": "+1 514-555-0123",
        "name": "Luc Roy",
        "variables": None,
        "channel": FRONT_DESK,
    }
    await house.benoit.submit(choice)
    await house.slack.until(lambda: told_in(house, root))
    assert len(await noted(house)) == 1


async def test_without_a_number_the_form_says_so_and_the_thread_hears_what_comes_of_it(
    house: House,
) -> None:
    root = house.ana.say("Order 5145551234 of 2026-03-14", FRONT_DESK)
    form = await used(house, root)
    assert "I found no phone number in this message" in form.words
    root.locked = True  # meanwhile
    house.allomia.plan(after=0.1)
    await house.ana.submit(form, {"number": "514 555 0123", "name": "Marie Tremblay"})
    outcome = await house.reply(REACHED)
    (beside,) = (card for card in house.cards() if card.bot_id)
    assert (told_in(house, root), outcome.thread_ts) == ([], beside.ts)
    (call,) = await noted(house)
    assert (call.under, call.thread) == (None, beside.ts)


async def test_where_only_people_can_write_the_outcome_comes_to_who_asked(house: House) -> None:
    form = await used(house, house.ana.say("Marie Tremblay 514-555-0123", DIRECT))
    assert (typed(form)["channel"], UNDER in form.words) == (None, False)
    await house.ana.submit(form)
    await house.allomia.until(house.allomia.dialled)
    assert len(direct(house)) == 1
    (call,) = await noted(house)
    assert (call.channel, call.under) == (house.ana.direct.id, None)


async def test_in_another_conversation_than_the_messages_a_call_has_its_own_thread(
    house: House,
) -> None:
    form = await used(house, house.ana.say("Marie Tremblay 514-555-0123", FRONT_DESK))
    await house.ana.submit(form, {"channel": PRIVATE})
    await house.card("Calling", PRIVATE)
    (call,) = await noted(house)
    assert (call.channel, call.under) == (PRIVATE, None)


async def test_a_call_whose_message_lost_its_thread_is_found_beside_it_and_heard_of_once(
    house: House,
) -> None:
    root = house.ana.say("Marie Tremblay 514-555-0123", FRONT_DESK)
    form = await used(house, root)
    root.deleted = True
    house.allomia.plan(after=0.1)
    house.slack.fail("chat.postMessage", lose_reply=True)
    await house.ana.submit(form)
    outcome = await house.reply(REACHED)
    await quiet(house)
    (card,) = house.cards()
    assert [outcome.ts] == [one.ts for one in house.slack.workspace.replies(FRONT_DESK, card.ts)]
    (call,) = await noted(house)
    assert (call.under, call.thread) == (None, card.ts)
