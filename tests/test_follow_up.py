"""What an outcome leaves people to do is read from AlloMia's word, where it is understood."""

import pytest

from calls import hand_over
from calls.follow_up import FollowUp, asked
from calls.record import Record
from calls.status import Status
from examples import call, outcome
from views import card, handing
from views.text import Text

WAITS = (
    "callback_requested",
    "Callback requested",
    "call_back",
    "we_will_call_back",
    "agent_requested",
    "person_needed",
    "Call back later",
    "wants a callback",
    "CALL_AGAIN",
    "reschedule_requested",
    "appointment_reschedule_requested",
    "wants_to_reschedule",
    "needs_human",
    "asked for a human",
    "transfer_requested",
    "Rappel demandé",
    "demande de rappel",
    "à rappeler",
    "rappeler_demain",
    "report_demandé",
    "demande_de_report",
)
WRONG = (
    "wrong_number",
    "Wrong number",
    "wrong person",
    "Mauvais numéro",
    "faux_numéro",
    "numéro erroné",
)
NOTHING = (
    None,
    "",
    "appointment_confirmed",
    "appointment_rescheduled",
    "voicemail_left",
    "transferred_to_human",
    "no_callback_needed",
    "callback_declined",
    "callback_done",
    "callback_completed",
    "callback_cancelled",
    "callback_unnecessary",
    "patient_will_call_back",
    "Will call back later",
    "client rappellera",
    "agent_asked_questions",
    "person_wants_to_confirm",
    "called_back",
    "rappel_de_rendez_vous",
    "appointment_reminder",
    "do_not_call",
    "ne_plus_rappeler",
    "pas de rappel demandé",
    "needs_met",
    "新しい",
)


def test_an_outcome_says_what_is_left_to_do() -> None:
    assert [word for word in WAITS if asked(word) is not FollowUp.CALL_BACK] == []
    assert [word for word in WRONG if asked(word) is not FollowUp.NUMBER] == []
    assert [word for word in NOTHING if asked(word)] == []


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("word", ["callback_requested", "wrong_number"])
def test_a_call_that_reached_somebody_who_waits_needs_a_person_until_it_is_done(
    word: str, language: str
) -> None:
    ended = call(
        Status.COMPLETED, outcome=outcome(Status.COMPLETED), record=Record(id="r", outcome=word)
    )
    text = Text(language)
    assert hand_over.is_open(ended)
    assert len(handing.standing(ended, card.callee(ended), text)) == 1
    done = hand_over.finished(ended, "U1", ended.placed_at)
    assert not hand_over.is_open(done)
    assert len(handing.standing(done, card.callee(done), text)) == 1
