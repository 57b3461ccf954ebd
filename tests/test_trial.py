"""*Call me first* calls the asker's own number, once, and tells nobody else."""

import asyncio
import json
from typing import Any
from urllib.parse import urlencode

import pytest

from calls.errors import Reason
from calls.hours import WHOLE_DAY, Hours
from calls.profiles import Profiles
from examples import EVERY_CALL
from flow import database_of, direct, noted, quiet
from governed import decided
from house import NUMBER, House
from pressed import form_of, pressed, seeing
from records import held
from sandbox import payloads
from sandbox.courier import Parcel
from sandbox.modals import View
from sandbox.person import Person
from slack_rules.check_slack import check_view
from switch import sqlite_only
from test_fuzz_views import of_a_message
from views import card, reply, trial
from views.text import LANGUAGES, Text

pytestmark = pytest.mark.windows

OWN = "+15145550001"
VALUES = {"number": "514 555 1234", "name": "Marie", "variables": "slot = Tuesday"}


async def asked(house: House, person: Person, **more: str) -> View:
    """Let somebody press *Call me first* for the first time; return what asks for their number."""
    form = await form_of(house, person)
    words = {"en-US": "Your own phone number", "fr-FR": "Votre propre numéro"}
    return await pressed(house, person, form, "trial", words[person.user.locale], **VALUES, **more)


async def known(house: House, number: str = OWN) -> None:
    """Let Ana's number be known."""
    async with database_of(house) as database:
        await Profiles(database).keep(house.slack.workspace.app.team_id, house.ana.id, number)


async def test_a_person_is_asked_for_their_number_once_and_called(house: House) -> None:
    later = {"when_day": "2040-01-01", "when_time": "09:00"}  # for Marie, not for the trial
    window = await asked(house, house.ana, **later)
    await house.ana.submit(window, {"own_number": "514 555 0001"})
    assert "Your telephone (+1 514-555-0001) rings in a moment" in window.words
    await house.allomia.until(lambda: house.allomia.dialled(OWN))
    (body,) = [one.body for one in house.allomia.dialled()]
    assert (body["phoneNumber"], body["customerName"], body["dynamicVariables"]) == (
        OWN,
        "Marie",
        {"slot": "Tuesday"},
    )
    card = await house.card("Calling", house.ana.direct.id)
    assert "Trial call to you*, as the one to Marie would be · •••• 0001" in card.words
    assert house.cards() == []
    await house.allomia.end(house.allomia.dialled()[0].outbound_call_id)
    await house.reply("•••• 0001 was reached", house.ana.direct.id)
    await house.card("Completed", house.ana.direct.id)
    await house.ana.press(card, "again")
    anew = await house.slack.until(
        lambda: house.ana.modal if house.ana.modal and "number" in house.ana.modal.state else None
    )
    assert [anew.state[name][name]["value"] for name in ("number", "name", "variables")] == [
        None,
        "Marie",
        "slot = Tuesday",
    ]
    again = await form_on_top(house)
    await house.ana.press(again, "trial")
    await seeing(house, house.ana, "rings in a moment")
    await house.allomia.until(lambda: len(house.allomia.dialled(OWN)) == 2)
    assert [call.trial for call in await noted(house)] == [True, True]


async def form_on_top(house: House) -> View:
    return await seeing(house, house.ana, "Place a call")


async def test_the_form_still_places_its_own_call_afterwards(house: House) -> None:
    await known(house)
    form = await form_of(house, house.ana)
    window = await pressed(house, house.ana, form, "trial", "rings in a moment", **VALUES)
    await house.ana.close(window)
    await house.ana.submit(form)
    await house.allomia.until(lambda: house.allomia.dialled(NUMBER))
    await house.card("Marie* · •••• 1234")
    assert [call.trial for call in await noted(house)] == [True, False]


async def test_another_number_takes_the_place_of_the_one_that_is_known(house: House) -> None:
    await known(house, "+15145550009")
    form = await form_of(house, house.ana)
    window = await pressed(house, house.ana, form, "trial", "rings in a moment", **VALUES)
    await pressed(house, house.ana, window, "trial_other", "Your own phone number")
    await house.ana.submit(window, {"own_number": OWN})
    assert "(+1 514-555-0001) rings" in window.words
    await house.allomia.until(lambda: house.allomia.dialled(OWN))
    async with database_of(house) as database:
        number = await Profiles(database).number(house.slack.workspace.app.team_id, house.ana.id)
    assert number == OWN


