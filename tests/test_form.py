"""The form asks for a call, and what it is given is read back as it was written."""

import json
from typing import Any

import pytest

from calls.errors import Reason
from calls.order import Draft, When
from calls.place import Place
from calls.policy import Question
from examples import ANA, ASSISTANT, BENOIT, CALLER, FRONT_DESK, HOSTILE, NOW, call
from views import form, refusal, repeated
from views.form import Asked, Form
from views.text import LANGUAGES, Text

EN = Text("en")
JSON = dict[str, Any]
LIVE = Asked(now=NOW, question=Question(earlier=call()))


def entered(element: JSON, *, ticked: bool) -> JSON:
    """Return what Slack says of an element that nobody has touched, but for a tick."""
    match element["type"]:
        case "plain_text_input":
            told = {"value": element.get("initial_value")}
        case "datepicker":
            told = {"selected_date": element.get("initial_date")}
        case "timepicker":
            told = {"selected_time": element.get("initial_time")}
        case "static_select":
            told = {"selected_option": element.get("initial_option")}
        case "conversations_select":
            told = {"selected_conversation": element.get("initial_conversation")}
        case _:
            told = {"selected_options": element["options"] if ticked else []}
    return {"type": element["type"], **told}


def submitted(view: JSON, *, ticked: bool = False) -> JSON:
    """Submit a view as it was drawn."""
    values = {
        block["block_id"]: {block["element"]["action_id"]: entered(block["element"], ticked=ticked)}
        for block in view["blocks"]
        if block["type"] == "input"
    }
    return view | {"id": "V1", "state": {"values": values}}


