"""Killed at any step of the flow and started again: dialled once at most, and told the truth."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import pytest

from calls.status import Status
from deaths import (
    Death,
    at_connection,
    at_create,
    at_row,
    at_slack,
    at_status,
    card,
    last_edit,
    reply,
)
from flow import INTERRUPTED, PATIENCE, direct, quiet, whispered
from house import House, text_of
from lives import Lives
from prove import FULL, failing, sized
from sandbox.allomia_calls import PlacedCall
from sandbox.courier import Seal
from sandbox.workspace import FRONT_DESK, Message

REPLIES = {
    "reached": ":white_check_mark: {} was reached. The call lasted 42 s. "
    "The person called hung up.",
    "lost": f":warning: What became of the call to {{}} is not known. {INTERRUPTED}",
}
SHORT = {"ALLOMIA_TIMEOUT": "1", "UNDO_SECONDS": "1"}  # the lease of the dead: 3 s
UNHEARD = Seal(deliberate=True)  # whoever is killed need not answer
SECONDS = sized(240, 900)


class Account(NamedTuple):
    """What one call came to."""

    dialled: int = 1
    cards: int = 1
    told: tuple[str, ...] = ("reached",)
    shown: str = "Completed"


HEARD = Account()
HEARD_LATE = Account(told=("lost", "reached"))
NOT_DIALLED = Account(dialled=0, told=("lost",), shown="Unknown")


@dataclass(frozen=True)
class Point:
    """How the app dies, and what becomes of the call: one of these."""

    death: Death
    accounts: tuple[Account, ...] = (HEARD,)
    asked: int = 1  # how many requests to dial reach AlloMia
    fault: Callable[[House], None] | None = None


def slack_hangs(house: House) -> None:
    house.slack.fail("chat.postMessage", hang=True)


def statuses_hang(house: House) -> None:
    house.allomia.answer_status(hang=True, times=None)


def allomia_is_busy(house: House) -> None:
    house.allomia.next_create("429")


POINTS: Mapping[str, Point] = {
    "noted, its message not posted": Point(
        at_row(lambda call: call.status is Status.QUEUED), fault=slack_hangs
    ),
    "its message about to be stored": Point(at_slack(card, "arrived")),
    "its message stored, the app not told": Point(at_slack(card, "stored")),
    "its message stored, the app just told": Point(at_slack(card, "answered")),
    "its message noted, waiting to be undone": Point(
        at_row(lambda call: call.thread and call.status is Status.QUEUED)
    ),
    "noted that it dials, not connected": Point(at_connection, (NOT_DIALLED,), asked=0),
    "the request to dial not read": Point(at_create("arrived"), (NOT_DIALLED,)),
    "the call placed, the app not told": Point(at_create("stored"), (HEARD_LATE,)),
    "the call placed, the app just told": Point(at_create("answered"), (HEARD, HEARD_LATE)),
    "put off by AlloMia, waiting": Point(
        at_row(lambda call: call.reason and call.status is Status.QUEUED),
        asked=2,
        fault=allomia_is_busy,
    ),
    "somebody on the telephone": Point(
        at_row(lambda call: call.status is Status.CALLING), fault=statuses_hang
    ),
    "the callback heard, nothing asked": Point(at_row(lambda call: call.rung), fault=statuses_hang),
    "its status asked": Point(at_status("arrived")),
    "its status told": Point(at_status("answered")),
    "its end noted, not announced": Point(at_slack(reply, "arrived")),
    "its end announced, the app not told": Point(at_slack(reply, "stored")),
    "its end announced, the app just told": Point(at_slack(reply, "answered")),
    "its end about to be drawn": Point(at_slack(last_edit, "arrived")),
    "its end drawn, the app not told": Point(at_slack(last_edit, "stored")),
}


class Callee:
    """Somebody to call, known by name and number to all sides."""

    def __init__(self, house: House, n: int) -> None:
        self.name, self.number = f"Marie {n}", f"+1514555{1000 + n}"
        self._house = house

    async def place(self) -> None:
        """Let Ana call them; the app may die of it before it answers."""
        typed = f"now {self.number} {self.name}"
        answer = await self._house.ana.command(typed, FRONT_DESK, seal=UNHEARD)
        assert answer.status in {0, 200}

    @property
    def cards(self) -> list[Message]:
        return [card for card in self._house.cards() if f"*{self.name}* " in text_of(card)]

    @property
    def told(self) -> tuple[str, ...]:
        slack = self._house.slack.workspace
        known = {text.format(self.name): word for word, text in REPLIES.items()}
        replies = [reply for card in self.cards for reply in slack.replies(FRONT_DESK, card.ts)]
        return tuple(known.get(reply.text, reply.text) for reply in replies)

    @property
    def dialled(self) -> list[PlacedCall]:
        return self._house.allomia.dialled(self.number)

    async def settled(self) -> None:
        """Wait until nothing more happens by itself; then AlloMia rings about a lost call."""
        await self._house.slack.until(lambda: self.told, PATIENCE)
        await quiet(self._house)
        if self.told == ("lost",) and self.dialled:
            (call,) = self.dialled
            assert await self._house.allomia.ring(call.outbound_call_id) == [204]
            await quiet(self._house)

    def account(self) -> Account:
        """Sum up what AlloMia and the conversation hold."""
        words = "".join(text_of(card) for card in self.cards)
        shown = [word for word in ("Completed", "Unknown") if word in words]
        return Account(len(self.dialled), len(self.cards), self.told, " ".join(shown))


async def killed(house: House, lives: Lives, point: Point, callee: Callee) -> None:
    """Place a call, and see that the app dies of it."""
    if point.fault:
        point.fault(house)
    async with point.death(house, lives):
        await callee.place()
    house.slack.mend()
    house.allomia.mend()


def of(points: Mapping[str, Point], database_url: str) -> Mapping[str, Point]:
    """Return all points of death; in CI every second one, on each database the others."""
    first = database_url.startswith("sqlite")
    return points if FULL else dict(list(points.items())[first::2])


@pytest.mark.timeout(SECONDS)
async def test_killed_at_any_step_it_dials_once_at_most_and_tells_what_it_knows(
    closed_house: House, tmp_path: Path, database_url: str
) -> None:
    house, callees = closed_house, dict[str, Callee]()
    house.environ |= SHORT
    house.allomia.plan(after=0.3)  # so most calls end while nobody listens
    points = of(POINTS, database_url)
    async with Lives(house, tmp_path) as lives:
        await lives.ready()
        for n, (name, point) in enumerate(points.items()):
            callees[name] = Callee(house, n)
            with failing(f"Killed with {name}."):
                await killed(house, lives, point, callees[name])
                await lives.ready()  # it outlives this call, and dies of the next
                await callees[name].settled()
    accounts = {name: callee.account() for name, callee in callees.items()}
    assert {n: told for n, told in accounts.items() if told not in points[n].accounts} == {}
    asked = sum(point.asked for point in points.values())
    assert len(house.slack.said("POST /api/outbound")) == asked
    assert (direct(house), whispered(house)) == ([], [])
    assert not [line for line in lives.lines if "Traceback" in line]
