"""Patients of a clinic's day: each is called as their story goes."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from calls.clock import now
from house import House, text_of
from prove import sized
from sandbox.allomia_log import CONFIRMED
from sandbox.person import Person
from sandbox.workspace import Message
from stories import COMES, COMES_STILL, CUT_OFF, CUT_OFF_BUT_PLACED, IN_CI, STORIES, Story, Thread
from test_again import DATE

SPACES = {ord("\N{NO-BREAK SPACE}"): " ", ord("\N{NARROW NO-BREAK SPACE}"): " "}


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
        reason = "customer-busy" if status == "busy" else story.reason
        how: dict[str, Any] = {"reason": reason}
        fields = {**CONFIRMED, "callSummary": comes.strip("“”"), "callSummaryFr": "{name} sera là."}
        told = {**fields, **story.fields}
        if status == "completed":
            how |= {"duration": self.seconds}
        if ago is not None:
            began = now() - timedelta(minutes=ago)
            lasted = self.seconds if status == "completed" else 0
            how["details"] = {
                "startedAt": began.isoformat(),
                "endedAt": (began + timedelta(seconds=lasted)).isoformat(),
                "duration": lasted,
                "endedReason": reason,
            }
            told["callStartedAt"] = (began + timedelta(seconds=1)).isoformat()  # by another hand
        if status == "completed" or self.kind == "no answer, but a voicemail":
            words = {key: word.format(name=self.name) for key, word in told.items()}
            after = 0.0 if comes == COMES_STILL else story.after
            allomia.writes(self.number, after=after, times=story.times, fields=words)
        lasts = 3600.0 if self.kind in {"on the line", "ended, not told", "dialling"} else 0.2
        allomia.plan(number=self.number, status=status, after=lasts, ring=self.n % 3, **how)

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