FORMS = {
    "empty": Form(draft=Draft()),
    "from the command": Form(
        draft=Draft(number="514 555 1234", name="Marie", assistant_id=ASSISTANT),
        channel=FRONT_DESK,
        response_url="https://hooks.example/1",
    ),
    "full": Form(
        draft=Draft(
            number="<tel:+15145551234|514 555 1234>",
            name=HOSTILE,
            assistant_id=ASSISTANT,
            phone_number_id=CALLER,
            variables="slot = Tuesday\nwho = <!here>",
            again="4x45",
            like="C-22222",
        ),
        channel="G1",
    ),
    "for later, by their clock": Form(
        draft=Draft(number="514 555 1234", when=When(day="2026-12-01", time="09:30")),
        mine="Europe/Paris",
    ),
    "for later, by my clock": Form(
        draft=Draft(number="1", when=When(time="09:30", zone="Europe/Paris")), mine="Europe/Paris"
    ),
    "nonsense": Form(draft=Draft(number="=", name="\\", assistant_id="{}", variables='"\n\n"')),
    "as long as can be": Form(
        draft=Draft(
            number="1" * 50,
            name="&<" * 50,
            assistant_id="a" * 100,
            phone_number_id="p" * 100,
            variables="<" * 3000,
        ),
        response_url="https://hooks.example/" + "x" * 300,
    ),
    "of an earlier call, by who asked": repeated.form(call(), ANA),
    "of an earlier call, by another": repeated.form(call(), BENOIT),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("filled", FORMS.values(), ids=FORMS)
def test_what_the_form_shows_is_read_back(filled: Form, language: str) -> None:
    view = form.render(filled, Text(language))
    assert form.read(submitted(view)) == filled


@pytest.mark.parametrize("filled", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize(("ticked", "confirmed"), [(True, "C-7K3QF"), (False, None)])
def test_only_a_tick_confirms_a_second_call(
    filled: Form, *, ticked: bool, confirmed: str | None
) -> None:
    view = form.render(filled, EN, asked=LIVE)
    draft = filled.draft.having(confirmed=confirmed)
    assert form.read(submitted(view, ticked=ticked)) == filled.having(draft=draft)


def test_the_call_under_way_is_shown_beside_the_number() -> None:
    told, confirm, *_ = form.render(FORMS["full"], EN, asked=LIVE)["blocks"]
    assert (told["text"]["text"], confirm["block_id"], confirm["element"]["options"]) == (
        (
            ":warning: A call to this number is under way: C-7K3QF, asked for by <@UANA00001>, "
            "<!date^1773500966^{date_short_pretty} {time}|2026-03-14 15:09 UTC>."
        ),
        "confirm",
        [
            {
                "value": "C-7K3QF",
                "text": {
                    "type": "plain_text",
                    "text": "Yes, place a second call to this number",
                    "emoji": True,
                },
            }
        ],
    )


NOTHING = Form(draft=Draft())


@pytest.mark.parametrize(
    "view",
    [
        {},
        {"state": None, "private_metadata": None},
        {"state": {}, "private_metadata": ""},
        {"state": {"values": None}},
        {"state": {"values": {"number": None, "confirm": None, "channel": None}}},
        {"state": {"values": {"number": {}, "confirm": {}, "channel": {}}}},
        {"state": {"values": {"number": {"number": None}, "channel": {"channel": None}}}},
        {
            "state": {
                "values": {
                    "number": {"number": {"value": None}},
                    "confirm": {"confirm": {"selected_options": None}},
                    "channel": {"channel": {"selected_conversation": None}},
                }
            },
            "private_metadata": "{}",
        },
    ],
)
def test_what_is_null_or_left_out_is_read_as_empty(view: JSON) -> None:
    assert form.read(view) == NOTHING


def test_the_cursor_stands_in_the_number_unless_there_is_one() -> None:
    shown = [form.render(FORMS[name], EN)["blocks"] for name in ("empty", "full")]
    focused = [
        [b["block_id"] for b in blocks if b.get("element", {}).get("focus_on_load")]
        for blocks in shown
    ]
    assert focused == [["number"], []]


@pytest.mark.parametrize(
    ("draft", "told"),
    [
        (Draft(number="•••• 1234"), True),
        (Draft(number="514 555 1234", variables="slot = ••••"), True),
        (Draft(number="514 555 1234", variables="slot = 3 pm"), False),
    ],
)
def test_what_is_masked_is_explained(draft: Draft, *, told: bool) -> None:
    small_print = [
        block["elements"][0]["text"]
        for block in form.render(Form(draft=draft), EN)["blocks"]
        if block["type"] == "context"
    ]
    assert small_print == [EN("form.hidden")] * told


@pytest.mark.parametrize(
    ("viewer", "number", "variables"),
    [(ANA, "+15145551234", "reason = broken wrist"), (BENOIT, "•••• 1234", "reason = ••••")],
)
@pytest.mark.parametrize(
    ("channel", "shown"), [("C1", "C1"), ("G1", "G1"), ("D1", ""), (ANA, ""), ("", "")]
)
def test_a_call_is_repeated_with_what_the_viewer_may_see(
    viewer: str, number: str, variables: str, channel: str, shown: str
) -> None:
    assert repeated.form(call(channel=channel), viewer) == Form(
        draft=Draft(
            number=number,
            name="Marie Tremblay",
            assistant_id=ASSISTANT,
            phone_number_id=CALLER,
            variables=variables,
            again="never",
            like="C-7K3QF",
        ),
        channel=shown,
    )


def test_a_call_that_reported_under_a_message_is_repeated_under_it() -> None:
    under = Place(channel="C1", ts="1.5")
    shown = repeated.form(call(channel="C1", under="1.5"), ANA)
    assert (shown.under, shown.root) == (under, "1.5")
    again = form.read(form.render(shown, EN) | {"state": {}})
    assert (again.under, again.root) == (under, None)  # the conversation was emptied
    assert again.having(channel="C1").root == "1.5"


def test_what_is_wrong_is_told_beside_its_field_all_at_once() -> None:
    line = {"line": "2", "words": "slot <!here>"}
    reasons = [
        Reason(key="refused.number.missing", field="number"),
        Reason(key="refused.number.live", field="number", values={"reference": "C-7K3QF"}),
        Reason(key="refused.variables.equals", field="variables", values=line),
        Reason(key="allomia.said", values={"words": "?"}),
    ]
    assert refusal.errors(reasons, EN) == {
        "number": "Type the number to call. A call to this number is under way (C-7K3QF). "
        "Wait until it ends, or confirm that you want a second one. “?”",
        "variables": "Line 2 has no = sign: “slot <!here>”. Write key = value.",
    }


def test_what_the_form_will_ask_about_is_not_told_beside_what_is_wrong() -> None:
    zone = Reason(key="refused.zone.missing", field="zone")
    premium = Reason(key="refused.number.premium", field="number")
    assert refusal.errors([premium, zone], EN) == {"number": EN.reason(premium)}
    assert refusal.errors([zone], EN) == {"zone": EN.reason(zone)}


def test_an_endless_row_of_errors_is_cut() -> None:
    reason = Reason(key="allomia.said", values={"words": "x" * 300}, field="name")
    assert [len(told) for told in refusal.errors([reason] * 10, EN).values()] == [1000]


def test_errors_are_told_in_the_persons_language() -> None:
    reason = Reason(key="refused.number.missing", field="number")
    assert refusal.errors([reason], Text("fr")) == {"number": "Saisissez le numéro à appeler."}


def test_every_field_that_may_be_wrong_is_in_the_form() -> None:
    view = form.render(NOTHING, EN)
    assert [block["block_id"] for block in view["blocks"]] == [
        "number",
        "name",
        "assistant",
        "variables",
        "channel",
        "caller",
        "when_day",
        "when_time",
        "again",
        "form_actions",
    ]


def test_what_the_form_keeps_to_itself_is_no_secret() -> None:
    kept = json.loads(form.render(FORMS["of an earlier call, by another"], EN)["private_metadata"])
    assert kept == {
        "like": "C-7K3QF",
        "response_url": None,
        "home": False,
        "shared": False,
        "under": None,
        "drawn": ASSISTANT,
        "own_assistant": False,
        "caller": "",
        "asked_of": "9bb1597",
        "asked_when": "64d828ff",
        "mine": "",
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_notice_says_one_thing_and_cannot_be_submitted(language: str) -> None:
    text = Text(language)
    view = form.notice(text, "not_noted.title", "answer.apology", reference="E-<1>")
    assert (view["title"]["text"], view["close"]["text"], view.get("submit")) == (
        text("not_noted.title"),
        text("not_noted.close"),
        None,
    )
    assert [block["text"]["text"] for block in view["blocks"]] == [
        text("answer.apology", reference="E-&lt;1&gt;")
    ]


def test_a_window_that_loads_says_so() -> None:
    view = form.loading(EN)
    assert (view["callback_id"], [block["text"]["text"] for block in view["blocks"]]) == (
        form.CALLBACK,
        ["One moment…"],
    )
