"""With a directory: previews, trial calls and favourites are the chosen assistant's."""

import json
from typing import Any

import pytest

from clinic import CLINIC, OTHER_ID, described
from house import NUMBER, House
from pressed import pressed
from sandbox.workspace import FRONT_DESK
from test_assistants import NEEDED, TOLD, chosen, dialled, opened, standing
from test_preview import code

pytestmark = pytest.mark.windows

LABELS = {"text": "Text", "date_time": "Date_Time", "choice": "Choice"}


async def filled(house: House) -> Any:  # noqa: ANN401 - a window
    """Let Ana fill in the form of the assistant of reminders."""
    await described(house, CLINIC)
    form = await opened(house, typed=f"{NUMBER} Marie")
    await chosen(house, form, CLINIC.assistants[1].uuid)
    house.ana.fill(form, NEEDED)
    return form


async def test_the_preview_tells_each_value_by_its_label_as_the_assistant_hears_it(
    house: House,
) -> None:
    form = await filled(house)
    window = await pressed(house, house.ana, form, "preview", "What is sent")
    sent = json.loads(code(window.body))
    assert sent["dynamicVariables"] == TOLD
    for key, label in LABELS.items():
        assert f"{label}: {TOLD[key]}" in window.words
    assert "*By*\nReminders" in window.words
    assert "*From*\nFront desk (+1 514-555-0100)" in window.words
    await house.ana.close(window)
    await house.ana.submit(form)
    body = await dialled(house)
    assert {key: value for key, value in body.items() if key != "callbackUrl"} == {
        key: value for key, value in sent.items() if key != "callbackUrl"
    }


async def test_a_trial_call_hears_what_the_person_called_would(house: House) -> None:
    form = await filled(house)
    window = await pressed(house, house.ana, form, "trial", "Your own phone number")
    await house.ana.submit(window, {"own_number": "514 555 0001"})
    body = await dialled(house)
    assert (body["phoneNumber"], body["dynamicVariables"]) == ("+15145550001", TOLD)


async def test_a_favourite_keeps_the_assistant_and_its_values(house: House) -> None:
    form = await filled(house)
    window = await pressed(house, house.ana, form, "save_favourite", "Name of the favourite")
    await house.ana.submit(window, {"favourite": "No-show"})
    await house.ana.close(window, everything=True)
    again = await opened(house, typed="no-show 514 555 9999")
    assert [standing(again, block) for block in ("number", "name", "value:text:text")] == [
        "514 555 9999",
        None,
        "broken wrist",
    ]
    await house.ana.submit(again)
    body = await dialled(house)
    assert (body["phoneNumber"], body["dynamicVariables"]) == ("+15145559999", TOLD)
    await house.ana.command("favourites", FRONT_DESK)
    await house.slack.until(lambda: house.ana.ephemerals)
    assert "*No-show* · Reminders" in house.ana.ephemerals[-1].words
    assert OTHER_ID not in house.ana.ephemerals[-1].words
