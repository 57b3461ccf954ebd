"""A gesture made or delivered twice is one call at most; whoever comes second is asked first."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from flow import noted, place, posted, quiet
from house import NUMBER, House
from pressed import form_of
from sandbox.courier import Answer
from sandbox.modals import View
from sandbox.person import Person
from sandbox.workspace import FRONT_DESK, Message
from switch import sqlite_only
from test_again import described

DIAL = f"now {NUMBER} Marie slot=Tuesday"


async def ended(house: House) -> Message:
    """Place a call, let it end, and return its message."""
    call = await house.placed(DIAL)
    await house.allomia.end(call)
    await house.reply("was reached")
    await quiet(house)
    return await house.card("Completed")


async def again(house: House, person: Person, card: Message) -> View:
    """Let somebody press *Call again*, and return the form once it is filled in."""
    await person.press(card, "again")

    def shown() -> View | None:
        found = person.modal
        return found if found and "number" in found.state else None

    return await house.slack.until(shown)


def offered(form: View) -> str:
    """Return the reference of the live call that a form asks to confirm."""
    (block,) = (block for block in form.blocks if block["block_id"] == "confirm")
    return str(block["element"]["options"][0]["value"])


async def references(house: House) -> list[str]:
    """Return the references of all calls, oldest first."""
    return [call.reference for call in await noted(house)]


def well(*answers: Answer) -> bool:
    """Tell whether each was acknowledged, in time and without a word."""
    return {(one.in_time, one.text) for one in answers} == {(True, "")}


async def test_of_two_who_call_again_at_once_the_second_sees_the_first_one_s_call_and_confirms(
    house: House,
) -> None:
    card = await ended(house)
    forms = {
        person.id: (person, await again(house, person, card))
        for person in (house.ana, house.benoit)
    }
    await asyncio.gather(*(person.submit(form) for person, form in forms.values()))
    await house.allomia.until(lambda: len(house.allomia.dialled()) >= 2)
    ((second, asked),) = (found for found in forms.values() if found[1].is_open)
    _, live = await references(house)
    assert (offered(asked), posted(house)) == (live, 2)
    await second.submit(asked)  # without the tick
    assert (asked.is_open, len(await references(house))) == (True, 2)
    await second.submit(asked, {"confirm": [live]})
    await house.allomia.until(lambda: len(house.allomia.dialled()) == 3)
    await house.card("Calling")
    assert (asked.is_open, len(await references(house)), len(house.cards())) == (False, 3, 3)


async def test_who_calls_again_after_another_sees_that_one_s_call_and_confirms(
    house: House,
) -> None:
    card = await ended(house)
    mine, theirs = await again(house, house.ana, card), await again(house, house.benoit, card)
    assert well(await house.ana.submit(mine))
    await house.benoit.submit(theirs)
    _, live = await references(house)
    assert (offered(theirs), theirs.is_open) == (live, True)
    await house.allomia.until(lambda: len(house.allomia.dialled()) == 2)


async def test_a_confirmation_delivered_twice_at_once_is_one_second_call(house: House) -> None:
    card = await ended(house)
    form = await again(house, house.benoit, card)
    await place(house, DIAL)
    await house.allomia.until(lambda: len(house.allomia.dialled()) == 2)
    await house.benoit.submit(form)
    answer = await house.benoit.submit(form, {"confirm": [offered(form)]})
    twins = await asyncio.gather(*(house.benoit.repeat(answer) for _ in range(4)))
    assert well(answer, *twins)
    assert len(await references(house)) == 3
    await house.allomia.until(lambda: len(house.allomia.dialled()) == 3)


@sqlite_only
async def test_a_submission_delivered_again_after_its_call_has_ended_dials_nobody(
    house: House,
) -> None:
    card = await ended(house)
    answer = await house.ana.submit(await again(house, house.ana, card))
    await house.allomia.until(lambda: len(house.allomia.dialled()) == 2)
    await house.allomia.end(house.allomia.dialled()[1].outbound_call_id)
    await house.card("Completed")
    await quiet(house)
    assert well(answer, *[await house.ana.repeat(answer) for _ in range(2)])
    await quiet(house)
    assert (len(house.allomia.dialled()), len(house.cards())) == (2, 2)


@sqlite_only
async def test_a_submission_delivered_again_after_a_restart_dials_nobody(
    closed_house: House,
) -> None:
    async with closed_house.open() as house:
        answer = await house.ana.submit(await again(house, house.ana, await ended(house)))
        await house.allomia.until(lambda: len(house.allomia.dialled()) == 2)
    async with closed_house.open() as house:
        assert well(await house.ana.repeat(answer))
        await house.allomia.end(house.allomia.dialled()[1].outbound_call_id)
        await house.card("Completed")
        await quiet(house)
        assert (len(house.allomia.dialled()), len(house.cards())) == (2, 2)


@sqlite_only
async def test_a_form_whose_answer_was_lost_and_whose_number_is_then_corrected_is_another_call(
    house: House,
) -> None:
    form = await form_of(house, house.ana)
    answer = await house.ana.submit(form, {"number": NUMBER})
    sent = replace(answer.sent, body=answer.sent.body.replace(b"5551234", b"5550199"))
    corrected = replace(answer, sent=sent)
    assert well(
        answer, *[await house.ana.repeat(again) for again in (corrected, corrected, answer)]
    )
    await house.allomia.until(lambda: len(house.allomia.dialled()) == 2)
    assert [call.number for call in await noted(house)] == [NUMBER, "+15145550199"]


async def test_a_command_delivered_many_times_at_once_is_one_call(house: House) -> None:
    answer = await house.ana.command(DIAL, FRONT_DESK)
    twins = await asyncio.gather(*(house.ana.repeat(answer) for _ in range(5)))
    assert well(answer, *twins)
    assert len(await references(house)) == 1
    await house.card("Calling")
    assert (posted(house), len(house.cards())) == (1, 1)


async def pressed_twice(house: House, where: Any, button: str) -> None:  # noqa: ANN401
    """Double-click on a button: two clicks, each with a trigger of its own."""
    answers = await asyncio.gather(*(house.ana.press(where, button) for _ in range(2)))
    assert well(*answers)


@sqlite_only
@pytest.mark.parametrize("button", ["again", "details"])
async def test_a_double_click_opens_windows_and_dials_nobody(house: House, button: str) -> None:
    card = await ended(house)
    await pressed_twice(house, card, button)
    await house.slack.until(lambda: len(house.slack.said("views.update")) == 2)
    await quiet(house)
    assert (posted(house), len(await references(house)), house.ana.ephemerals) == (1, 1, [])


@sqlite_only
async def test_a_double_click_on_call_again_leaves_one_form_and_that_is_one_call(
    house: House,
) -> None:
    await pressed_twice(house, await ended(house), "again")
    await house.slack.until(lambda: len(house.slack.said("views.update")) == 2)
    form = house.ana.modal
    assert form is not None
    answer = await house.ana.submit(form)
    assert well(answer, await house.ana.repeat(answer))
    assert (house.ana.modal, len(await references(house))) == (None, 2)
    await house.allomia.until(lambda: len(house.allomia.dialled()) == 2)


@sqlite_only
async def test_a_double_click_on_look_again_asks_and_never_dials(closed_house: House) -> None:
    async with closed_house.open(GIVE_UP_AFTER="0.4", PUBLIC_URL="http://127.0.0.1:9") as house:
        call = await house.placed(DIAL)
        card = await house.card("Unknown")
        await quiet(house)
        house.allomia.calls[call].end("completed", duration=5)
        asked = house.allomia.calls[call].asked
        await pressed_twice(house, card, "look")
        await house.card("Completed, 5 s")
        await quiet(house)
        assert 1 <= house.allomia.calls[call].asked - asked <= 2
        assert (len(house.allomia.dialled()), posted(house)) == (1, 1)


@sqlite_only
async def test_a_double_click_on_now_makes_one_further_attempt(closed_house: House) -> None:
    await described(closed_house)
    closed_house.allomia.plan(status="busy", after=0)
    async with closed_house.open() as house:
        await place(house, DIAL)
        card = await house.card("Attempt 2 of 3, next at")
        house.allomia.plan(after=0.3)
        await pressed_twice(house, card, "dial_now")
        await house.reply("was reached")
        await quiet(house)
        assert (posted(house), len(await references(house)), len(house.cards())) == (2, 2, 1)


@sqlite_only
async def test_a_double_click_at_home_opens_windows_and_dials_nobody(house: House) -> None:
    await ended(house)
    await house.ana.open_home()
    home = await house.slack.until(lambda: house.ana.home)
    await pressed_twice(house, home, "refresh")
    await pressed_twice(house, home, "new")
    await house.slack.until(lambda: len(house.slack.said("views.publish")) >= 3)
    await house.slack.until(lambda: len(house.slack.said("views.open")) == 2)
    await asyncio.gather(*(house.ana.use_shortcut("place_call", FRONT_DESK) for _ in range(2)))
    await house.slack.until(lambda: len(house.slack.said("views.open")) == 4)
    await quiet(house)
    assert (posted(house), len(await references(house)), house.ana.ephemerals) == (1, 1, [])
