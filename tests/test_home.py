"""App Home and the shortcut: a call starts there, and the last ones are found there."""

from flow import away, direct, quiet
from house import NUMBER, OVER_A_SOCKET, House
from sandbox.person import Person
from sandbox.workspace import FRONT_DESK
from switch import postgres_only


def words(person: Person) -> str:
    """Return all that a person's Home shows."""
    return str(person.home)


async def home(house: House, person: Person, shown: str) -> None:
    """Wait until a person's Home shows some words."""
    await house.slack.until(lambda: shown in words(person))


async def test_home_shows_how_the_last_calls_ended(house: House) -> None:
    await house.ana.open_home()
    await home(house, house.ana, "You have not asked for any call yet")
    call = await house.placed(f"now {NUMBER} Marie")
    await house.allomia.end(call, "no-answer")
    await quiet(house)
    await house.ana.open_home()
    await home(house, house.ana, "*Marie*")
    assert ("No answer" in words(house.ana), NUMBER in words(house.ana)) == (True, False)


async def test_home_speaks_the_language_of_who_looks_and_shows_their_calls_only(
    house: House,
) -> None:
    await house.placed(f"now {NUMBER} Marie")
    await house.benoit.open_home()
    await home(house, house.benoit, "Vous n’avez encore demandé aucun appel")
    assert "Marie" not in words(house.benoit)


async def test_a_call_is_placed_from_home_and_found_there_by_refreshing(house: House) -> None:
    await house.ana.open_home()
    await home(house, house.ana, "Place a call")
    assert house.ana.home is not None
    await house.ana.press(house.ana.home, "new")
    form = await house.slack.until(lambda: house.ana.modal)
    assert form.body["title"]["text"] == "Place a call"
    typed = {"number": NUMBER, "name": "Marie", "channel": FRONT_DESK}
    assert (await house.ana.submit(form, typed)).body is None
    await home(house, house.ana, "*Marie*")
    await house.card("Calling")
    await house.ana.press(house.ana.home, "refresh")
    await home(house, house.ana, "Calling")


async def test_details_on_home_are_those_of_a_call_that_the_person_asked_for(house: House) -> None:
    await house.placed(f"now {NUMBER} Marie")
    await house.ana.open_home()
    await home(house, house.ana, "*Marie*")
    assert house.ana.home is not None
    reference = house.ana.home["blocks"][-2]["accessory"]["value"]
    await house.ana.press(house.ana.home, "details", value=reference)
    await house.slack.until(lambda: house.ana.modal and reference in house.ana.modal.words)
    assert house.ana.modal is not None
    assert "+1 514-555-1234" in house.ana.modal.words


async def test_somebody_elses_call_is_not_shown_by_a_button_on_home(house: House) -> None:
    await house.placed(f"now {NUMBER} Marie")
    await house.ana.open_home()
    await home(house, house.ana, "*Marie*")
    assert house.ana.home is not None
    house.slack.workspace.homes[house.benoit.id] = house.ana.home
    await house.benoit.press(house.ana.home, "details")
    await house.slack.until(
        lambda: house.benoit.modal and "Je ne trouve aucun appel" in house.benoit.modal.words
    )
    assert "Marie" not in str(house.benoit.modal)


@postgres_only  # a locked SQLite can still be read
async def test_a_database_that_is_away_is_said_on_home(house: House) -> None:
    async with away(house):
        await house.ana.open_home()
        await home(house, house.ana, "I cannot reach my records")
    await house.ana.open_home()
    await home(house, house.ana, "You have not asked for any call yet")


async def test_a_window_that_does_not_open_from_home_is_told_by_direct_message(
    house: House,
) -> None:
    await house.ana.open_home()
    await home(house, house.ana, "Place a call")
    house.slack.fail("views.open", error="expired_trigger_id")
    assert house.ana.home is not None
    await house.ana.press(house.ana.home, "new")
    await house.slack.until(lambda: direct(house))
    assert direct(house) == ["Slack did not let me open the window. Please try again."]


async def test_the_messages_tab_draws_nothing(house: House) -> None:
    await house.ana.open_home(tab="messages")
    await house.ana.command("list", FRONT_DESK)
    await house.slack.until(lambda: house.ana.ephemerals)
    assert house.ana.home is None


async def test_home_is_drawn_over_a_socket_too(closed_house: House) -> None:
    async with closed_house.open(**OVER_A_SOCKET) as house:
        await house.ana.open_home()
        await home(house, house.ana, "Place a call")
