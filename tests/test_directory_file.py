"""The directory as a file: read back as it was written, and shown line by line what changes."""

import re
from pathlib import Path

import pytest
from hypothesis import given

from calls import differences, directory_file
from calls.directory import Assistant, Directory, Label, Variable
from calls.directory_file import Filed
from calls.hours import written_windows
from calls.rules import Rules
from directories import CLINIC, FRONT, NIGHT, RECALLS, REMINDERS, RULES, directories, largest, rules
from fuzz import cases
from views import changes
from views.text import Text


def told(before: Directory, after: Directory, *decided: Rules) -> list[str]:
    """Return the lines in which a change is shown."""
    old, new = decided or (Rules(), Rules())
    return changes.lines(differences.of(before, after, (old, new)), Text("en"))


@cases(20)
@given(directories(), rules)
def test_what_is_written_is_read_back_exactly(directory: Directory, decided: Rules) -> None:
    found = directory_file.read(directory_file.written(directory, decided).encode(), "CA")
    assert (found.directory, found.rules) == (directory, decided)
    assert directory_file.merged(directory, found.directory) == directory
    assert told(directory, found.directory, decided, decided) == []


@cases(20)
@given(directories(), directories(), rules, rules)
def test_every_change_is_shown(
    one: Directory, other: Directory, decided: Rules, anew: Rules
) -> None:
    after = directory_file.merged(one, other)
    shown = told(one, after, decided, anew)
    again = directory_file.merged(after, after)
    assert (told(after, again, anew, anew), again) == ([], after)
    if not shown:
        assert (set(after.assistants), set(after.caller_ids), anew) == (
            set(one.assistants),
            set(one.caller_ids),
            decided,
        )


def test_the_largest_directory_is_read_back() -> None:
    found = largest()
    assert (
        directory_file.read(directory_file.written(found, Rules()).encode(), "CA").directory
        == found
    )


def test_a_file_reads_as_a_person_would_write_it() -> None:
    written = directory_file.written(CLINIC, RULES)
    assert (
        written.partition("\n\n")[2]
        == f"""\
[[caller_ids]]
name = "Front desk"
uuid = "{FRONT}"
number = "+15145550100"

[[caller_ids]]
name = "Night"
uuid = "{NIGHT}"
number = "+15145550101"
archived = true

[[assistants]]
name = "Reminders"
uuid = "{REMINDERS}"
description = "Reminds of an appointment"
language = "en"
caller_id = "Front desk"
channels = [
    "C0FRONT001",
]

[[assistants.variables]]
key = "slot"
label = "Appointment"
label_fr = "Rendez-vous"
kind = "date-time"
required = true

[[assistants.variables]]
key = "doctor"
label = "Doctor"
kind = "choice"
choices = [
    "Dr Roy",
    "Dr Lima",
]

[[assistants]]
name = "Relances"
uuid = "{RECALLS}"
language = "fr"

[rules]
per_person = 20
countries = [
    "CA",
    "US",
]
undo_seconds = 5.0

[rules.hours]
monday = "09:00-12:00, 13:00-20:00"
tuesday = "09:00-12:00, 13:00-20:00"
wednesday = "09:00-12:00, 13:00-20:00"
thursday = "09:00-12:00, 13:00-20:00"
friday = "09:00-12:00, 13:00-20:00"
saturday = "09:00-12:00, 13:00-20:00"
sunday = "closed"
holidays = [
    "12-25 Noël",
]
"""
    )


@pytest.mark.parametrize(
    ("words", "days"),
    [
        ("every_day = '9-20'\nsunday = 'closed'", ["09:00-20:00"] * 6 + ["closed"]),
        ("every_day = 'always'", ["00:00-24:00"] * 7),
        ("always = true", ["00:00-24:00"] * 7),
        ("always = true\nsunday = 'closed'", ["00:00-24:00"] * 6 + ["closed"]),
    ],
)
def test_hours_are_written_as_shortly_as_people_would(words: str, days: list[str]) -> None:
    found = directory_file.read(f"[rules.hours]\n{words}".encode(), "CA").rules
    assert found is not None
    assert found.hours is not None
    assert [written_windows(day) for day in found.hours.days] == days
    assert (
        directory_file.read(directory_file.written(Directory(), found).encode(), "CA").rules
        == found
    )


def test_rules_that_a_file_does_not_speak_of_stay() -> None:
    assert directory_file.read(b"", "CA") == Filed(directory=Directory(), rules=None)
    assert directory_file.read(b"[rules]", "CA").rules == Rules()


