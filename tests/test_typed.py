"""Typed values: each kind takes what people write, and the assistant is told it in words."""

from datetime import date

import pytest

from calls import reading, typed, variables
from calls.directory import Assistant, Directory, Kind, Label, Variable, Written
from calls.errors import Reason
from calls.order import Draft
from examples import ASSISTANT, CALLER, NOW, NUMBER, call
from views.text import LANGUAGES, Text

TODAY = date(2026, 2, 20)


def variable(kind: Kind, **more: object) -> Variable:
    more = {"choices": ("Dr. Roy", "Dr. Smith")} | more
    made: Variable = Variable(key="slot", label=Label(en="Slot", fr="Rendez-vous"), kind=kind)
    return made.having(**more)


ACCEPTED: list[tuple[Kind, str, str, str, str]] = [  # typed, kept, told in English, in French
    (Kind.TEXT, "  two \n words ", "two words", "two words", "two words"),
    (Kind.LONG_TEXT, "a\nb", "a b", "a b", "a b"),
    (Kind.NUMBER, "12", "12", "12", "12"),
    (Kind.NUMBER, " +1 200,50 ", "1200.50", "1200.50", "1200,50"),
    (Kind.NUMBER, "−3", "-3", "-3", "-3"),
    (Kind.DATE, "2026-03-03", "2026-03-03", "Tuesday 3 March", "mardi 3 mars"),
    (Kind.DATE, "2026-03-01", "2026-03-01", "Sunday 1 March", "dimanche 1er mars"),
    (Kind.DATE, "1980-05-21", "1980-05-21", "Wednesday 21 May 1980", "mercredi 21 mai 1980"),
    (Kind.DATE, "2027-02-20", "2027-02-20", "Saturday 20 February 2027", "samedi 20 février 2027"),
    (Kind.TIME, "14:30", "14:30", "2:30 pm", "14 h 30"),
    (Kind.TIME, "9h", "09:00", "9 am", "9 h"),
    (Kind.TIME, "14 h 05", "14:05", "2:05 pm", "14 h 05"),
    (
        *(Kind.DATE_TIME, "2026-03-03 14:30", "2026-03-03 14:30"),
        *("Tuesday 3 March at 2:30 pm", "mardi 3 mars à 14 h 30"),
    ),
    (
        *(Kind.DATE_TIME, "2026-03-03T15:00", "2026-03-03 15:00"),
        *("Tuesday 3 March at 3 pm", "mardi 3 mars à 15 h"),
    ),
    (Kind.CHOICE, "dr. roy", "Dr. Roy", "Dr. Roy", "Dr. Roy"),
    (Kind.YES_NO, "Oui", "yes", "yes", "oui"),
    (Kind.YES_NO, "no", "no", "no", "non"),
    (Kind.EMAIL, "a@b.ca", "a@b.ca", "a@b.ca", "a@b.ca"),
    (Kind.EMAIL, "<mailto:a@b.ca|a@b.ca>", "a@b.ca", "a@b.ca", "a@b.ca"),
    (Kind.URL, "https://b.ca/?y=1", "https://b.ca/?y=1", "https://b.ca/?y=1", "https://b.ca/?y=1"),
    (Kind.URL, "<http://b.ca|b.ca>", "http://b.ca", "http://b.ca", "http://b.ca"),
]


@pytest.mark.parametrize(("kind", "text", "kept", "english", "french"), ACCEPTED)
def test_a_value_is_kept_in_one_way_and_told_in_words(
    kind: Kind, text: str, kept: str, english: str, french: str
) -> None:
    asked = variable(kind)
    assert typed.accepted(asked, text) == kept
    assert typed.accepted(asked, kept) == kept
    told = [typed.told(asked, kept, language, TODAY) for language in LANGUAGES]
    assert told == [english, french]


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        (Kind.DATE, "2026-03-03", "2026-03-03"),
        (Kind.TIME, "14:30", "14:30"),
        (Kind.DATE_TIME, "2026-03-03 14:30", "2026-03-03T14:30"),
        (Kind.YES_NO, "yes", "oui"),
        (Kind.TEXT, "a b", "a b"),
    ],
)
def test_an_assistant_that_wants_iso_dates_is_told_them_so(
    kind: Kind, value: str, told: str
) -> None:
    assert typed.told(variable(kind, written=Written.ISO), value, "fr", TODAY) == told


WRONG = {
    Kind.TEXT: ["x" * 3001],
    Kind.NUMBER: ["twelve", "1.2.3", "-", "٣", "1e5"],
    Kind.DATE: ["3 March", "2026-02-30", "20260303", "2026-3-3"],
    Kind.TIME: ["25:00", "14:60", "noon", "1430"],
    Kind.DATE_TIME: ["2026-03-03", "14:30", "2026-03-03 25:00", "2026-02-30 14:30"],
    Kind.CHOICE: ["Dr. Who"],
    Kind.YES_NO: ["maybe"],
    Kind.EMAIL: ["a@b", "a b@c.ca", "@"],
    Kind.URL: ["b.ca", "ftp://b.ca", "https://", "https://b.ca and more"],
}