async def test_a_number_that_is_none_is_refused_beside_its_field_in_french(house: House) -> None:
    window = await asked(house, house.benoit)
    await house.benoit.submit(window, {"own_number": "5"})
    assert window.errors.keys() == {"own_number"}
    assert window.errors["own_number"].startswith("Ce n’est pas un numéro de téléphone.")
    await house.benoit.submit(window, {"own_number": "514 555 0002"})
    assert "Votre téléphone (+1 514-555-0002) sonne dans un instant" in window.words


async def test_two_clicks_at_once_place_one_call(house: House) -> None:
    await known(house)
    form = await form_of(house, house.ana)
    house.ana.fill(form, VALUES)
    (button,) = (e for e in form.blocks[-1]["elements"] if e["action_id"] == "trial")
    action = {**button, "block_id": "form_actions"}

    def click() -> Parcel:
        payload = payloads.actions_in_view(house.slack.workspace, house.ana.user, form, action)
        return Parcel("block_actions", urlencode({"payload": json.dumps(payload)}).encode())

    clicks = [click() for _ in range(2)]
    answers = await asyncio.gather(*(house.slack.deliver(one) for one in clicks))
    assert {(one.status, one.text) for one in answers} == {(200, "")}
    await seeing(house, house.ana, "")
    await house.allomia.until(lambda: house.allomia.dialled(OWN))
    reference = (await noted(house))[0].reference
    windows = house.slack.workspace.modals.stacks[house.ana.id]
    await house.slack.until(lambda: not any("One moment" in one.words for one in windows))
    told = " ".join(one.words for one in windows)
    assert f"This is {reference}" in told
    assert f"A call to your number is under way: {reference}" in told
    assert len(await noted(house)) == len(house.allomia.dialled()) == 1


async def test_a_click_and_a_submission_delivered_again_place_nothing(house: House) -> None:
    window = await asked(house, house.ana)
    answer = await house.ana.submit(window, {"own_number": OWN})
    again = await asyncio.gather(*(house.ana.repeat(answer) for _ in range(3)))
    assert {one.status for one in again} == {200}
    assert {one.body["view"]["blocks"][0]["text"]["text"] for one in again if one.body} == {
        window.blocks[0]["text"]["text"]
    }
    await house.card("Calling", house.ana.direct.id)
    assert len(await noted(house)) == len(house.allomia.dialled()) == 1


async def test_what_speaks_against_it_is_told_and_nobody_is_called(house: House) -> None:
    await known(house)
    form = await form_of(house, house.ana)
    window = await pressed(
        house, house.ana, form, "trial", "I cannot call you", **VALUES | {"variables": "x"}
    )
    assert "• Line 1 has no = sign" in window.words
    assert (await noted(house), house.allomia.log) == ([], [])


async def test_the_rules_of_the_workspace_hold_for_oneself(house: House) -> None:
    await known(house)
    await decided(house, per_person=0, hours=Hours(days=((),) * 7))
    form = await form_of(house, house.ana)
    window = await pressed(house, house.ana, form, "trial", "I cannot call you", **VALUES)
    assert "• One person may place at most 0 in 24 hours" in window.words
    assert "• Calling hours allow no call there (Toronto)" in window.words
    assert await noted(house) == []


async def test_one_s_own_number_may_be_called_again_without_a_question(house: House) -> None:
    await known(house)
    await decided(house, same_number=60)
    form = await form_of(house, house.ana)
    window = await pressed(house, house.ana, form, "trial", "rings in a moment", **VALUES)
    await house.allomia.until(lambda: house.allomia.dialled(OWN))
    await house.allomia.end(house.allomia.dialled()[0].outbound_call_id)
    await house.card("Completed", house.ana.direct.id)
    await house.ana.close(window)
    await pressed(house, house.ana, form, "trial", "rings in a moment")
    await house.allomia.until(lambda: len(house.allomia.dialled(OWN)) == 2)


