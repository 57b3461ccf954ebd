"""The main story, from ``/call`` to the outcome in the thread."""

import pytest

from house import NUMBER, OVER_A_SOCKET, House, text_of
from sandbox.workspace import FRONT_DESK


@pytest.mark.parametrize("house", [{}, OVER_A_SOCKET], ids=["http", "socket"], indirect=True)
async def test_a_call_goes_from_the_form_to_the_outcome_in_its_thread(house: House) -> None:
    answer = await house.ana.command("", FRONT_DESK)
    assert (answer.status, answer.body) == (200, None)
    form = await house.slack.until(lambda: house.ana.modal)

    answer = await house.ana.submit(
        form, {"number": "(514) 555-1234", "name": "Marie", "variables": "slot = Tuesday 3 pm"}
    )
    assert (answer.status, answer.body) == (200, None)

    await house.allomia.until(house.allomia.dialled)
    (call,) = house.allomia.dialled()
    assert (call.number, call.body["customerName"], call.body["dynamicVariables"]) == (
        NUMBER,
        "Marie",
        {"slot": "Tuesday 3 pm"},
    )
    assert await house.allomia.end(call.outbound_call_id, "completed", duration=102) == [204]

    reply = await house.reply("Marie was reached")
    assert "1 min 42 s" in reply.text
    card = await house.card("Completed, 1 min 42 s")
    assert f"<@{house.ana.id}>" in text_of(card)
    assert "1234" in text_of(card)
    assert "5551234" not in text_of(card)
    assert len(house.cards()) == 1
