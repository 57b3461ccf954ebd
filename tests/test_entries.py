"""What may stand in the directory, and how it is changed by somebody who saw it a while ago."""

from collections.abc import Callable

import pytest

from calls import editing, entries
from calls.directory import Assistant, CallerId, Directory, Kind, Label, Variable, Written
from calls.editing import Overtaken, Seen, mark
from calls.entries import Faults
from calls.errors import NotAllowed
from calls.settings import Settings
from calls.variables import HIDDEN
from directories import CLINIC, DOCTOR, FRONT, NIGHT, RECALLS, REMINDERS, SLOT, largest

ANOTHER = "0000000e-3333-4333-8333-333333333333"
FREE = "0000000f-3333-4333-8333-333333333333"
DESK = CallerId(uuid=FREE, name="Desk", number="514 555 0199")
NURSE = Assistant(uuid=ANOTHER, name="Nurse")
ROOM = Variable(key="room", label=Label(en="Room"))
LARGEST = largest()


def told(faults: Faults) -> list[str]:
    """Return what is wrong, as ``field: why``."""
    return [f"{one.field}: {one.key.removeprefix('entry.')}" for one in faults]


def of_caller(typed: CallerId, others: Directory = CLINIC) -> list[str]:
    entries.caller_id(typed, others, "CA", faults := Faults())
    return told(faults)


def of_assistant(typed: Assistant, others: Directory = CLINIC) -> list[str]:
    entries.assistant(typed, others, faults := Faults())
    return told(faults)


def of_variable(typed: Variable, others: tuple[Variable, ...] = (SLOT,)) -> list[str]:
    entries.variable(typed, others, faults := Faults())
    return told(faults)


def test_entries_are_tidied() -> None:
    faults = Faults()
    typed = DESK.having(uuid=f" {FREE.upper()} ", name=" The  desk\n", number="(514) 555-0199")
    assert entries.caller_id(typed, CLINIC, "CA", faults) == CallerId(
        uuid=FREE, name="The desk", number="+15145550199"
    )
    assistant = NURSE.having(description="a\nb", channels=("C01", "C01"), caller_id=FRONT)
    assert entries.assistant(assistant, CLINIC, faults) == NURSE.having(
        description="a b", channels=("C01",), caller_id=FRONT
    )
    choice = ROOM.having(key=" room ", kind=Kind.CHOICE, choices=(" 1 ", "", "2"), default=" 2 ")
    assert entries.variable(choice, (), faults) == ROOM.having(
        kind=Kind.CHOICE, choices=("1", "2"), default="2"
    )
    assert faults == []


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"uuid": " "}, ["uuid: uuid.missing"]),
        ({"uuid": FREE[:-1]}, ["uuid: uuid.wrong"]),
        ({"uuid": FRONT.upper()}, ["uuid: uuid.taken"]),
        ({"uuid": NIGHT}, ["uuid: uuid.archived"]),
        ({"uuid": REMINDERS}, ["uuid: uuid.taken"]),
        ({"name": "\n"}, ["name: name.missing"]),
        ({"name": "x" * 76}, ["name: long"]),
        ({"name": "FRONT  desk"}, ["name: name.taken"]),
        ({"name": "night"}, []),
        ({"name": "front desk", "archived": True}, []),
        ({"number": ""}, ["number: refused.number.missing"]),
        (
            {"uuid": "", "name": "", "number": "1"},
            ["uuid: uuid.missing", "name: name.missing", "number: refused.number.unreadable"],
        ),
    ],
)
def test_every_fault_of_a_number_is_told(changes: dict[str, object], wrong: list[str]) -> None:
    assert of_caller(DESK.having(**changes)) == wrong


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"name": "relances"}, ["name: name.taken"]),
        ({"description": "x" * 301}, ["description: long"]),
        ({"caller_id": NIGHT}, ["caller_id: caller.unknown"]),
        ({"caller_id": FREE}, ["caller_id: caller.unknown"]),
        ({"channels": ("C01", "D01", "#desk")}, ["channels: channel.wrong"] * 2),
    ],
)
def test_every_fault_of_an_assistant_is_told(changes: dict[str, object], wrong: list[str]) -> None:
    assert of_assistant(NURSE.having(**changes)) == wrong


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"key": ""}, ["key: key.missing"]),
        ({"key": "a b"}, ["key: key.wrong"]),
        ({"key": "a=b"}, ["key: key.wrong"]),
        ({"key": "x" * 41}, ["key: long"]),
        ({"key": "slot"}, ["key: key.taken"]),
        ({"key": "{{ slot }}"}, ["key: key.taken"]),  # as it stands in the prompt
        ({"key": "{{}}"}, ["key: key.missing"]),
        ({"key": "Slot"}, []),
        ({"label": Label(en="", fr="Salle")}, ["label: label.missing"]),
        ({"label": Label(en="x" * 76, fr="x" * 76)}, ["label: long", "label_fr: long"]),
        ({"example": "x" * 151}, ["example: long"]),
        ({"longest": 0}, ["longest: longest.wrong"]),
        ({"longest": 3001}, ["longest: longest.wrong"]),
        ({"longest": 5, "kind": Kind.NUMBER}, ["longest: longest.unfit"]),
        ({"longest": 5, "default": "123456"}, ["default: long"]),
        ({"default": "x" * 3001}, ["default: long"]),
        ({"written": Written.ISO}, ["written: written.unfit"]),
        ({"written": Written.ISO, "kind": Kind.TIME}, []),
        ({"choices": ("a",)}, ["choices: choices.unfit"]),
        ({"kind": Kind.CHOICE}, ["choices: choices.missing"]),
        ({"kind": Kind.CHOICE, "choices": ("a", "A")}, ["choices: choices.twice"]),
        ({"kind": Kind.CHOICE, "choices": ("x" * 76,)}, ["choices: choices.long"]),
        ({"kind": Kind.CHOICE, "choices": tuple(map(str, range(101)))}, ["choices: choices.many"]),
        ({"kind": Kind.CHOICE, "choices": ("a",), "default": "b"}, ["default: default.choice"]),
    ],
)
def test_every_fault_of_a_variable_is_told(changes: dict[str, object], wrong: list[str]) -> None:
    assert of_variable(ROOM.having(**changes)) == wrong