def test_what_a_file_leaves_out_is_archived_and_no_number_is_proposed_that_is() -> None:
    after = directory_file.merged(CLINIC, Directory())
    assert [one.archived for one in after.assistants + after.caller_ids] == [True] * 4
    assert after.assistants[0] == CLINIC.assistants[0].having(archived=True, caller_id=None)


def test_a_change_is_shown_line_by_line() -> None:
    reminders, recalls = CLINIC.assistants
    slot, doctor = reminders.variables
    room = Variable(key="room", label=Label(en="Room"))
    nurse = slot.having(key="nurse")
    after = Directory(
        assistants=(
            reminders.having(
                name="Confirmations",
                language="fr",
                channels=(),
                caller_id=NIGHT,
                variables=(
                    room,
                    doctor.having(choices=("Dr Roy",)),
                    slot.having(default="x" * 300),
                ),
            ),
            recalls.having(archived=True, variables=(nurse,)),
            recalls.having(uuid=FRONT[:-1] + "2", name="New"),
            recalls.having(uuid=FRONT[:-1] + "3", name="Old", archived=True),
        ),
        caller_ids=(
            CLINIC.caller_ids[1].having(archived=False),
            CLINIC.caller_ids[0].having(archived=True),
            CLINIC.caller_ids[0].having(uuid=FRONT[:-1] + "4", name="Desk"),
        ),
    )
    before = CLINIC.having(assistants=(reminders, recalls.having(variables=(slot,))))
    decided = RULES.having(hours=None, per_person=30, full_names=True)
    shown = told(before, after, RULES, decided)
    cut = "x" * 198
    assert (
        "\n".join(shown)
        == f"""\
+ Number “Night” is used again.
- Number “Front desk” is archived: calls of the past name it, so it is not deleted.
+ Number “Desk” (+1 514-555-0100) is new.
~ Assistant “Reminders”: name: "Reminders" → "Confirmations"
~ Assistant “Reminders”: language: "en" → "fr"
~ Assistant “Reminders”: caller_id: "Front desk" → "Night"
~ Assistant “Reminders”: channels: ["C0FRONT001"] → –
+ Assistant “Reminders”: its variable “room” (Room) is new.
~ Assistant “Reminders”: variable “doctor”: choices: ["Dr Roy", "Dr Lima"] → ["Dr Roy"]
~ Assistant “Reminders”: variable “slot”: default: – → "{cut}…
~ Assistant “Reminders”: its variables in another order: slot, doctor → doctor, slot
- Assistant “Relances” is archived: calls of the past name it, so it is not deleted.
+ Assistant “Relances”: its variable “nurse” (Appointment) is new.
- Assistant “Relances”: its variable “slot” (Appointment) is removed.
+ Assistant “New” is new; its variables: –
+ Assistant “Old” is new, and archived; its variables: –
~ Rules: per_person: 20 → 30
~ Rules: hours.monday: "09:00-12:00, 13:00-20:00" → –
~ Rules: hours.tuesday: "09:00-12:00, 13:00-20:00" → –
~ Rules: hours.wednesday: "09:00-12:00, 13:00-20:00" → –
~ Rules: hours.thursday: "09:00-12:00, 13:00-20:00" → –
~ Rules: hours.friday: "09:00-12:00, 13:00-20:00" → –
~ Rules: hours.saturday: "09:00-12:00, 13:00-20:00" → –
~ Rules: hours.sunday: "closed" → –
~ Rules: hours.holidays: ["12-25 Noël"] → –
~ Rules: full_names: – → true"""
    )


def test_a_file_with_a_mark_of_its_encoding_is_read() -> None:
    words = directory_file.written(CLINIC, RULES).encode("utf-8-sig")
    assert directory_file.read(words, "CA").directory == CLINIC


def test_the_example_of_the_documents_is_a_file_with_every_key() -> None:
    document = Path(__file__).parent.parent / "docs" / "operations.md"
    found = re.search(r"```toml\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    kept = directory_file.read(found[1].encode(), "CA")
    assert kept.rules
    (telling,) = kept.rules.tellings
    assert [name for name, value in telling.model_dump().items() if not value] == []
    assert [one.key for one in kept.directory.assistants[0].variables] == ["slot", "doctor", "note"]
    fields = {*Rules.model_fields, *Variable.model_fields, *Assistant.model_fields}
    assert {name for name in fields - {"hours", "tellings"} if f"\n{name} = " not in found[1]} == {
        "archived",
        "variables",
    }
