"""A filled form is saved under a name, and ``/call`` opens it again for another number."""

import json
from typing import Any

import pytest

from calls.directory import Assistant, Directory
from calls.favourites import MOST, Favourite, Favourites
from calls.order import Draft, Filled
from examples import ASSISTANT, HOSTILE
from flow import away, database_of, noted
from governed import decided
from house import NUMBER, House
from pressed import form_of, pressed, seeing
from records import held
from sandbox.allomia import ASSISTANT_ID, PHONE_NUMBER_ID
from sandbox.modals import View
from sandbox.person import Person
from sandbox.workspace import BILLING, FRONT_DESK, PARTNERS, Message
from slack_rules.check_slack import check_view
from switch import postgres_only, sqlite_only
from test_command import standing_in, told
from test_fuzz_views import of_a_message
from views import favourites
from views.text import LANGUAGES, Text

pytestmark = pytest.mark.windows

VALUES = {"number": "514 555 1234", "name": "Marie", "variables": "slot = Tuesday"}
EMPTY = Directory()


async def naming(house: House, person: Person, form: View | None = None) -> View:
    """Let somebody fill the form in and press *Save as favourite*; return what asks for a name."""
    form = form or await form_of(house, person)
    words = {"en-US": "Name of the favourite", "fr-FR": "Nom du favori"}[person.user.locale]
    return await pressed(house, person, form, "save_favourite", words, **VALUES)


async def saved(house: House, name: str = "No-show follow-up", person: str = "ana") -> None:
    """Let somebody save a favourite."""
    who = house.slack.person({"ana": house.ana.id, "benoit": house.benoit.id}[person])
    await who.submit(await naming(house, who), {"favourite": name})
    await house.slack.until(lambda: who.modal and ":star:" in who.modal.words)
    assert who.modal is not None
    await who.close(who.modal, everything=True)


async def listed(house: House, number: int) -> Message:
    """Let Ana ask for her favourites; return the message, which is the n-th that she alone sees."""
    await house.ana.command("favourites", FRONT_DESK)
    await house.slack.until(lambda: len(house.ana.ephemerals) >= number)
    return house.ana.ephemerals[number - 1]


async def test_a_favourite_is_saved_and_opened_for_another_number(house: House) -> None:
    await decided(house, shared_channels=(PARTNERS,))
    await saved(house)
    answer = await house.ana.command("no-show FOLLOW-UP 438 555 0000 Paul Roy", BILLING)
    assert (answer.status, answer.body) == (200, None)
    form = await seeing(house, house.ana, "Place a call")
    there = standing_in(form)
    assert [there[field] for field in ("number", "name", "variables", "channel")] == [
        "438 555 0000",
        "Paul Roy",
        "slot = Tuesday",
        FRONT_DESK,
    ]
    (where,) = (block["element"] for block in form.blocks if block["block_id"] == "channel")
    assert not where["filter"].get("exclude_external_shared_channels"), "one of them is allowed"
    await house.ana.submit(form)
    await house.allomia.until(house.allomia.dialled)
    body = house.allomia.dialled()[0].body
    assert (body["phoneNumber"], body["dynamicVariables"]) == ("+14385550000", {"slot": "Tuesday"})
    assert (body["assistantId"], body["phoneNumberId"]) == (ASSISTANT_ID, PHONE_NUMBER_ID)


async def test_the_longest_name_is_taken_and_the_number_may_be_left_out(house: House) -> None:
    await saved(house, "Rappel")
    await saved(house, "Rappel d’été")
    for typed, number, name in (
        ("rappel 514 555 1234", "514 555 1234", None),
        ("Rappel d'ÉTÉ", None, None),
        ("rappel d’été Marie Roy", None, "Marie Roy"),
        ("rappel &lt;tel:5145551234|x&gt; R&amp;D", "5145551234", "R&D"),
    ):
        await house.ana.command(typed, FRONT_DESK)
        form = await seeing(house, house.ana, "Place a call")
        there = standing_in(form)
        assert (there["number"], there["name"], there["variables"]) == (
            number,
            name,
            "slot = Tuesday",
        )
        await house.ana.close(form)


async def test_nobody_else_has_a_favourite(house: House) -> None:
    await saved(house)
    answer = await house.benoit.command(f"No-show follow-up {NUMBER}", FRONT_DESK)
    assert "No-show follow-up" in told(answer)
    assert house.benoit.modal is None
    await house.benoit.command("favourites", FRONT_DESK)
    await house.slack.until(lambda: house.benoit.ephemerals[1:])
    assert "Vous n’avez pas encore de favori." in house.benoit.ephemerals[-1].words


async def test_nobody_can_save_what_another_has_filled_in(house: House) -> None:
    mine, theirs = await naming(house, house.ana), await naming(house, house.benoit)
    theirs.body["private_metadata"] = mine.body["private_metadata"]
    await house.benoit.submit(theirs, {"favourite": "à moi"})
    assert "Je n’ai plus ce que vous aviez saisi." in theirs.words


async def test_a_name_that_would_not_be_found_is_refused_beside_its_field(house: House) -> None:
    window = await naming(house, house.ana)
    for name, why in (
        ("Status of today", "“status” already means something after `/call`."),
        ("2nd reminder", "begins with a letter"),
        ("ß" * 80, "has at most 80 characters"),
        ("  ", "Give the favourite a name."),
    ):
        await house.ana.submit(window, {"favourite": name})
        assert list(window.errors) == ["favourite"]
        assert why in window.errors["favourite"]
    await house.ana.submit(window, {"favourite": "Reminder"})
    assert "“Reminder” is saved." in window.words


