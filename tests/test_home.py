"""App Home and the shortcut: a call starts there, and those that one may see are found there."""

import pytest

from calls.status import Status
from desks import chosen, home, kept, made, offered, told, words
from flow import away, direct, noted, quiet
from house import NUMBER, OVER_A_SOCKET, House
from sandbox.workspace import ADMIN, ANA, FRONT_DESK, PRIVATE
from switch import postgres_only

pytestmark = pytest.mark.windows


async def test_home_shows_how_the_last_calls_ended(house: House) -> None:
    await house.ana.open_home()
    await home(house, house.ana, "You have asked for no call in the last 30 days")
    call = await house.placed(f"now {NUMBER} Marie")
    await house.allomia.end(call, "no-answer")
    await quiet(house)
    await house.ana.open_home()
    await home(house, house.ana, "*Marie*", "No answer", "Needs you (1)")
    assert NUMBER not in words(house.ana)


async def test_home_speaks_the_language_of_who_looks_and_shows_their_calls_first(
    house: House,
) -> None:
    await house.placed(f"now {NUMBER} Marie")
    await house.benoit.open_home()
    await home(house, house.benoit, "Vous n’avez demandé aucun appel")
    assert "Marie" not in words(house.benoit)


async def test_a_call_is_placed_from_home_and_found_there_by_refreshing(house: House) -> None:
    await house.ana.open_home()
    await house.ana.press(await home(house, house.ana, "Place a call"), "new")
    form = await house.slack.until(lambda: house.ana.modal)
    assert form.body["title"]["text"] == "Place a call"
    typed = {"number": NUMBER, "name": "Marie", "channel": FRONT_DESK}
    assert (await house.ana.submit(form, typed)).body is None
    shown = await home(house, house.ana, "*Marie*", "In flight (1)")
    await house.card("Calling")
    await house.ana.press(shown, "refresh")
    await home(house, house.ana, "Calling")


async def test_details_on_home_are_those_of_a_call_that_the_person_asked_for(house: House) -> None:
    await house.placed(f"now {NUMBER} Marie")
    (call,) = await noted(house)
    await house.ana.open_home()
    await chosen(house, house.ana, "details", call.reference)
    modal = await house.slack.until(
        lambda: (
            house.ana.modal if house.ana.modal and "Time line" in house.ana.modal.words else None
        )
    )
    assert call.reference in modal.words
    assert "•••• 1234" in modal.words


async def test_a_colleague_sees_a_call_where_they_are_members_only(house: House) -> None:
    await house.placed(f"now {NUMBER} Marie")
    await house.placed("now +15145550000 Luc", channel=PRIVATE)
    await house.benoit.open_home()
    shown = await home(house, house.benoit, "Vous n’avez demandé aucun appel")
    await house.benoit.press(shown, "choice", value="everyone")
    await home(house, house.benoit, "*Marie*", f"<@{ANA}>")
    assert "Luc" not in words(house.benoit)

    await house.benoit.press(await home(house, house.benoit), "choice", value="channel")
    shown = await home(house, house.benoit, "Choisissez la conversation")
    await house.benoit.press(shown, "channel", value=PRIVATE)
    shown = await home(house, house.benoit, "aucun appel des 30 derniers jours que vous puissiez")
    await house.benoit.press(shown, "channel", value=FRONT_DESK)
    await home(house, house.benoit, "*Marie*")
    assert "Luc" not in words(house.benoit)


async def test_whom_slack_does_not_place_anywhere_sees_their_own_calls_only(house: House) -> None:
    await house.placed(f"now {NUMBER} Marie")
    house.slack.fail("users.conversations", status=503, times=None)
    await house.ana.open_home()
    for person, seen in ((house.ana, "*Marie*"), (house.benoit, "Il n’y a aucun appel")):
        await person.open_home()
        await person.press(await home(house, person), "choice", value="everyone")
        await home(house, person, seen)


async def test_a_colleague_cancels_and_looks_into_a_call_of_their_conversation(
    house: House,
) -> None:
    await kept(house, [made(1, Status.UNKNOWN, name="Marie", outbound_call_id="out-1")])
    await house.benoit.open_home()
    await house.benoit.press(await home(house, house.benoit), "choice", value="everyone")
    await home(house, house.benoit, "*Marie*")
    assert offered(house.benoit, "C-00001") == ["done", "assign", "note", "look", "details"]
    await chosen(house, house.benoit, "details", "C-00001")
    modal = await house.slack.until(
        lambda: (
            house.benoit.modal
            if house.benoit.modal and "Chronologie" in house.benoit.modal.words
            else None
        )
    )
    assert "•••• 0001" in modal.words


