"""Assistants and numbers in windows: described by administrators, and nothing typed is lost."""

from typing import Any

import pytest

from calls.directory import Directory, Kind, Label, Variable
from calls.workspace import Workspace
from calls.workspaces import Workspaces
from directories import CLINIC, FRONT, RECALLS, REMINDERS
from flow import away, database_of
from house import House
from sandbox.blocks import identified
from sandbox.modals import View
from sandbox.person import Person
from sandbox.workspace import ADMIN, FRONT_DESK
from switch import postgres_only, sqlite_only
from views import administration
from views.text import Text

pytestmark = pytest.mark.windows

NUMBER = {"name": "Front desk", "number": "(514) 555-0100", "uuid": FRONT.upper()}
ASSISTANT = {"name": "Reminders", "uuid": f" {REMINDERS} ", "channels": [FRONT_DESK]}
NOT_LET_IN = "Only administrators may change assistants and numbers."


async def kept(house: House) -> Directory:
    """Return the directory as it is kept."""
    async with database_of(house) as database:
        return (await Workspaces(database).get(house.slack.workspace.app.team_id)).directory


async def put(house: House, directory: Directory) -> None:
    """Let somebody else make the directory another one."""

    def change(before: Workspace) -> Workspace:
        return before.having(directory=directory)

    team = house.slack.workspace.app.team_id
    async with database_of(house) as database:
        workspaces = Workspaces(database)
        version = (await workspaces.get(team)).version
        await workspaces.change(team, version, change, "U1")


def at_home(house: House, person: Person) -> dict[str, Any]:
    """Give a person the door to the directory on their Home tab."""
    doors = administration.entrances(Text("en"), Workspace())
    blocks = identified(block.to_dict() for block in doors)
    home = {"type": "home", "blocks": blocks, "hash": "1"}
    house.slack.workspace.homes[person.id] = home
    return home


async def looking(house: House, person: Person, words: str) -> View:
    """Wait until a person sees some words in a window, and return it."""
    return await house.slack.until(
        lambda: person.modal if person.modal and words in person.modal.words else None
    )


async def opened(house: House, words: str) -> tuple[Person, View]:
    """Let an administrator open the directory."""
    person = house.slack.person(ADMIN)
    await person.press(at_home(house, person), "directory")
    return person, await looking(house, person, words)


async def edited(house: House, uuid: str) -> tuple[Person, View]:
    """Let an administrator open an entry of the clinic's directory."""
    await put(house, CLINIC)
    person, listed = await opened(house, "Reminders")
    kind = "assistant" if CLINIC.assistant(uuid) else "caller"
    await person.press(listed, f"edit_{kind}", value=uuid)
    return person, await looking(house, person, "UUID in AlloMia")


async def field(house: House, key: str) -> tuple[Person, View]:
    """Let an administrator open a variable of the clinic's."""
    person, shown = await edited(house, REMINDERS)
    await person.press(shown, "field", value=f"edit:{key}", block=f"field:{key}")
    return person, await looking(house, person, "Variable in AlloMia")


async def test_a_clinic_is_described_from_nothing(house: House) -> None:
    person, listed = await opened(house, "Two steps")
    await person.press(listed, "add_caller")
    shown = await looking(house, person, "What the person called sees")
    assert (await person.submit(shown, NUMBER)).body is None
    listed = await looking(house, person, "Now the assistants.")
    await person.press(listed, "add_assistant")
    shown = await looking(house, person, "Save it first.")
    await person.submit(shown, ASSISTANT)
    shown = await looking(house, person, "Nothing yet: it only gets the name")
    assert "It is saved, and can be chosen." in shown.words
    await person.press(shown, "add_field")
    told = await looking(house, person, "Variable in AlloMia")
    await person.press(told, "kind", value="choice")
    told = await looking(house, person, "One a line.")
    filled = {
        "key": "doctor",
        "label": "Doctor",
        "choices": "Dr Roy\n\n Dr Lima ",
        "required": "yes",
    }
    assert (await person.submit(told, filled)).body is None
    shown = await looking(house, person, "*Doctor* · Choice from a menu · required")
    assert (await person.submit(shown, {"description": "Tomorrow's"})).body is None
    await looking(house, person, "fields: 1 · calls from Front desk · channels: 1")
    found = await kept(house)
    (assistant,), (caller,) = found.assistants, found.caller_ids
    assert (caller.uuid, caller.number) == (FRONT, "+15145550100")
    assert (assistant.uuid, assistant.caller_id, assistant.description) == (
        REMINDERS,
        FRONT,
        "Tomorrow's",
    )
    assert (assistant.channels, assistant.language) == ((FRONT_DESK,), "en")
    assert assistant.variables == (
        Variable(
            key="doctor",
            label=Label(en="Doctor"),
            kind=Kind.CHOICE,
            required=True,
            choices=("Dr Roy", "Dr Lima"),
        ),
    )