async def test_saving_again_under_a_name_replaces_it(house: House) -> None:
    await saved(house)
    form = await form_of(house, house.ana)
    window = await naming(house, house.ana, form)
    assert "If you have a favourite of this name, it is replaced." in window.words
    await house.ana.close(window)
    words = "Name of the favourite"
    window = await pressed(
        house, house.ana, form, "save_favourite", words, variables="slot = Friday"
    )
    await house.ana.submit(window, {"favourite": "NO-SHOW follow-up"})
    await house.ana.close(window)
    assert (await house.ana.submit(form, {"name": "x"})).in_time
    await house.ana.command("no-show follow-up", FRONT_DESK)
    found = await seeing(house, house.ana, "Place a call")
    assert standing_in(found)["variables"] == "slot = Friday"
    assert "NO-SHOW follow-up" in (await listed(house, 1)).words


async def test_the_list_opens_and_deletes_them(house: House) -> None:
    assert "You have no favourites yet." in (await listed(house, 1)).words
    await saved(house, "Two")
    await saved(house, "One")
    message = await listed(house, 2)
    assert [line for line in message.words.splitlines() if line.startswith("*")] == [
        "*Your favourites*",
        "*One* · the workspace's assistant",
        "*Two* · the workspace's assistant",
    ]
    await house.ana.press(message, "use_favourite", value="two")
    form = await house.slack.until(
        lambda: house.ana.modal if house.ana.modal and house.ana.modal.state else None
    )
    assert standing_in(form)["variables"] == "slot = Tuesday"
    await house.ana.close(form)
    await house.ana.press(message, "delete_favourite", value="one")
    await house.slack.until(lambda: "One" not in message.words)
    assert "*Two*" in message.words
    await house.ana.press(message, "delete_favourite", value="two")
    await house.slack.until(lambda: "You have no favourites yet." in message.words)
    assert len(house.ana.ephemerals) == 2


async def test_one_that_is_gone_is_said_so(house: House) -> None:
    await saved(house)
    message = await listed(house, 1)
    async with database_of(house) as database:
        kept = Favourites(database)
        await kept.delete(house.slack.workspace.app.team_id, house.ana.id, "no-show follow-up")
    await house.ana.press(message, "use_favourite")
    await seeing(house, house.ana, "You no longer have this favourite.")


async def test_more_than_can_be_listed_are_refused(house: House) -> None:
    filled = Filled(draft=Draft(assistant_id=ASSISTANT))
    async with database_of(house) as database:
        kept = Favourites(database)
        for n in range(MOST):
            await kept.save(house.slack.workspace.app.team_id, house.ana.id, f"f{n}", filled)
    window = await naming(house, house.ana)
    await house.ana.submit(window, {"favourite": "one more"})
    assert "You have 20 favourites" in window.errors["favourite"]
    message = await listed(house, 1)
    assert message.words.count("assistant 11111111…") == MOST


async def test_the_help_mentions_them_and_every_spelling_lists_them(house: House) -> None:
    assert "`/call favourites` lists them" in told(await house.ana.command("help", FRONT_DESK))
    for number, word in enumerate(("favourites", "Favorites", "favoris"), start=2):
        await house.ana.command(word, FRONT_DESK)
        await house.slack.until(lambda n=number: len(house.ana.ephemerals) >= n)  # type: ignore[misc]
        assert "You have no favourites yet." in house.ana.ephemerals[-1].words


@sqlite_only
async def test_a_database_that_cannot_be_written_is_said_in_time(house: House) -> None:
    window = await naming(house, house.ana)
    async with held(house.environ["DATABASE_URL"]):
        answer = await house.ana.submit(window, {"favourite": "Reminder"})
        assert answer.in_time
        notice = await seeing(house, house.ana, "I cannot reach my records")
    await house.ana.close(notice)
    await house.ana.submit(window)
    assert "“Reminder” is saved." in window.words
    await house.ana.close(window)
    form = await seeing(house, house.ana, "Place a call")
    async with held(house.environ["DATABASE_URL"]):
        await pressed(house, house.ana, form, "save_favourite", "I cannot reach my records")
    assert await noted(house) == []


@postgres_only
async def test_a_database_that_cannot_be_read_is_said_in_time(house: House) -> None:
    await saved(house)
    message = await listed(house, 1)
    async with away(house):
        answer = await house.ana.command(f"No-show follow-up {NUMBER}", FRONT_DESK)
        assert answer.in_time
        assert "I cannot reach my records" in told(answer)
        await house.ana.press(message, "use_favourite")
        await seeing(house, house.ana, "I cannot reach my records")


@pytest.mark.parametrize("language", LANGUAGES)
def test_slack_takes_every_window_and_list_of_favourites(language: str) -> None:
    text = Text(language)
    filled = Filled(draft=Draft(assistant_id=ASSISTANT))
    names = [(f"{n}" + HOSTILE * 5)[:80] for n in range(MOST)]
    many = [Favourite(key=name, name=name, filled=filled) for name in names]
    directory = Directory(assistants=(Assistant(uuid=ASSISTANT, name=HOSTILE * 60),))
    messages = [
        favourites.listed([], EMPTY, text),
        favourites.listed(many, EMPTY, text),
        favourites.listed(many, directory, text),
    ]
    assert [of_a_message(message) for message in messages] == [[]] * len(messages)
    views = [favourites.ask("d" * 32, text), *(favourites.saved(name, text) for name in names)]
    assert [check_view(view) for view in views] == [[]] * len(views)
    assert "&lt;!channel&gt;" in json.dumps(views[-1])


@pytest.mark.parametrize("state", [None, {}, {"values": None}, {"values": {"favourite": None}}])
def test_a_name_that_slack_leaves_out_is_empty(state: Any) -> None:  # noqa: ANN401
    assert favourites.read({"state": state}) == ""
