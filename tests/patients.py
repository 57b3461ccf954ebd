"""Patients of a clinic's day: how the calls to each go, and what the threads must tell of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from calls.clock import now
from flow import INTERRUPTED
from house import House, text_of
from prove import sized
from sandbox.allomia_log import CONFIRMED, VOICEMAIL
from sandbox.person import Person
from sandbox.workspace import ANA, BENOIT, FRONT_DESK, PRIVATE, Message
from test_again import DATE

SPACES = {ord("\N{NO-BREAK SPACE}"): " ", ord("\N{NARROW NO-BREAK SPACE}"): " "}
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
    ":mailbox: {name} was not reached in person: a voicemail answered. The call lasted {s} s. "
    "The person called hung up.\n*Outcome:* message left on the voicemail · *Mood:* neutral\n"
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


@dataclass
class Patient:
    """Somebody who is called, known by name and number to all sides."""

    house: House
    n: int
    kind: str

    def __post_init__(self) -> None:
        self.story = STORIES[self.kind]
        self.name, self.number = f"Marie {self.n}", f"+1514555{1000 + self.n}"
        self.seconds = 10 + self.n % 45  # that a call to them lasts

    @property
    def asker(self) -> Person:
        return self.house.slack.person(self.story.who)

    def plan(self, status: str = "", comes: str = COMES, ago: float | None = None) -> None:
        """Let calls to them from now on go so; ``ago``: they began so many minutes ago."""
        story, allomia = self.story, self.house.allomia
        status = status or story.status
        how: dict[str, Any] = {} if status == "busy" else {"reason": story.reason}
        fields = {**CONFIRMED, "callSummary": comes.strip("“”"), "callSummaryFr": "{name} sera là."}
        told = {**fields, **story.fields}
        if status == "completed":
            how |= {"duration": self.seconds}
        if ago is not None:
            began = now() - timedelta(minutes=ago)
            ended = began + timedelta(seconds=self.seconds)
            how["details"] = {
                "startedAt": began.isoformat(),
                "endedAt": ended.isoformat(),
                "duration": self.seconds,
                "endedReason": story.reason,
            }
            told["callStartedAt"] = (began + timedelta(seconds=1)).isoformat()  # by another hand
        # The story's own record, of a conversation only.
        if status == "completed":
            words = {key: word.format(name=self.name) for key, word in told.items()}
            allomia.writes(self.number, after=story.after, times=story.times, fields=words)
        after = 3600.0 if self.kind in {"on the line", "ended, not told", "dialling"} else 0.2
        allomia.plan(number=self.number, status=status, after=after, ring=self.n % 3, **how)

    async def end(self, ring: int) -> None:
        """Let the only call to them end now."""
        (call,) = self.house.allomia.dialled(self.number)
        how: dict[str, Any] = {"duration": self.seconds, "reason": self.story.reason}
        await self.house.allomia.end(call.outbound_call_id, ring=ring, **how)

    @property
    def cards(self) -> list[Message]:
        """Return the messages of the calls to them."""
        cards = self.house.cards(self.story.channel)
        return [card for card in cards if f"*{self.name}* " in text_of(card)]

    def told(self, card: Message) -> tuple[str, ...]:
        """Return what is told in a thread, without the instants."""
        found = self.house.slack.workspace.replies(card.channel, card.ts)
        return tuple(plain(reply.text) for reply in found)

    @property
    def replies(self) -> tuple[str, ...]:
        """Return what is told of all calls to them."""
        return tuple(words for card in self.cards for words in self.told(card))

    @property
    def account(self) -> list[Thread]:
        """Sum up what is to be read of them."""
        return [Thread(plain(card.text).partition(": ")[2], self.told(card)) for card in self.cards]

    @property
    def truth(self) -> list[Thread]:
        """Return what must be read of them."""
        threads = self.story.threads
        if self.kind == "dialling":
            placed = self.house.allomia.dialled(self.number)
            threads = (CUT_OFF_BUT_PLACED if placed else CUT_OFF,)
        words = {"name": self.name, "s": str(self.seconds)}
        return [
            Thread(shown.format(**words), tuple(one.format(**words) for one in told))
            for shown, told in threads
        ]

    @property
    def left(self) -> bool:
        """Tell whether somebody has yet to do something for them."""
        cut_off = self.kind == "dialling" and not self.house.allomia.dialled(self.number)
        return self.story.left or cut_off


def plain(words: str) -> str:
    """Return words as they are read, without the instants."""
    return DATE.sub("…", words).translate(SPACES)


def of_the_day(house: House, calls: int) -> list[Patient]:
    """Return those who are called on a day, with every story among them."""
    kinds = [kind for kind, story in STORIES.items() for _ in range(_many(kind, story))]
    asked = sum(len(STORIES[kind].threads) for kind in kinds)
    kinds += ["at once"] * (calls - asked)
    return [Patient(house, n, kind) for n, kind in enumerate(kinds)]


def _many(kind: str, story: Story) -> int:
    return sized(IN_CI.get(kind, 1), story.many)
