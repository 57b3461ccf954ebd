"""How the calls of a clinic's day go, and what the threads must tell of them, word for word."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from flow import INTERRUPTED
from sandbox.allomia_log import VOICEMAIL
from sandbox.workspace import ANA, BENOIT, FRONT_DESK, PRIVATE

FIVE_MINUTES = 300.0  # seconds

REACHED = ":white_check_mark: {name} was reached. The call lasted {s} s. The person called hung up."
FACTS = "\n*Outcome:* appointment confirmed · *Mood:* good · *About:* confirm an appointment\n"
COMES, COMES_STILL = "“{name} will be there.”", "“{name} will be there all the same.”"
WHOLE = f"{REACHED}{FACTS}{COMES}"
WHOLE_IN_FRENCH = (
    ":white_check_mark: L’appel à {name} a abouti. L’appel a duré {s} s. La personne appelée a "
    "raccroché.\n*Résultat :* rendez-vous confirmé · *Humeur :* bonne · *Sujet :* confirm an "
    "appointment\n« {name} sera là. »"
)
MAILBOX = (
    ":mailbox: {name} was not reached in person: a voicemail answered. The call lasted {s} s."
    "\n*Outcome:* message left on the voicemail · *Mood:* neutral\n"
    f"“{VOICEMAIL['callSummary']}”"
)
THRICE = ":no_bell: {name} was not reached in 3 attempts: busy at …, busy at …, busy at …."
THRICE_IN_FRENCH = (
    ":no_bell: {name} n’a pas pu être joint après 3 tentatives : "
    "occupé à …, occupé à …, occupé à …."
)
STOPPED = (
    ":no_bell: {name} was not reached in 1 attempt: busy, …. "
    "The person called has asked not to be called, so I do not repeat the call."
)
HEARD_BY_NOBODY = (
    ":no_bell: {name} was not reached in 1 attempt: no answer, …. "
    "No further attempt follows: a voicemail answered."
)
NO_SUCH_NUMBER = (
    ":x: {name} was not reached: the call failed. "
    "The telephone network does not know this number. Check it."
)
NOT_KNOWN = ":warning: What became of the call to {name} is not known. "
UNANSWERED = NOT_KNOWN + (
    "AlloMia was asked to dial and did not answer, so the call may have gone out. "
    "I never dial again by myself: ask the person called, or call again."
)
QUOTE = ":speech_balloon: What was said in the call to {name}:"
DONE, IN_VAIN, LOST = "completed, {s} s", "busy", "unknown"


class Thread(NamedTuple):
    """What a call's message must show at the end, and all that is told in its thread."""

    shown: str
    told: tuple[str, ...]


class Story(NamedTuple):
    """How the calls to a patient go; ``many`` of them have it on a whole day."""

    many: int = 1
    threads: tuple[Thread, ...] = (Thread(DONE, (WHOLE,)),)
    dialled: int = 1
    left: bool = False
    """Whether somebody has yet to do something at the end."""
    status: str = "completed"
    reason: str = "customer-ended-call"
    after: float | None = 0.0
    """How many seconds after the end the record appears; None: never."""
    times: int = 1
    """How many records appear."""
    fields: Mapping[str, Any] = MappingProxyType({})
    who: str = ANA
    channel: str = FRONT_DESK


BARE = (Thread(DONE, (REACHED,)),)
WITHOUT_RECORD = Story(many=6, threads=BARE, after=None)
STORIES = {
    "at once": Story(),
    "after 5 s": Story(many=12, after=5.0),
    "after 5 min": Story(many=12, after=FIVE_MINUTES),
    "never": WITHOUT_RECORD,
    "twice": Story(many=6, threads=BARE, times=2),
    "called twice": Story(
        many=4,
        threads=(Thread(DONE, (WHOLE,)), Thread(DONE, (f"{REACHED}{FACTS}{COMES_STILL}",))),
        dialled=2,
        after=FIVE_MINUTES,
    ),
    "called twice, once without record": Story(
        many=2,
        threads=(Thread(DONE, (REACHED,)), Thread(DONE, (f"{REACHED}{FACTS}{COMES_STILL}",))),
        dialled=2,
        after=None,
    ),
    "French": Story(
        many=4, threads=(Thread("terminé, {s} s", (WHOLE_IN_FRENCH,)),), who=BENOIT, after=1.0
    ),
    "voicemail": Story(
        many=2, threads=(Thread("voicemail, {s} s", (MAILBOX,)),), left=True, fields=VOICEMAIL
    ),
    "voicemail after 5 min": Story(
        threads=(Thread("voicemail, {s} s", (MAILBOX,)),),
        left=True,
        fields=VOICEMAIL,
        after=FIVE_MINUTES,
    ),
    "busy, then reached": Story(
        many=5,
        threads=(Thread(DONE, (f"{REACHED} Before that: busy, ….{FACTS}{COMES}",)),),
        dialled=2,
        status="busy",
    ),
    "busy, then voicemail": Story(
        threads=(
            Thread("voicemail, {s} s", (MAILBOX.replace("\n", " Before that: busy, ….\n", 1),)),
        ),
        dialled=2,
        left=True,
        status="busy",
        fields=VOICEMAIL,
    ),
    "no answer, but a voicemail": Story(
        threads=(Thread("no further attempt", (HEARD_BY_NOBODY,)),),
        left=True,
        status="no-answer",
        reason="customer-did-not-answer",
        fields=VOICEMAIL,
    ),
    "busy": Story(
        many=3, threads=(Thread(IN_VAIN, (THRICE,)),), dialled=3, status="busy", left=True
    ),
    "busy, in French": Story(
        threads=(Thread("occupé", (THRICE_IN_FRENCH,)),),
        dialled=3,
        status="busy",
        left=True,
        who=BENOIT,
    ),
    "never again": Story(
        threads=(Thread(DONE, (f"{REACHED}{FACTS}“{{name}} asked not to be called again.”",)),),
        fields={"callSummary": "{name} asked not to be called again."},
    ),
    "never again, in French": Story(
        threads=(
            Thread("no further attempt", (STOPPED,)),
            Thread(DONE, (WHOLE,)),
        ),
        dialled=2,
        left=True,
        status="busy",
        fields={"callSummaryFr": "{name} ne veut plus qu’on l’appelle."},
    ),
    "no such number": Story(
        many=2,
        threads=(Thread("failed", (NO_SUCH_NUMBER,)),),
        left=True,
        status="failed",
        reason="invalid-destination",
    ),
    "unanswered": Story(many=2, threads=(Thread(LOST, (UNANSWERED,)),), left=True),
    "scheduled": Story(many=2),
    # What was so when the app was killed, at noon:
    "on the line": Story(many=6),
    "ended, not told": Story(
        many=4, threads=(Thread(DONE, (WHOLE, QUOTE)),), channel=PRIVATE, after=1.0
    ),
    "dialling": Story(many=4),  # to two of four the request to dial came through
    "queued": Story(many=6),
}
CUT_OFF = Thread(LOST, (NOT_KNOWN + INTERRUPTED,))
CUT_OFF_BUT_PLACED = Thread(DONE, (NOT_KNOWN + INTERRUPTED, WHOLE))
IN_CI = {"dialling": 2}