@pytest.mark.parametrize(
    ("kind", "kept", "unfit"),
    [
        (Kind.NUMBER, {"12": "12", "-0.5": "-0.5", "1,5": "1.5"}, ("1e5", "twelve", "٣", "••••")),
        (Kind.DATE, {"2028-02-29": "2028-02-29"}, ("2026-02-29", "3 March", "٢٠٢٦-٠٢-٠١")),
        (Kind.TIME, {"00:00": "00:00", "9 h": "09:00"}, ("24:00", "noon")),
        (
            Kind.DATE_TIME,
            {"2026-03-14T14:30": "2026-03-14 14:30"},
            ("2026-03-14", "14:30"),
        ),
        (Kind.YES_NO, {"yes": "yes", "Non": "no"}, ("Yes please",)),
        (Kind.EMAIL, {"marie@example.com": "marie@example.com"}, ("marie", "a b@c.d")),
        (Kind.URL, {"https://example.com/a": "https://example.com/a"}, ("ftp://example.com",)),
        (Kind.TEXT, {" Two  words": "Two words"}, ()),
    ],
)
def test_a_default_is_what_could_be_typed(
    kind: Kind, kept: dict[str, str], unfit: tuple[str, ...]
) -> None:
    for written, read in kept.items():
        found = entries.variable(ROOM.having(kind=kind, default=written), (), faults := Faults())
        assert (found.default, faults) == (read, [])
    for written in unfit:
        why = "hidden" if written == HIDDEN else kind.value
        wrong = of_variable(ROOM.having(kind=kind, default=written))
        assert wrong == [f"default: default.{why}"]


def test_no_more_is_taken_than_a_menu_of_slacks_holds() -> None:
    assert of_caller(DESK, LARGEST) == ["name: many.callers"]
    assert of_assistant(NURSE, LARGEST) == ["name: many.assistants"]
    assert of_variable(ROOM, LARGEST.assistants[0].variables) == ["key: many.variables"]
    assert of_caller(DESK.having(archived=True), LARGEST) == []
    assert of_assistant(NURSE.having(archived=True), LARGEST) == []


def seen(entry: Assistant | CallerId | Variable, uuid: str = "") -> Seen:
    """Return what was seen when an entry was opened."""
    key = entry.key if isinstance(entry, Variable) else ""
    return Seen(uuid=uuid or getattr(entry, "uuid", ""), key=key, mark=mark(entry))


def test_a_number_with_another_uuid_is_still_the_one_that_assistants_propose() -> None:
    before = CLINIC.caller_ids[0]
    after = editing.caller_id(CLINIC, before.having(uuid=FREE), seen(before), "CA")
    assert (after.caller_ids[0].uuid, after.assistants[0].caller_id) == (FREE, FREE)
    assert after.assistants[1] == CLINIC.assistants[1]


def test_an_assistants_variables_and_its_place_stay_when_it_is_changed() -> None:
    before = CLINIC.assistants[0]
    typed = before.having(name="Confirmations", variables=())
    after = editing.assistant(CLINIC, typed, seen(before))
    assert after.assistants == (before.having(name="Confirmations"), CLINIC.assistants[1])


def test_what_is_archived_stays_so_when_it_is_changed() -> None:
    night = CLINIC.caller_ids[1]
    after = editing.caller_id(CLINIC, night.having(name="Evening"), seen(night), "CA")
    assert after.caller_ids[1] == night.having(name="Evening")


