"""What is wrong with a file is told at once, each fault with its place and what to write there."""

import pytest
from hypothesis import given

from calls import directory_file
from calls.errors import NotAllowed
from directories import FRONT, REMINDERS
from fuzz import cases, strangers
from views.text import Text


def faults(words: str, language: str = "en") -> list[str]:
    """Return what is told of a file."""
    try:
        directory_file.read(words.encode(errors="surrogatepass"), "CA")
    except NotAllowed as fault:
        return [Text(language).reason(reason) for reason in fault.reasons]
    return []


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
        "Number 2: number: 555 is a short number, and I call whole ones only. Write the "
        "whole number, such as +1 514 555 1234."
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
    "Rules: per_person: Write a whole number from 1 to 100000, without quotes.",
    "Rules: countries: “CANADA” is not the two-letter code of a country, such as CA or FR.",
    "Rules: full_names: Write true or false, without quotes.",
    "Rules: undo_seconds: Write a number from 0 to 600, without quotes.",
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
        (
            f"[rules.hours]\nalways = true\nholidays = {['12-25 ' + 'x' * 60] * 50}",
            "Rules: hours: holidays: This is longer than 3000 characters.",
        ),
        (
            f"[rules.hours]\nevery_day = '{', '.join(f'{n:02}:00-{n:02}:30' for n in range(24))}'",
            "Rules: hours: every_day: This is longer than 300 characters.",
        ),
        ("[rules]\nper_person = true", "Rules: per_person: Write a whole number from 1 to"),
        ("[[assistants]]\ncaller_id = 'Night'", "Assistant 1: caller_id: The file describes no"),
        ("[[assistants]]\nagain = 'often'", "Assistant 1: again: Write the attempts, an x and the"),
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


@cases(20)
@given(strangers)
def test_any_words_at_all_are_read_or_refused(words: str) -> None:
    for shape in ("{}", 'caller_ids = "{}"', '[[assistants]]\n"{}" = 1', "[rules]\nhours = {}"):
        assert all(faults(shape.replace("{}", words)))


def test_each_fault_of_whom_outcomes_are_told_is_told_at_its_place() -> None:
    words = """
[[rules.tellings]]
channels = ["front-desk"]
assistants = ["Reminders"]
ends = ["reached", "busy"]
broadcast = "yes"
mentions = ["asker", "@ana", "U01", "U02", "U03", "U04", "U05", "U06", "U07", "U08", "U09"]
direct = "S0NURSES"
who = "ana"
[[rules.tellings]]
ends = ["failed", "unknown"]
[[rules.tellings]]
ends = ["unknown", "failed"]
"""
    told = faults(words + "[[rules.tellings]]\n" * 18)
    first, place = "Rules: telling 1: ", "Rules: telling"
    starts = [
        f"{first}mentions: Write 10 of them at most.",
        f"{first}mentions: “@ana” is the id of neither a person",
        f"{first}direct: “S0NURSES” is not the id of a person",
        f"{first}channels: “front-desk” is not the id of a channel",
        f"{first}assistants: This is not a UUID",
        f"{first}ends: Write one of these: reached, not-reached, failed, unknown, cancelled",
        f"{first}broadcast: Write true or false",
        f"{first}who: This is not known here.",
        f"{place} 3: channels: Another one before it is for the same calls",
        *[f"{place} {n}: channels: Another one" for n in range(5, 22)],
        "Rules: tellings: Write 20 of them at most.",
    ]
    pairs = zip(told, starts, strict=True)
    assert [one for one, start in pairs if not one.startswith(start)] == []