@sqlite_only
async def test_what_is_wrong_stands_beside_its_field_and_nothing_is_saved(house: House) -> None:
    person, shown = await edited(house, FRONT)
    answer = await person.submit(shown, {"name": "Night", "number": "12", "uuid": RECALLS})
    assert answer.body is not None
    assert answer.body["response_action"] == "errors"
    assert shown.errors["uuid"].startswith("This is already the UUID of “Relances”.")
    assert set(shown.errors) == {"number", "uuid"}
    assert await kept(house) == CLINIC


@sqlite_only
async def test_of_several_pages_each_is_reached(house: House) -> None:
    one = CLINIC.caller_ids[0]
    many = tuple(one.having(uuid=f"{n:08}{FRONT[8:]}", name=f"Desk {n:02}") for n in range(45))
    await put(house, Directory(caller_ids=many))
    person, listed = await opened(house, "Page 1 of 3")
    await person.press(listed, "later")
    await looking(house, person, "Page 2 of 3")
    await person.press(listed, "later")
    await looking(house, person, "Desk 44")
    await person.press(listed, "edit_caller", value=many[44].uuid)
    shown = await looking(house, person, "UUID in AlloMia")
    await person.submit(shown, {"name": "Last desk"})
    await looking(house, person, "Last desk")
    assert "Page 3 of 3" in listed.words
    await person.press(listed, "earlier")
    await looking(house, person, "Page 2 of 3")


async def test_what_somebody_else_has_saved_meanwhile_is_shown_and_not_lost(house: House) -> None:
    person, shown = await edited(house, REMINDERS)
    theirs = CLINIC.assistants[0].having(description="Theirs")
    await put(house, CLINIC.having(assistants=(theirs, CLINIC.assistants[1])))
    answer = await person.submit(shown, {"name": "Confirmations"})
    assert answer.body is not None
    assert answer.body["response_action"] == "update"
    assert "Somebody else has saved this meanwhile." in shown.words
    assert "What it is for, theirs: Theirs" in shown.words
    assert (await kept(house)).assistants[0] == theirs
    await person.submit(shown)
    await looking(house, person, "Confirmations")
    found = (await kept(house)).assistants[0]
    assert (found.name, found.description) == ("Confirmations", "Reminds of an appointment")


async def test_somebody_elses_other_change_is_no_hindrance(house: House) -> None:
    person, shown = await edited(house, FRONT)
    async with database_of(house) as database:
        await Workspaces(database).stop(house.slack.workspace.app.team_id, "U1")
    assert (await person.submit(shown, {"name": "Desk"})).body is None
    await looking(house, person, "Desk")


@sqlite_only
async def test_a_number_that_somebody_else_has_changed_is_told(house: House) -> None:
    person, shown = await edited(house, FRONT)
    changed = CLINIC.caller_ids[0].having(number="+15145550199")
    await put(house, CLINIC.having(caller_ids=(changed, CLINIC.caller_ids[1])))
    await person.submit(shown, {"name": "Desk"})
    assert "Phone number, theirs: +1 514-555-0199" in shown.words


@sqlite_only
async def test_a_field_that_somebody_else_has_changed_is_told(house: House) -> None:
    person, shown = await field(house, "doctor")
    whose = CLINIC.assistants[0]
    changed = whose.variables[1].having(default="Dr Roy")
    after = whose.having(variables=(whose.variables[0], changed))
    await put(house, CLINIC.having(assistants=(after, CLINIC.assistants[1])))
    await person.submit(shown, {"label": "Physician"})
    assert "Already filled in, theirs: Dr Roy" in shown.words
    assert (await kept(house)).assistants[0] == after


@sqlite_only
@pytest.mark.parametrize("uuid", [FRONT, REMINDERS])
async def test_what_is_gone_is_told(house: House, uuid: str) -> None:
    person, shown = await edited(house, uuid)
    await put(house, Directory())
    await person.submit(shown)
    assert shown.errors["name"].startswith("Somebody has removed this meanwhile")
    kind = "assistant" if uuid == REMINDERS else "caller"
    await person.press(shown, f"archive_{kind}")
    await looking(house, person, "Somebody has removed this meanwhile")
    await person.close(shown)
    listed = await looking(house, person, "Reminders")
    await person.press(listed, f"edit_{kind}", value=uuid)
    await looking(house, person, "Somebody has removed this meanwhile")


@sqlite_only
async def test_a_field_of_an_assistant_that_is_gone_is_told(house: House) -> None:
    person, shown = await edited(house, REMINDERS)
    await put(house, Directory())
    await person.press(shown, "add_field")
    await looking(house, person, "Somebody has removed this meanwhile")