def test_a_variable_is_added_changed_moved_and_removed() -> None:
    added = editing.variable(CLINIC, ROOM, Seen(uuid=REMINDERS))
    assert added.assistants[0].variables == (SLOT, DOCTOR, ROOM)
    typed = DOCTOR.having(key="physician")
    changed = editing.variable(added, typed, seen(DOCTOR, REMINDERS))
    assert changed.assistants[0].variables == (SLOT, typed, ROOM)
    moves = [("room", -1), ("slot", -1), ("slot", 5)]
    orders = [
        [one.key for one in editing.moved(changed, REMINDERS, *move).assistants[0].variables]
        for move in moves
    ]
    assert orders == [
        ["slot", "room", "physician"],
        ["slot", "physician", "room"],
        ["physician", "room", "slot"],
    ]
    removed = editing.without(changed, REMINDERS, "slot")
    assert removed.assistants[0].variables == (typed, ROOM)
    assert editing.without(removed, REMINDERS, "slot") == removed


def test_what_is_said_twice_changes_nothing() -> None:
    once = editing.caller_id(CLINIC, DESK, Seen(), "CA")
    assert editing.caller_id(once, DESK, Seen(), "CA") is once
    described = editing.assistant(once, NURSE, Seen())
    assert editing.assistant(described, NURSE, Seen()) is described
    whole = editing.variable(described, ROOM, Seen(uuid=ANOTHER))
    assert editing.variable(whole, ROOM, Seen(uuid=ANOTHER)) is whole
    assert editing.assistant(whole, NURSE, Seen()) is whole


def test_what_somebody_else_has_changed_is_not_overwritten() -> None:
    before = CLINIC.assistants[0]
    theirs = before.having(description="Theirs")
    now = CLINIC.having(assistants=(theirs, CLINIC.assistants[1]))
    with pytest.raises(Overtaken) as caught:
        editing.assistant(now, before.having(name="Mine"), seen(before))
    assert caught.value.newest == theirs
    with pytest.raises(Overtaken) as caught:
        editing.variable(now, SLOT.having(default="x"), Seen(uuid=REMINDERS, key="slot", mark="?"))
    assert caught.value.newest == SLOT


@pytest.mark.parametrize("uuid", [FREE, RECALLS])
def test_what_is_gone_is_not_made_anew(uuid: str) -> None:
    gone = Seen(uuid=FREE, key="slot", mark="x")
    tries: tuple[Callable[[], Directory], ...] = (
        lambda: editing.caller_id(CLINIC, DESK, gone, "CA"),
        lambda: editing.assistant(CLINIC, NURSE, gone),
        lambda: editing.variable(CLINIC, SLOT, gone.having(uuid=uuid)),
        lambda: editing.moved(CLINIC, uuid, "slot", 1),
        lambda: editing.assistant_archived(CLINIC, FREE, archived=True),
        lambda: editing.caller_id_archived(CLINIC, FREE, archived=True),
    )
    for tried in tries:
        with pytest.raises(Overtaken) as caught:
            tried()
        assert caught.value.newest is None


def test_faults_keep_an_entry_from_being_changed() -> None:
    tries: tuple[Callable[[], Directory], ...] = (
        lambda: editing.caller_id(CLINIC, DESK.having(uuid=NIGHT), Seen(), "CA"),
        lambda: editing.assistant(CLINIC, NURSE.having(uuid=RECALLS), Seen()),
        lambda: editing.variable(CLINIC, ROOM.having(key="slot"), Seen(uuid=REMINDERS)),
    )
    for tried in tries:
        with pytest.raises(NotAllowed):
            tried()


def test_what_has_no_place_any_more_is_not_restored() -> None:
    front, night = CLINIC.caller_ids
    taken = CLINIC.having(caller_ids=(front, night.having(name="Front desk")))
    with pytest.raises(NotAllowed) as caught:
        editing.caller_id_archived(taken, NIGHT, archived=False)
    assert told(Faults(caught.value.reasons)) == ["name: name.taken"]
    restored = editing.caller_id_archived(CLINIC, NIGHT, archived=False)
    assert not any(one.archived for one in restored.caller_ids)


def test_without_a_directory_the_settings_assistant_and_number_stand_in() -> None:
    settings = Settings(
        _env_file=None, slack_bot_token="x", slack_signing_secret="s", allomia_api_key="k"
    )
    named = settings.model_copy(
        update={"allomia_assistant_id": REMINDERS, "allomia_phone_number_id": FRONT}
    )
    assert Directory().or_settings(settings) == Directory()
    assert CLINIC.or_settings(named) == CLINIC
    found = Directory().or_settings(named)
    assert (found.assistants[0].caller_id, found.caller_ids[0].uuid) == (FRONT, FRONT)
    assert found.assistants[0].may_report_in("C1")
