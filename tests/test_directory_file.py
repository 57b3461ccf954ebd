"""The directory as a file: read back as it was written, every fault told, shown first."""

import pytest
from hypothesis import given

from calls import differences, filed
from calls.directory import Directory, Label, Variable
from calls.errors import NotAllowed
from calls.filed import Filed
from calls.hours import written_windows
from calls.rules import Rules
from directories import CLINIC, FRONT, NIGHT, RECALLS, REMINDERS, RULES, directories, largest, rules
from fuzz import cases, strangers
from views import changes
from views.text import Text


def faults(words: str, language: str = "en") -> list[str]:
    """Return what is told of a file."""
    try:
        filed.read(words.encode(errors="surrogatepass"), "CA")
    except NotAllowed as fault:
        return [Text(language).reason(reason) for reason in fault.reasons]
    return []


def told(before: Directory, after: Directory, *decided: Rules) -> list[str]:
    """Return the lines in which a change is shown."""
    old, new = decided or (Rules(), Rules())
    return changes.lines(differences.of(before, after, (old, new)), Text("en"))


@cases(20)
@given(directories(), rules)
def test_what_is_written_is_read_back_exactly(directory: Directory, decided: Rules) -> None:
    found = filed.read(filed.written(directory, decided).encode(), "CA")
    assert (found.directory, found.rules) == (directory, decided)
    assert filed.merged(directory, found.directory) == directory
    assert told(directory, found.directory, decided, decided) == []


@cases(20)
@given(directories(), directories(), rules, rules)
def test_every_change_is_shown(
    one: Directory, other: Directory, decided: Rules, anew: Rules
) -> None:
    after = filed.merged(one, other)
    shown = told(one, after, decided, anew)
    again = filed.merged(after, after)
    assert (told(after, again, anew, anew), again) == ([], after)
    if not shown:
        assert (set(after.assistants), set(after.caller_ids), anew) == (
            set(one.assistants),
            set(one.caller_ids),
            decided,
        )


def test_the_largest_directory_is_read_back() -> None:
    found = largest()
    assert filed.read(filed.written(found, Rules()).encode(), "CA").directory == found


def test_a_file_reads_as_a_person_would_write_it() -> None:
    written = filed.written(CLINIC, RULES)
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


FAULTY = f"""
title = "Clinic"
[[caller_ids]]
name = "Front desk"
uuid = "{FRONT}"
number = 15145550100
[[caller_ids]]
uuid = "front"
number = "555"
nummer = "+15145550101"
[[assistants]]
name = "Reminders"
uuid = "{FRONT}"
language = "de"
caller_id = "Night"
channels = ["front-desk"]
archived = "no"
[[assistants]]
name = "reminders"
uuid = "{REMINDERS}"
description = "{"x" * 301}"
caller_id = "front desk"
channels = "C0FRONT001"
[[assistants.variables]]
key = "a slot"
[[assistants.variables]]
label = "{"x" * 76}"
kind = "moment"
longest = 3001
[[assistants.variables]]
key = "doctor"
label = "Doctor"
kind = "choice"
default = "Dr Roy"
[[assistants.variables]]
key = "doctor"
label = "Doctor"
choices = ["one"]
written = "iso"
[rules]
per_person = 0
undo_seconds = true
full_names = 1
people = ["ana"]
channels = [1]
countries = ["ca", "Canada"]
[rules.hours]
monday = "9-20, 19-21"
every_day = "in the morning"
holidays = ["2026-02-30 Never", "12-25 Christmas"]
sonntag = "closed"
"""
CALLER = "Number 1 “Front desk”: "
FIRST, SECOND = "Assistant 1 “Reminders”: ", "Assistant 2 “reminders”: "
TOLD = [
    f"{CALLER}number: Write a text in quotes.",
    (
        "Number 2: uuid: This is not a UUID: 32 letters and digits in five groups, such "
        "as 123e4567-e89b-42d3-a456-426614174000."
    ),
    "Number 2: name: Give it a name that everybody here understands.",
    (
        "Number 2: number: Read as +1555, which no phone in its country can have. Check "
        "the digits, or write it with its country, such as +1 514 555 1234."
    ),
    "Number 2: nummer: This is not known here. Known are: uuid, name, number, archived",
    f"{FIRST}language: Write one of these: en, fr",
    f"{FIRST}caller_id: No number in use has this name. There are: Front desk",
    f"{FIRST}archived: Write true or false, without quotes.",
    (
        f"{FIRST}uuid: This is already the UUID of “Front desk”. Copy the right one, or change "
        "that entry."
    ),
    f"{FIRST}channels: “front-desk” is not the id of a channel, which begins with C or G.",
    f'{SECOND}channels: Write a list of texts, such as ["one", "two"].',
    (
        f"{SECOND}variable 1 “a slot”: key: A variable’s name has no blanks and no = sign. Write "
        "it as in AlloMia, such as first_name."
    ),
    f"{SECOND}variable 1 “a slot”: label: Type what people read beside the field.",
    (
        f"{SECOND}variable 2: kind: Write one of these: text, long-text, number, date, time, "
        "date-time, choice, yes-no, e-mail, url"
    ),
    f"{SECOND}variable 2: longest: Write a whole number from 1 to 3000, without quotes.",
    f"{SECOND}variable 2: key: Type the name of the variable, as it is written in AlloMia.",
    f"{SECOND}variable 2: label: This is longer than 75 characters. Please shorten it.",
    f"{SECOND}variable 3 “doctor”: choices: Type the choices, one a line.",
    (
        f"{SECOND}variable 3 “doctor”: default: This is none of the choices. Write one of them, "
        "exactly."
    ),
    (
        f"{SECOND}variable 4 “doctor”: key: This assistant has a field for “doctor” already. "
        "Change that one, or type another name."
    ),
    (
        f"{SECOND}variable 4 “doctor”: choices: Only a choice has choices. Leave them out, or "
        "make it a choice."
    ),
    (
        f"{SECOND}variable 4 “doctor”: written: Only a date or a time is written in a way of its "
        "own. Leave it out."
    ),
    f"{SECOND}name: Another one is already called “reminders”. Choose a different name.",
    f"{SECOND}description: This is longer than 300 characters. Please shorten it.",
    (
        "Rules: hours: every_day: “in the morning” cannot be read as hours. Write them "
        "as 09:00-12:00, 13:00-20:00 without an overlap, or closed, or always."
    ),
    (
        "Rules: hours: monday: “09:00-20:00, 19:00-21:00” cannot be read as hours. Write "
        "them as 09:00-12:00, 13:00-20:00 without an overlap, or closed, or always."
    ),
    (
        "Rules: hours: holidays: “2026-02-30 Never” cannot be read as a holiday. Write "
        "it as 2026-12-25 Christmas, or 12-25 Christmas for every year."
    ),
    (
        "Rules: hours: sonntag: This is not known here. Known are: always, every_day, "
        "monday, tuesday, wednesday, thursday, friday, saturday, sunday, holidays"
    ),
    (
        "Rules: people: “ana” is not the id of a person, which begins with U or W (in "
        "Slack: profile, three dots, Copy member ID)."
    ),
    'Rules: channels: Write a list of texts, such as ["one", "two"].',
    "Rules: per_person: Write a whole number from 1 to 1000000, without quotes.",
    "Rules: countries: “CANADA” is not the two-letter code of a country, such as CA or FR.",
    "Rules: full_names: Write true or false, without quotes.",
    "Rules: undo_seconds: Write a number from 0 to 2592000, without quotes.",
    "title: This is not known here. Known are: caller_ids, assistants, rules",
]


