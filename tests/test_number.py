"""*Show number* shows a call's number to one person who may see it, once that is noted."""

import re

import pytest

from audited import rows
from desks import chosen, home
from flow import CALL, away, database_of, noted, place
from governed import TEAM, admin, decided_anew, person
from house import House
from pressed import pressed, seeing
from sandbox.person import Person
from sandbox.workspace import ADMIN, ANA, BENOIT, FRONT_DESK, Message
from test_buttons import reference_of

pytestmark = pytest.mark.windows

SPACED = "+1 514-555-1234"
SHOWN = f"*Marie* · {SPACED} · "


async def done(house: House) -> list[tuple[str, str, str | None]]:
    """Return who has been shown a number, or not, and where."""
    async with database_of(house) as database:
        found = await rows(database, TEAM)
    return [(row.by, row.action, row.place) for row in found if "reveal" in row.action]


async def asked(house: House, who: Person, card: Message) -> str:
    """Let somebody press the button on a call's message, and return what only they are told."""
    before = len(who.ephemerals)
    await who.press(card, "show_number")
    await house.slack.until(lambda: len(who.ephemerals) > before)
    return who.ephemerals[-1].text


async def carded(house: House) -> Message:
    """Let Ana place a call, and return its message once it is under way."""
    await place(house, CALL)
    return await house.card("Calling")


async def test_a_number_is_shown_to_those_only_whom_the_rules_allow(house: House) -> None:
    card = await carded(house)
    reference = reference_of(card)
    told = f"{SPACED} · {reference}. Personne d’autre ne voit ceci"
    assert SHOWN in await asked(house, house.ana, card)
    assert SPACED in await asked(house, admin(house), card)
    refused = f"Vous ne pouvez pas voir le numéro de {reference}. <@{ANA}>, qui l’a saisi"
    assert refused in await asked(house, house.benoit, card)
    for rules in ({"numbers": (BENOIT,)}, {"numbers": (), "number_channels": (FRONT_DESK,)}):
        await decided_anew(house, **rules)
        assert told in await asked(house, house.benoit, card)
    assert await done(house) == [
        (ANA, "revealed", FRONT_DESK),
        (ADMIN, "revealed", FRONT_DESK),
        (BENOIT, "reveal_refused", FRONT_DESK),
        *[(BENOIT, "revealed", FRONT_DESK)] * 2,
    ]
    everything = "".join(message.words for message in house.slack.workspace.messages(FRONT_DESK))
    assert re.findall(r"555.?1234", everything) == []


async def test_at_home_and_in_details_a_number_is_shown_in_a_window(house: House) -> None:
    await carded(house)
    (call,) = await noted(house)
    await house.ana.open_home()
    await chosen(house, house.ana, "show_number", call.reference)
    await seeing(house, house.ana, SHOWN)
    await chosen(house, house.ana, "details", call.reference)
    details = await seeing(house, house.ana, "Time line")
    assert SPACED not in details.words
    await pressed(house, house.ana, details, "show_number", SHOWN)
    assert await done(house) == [(ANA, "revealed", "home"), (ANA, "revealed", "window")]
    await home(house, house.ana)


async def test_a_number_is_not_shown_where_that_cannot_be_noted(house: House) -> None:
    card = await carded(house)
    async with away(house):
        told = await asked(house, house.ana, card)
    assert told.startswith("Each time a number is shown, that is noted. I could not note it")
    assert await done(house) == []


async def test_a_number_that_slack_does_not_show_stands_in_no_message(house: House) -> None:
    card = await carded(house)
    house.slack.fail("response_url", status=404)
    await house.ana.press(card, "show_number")
    await house.slack.until(lambda: "was not shown" in str(house.ana.ephemerals))
    assert SPACED not in str(house.slack.workspace.messages(house.ana.direct.id))
    assert await done(house) == [(ANA, "revealed", FRONT_DESK)]


async def test_a_button_names_a_call_only_where_that_is_shown(house: House) -> None:
    card = await carded(house)
    (call,) = await noted(house)
    await house.ana.press(card, "details")
    details = await seeing(house, house.ana, "Time line")
    (button,) = [
        one
        for block in details.body["blocks"]
        for one in block.get("elements", [])
        if one.get("action_id") == "show_number"
    ]
    button["value"] = "C-22222"
    await pressed(house, house.ana, details, "show_number", "C-22222")
    stranger = person(house, BENOIT)
    await stranger.open_home()
    assert (call.reference == reference_of(card), await done(house)) == (True, [])
