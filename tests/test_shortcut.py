"""The shortcut beside every message box opens the form, whichever way Slack takes."""

import pytest

from house import NUMBER, OVER_A_SOCKET, House
from sandbox.workspace import DIRECT, FRONT_DESK


@pytest.mark.parametrize("house", [{}, OVER_A_SOCKET], ids=["http", "socket"], indirect=True)
async def test_the_shortcut_opens_the_form_for_where_one_is(house: House) -> None:
    answer = await house.ana.use_shortcut("place_call", FRONT_DESK)
    assert (answer.status, answer.body) == (200, None)
    form = await house.slack.until(lambda: house.ana.modal)
    assert form.state["channel"]["channel"]["selected_conversation"] == FRONT_DESK
    assert (await house.ana.submit(form, {"number": NUMBER, "name": "Marie"})).body is None
    await house.card("Calling")


async def test_the_shortcut_proposes_no_conversation_where_the_app_cannot_write(
    house: House,
) -> None:
    await house.ana.use_shortcut("place_call", DIRECT)
    form = await house.slack.until(lambda: house.ana.modal)
    assert form.state["channel"]["channel"]["selected_conversation"] is None