@pytest.mark.parametrize(
    ("kind", "text"), [(k, text) for k, texts in WRONG.items() for text in texts]
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_no_value_of_its_kind_is_told_beside_its_field(
    kind: Kind, text: str, language: str
) -> None:
    asker = Assistant(uuid=ASSISTANT, name="Léa", variables=(variable(kind),))
    reasons: list[Reason] = []
    assert typed.read(asker, {"slot": text}, None, TODAY, reasons) == ({}, {})
    (reason,) = reasons
    why = "long" if kind is Kind.TEXT else kind.value
    assert (reason.key, reason.field) == (f"refused.value.{why}", "value:slot")
    assert {"en": "“Slot”", "fr": "«\u00a0Rendez-vous\u00a0»"}[language] in Text(language).reason(
        reason
    )


def test_choices_are_named() -> None:
    reasons: list[Reason] = []
    asker = Assistant(uuid=ASSISTANT, name="Léa", variables=(variable(Kind.CHOICE),))
    typed.read(asker, {"slot": "x"}, None, TODAY, reasons)
    assert Text("en").reason(reasons[0]) == "“Slot” must be one of these: Dr. Roy, Dr. Smith."


NEEDS = Assistant(
    uuid=ASSISTANT,
    name="Léa",
    variables=(
        Variable(key="slot", label=Label(en="Slot"), kind=Kind.DATE_TIME, required=True),
        Variable(key="doctor", label=Label(en="Doctor"), default="Dr. Roy", longest=10),
        Variable(key="fasting", label=Label(en="Fasting"), kind=Kind.YES_NO),
    ),
)
OFFERS = Directory(assistants=(NEEDS,))
DRAFT = Draft(number=NUMBER, assistant_id=ASSISTANT, phone_number_id=CALLER)


def read(draft: Draft, **more: object) -> reading.Reading:
    asked: dict[str, object] = {"like": None} | more
    return reading.read(draft, "CA", asked["like"], OFFERS, NOW)  # type: ignore[arg-type]


def refused(why: str, key: str, label: str, **values: str) -> Reason:
    told = {"label": label, "label_fr": label, **values}
    return Reason(key=f"refused.value.{why}", values=told, field=f"value:{key}")


def test_everything_wrong_with_typed_values_is_told_at_once() -> None:
    values = {"slot": "", "doctor": "Dr. Frankenstein", "fasting": "perhaps"}
    found = read(DRAFT.having(values=values, variables="slot = 3 pm"))
    assert list(found.reasons) == [
        Reason(key="refused.variables.typed", values={"words": "slot"}, field="variables"),
        refused("missing", "slot", "Slot"),
        refused("long", "doctor", "Doctor", most="10"),
        refused("yes-no", "fasting", "Fasting"),
    ]


def test_the_command_s_pairs_follow_the_same_rules() -> None:
    draft = DRAFT.having(variables="slot = 2026-03-17 9:00\nfasting = oui\nnote = free")
    order = read(draft).order
    assert (order.variables, order.typed) == (
        {
            "slot": "Tuesday 17 March at 9 am",
            "doctor": "Dr. Roy",
            "fasting": "yes",
            "note": "free",
        },
        {"slot": "2026-03-17 09:00", "doctor": "Dr. Roy", "fasting": "yes"},
    )
    wrong = read(DRAFT.having(variables="slot = Tuesday"))
    assert wrong.reasons == (refused("date-time", "slot", "Slot"),)


def test_a_default_holds_only_for_what_nobody_was_asked() -> None:
    values = {"slot": "2026-03-17 09:00", "doctor": ""}
    assert read(DRAFT.having(values=values)).order.variables.keys() == {"slot"}


def test_all_together_stays_within_what_the_form_can_show() -> None:
    values = {"slot": "2026-03-17 09:00"}
    found = read(DRAFT.having(values=values, variables="x = " + "y" * 2980))
    most = {"most": str(variables.LONGEST)}
    assert found.reasons == (
        Reason(key="refused.variables.all_long", values=most, field="variables"),
    )


LIKE = call(
    variables={"slot": "Tuesday 17 March at 9 am", "doctor": "Dr. Roy", "note": "secret"},
    typed={"slot": "2026-03-17 09:00", "doctor": "Dr. Roy"},
)
HIDING = DRAFT.having(
    values={"slot": variables.HIDDEN, "doctor": variables.HIDDEN},
    variables=f"note = {variables.HIDDEN}",
    like=LIKE.reference,
)


def test_what_is_hidden_is_taken_from_the_call_that_is_repeated() -> None:
    order = read(HIDING, like=LIKE).order
    assert (order.variables, order.typed) == (LIKE.variables, LIKE.typed)


def test_what_is_hidden_is_not_read_out_to_another_number() -> None:
    found = read(HIDING.having(number="+15145550000"), like=LIKE)
    line = {"line": "1", "words": "note"}
    assert list(found.reasons) == [
        Reason(key="refused.variables.hidden", values=line, field="variables"),
        refused("missing", "slot", "Slot"),
        refused("hidden", "doctor", "Doctor"),
    ]
    assert found.order.variables == {}


def test_each_value_finds_its_place_when_the_assistant_has_changed() -> None:
    draft = Draft(
        values={"slot": "2026-03-17 09:00", "room": "B12", "floor": ""},
        variables="doctor = Dr. Roy\nfasting = perhaps\nslot = later\nnote = free\nnonsense",
    )
    assert typed.sorted_out(draft, NEEDS) == Draft(
        values={"slot": "2026-03-17 09:00", "doctor": "Dr. Roy"},
        variables="fasting = perhaps\nslot = later\nnote = free\nnonsense\nroom = B12",
    )
