"""Who is told a call's number, and what the others are told instead."""

import pytest

from calls.model import Call
from calls.rules import Rules
from examples import ANA, BENOIT, FRONT_DESK, NOW, NUMBER, call
from slack_rules.check_slack import check_view
from views import card, number, rules_numbers
from views.text import LANGUAGES, Text

EN = Text("en")
HIDDEN_FROM_BENOIT = call(asked_by=BENOIT, told_by=ANA)
TRIAL = call(asked_by=BENOIT, told_by=ANA, trial=True)
ERASED = call(name="", number="", erased_at=NOW)


@pytest.mark.parametrize(
    ("made", "known"),
    [
        (call(), [True, False]),
        (HIDDEN_FROM_BENOIT, [True, False]),
        (TRIAL, [False, True]),
    ],
)
def test_a_number_is_known_to_who_entered_it_or_has_it(made: Call, known: list[bool]) -> None:
    assert [made.number_known_to(person) for person in (ANA, BENOIT)] == known


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (HIDDEN_FROM_BENOIT, f"You may not see the number of C-7K3QF. <@{ANA}>, who entered it,"),
        (TRIAL, f"This trial call went to <@{BENOIT}>’s own number"),
        (ERASED, "The number of C-7K3QF has been erased."),
    ],
)
def test_who_may_not_see_a_number_is_told_why_and_whom_to_ask(made: Call, told: str) -> None:
    refused = number.refused(made, EN)
    assert refused.startswith(told)
    assert NUMBER[-4:] not in refused


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_is_shown_with_what_it_belongs_to(language: str) -> None:
    text = Text(language)
    named, nameless = (number.shown(call(name=name), text) for name in ("Marie", ""))
    assert named.startswith("*Marie* · +1 514-555-1234 · C-7K3QF. ")
    assert nameless.startswith("*+1 514-555-1234* · C-7K3QF. ")
    assert check_view(number.window(named, text)) == []
    assert number.whispered(named).text == named


def test_there_is_no_button_where_there_is_no_number_to_show() -> None:
    drawn = [card.render(made, EN, None).blocks[-1] for made in (call(), TRIAL, ERASED)]
    assert [card.NUMBER in str(block) for block in drawn] == [True, False, False]
    assert [bool(number.buttons(made, EN)) for made in (call(), TRIAL, ERASED)] == [
        *(True, False, False)
    ]


def test_the_rules_tell_who_may_see_numbers() -> None:
    found = Rules(numbers=(ANA,), number_channels=(FRONT_DESK,))
    always = "May see a number in full: who asked for the call, and administrators"
    assert rules_numbers.lines(Rules(), EN) == [always]
    assert rules_numbers.lines(found, EN) == [
        always,
        f"And: <@{ANA}>",
        f"And: the members of <#{FRONT_DESK}>",
    ]