async def test_a_number_of_no_zone_rings_in_the_zone_that_slack_knows(house: House) -> None:
    await known(house, "+18005550199")
    await decided(house, hours=Hours(days=(WHOLE_DAY,) * 7))
    form = await form_of(house, house.ana)
    await pressed(house, house.ana, form, "trial", "rings in a moment", **VALUES)
    (call,) = await noted(house)
    assert call.zone == house.ana.user.tz


async def test_a_colleague_s_hidden_values_are_not_read_out_to_who_has_them_tried(
    house: House,
) -> None:
    call = await house.placed(f"now {NUMBER} Marie slot=Tuesday")
    await house.allomia.end(call)
    await house.benoit.press(await house.card("Completed"), "again")
    form = await house.slack.until(
        lambda: house.benoit.modal if house.benoit.modal and house.benoit.modal.state else None
    )
    window = await pressed(house, house.benoit, form, "trial", "Votre propre numéro")
    await house.benoit.submit(window, {"own_number": OWN})
    assert "masque la valeur de" in window.words
    assert len(await noted(house)) == 1


async def test_nobody_can_try_what_another_has_filled_in(house: House) -> None:
    mine, theirs = await asked(house, house.ana), await asked(house, house.benoit)
    theirs.body["private_metadata"] = mine.body["private_metadata"]
    await house.benoit.submit(theirs, {"own_number": OWN})
    assert "Je n’ai plus ce que vous aviez saisi." in theirs.words
    assert await noted(house) == []


@sqlite_only
async def test_a_database_that_does_not_answer_is_said_in_time_and_nobody_is_called(
    house: House,
) -> None:
    window = await asked(house, house.ana)
    async with held(house.environ["DATABASE_URL"]):
        answer = await house.ana.submit(window, {"own_number": OWN})
    assert answer.in_time
    assert "I cannot reach my records" in window.words
    await house.ana.close(window)
    form = await form_on_top(house)
    async with held(house.environ["DATABASE_URL"]):
        await pressed(house, house.ana, form, "trial", "I cannot reach my records")
    await quiet(house)
    assert (await noted(house), direct(house)) == ([], [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_slack_takes_every_window_and_message_of_a_trial(language: str) -> None:
    text = Text(language)
    for name, found in EVERY_CALL.items():
        made = found.having(trial=True)
        faults = of_a_message(card.render(made, text, None))
        if not made.status.live:
            faults += of_a_message(reply.render(made, text))
        assert (name, faults) == (name, [])
    (longest,) = [made for name, made in EVERY_CALL.items() if name == "refused, longest"]
    reasons = [longest.reason] * 20 if longest.reason else []
    views: list[dict[str, Any]] = [
        trial.ask("d" * 32, text),
        trial.placed(longest, "d" * 32, text),
        trial.placed(longest.having(reason=None), "d" * 32, text),
        trial.live(longest.reference, "d" * 32, text),
        trial.refused(reasons, "d" * 32, text),
        trial.loading(text),
    ]
    assert [check_view(view) for view in views] == [[]] * len(views)


def test_a_trial_that_must_wait_does_not_promise_to_ring_at_once() -> None:
    stopped = Reason(key="waiting.stopped", values={"person": "UBOSS"})
    made = EVERY_CALL["queued"].having(trial=True, reason=stopped)
    (told, *_) = trial.placed(made, "d", Text("en"))["blocks"]
    assert told["text"]["text"].startswith(
        "C-7K3QF will call you at +1 514-555-1234, but not yet. <@UBOSS> has stopped all"
    )


@pytest.mark.parametrize("state", [None, {}, {"values": None}, {"values": {"own_number": None}}])
def test_a_number_that_slack_leaves_out_is_empty(state: Any) -> None:  # noqa: ANN401
    assert trial.read({"state": state}) == ""


@pytest.mark.parametrize(("language", "told"), [("en", "your number is"), ("fr", "votre numéro")])
def test_calling_hours_are_told_as_those_of_one_s_own_number(language: str, told: str) -> None:
    closed = Reason(key="refused.hour.closed", values={"zone": "America/Toronto"}, field="hour")
    assert told in str(trial.refused([closed], "d", Text(language)))
