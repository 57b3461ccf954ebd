"""The directory's windows, in both languages and at every limit: Slack takes them, all is dead."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls import editing
from calls.directory import Assistant, CallerId, Directory, Kind, Variable
from calls.entries import Faults
from calls.errors import Reason
from calls.workspace import Workspace
from directories import CLINIC, DOCTOR, SLOT, directories, largest, lines, variables
from examples import HOSTILE
from fuzz import cases
from sandbox.inputs import initial_state
from slack_rules.check_slack import check_view
from test_fuzz_views import of_a_window, texts
from views import administration, assistant, caller, directory, entry, variable
from views.entry import Kept
from views.text import LANGUAGES, Text

in_both_languages = pytest.mark.parametrize("language", LANGUAGES)
LARGEST = largest()
FULL = LARGEST.assistants[0]
LONGEST = FULL.variables[0].having(default="&" * 3000, key="&" * 40)
REMEMBERED = Kept(uuid=FULL.uuid, key="&" * 40, mark="f" * 16, above="f" * 16, page=99)


def every_kind() -> Iterator[Variable]:
    """Return a variable of each kind, as long as it can be."""
    for kind in Kind:
        offered = tuple(f"{n:03}" + "<" * 72 for n in range(100)) if kind is Kind.CHOICE else ()
        longest = 3000 if kind in {Kind.TEXT, Kind.LONG_TEXT} else None
        yield LONGEST.having(kind=kind, choices=offered, longest=longest)


def windows(text: Text) -> Iterator[dict[str, Any]]:
    """Draw every window of the directory, at its limits."""
    yield directory.loading(text)
    yield entry.notice(text, "variable.removed", word="&" * 40)
    for found in (Directory(), CLINIC, CLINIC.having(assistants=()), LARGEST):
        yield directory.render(found, text)
    for page in (-1, 0, 5, 10, 99):
        yield directory.render(LARGEST, text, page)
    yield caller.render(caller.NEW, Kept(), text)
    for one in (LARGEST.caller_ids[0], CLINIC.caller_ids[1]):
        above = entry.overtaken(
            caller.words(one), theirs(caller.words(one)), caller.say(text), text
        )
        yield caller.render(one, caller.opened(one, 99), text, above)
    for found in (Directory(), CLINIC, LARGEST):
        yield assistant.render(assistant.new(found, text), found, Kept(), text)
    for whose in (FULL, FULL.having(archived=True), FULL.having(variables=())):
        words = assistant.words(whose, LARGEST, text)
        above = entry.overtaken(words, theirs(words), assistant.say(text), text)
        yield assistant.render(whose, LARGEST, REMEMBERED, text, above)
    yield variable.render(variable.NEW, Kept(uuid=FULL.uuid), text)
    for told in every_kind():
        words = variable.words(told, text)
        above = entry.overtaken(words, theirs(words), variable.say(text), text)
        yield variable.render(told, REMEMBERED, text, above)


def theirs(words: dict[str, str]) -> dict[str, str]:
    """Let every field hold something else, and long."""
    return {name: HOSTILE * 20 if n else "" for n, name in enumerate(words)}


@in_both_languages
def test_slack_takes_every_window_at_its_limits(language: str) -> None:
    drawn = {json.dumps(view): view for view in windows(Text(language))}
    assert [of_a_window(view) for view in drawn.values()] == [[]] * len(drawn)
    entrances = administration.entrances(Text(language), Workspace())
    home = {"type": "home", "blocks": [block.to_dict() for block in entrances]}
    assert check_view(home) == []


@in_both_languages
def test_the_longest_faults_stand_beside_their_fields(language: str) -> None:
    text, faults = Text(language), Faults()
    for kind in Kind:
        faults.add("choices", "entry.choices.long", words="<" * 75, most=75)
        faults.add("default", f"entry.default.{kind}") if kind.value in NEEDY else None
    view = variable.render(variable.NEW, Kept(), text)
    told = entry.errors(faults, view, text)
    assert (set(told), max(map(len, told.values())) <= 1000) == ({"key", "default"}, True)
    refused = [block.to_dict() for block in entry.refused(faults * 50, text)]
    assert check_view(view | {"blocks": refused + view["blocks"]}) == []


NEEDY = {"number", "date", "time", "date-time", "choice", "yes-no", "e-mail", "url"}


def sent(view: dict[str, Any]) -> dict[str, Any]:
    """Return a window as Slack sends it when nobody has touched it."""
    return view | {"state": {"values": initial_state(view["blocks"], "C1")}}


@cases(15)
@given(directories(), texts)
def test_what_is_shown_is_read_back_and_saving_it_changes_nothing(
    found: Directory, text: Text
) -> None:
    for one in found.caller_ids:
        view = sent(caller.render(one, caller.opened(one, 3), text))
        assert editing.caller_id(found, caller.read(view), entry.kept(view), "CA") is found
        assert of_a_window(caller.render(one, Kept(), text)) == []
    for whose in found.assistants:
        view = sent(assistant.render(whose, found, assistant.opened(whose, 0), text))
        assert editing.assistant(found, assistant.read(view), entry.kept(view)) is found
        for told in whose.variables:
            opened = variable.opened(told, assistant.opened(whose, 0))
            view = sent(variable.render(told, opened, text))
            assert editing.variable(found, variable.read(view), entry.kept(view)) is found
    assert of_a_window(directory.render(found, text)) == []


@cases(15)
@given(variables(), texts)
def test_a_window_of_any_variable_is_taken_and_dead(told: Variable, text: Text) -> None:
    words = variable.words(told, text)
    above = entry.overtaken(words, theirs(words), variable.say(text), text)
    assert of_a_window(variable.render(told, Kept(key=told.key), text, above)) == []
    whose = CLINIC.assistants[0].having(variables=(told,), description=told.example)
    assert of_a_window(assistant.render(whose, CLINIC, REMEMBERED, text)) == []


@pytest.mark.parametrize("state", [None, {}, {"values": None}, {"values": {"name": None}}])
def test_a_window_is_read_whatever_slack_leaves_out(state: object) -> None:
    view = {"state": state, "private_metadata": None}
    assert caller.read(view) == CallerId(uuid="", name="", number="")
    assert assistant.read(view) == Assistant(uuid="", name="")
    assert variable.read(view) == variable.NEW
    assert entry.kept(view) == Kept()
    assert assistant.pressed({}) == ("", "")


def test_all_choices_that_there_can_be_are_shown_and_read_back() -> None:
    many = tuple(f"{n:03}" + "x" * 72 for n in range(100))
    told = DOCTOR.having(choices=many)
    assert variable.read(sent(variable.render(told, Kept(), Text("en")))) == told


def fields(view: dict[str, Any]) -> list[str]:
    return [block["block_id"] for block in view["blocks"] if block["type"] == "input"]


def test_a_variable_has_the_fields_of_its_kind() -> None:
    text = Text("en")
    shown = {
        kind: set(fields(variable.render(SLOT.having(kind=kind), Kept(), text)))
        & {"longest", "choices", "written"}
        for kind in Kind
    }
    texts_, moments = {"longest"}, {"written"}
    assert shown == {
        Kind.TEXT: texts_,
        Kind.LONG_TEXT: texts_,
        Kind.EMAIL: texts_,
        Kind.URL: texts_,
        Kind.DATE: moments,
        Kind.TIME: moments,
        Kind.DATE_TIME: moments,
        Kind.CHOICE: {"choices"},
        Kind.NUMBER: set(),
        Kind.YES_NO: set(),
    }


def test_the_label_of_the_readers_language_comes_first() -> None:
    english, french = (
        fields(variable.render(DOCTOR, Kept(), Text(language)))[1:3] for language in LANGUAGES
    )
    assert (english, french) == (["label", "label_fr"], ["label_fr", "label"])


def test_a_label_in_french_only_stands_in_for_the_english_one() -> None:
    state = {"label_fr": {"label_fr": {"value": "Médecin"}}}
    assert variable.read({"state": {"values": state}}).label.en == "Médecin"


def primary(found: Directory) -> list[str]:
    """Return which buttons of the list stand out."""
    doors = directory.render(found, Text("en"))["blocks"][1]["elements"]
    return [one["action_id"] for one in doors if one.get("style") == "primary"]


def test_channels_that_somebody_else_has_chosen_are_links() -> None:
    mine, text = CLINIC.assistants[0], Text("en")
    before, after = (
        assistant.words(one, CLINIC, text) for one in (mine, mine.having(channels=("C01", "C02")))
    )
    (told,) = entry.overtaken(before, after, assistant.say(text), text)
    assert told.to_dict()["text"]["text"].endswith("Where it may be used, theirs: <#C01> <#C02>")


def test_an_empty_directory_says_what_to_do_first() -> None:
    numbered = CLINIC.having(assistants=())
    assert [primary(found) for found in (Directory(), numbered, CLINIC)] == [
        ["add_caller"],
        ["add_assistant"],
        [],
    ]


@in_both_languages
def test_nobody_sees_a_uuid_but_where_it_is_edited(language: str) -> None:
    shown = json.dumps(
        [
            block["text"]
            for block in directory.render(CLINIC, Text(language))["blocks"]
            if "text" in block
        ]
    )
    uuids = {one.uuid for one in CLINIC.assistants} | {one.uuid for one in CLINIC.caller_ids}
    assert {uuid for uuid in uuids if uuid in shown} == set()


@cases(20)
@given(st.lists(st.tuples(lines(60), st.sampled_from(["name", "uuid", "channels", None]))), texts)
def test_what_is_wrong_is_told_beside_a_field_that_is_there(
    wrong: list[tuple[str, str | None]], text: Text
) -> None:
    view = caller.render(caller.NEW, Kept(), text)
    reasons = [
        Reason(key="entry.name.taken", values={"name": words}, field=field)
        for words, field in wrong
    ]
    assert entry.errors(reasons, view, text).keys() <= {"name", "uuid"}
