"""The form of an assistant: its fields are drawn, read back, kept, and never too much for Slack."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calls import typed, zones
from calls.choices import Choice, proposed
from calls.directory import Assistant, Directory, Kind, Label
from calls.errors import Reason
from calls.order import Draft
from calls.policy import Question
from calls.variables import HIDDEN
from clinic import (
    CLINIC,
    DESK,
    EVERY_KIND,
    LAB,
    LARGEST,
    LONG,
    OLD,
    OTHER_ID,
    REMINDERS,
    RESULTS,
    variable,
)
from examples import ANA, BENOIT, NOW, call
from sandbox.allomia import ASSISTANT_ID, PHONE_NUMBER_ID
from sandbox.inputs import initial_state
from slack_rules.check_slack import check_view
from switch import SETTINGS
from views import fields, form, refusal, repeated
from views.form import Asked, Form
from views.text import LANGUAGES, Text

JSON = dict[str, Any]
EN = Text("en")
VALUES = {
    "text": "broken wrist",
    "long_text": "two words",
    "number": "12.5",
    "date": "2026-03-03",
    "time": "14:30",
    "date_time": "2026-03-03 14:30",
    "choice": "Dr. Smith",
    "yes_no": "no",
    "e_mail": "marie@example.com",
    "url": "https://example.com",
}
DRAFT = Draft(
    number="514 555 1234", assistant_id=ASSISTANT_ID, phone_number_id=LAB.uuid, values=VALUES
)


def sent(view: JSON) -> JSON:
    """Submit a view as it was drawn."""
    return view | {"id": "V1", "state": {"values": initial_state(view["blocks"], None)}}


def drawn(draft: Draft, offered: Directory = CLINIC, text: Text = EN, **more: Any) -> JSON:  # noqa: ANN401
    return form.render(Form(draft=draft), text, offered, **more)


def inputs(view: JSON) -> dict[str, JSON]:
    return {block["block_id"]: block for block in view["blocks"] if block["type"] == "input"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_value_is_read_back_as_it_was_filled_in(language: str) -> None:
    view = drawn(DRAFT, text=Text(language))
    assert form.read(sent(view)) == Form(draft=DRAFT)
    assert check_view(view) == []


def test_each_kind_has_its_own_element_and_required_ones_are_marked() -> None:
    found = inputs(drawn(DRAFT))
    assert {
        block_id: (block["element"]["type"], block["optional"], block["label"]["text"])
        for block_id, block in found.items()
        if block_id.startswith("value:")
    } == {
        "value:text:text": ("plain_text_input", False, "Text"),
        "value:long-text:long_text": ("plain_text_input", True, "Long_Text"),
        "value:number:number": ("number_input", True, "Number"),
        "value:date:date": ("datepicker", True, "Date"),
        "value:time:time": ("timepicker", True, "Time"),
        "value:date-time:date_time": ("datepicker", False, "Date_Time"),
        "value:date-time.at:date_time": ("timepicker", False, "Date_Time (time)"),
        "value:choice:choice": ("static_select", False, "Choice"),
        "value:yes-no:yes_no": ("radio_buttons", False, "Yes_No"),
        "value:e-mail:e_mail": ("email_text_input", True, "E_Mail"),
        "value:url:url": ("url_text_input", True, "Url"),
    }
    text = found["value:text:text"]["element"]
    assert (text["max_length"], text["placeholder"]["text"]) == (40, "broken wrist")
    assert found["value:date:date"]["hint"]["text"] == "For example: the day of birth"


def test_nobody_sees_a_uuid() -> None:
    shown = [
        block["text"]["text"] if "text" in block else str(block.get("label", block))
        for block in drawn(DRAFT)["blocks"]
    ]
    assert [words for words in shown if ASSISTANT_ID in words or LAB.uuid in words] == []
    assistant = inputs(drawn(DRAFT))["assistant"]
    names = [option["text"]["text"] for option in assistant["element"]["options"]]
    assert (names, assistant["dispatch_action"]) == (["Reminders", "Résultats"], True)


def test_an_empty_form_shows_the_defaults_and_a_value_taken_out_stays_out() -> None:
    opened = form.read(sent(drawn(DRAFT.having(values={})))).draft.values
    empty = dict.fromkeys(VALUES, "")
    assert opened == empty | {
        "long_text": "nothing else",
        "date": "1980-05-21",
        "choice": "Dr. Roy",
    }
    assert form.read(sent(drawn(DRAFT.having(values=empty)))).draft.values == empty


@pytest.mark.parametrize("left_out", [None, {}])
def test_fields_that_slack_sends_empty_or_not_at_all_are_empty(left_out: JSON | None) -> None:
    view = drawn(DRAFT)
    for values in (left_out, dict.fromkeys(inputs(view)), {}):
        read = form.read(view | {"state": {"values": values}})
        assert read.draft.values == dict.fromkeys(VALUES, "")
    assert fields.read({"state": {"values": {"value:text:k": {"text": {"value": "x"}}}}}) == {
        "k": "x"
    }


def test_what_does_not_fit_its_field_is_not_given_to_slack() -> None:
    odd = dict.fromkeys(VALUES, "<!here> " * 20) | {"date_time": "2026-03-03", "yes_no": "maybe"}
    view = drawn(DRAFT.having(values=odd))
    assert check_view(view) == []
    read = form.read(sent(view)).draft.values
    assert {key for key, value in read.items() if value} == {"text", "long_text"}


LARGE = Draft(
    number="1" * 50,
    assistant_id=LARGEST.assistants[0].uuid,
    phone_number_id=LARGEST.caller_ids[99].uuid,
    values={f"k{n}": LONG * 3 for n in range(25)},
    variables="v" * 3000,
)
LATE = datetime(2026, 3, 14, 2, tzinfo=UTC)
EVERYTHING = Question(
    earlier=call(), zones=(), next_hour=LATE + timedelta(hours=11), zone="America/Toronto"
)


@pytest.mark.parametrize(("language", "hidden"), [("en", True), ("fr", False)])
def test_slack_takes_the_largest_form_with_every_question(language: str, *, hidden: bool) -> None:
    values = dict.fromkeys(LARGE.values, HIDDEN) if hidden else LARGE.values
    asked = Asked(now=LATE, question=EVERYTHING)
    full = Form(
        draft=LARGE.having(values=values, like="C-7K3QF"),
        channel="C1",
        response_url="https://hooks.example/" + "x" * 300,
    )
    view = form.render(full, Text(language), LARGEST, asked)
    assert check_view(view) == []
    assert len(view["blocks"]) <= 100


def test_the_largest_choice_is_read_back() -> None:
    key = next(one.key for one in LARGEST.assistants[0].variables if one.kind is Kind.CHOICE)
    wanted = LARGEST.assistants[0].variable(key)
    assert wanted
    values = {key: wanted.choices[7]}
    read = form.read(sent(drawn(LARGE.having(values=values), LARGEST))).draft.values
    assert typed.fits(wanted, read[key])


# What is hidden

LIKE = call(
    assistant_id=ASSISTANT_ID,
    variables={"text": "secret", "date": "Tuesday 3 March", "note": "secret too"},
    typed={"text": "secret", "date": "2026-03-03"},
)


def test_a_call_is_repeated_into_the_fields_it_was_typed_in() -> None:
    draft = repeated.form(LIKE, ANA).draft
    assert (draft.values, draft.variables) == (LIKE.typed, "note = secret too")


def test_labels_that_grow_by_being_escaped_leave_a_form_that_slack_takes() -> None:
    date = variable("date", Kind.DATE, label=Label(en="&" * 75))
    hidden = [date.having(key=f"date{n}") for n in range(25)]
    offered = Directory(assistants=(REMINDERS.having(variables=tuple(hidden)),))
    values = {one.key: HIDDEN for one in hidden}
    draft = Draft(assistant_id=REMINDERS.uuid, values=values)
    assert check_view(form.render(Form(draft=draft), EN, offered)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_hidden_values_stay_hidden_and_hold_where_nothing_else_is_put(language: str) -> None:
    text = Text(language)
    draft = repeated.form(LIKE, BENOIT).draft
    view = drawn(draft, text=text)
    assert "secret" not in str(view)
    assert "2026-03-03" not in str(view)
    small_print = [b["elements"][0]["text"] for b in view["blocks"] if b["type"] == "context"]
    label = {"en": "Date", "fr": "Le date"}[language]
    assert text("form.kept", labels=label) in small_print
    read = form.read(sent(view)).draft.values
    assert (read["text"], read["date"]) == (HIDDEN, HIDDEN)
    state = sent(view)
    state["state"]["values"]["value:date.kept:date"]["day"]["selected_date"] = "2026-04-01"
    assert form.read(state).draft.values["date"] == "2026-04-01"


def test_a_required_field_that_holds_something_hidden_may_be_left_empty() -> None:
    draft = DRAFT.having(values={"date_time": HIDDEN, "choice": HIDDEN, "yes_no": HIDDEN})
    found = inputs(drawn(draft))
    kept = [name for name in found if ".kept" in name]
    assert kept == [
        "value:date-time.kept:date_time",
        "value:date-time.kept.at:date_time",
        "value:choice.kept:choice",
        "value:yes-no.kept:yes_no",
    ]
    assert {found[name]["optional"] for name in kept} == {True}


# What is wrong


def test_a_reason_stands_beside_its_field_or_else_beside_the_number() -> None:
    label = {"label": "Date_Time", "label_fr": "x"}
    reasons = [
        Reason(key="refused.value.date-time", values=label, field="value:date_time"),
        Reason(key="refused.value.missing", values=label, field="value:gone"),
        Reason(key="refused.assistant.archived", field="assistant"),
        Reason(key="refused.limit.person", values={"most": "3"}, field="limit"),
        Reason(key="refused.hour.closed", values={"zone": "America/New_York"}, field="hour"),
    ]
    told = refusal.errors(reasons, EN, drawn(DRAFT))
    assert list(told) == ["value:date-time:date_time", "number", "assistant"]
    assert told["number"].startswith("This assistant needs “Date_Time”.")
    assert "may place at most 3 in 24 hours" in told["number"]
    assert "New York" in told["number"]


def test_a_reason_of_the_form_does_not_stand_beside_an_assistants_field_of_that_name() -> None:
    same = [variable(key) for key in ("hour", "limit", "person", "zone")]
    offered = CLINIC.having(assistants=(REMINDERS.having(variables=tuple(same)),))
    reasons = [
        Reason(key="refused.limit.person", values={"most": "3"}, field="limit"),
        Reason(key="refused.hour.closed", values={"zone": "America/New_York"}, field="hour"),
    ]
    assert list(refusal.errors(reasons, EN, drawn(DRAFT, offered))) == ["number"]


# The questions


def test_every_question_is_asked_above_the_fields_and_read_back() -> None:
    view = drawn(DRAFT, asked=Asked(now=LATE, question=EVERYTHING))
    ids = [block["block_id"] for block in view["blocks"][:7]]
    assert ids == [
        *("asked confirm", "confirm", "asked zone", "zone", "asked hour", "hour", "number")
    ]
    state = sent(view)
    values = state["state"]["values"]
    for name in ("confirm", "hour"):
        ((action, _),) = values[name].items()
        values[name][action]["selected_options"] = inputs(view)[name]["element"]["options"]
    values["zone"]["zone"]["selected_option"] = inputs(view)["zone"]["element"]["options"][3]
    read = form.read(state).draft
    assert (read.confirmed, read.hour) == ("C-7K3QF", EVERYTHING.next_hour)
    assert read.zone == zones.everywhere(LATE)[3]
    kept = drawn(read, asked=Asked(now=LATE, view=state))
    assert [block.get("block_id") for block in kept["blocks"][:7]] == ids
    another = state | {"state": {"values": values | {"number": {"number": {"value": "911"}}}}}
    assert form.read(another).draft.having(number="") == read.having(
        number="", confirmed=None, zone="", hour=None
    )


def test_the_next_hour_is_told_in_both_zones() -> None:
    view = drawn(DRAFT, asked=Asked(now=LATE, question=EVERYTHING.having(zones=None, earlier=None)))
    told, tick = view["blocks"][:2]
    assert told["text"]["text"] == (
        ":warning: It is outside calling hours in Toronto, where the person called is. The next "
        "time at which they may be called is Saturday 14 March at 9 am there, which is "
        "<!date^1773493200^{date_short_pretty} {time}|2026-03-14 13:00 UTC> where you are."
    )
    (option,) = tick["element"]["options"]
    assert option["text"]["text"] == "Schedule for Saturday 14 March at 9 am, their time"


def test_zones_are_offered_by_a_city_with_its_time() -> None:
    question = Question(zones=("America/New_York", "America/St_Johns"))
    told = [
        [
            (option["text"]["text"], option["description"]["text"])
            for option in inputs(
                drawn(DRAFT, text=Text(language), asked=Asked(now=NOW, question=question))
            )["zone"]["element"]["options"]
        ]
        for language in LANGUAGES
    ]
    assert told == [
        [("New York, 11:09 am", "Eastern Time"), ("St. John’s, 12:39 pm", "Newfoundland Time")],
        [
            ("New York · 11 h 09", "heure de l’Est"),
            ("St. John’s · 12 h 39", "heure de Terre-Neuve"),
        ],
    ]


# What is proposed


def choice(channel: str, assistant: str, caller: str, minutes: int = 0) -> Choice:
    return Choice(
        channel=channel,
        assistant_id=assistant,
        phone_number_id=caller,
        chosen_at=NOW + timedelta(minutes=minutes),
    )


ONE = Directory(assistants=(REMINDERS, OLD), caller_ids=(LAB, DESK))


@pytest.mark.parametrize(
    ("offered", "draft", "last", "found"),
    [
        (CLINIC, Draft(), [], ("", "")),
        (ONE, Draft(), [], (ASSISTANT_ID, PHONE_NUMBER_ID)),
        (ONE, Draft(), [choice("C1", ASSISTANT_ID, LAB.uuid)], (ASSISTANT_ID, LAB.uuid)),
        (ONE, Draft(), [choice("C1", ASSISTANT_ID, "gone")], (ASSISTANT_ID, PHONE_NUMBER_ID)),
        (ONE, Draft(), [choice("C1", OLD.uuid, LAB.uuid)], (ASSISTANT_ID, PHONE_NUMBER_ID)),
        (ONE, Draft(assistant_id=OLD.uuid), [], ("", "")),
        (CLINIC, Draft(assistant_id=OTHER_ID), [], (OTHER_ID, "")),
        (
            CLINIC,
            Draft(assistant_id=OTHER_ID.upper(), phone_number_id=LAB.uuid.upper()),
            [choice("C1", ASSISTANT_ID, DESK.uuid)],
            (OTHER_ID, LAB.uuid),
        ),
        (
            CLINIC.having(caller_ids=(LAB,)),
            Draft(),
            [choice("C1", OTHER_ID, DESK.uuid), choice("C2", ASSISTANT_ID, LAB.uuid)],
            (OTHER_ID, LAB.uuid),
        ),
        (
            Directory(assistants=(REMINDERS, RESULTS.having(channels=("C9",)))),
            Draft(phone_number_id="x"),
            [],
            (ASSISTANT_ID, "x"),
        ),
        (Directory(), Draft(assistant_id="typed"), [], ("typed", "")),
    ],
)
def test_the_last_choice_is_proposed_or_else_the_only_one(
    offered: Directory, draft: Draft, last: list[Choice], found: tuple[str, str]
) -> None:
    made = proposed(draft, offered, last, "C1")
    assert (made.assistant_id, made.phone_number_id) == found


NAMED = SETTINGS.model_copy(
    update={"allomia_assistant_id": "A-1", "allomia_phone_number_id": "N-1"}
)


def test_the_settings_assistant_and_number_need_no_field() -> None:
    offered = Directory().or_settings(NAMED)
    draft = proposed(Draft(number="911"), offered, [], "C1")
    view = drawn(draft, offered)
    assert list(inputs(view)) == [
        *("number", "name", "variables", "channel"),
        *("when_day", "when_time", "again"),
    ]
    assert "The workspace's assistant makes the call." in str(view["blocks"])
    assert form.read(sent(view)).draft == draft
    assert (draft.assistant_id, draft.phone_number_id) == ("A-1", "N-1")
    other = drawn(draft.having(assistant_id="typed"), offered)
    assert "assistant" in inputs(other)


def test_a_directory_without_numbers_calls_from_the_settings() -> None:
    offered = CLINIC.having(caller_ids=()).or_settings(NAMED)
    draft = proposed(Draft(assistant_id=OTHER_ID), offered, [], "C1")
    view = drawn(draft, offered)
    assert "caller" not in inputs(view)
    assert form.read(sent(view)).draft.phone_number_id == "N-1"


def test_an_assistant_without_variables_asks_as_the_form_always_did() -> None:
    plain = Directory(assistants=(Assistant(uuid=ASSISTANT_ID, name="Plain"),), caller_ids=(LAB,))
    view = drawn(proposed(Draft(), plain, [], "C1"), plain)
    assert inputs(view)["variables"]["label"]["text"] == EN("form.variables")
    assert inputs(drawn(DRAFT))["variables"]["label"]["text"] == EN("form.more")
    assert variable("x").kind is Kind.TEXT
    assert len(EVERY_KIND) == len(Kind)