async def test_fields_are_moved_and_removed_while_something_is_typed(house: House) -> None:
    person, shown = await edited(house, REMINDERS)
    person.fill(shown, {"name": "Confirmations"})
    await person.press(shown, "field", value="down:slot", block="field:slot")
    await house.slack.until(lambda: shown.words.index("slot") > shown.words.index("doctor"))
    await person.press(shown, "field", value="up:slot", block="field:slot")
    await house.slack.until(lambda: shown.words.index("slot") < shown.words.index("doctor"))
    await person.press(shown, "field", value="edit:slot", block="field:slot")
    told = await looking(house, person, "Variable in AlloMia")
    await person.press(told, "remove_field")
    await looking(house, person, "The field “slot” is removed.")
    await person.close(told)
    await house.slack.until(lambda: "slot" not in shown.words)
    assert shown.state["name"]["name"]["value"] == "Confirmations"
    await person.submit(shown)
    await looking(house, person, "Confirmations")
    (first, _) = (await kept(house)).assistants
    assert (first.name, [one.key for one in first.variables]) == ("Confirmations", ["doctor"])


async def test_what_is_archived_can_be_used_again(house: House) -> None:
    person, shown = await edited(house, FRONT)
    await person.press(shown, "archive_caller")
    await looking(house, person, "Archived: nobody can choose it.")
    found = await kept(house)
    assert (found.caller_ids[0].archived, found.assistants[0].caller_id) == (True, None)
    await person.press(shown, "restore_caller")
    await house.slack.until(lambda: "Archived: nobody" not in shown.words)
    await person.close(shown)
    listed = await looking(house, person, "Edit")
    await person.press(listed, "edit_assistant", value=REMINDERS)
    shown = await looking(house, person, "UUID in AlloMia")
    await person.press(shown, "archive_assistant")
    await looking(house, person, "Archived: nobody can choose it.")
    await put(house, _with_another_named_reminders(await kept(house)))
    await person.press(shown, "restore_assistant")
    await looking(house, person, "This was not done. Another one is already called “Reminders”.")
    assert (await kept(house)).assistants[0].archived


def _with_another_named_reminders(found: Directory) -> Directory:
    first, second = found.assistants
    return found.having(assistants=(first, second.having(name="Reminders")))


async def test_nobody_but_an_administrator_sees_or_changes_anything(house: House) -> None:
    await put(house, CLINIC)
    ana = house.ana
    await ana.press(at_home(house, ana), "directory")
    shown = await looking(house, ana, NOT_LET_IN)
    assert "Reminders" not in shown.words


@sqlite_only
@pytest.mark.parametrize("uuid", [FRONT, REMINDERS])
async def test_an_administrator_who_is_none_any_more_changes_nothing(
    house: House, uuid: str
) -> None:
    person, shown = await edited(house, uuid)
    person.user.is_admin = False
    await person.submit(shown, {"name": "Mine"})
    assert shown.errors["name"].startswith(NOT_LET_IN)
    kind = "assistant" if uuid == REMINDERS else "caller"
    await person.press(shown, f"archive_{kind}")
    await looking(house, person, NOT_LET_IN)
    assert await kept(house) == CLINIC


async def test_somebody_named_in_the_rules_administers(house: House) -> None:
    team = house.slack.workspace.app.team_id
    async with database_of(house) as database:
        await Workspaces(database).change(
            team,
            0,
            lambda before: before.having(
                rules=before.rules.having(administrators=(house.benoit.id,))
            ),
            "U1",
        )
    await house.benoit.press(at_home(house, house.benoit), "directory")
    await looking(house, house.benoit, "Deux étapes")


@postgres_only  # a locked SQLite can still be read
async def test_a_database_that_is_away_is_told_and_what_is_typed_stays(house: House) -> None:
    person, shown = await edited(house, FRONT)
    async with away(house):
        await person.submit(shown, {"name": "Desk"})
        assert shown.errors["name"].startswith("I could not save this in time.")
        await person.press(shown, "archive_caller")
        await looking(house, person, "This was not done. I could not save this in time.")
        await person.press(at_home(house, person), "directory")
        await looking(house, person, "I cannot reach my records")
    _, listed = await opened(house, "Reminders")
    await person.press(listed, "edit_caller", value=FRONT)
    shown = await looking(house, person, "UUID in AlloMia")
    await person.submit(shown, {"name": "Desk"})
    await looking(house, person, "Desk")


async def test_the_same_window_saved_twice_is_one_entry(house: House) -> None:
    person, listed = await opened(house, "Two steps")
    await person.press(listed, "add_caller")
    shown = await looking(house, person, "What the person called sees")
    answer = await person.submit(shown, NUMBER)
    again = await person.repeat(answer)
    assert (answer.body, again.body) == (None, None)
    assert len((await kept(house)).caller_ids) == 1


@sqlite_only
async def test_a_window_that_does_not_open_is_told(house: House) -> None:
    person = house.slack.person(ADMIN)
    house.slack.fail("views.open", error="expired_trigger_id")
    await person.press(at_home(house, person), "directory")
    await house.slack.until(lambda: house.slack.workspace.messages(person.direct.id))
