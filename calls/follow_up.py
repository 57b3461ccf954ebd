"""Whether an outcome leaves people something to do that the assistant could not: call back, say.

Outcomes are an open set; those that are not understood leave nothing to do.
"""

import re
from enum import StrEnum

from calls.opt_out import key_of, outcome_says


class FollowUp(StrEnum):
    """What is left to do."""

    CALL_BACK = "call_back"
    """Somebody waits to hear from a person, to have an appointment moved for example."""
    NUMBER = "number"
    """It was somebody else's number."""


ASKED = r"(?:request|need|want|ask|demand)\w*"
WHAT = r"(?:reschedul\w*|new_time|transfer|report|deplacement|rappel)"
WHOM = r"(?:human|humain|person|agent)"  # who also is the subject: ``agent_asked_questions``
SAID = {
    FollowUp.CALL_BACK: re.compile(
        r"(?:^|_)(?:call_?(?:me_|him_|her_|them_)?back|call_again|a?_?rappeler"
        rf"|{WHAT}_{ASKED}|{ASKED}_(?:\w{{1,4}}_)?(?:{WHAT}|{WHOM}))(?:_|$)"
        rf"|(?:^|_){WHOM}_(?:request|need|want|ask|demand)[a-z]*$"
    ),
    FollowUp.NUMBER: re.compile(
        r"(?:^|_)(?:wrong_(?:number|person)|(?:mauvais|faux)_numero|numero_errone|mauvaise_personne)(?:_|$)"
    ),
}
DENIED = re.compile(
    r"(?:^|_)(?:no|not|non|ne|pas|sans|aucune?|without|never)_"
    r"|(?<!we_)will_call_"  # by themselves
    r"|_(?:declined|denied|refused|refusee?|done|made|completed?|cancell?ed|annulee?|unnecessary"
    r"|false|no|non)$"
)


def asked(outcome: str | None) -> FollowUp | None:
    """Read an outcome: ``callback_requested``, ``Wrong number``, ``rappel_demandé``."""
    key = key_of(outcome or "")
    if DENIED.search(key) or outcome_says(outcome):
        return None
    return next((kind for kind, said in SAID.items() if said.search(key)), None)