async def test_somebody_elses_call_is_not_shown_by_a_menu_on_home(house: House) -> None:
    await house.placed(f"now {NUMBER} Marie", channel=PRIVATE)
    (call,) = await noted(house)
    await house.ana.open_home()
    found = await home(house, house.ana, "*Marie*")
    house.slack.workspace.homes[house.benoit.id] = found
    await chosen(house, house.benoit, "details", call.reference)
    await house.slack.until(
        lambda: house.benoit.modal and "Je ne trouve aucun appel" in house.benoit.modal.words
    )
    assert "Marie" not in str(house.benoit.modal)


@pytest.mark.parametrize("house", [{"UNDO_SECONDS": "20"}], indirect=True)
async def test_a_call_is_cancelled_from_home(house: House) -> None:
    assert (await house.ana.command(f"now {NUMBER} Marie", FRONT_DESK)).status == 200
    await house.card("Queued")
    (call,) = await noted(house)
    await house.ana.open_home()
    await chosen(house, house.ana, "cancel", call.reference)
    await home(house, house.ana, "Cancelled", "Recent (1)")
    assert offered(house.ana, call.reference)[:2] == ["again", "details"]
    assert house.allomia.dialled() == []


async def test_the_link_to_a_thread_is_the_messages_own(house: House) -> None:
    await house.placed(f"now {NUMBER} Marie")
    card = await house.card("Calling")
    await house.ana.open_home()
    link = f"https://clinique-du-parc.slack.com/archives/{FRONT_DESK}/p{card.ts.replace('.', '')}"
    shown = await home(house, house.ana, link)
    (call,) = await noted(house)
    chosen = f"thread {call.reference}"
    answer = await house.ana.press(shown, "more", value=chosen, block=call.reference)
    assert (answer.status, house.slack.said("views.open"), direct(house)) == (200, [], [])


async def test_sixty_calls_are_leafed_through(house: House) -> None:
    await kept(house, [made(n, name=f"Person {n:02}.") for n in range(60)])
    await house.ana.open_home()
    shown = await home(house, house.ana, "Page 1 of 3", "Person 59.", "Recent (60)", "*60* placed")
    await house.ana.press(shown, "older")
    shown = await home(house, house.ana, "Page 2 of 3", "Person 34.")
    await house.ana.press(shown, "older")
    shown = await home(house, house.ana, "Page 3 of 3", "Person 09.")
    assert len([line for line in told(house.ana) if "Person" in line]) == 10
    assert "Older" not in words(house.ana)
    await house.ana.press(shown, "newer")
    await home(house, house.ana, "Page 2 of 3")
    await house.ana.open_home()
    await home(house, house.ana, "Page 1 of 3")


async def test_an_administrator_finds_the_doctor_at_home_and_nobody_else_does(
    house: House,
) -> None:
    admin = house.slack.person(ADMIN)
    await admin.open_home()
    found = await home(house, admin, "Check the installation")
    await admin.press(found, "doctor")
    await house.slack.until(lambda: admin.modal and "Slack knows it" in admin.modal.words)
    await house.ana.open_home()
    await home(house, house.ana, "Place a call")
    assert "Check the installation" not in words(house.ana)
    house.slack.workspace.homes[ANA] = found
    await house.ana.press(found, "doctor")
    await house.slack.until(
        lambda: house.ana.modal and "Only administrators of this" in house.ana.modal.words
    )


@postgres_only  # a locked SQLite can still be read
async def test_a_database_that_is_away_is_said_on_home(house: House) -> None:
    async with away(house):
        await house.ana.open_home()
        await home(house, house.ana, "I cannot reach my records")
    await house.ana.open_home()
    await home(house, house.ana, "You have asked for no call")


async def test_a_window_that_does_not_open_from_home_is_told_by_direct_message(
    house: House,
) -> None:
    await house.ana.open_home()
    found = await home(house, house.ana, "Place a call")
    house.slack.fail("views.open", error="expired_trigger_id")
    await house.ana.press(found, "new")
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