def test_every_fault_is_told_at_once_with_its_place_and_what_to_write() -> None:
    assert faults(FAULTY) == TOLD


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("assistants = 1", "assistants: Begin each of them with a line of its own"),
        ("rules = 1", "rules: Begin it with a line of its own in brackets, [rules]."),
        ("[[caller_ids]]\nname = 1", "Number 1: name: Write a text in quotes."),
        ("a = 1\na = 2", "The file cannot be read as TOML: Cannot overwrite a value"),
        ("a = " + "[" * 5000, "The file cannot be read as TOML: "),
        ("a = " + "1" * 5000, "The file cannot be read as TOML: "),
        ("\ud800", "The file is not in UTF-8."),
        ("[rules.hours]\nmonday = '9-20'", "Rules: hours: tuesday: These days are missing: tu"),
        ("[rules]\npeople = ['a', 'b']", "Rules: people: “a” is not the id of a person"),
        ("[rules]\nper_person = true", "Rules: per_person: Write a whole number from 1 to"),
        ("[[assistants]]\ncaller_id = 'Night'", "Assistant 1: caller_id: The file describes no"),
    ],
)
def test_a_fault_is_told_in_its_own_words(words: str, told: str) -> None:
    assert faults(words)[0].startswith(told)


def test_a_file_speaks_french_where_its_reader_does() -> None:
    (told,) = faults("title = 1", "fr")
    assert (
        told
        == "title\u00a0: Ceci n’est pas connu ici. Sont connus\u00a0: caller_ids, assistants, rules"
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
    found = filed.read(f"[rules.hours]\n{words}".encode(), "CA").rules
    assert found is not None
    assert found.hours is not None
    assert [written_windows(day) for day in found.hours.days] == days


def test_rules_that_a_file_does_not_speak_of_stay() -> None:
    assert filed.read(b"", "CA") == Filed(directory=Directory(), rules=None)
    assert filed.read(b"[rules]", "CA").rules == Rules()


def test_what_a_file_leaves_out_is_archived_and_no_number_is_proposed_that_is() -> None:
    after = filed.merged(CLINIC, Directory())
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


@cases(20)
@given(strangers)
def test_any_words_at_all_are_read_or_refused(words: str) -> None:
    for shape in ("{}", 'caller_ids = "{}"', '[[assistants]]\n"{}" = 1', "[rules]\nhours = {}"):
        assert all(faults(shape.replace("{}", words)))


def test_a_file_with_a_mark_of_its_encoding_is_read() -> None:
    words = filed.written(CLINIC, RULES).encode("utf-8-sig")
    assert filed.read(words, "CA").directory == CLINIC
