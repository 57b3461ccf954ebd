"""The clock of a running process steps back and forth: nothing is lost, nothing happens twice."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

from calls.clock import now
from calls.status import Status
from desks import scheduled
from faketime import Clock, with_a_clock_to_set
from flow import noted, quiet, replies, until_jobs
from house import House
from process import ready
from prove import sized
from sandbox.allomia_calls import PlacedCall
from sandbox.workspace import ANA, FRONT_DESK, PRIVATE
from switch import everywhere

HOUR = 3600
STEPS = [HOUR, 0, -HOUR, 0][: sized(2, 4)]  # seconds by which it is wrong then
ENDED_WITHIN = 45.0  # seconds, where an hour is what would be waited for
LOST = (
    ":warning: What became of the call to Marie is not known. AlloMia was asked to dial and did "
    "not answer, so the call may have gone out. I never dial again by myself: ask the person "
    "called, or call again."
)
TIMES = {"UNDO_SECONDS": "1", "POLL_FIRST": "1", "POLL_MAX": "2"}


class Desk:
    """Somebody who places calls, one to each number."""

    def __init__(self, house: House, clock: Clock) -> None:
        self._house = house
        self._clock = clock
        self.placed = 0

    async def place(self, channel: str = PRIVATE) -> str:
        """Place a call, and return its number."""
        self.placed += 1
        number = 1000 + self.placed
        text = f"now 514 555 {number} Marie"
        answer = await self._house.ana.command(text, channel, seal=self._clock.seal)
        assert (answer.in_time, answer.body) == (True, None), answer
        return f"+1514555{number}"

    async def dialled(self, number: str) -> PlacedCall:
        """Wait until the telephone rings there."""
        allomia = self._house.allomia
        (call,) = await allomia.until(lambda: allomia.dialled(number))
        return call


async def in_every_state(house: House, desk: Desk) -> list[PlacedCall]:
    """Let a call wait in each place where one can wait; return those on the telephone."""
    calling, ended = [await desk.place(channel) for channel in (PRIVATE, FRONT_DESK)]
    on_the_telephone = [await desk.dialled(calling)]
    to_end = await desk.dialled(ended)
    house.slack.fail("chat.postMessage", status=429, retry_after=3, channel=FRONT_DESK)
    await house.allomia.end(to_end.outbound_call_id)
    await house.slack.until(lambda: refused(house, "chat.postMessage", 429))

    house.allomia.next_create("429", headers={"Retry-After": "3"})
    house.allomia.answer_create(delay=1.5)
    both = [await desk.place(), await desk.place()]
    ringing = await house.allomia.until(
        lambda: [call for number in both for call in house.allomia.dialled(number)]
    )
    await house.allomia.until(lambda: refused(house, "POST /api/outbound", 429))

    house.slack.fail("chat.postMessage", status=503, channel=PRIVATE)
    await desk.place()
    await house.slack.until(lambda: refused(house, "chat.postMessage", 503))
    cards = len(house.cards(PRIVATE))
    await desk.place()
    await house.slack.until(lambda: len(house.cards(PRIVATE)) > cards)
    return [*on_the_telephone, *ringing]


def refused(house: House, what: str, status: int) -> bool:
    """Tell whether the newest of such requests that is over was refused so."""
    return [one.status for one in house.slack.said(what)][-1:] == [status]


def told(house: House) -> list[str]:
    """Return every outcome that was told in a thread."""
    return [reply for channel in (PRIVATE, FRONT_DESK) for reply in replies(house, channel)]


@with_a_clock_to_set
async def test_a_clock_that_is_set_back_and_forth_loses_doubles_and_delays_nothing(
    closed_house: House, tmp_path: Path
) -> None:
    house, clock = closed_house, Clock(tmp_path)
    desk = Desk(house, clock)
    async with ready(house.environ | clock.environ | TIMES, tmp_path) as app:
        later = await scheduled(house, now() + timedelta(minutes=40), 1, channel=ANA)
        for wrong in STEPS * sized(1, 3):
            on_the_telephone = await in_every_state(house, desk)
            clock.set(wrong)
            house.allomia.plan(after=0.3, ring=0)
            first, *others = on_the_telephone
            assert await house.allomia.end(first.outbound_call_id) == [204]
            for call in others:
                await house.allomia.end(call.outbound_call_id, ring=0)
            await house.slack.until(lambda: len(told(house)) == desk.placed, ENDED_WITHIN)
            house.allomia.plans.clear()
        await until_jobs(house, 1)  # to dial the one whose hour has not come
        assert await app.end() == 0
    waiting, *calls = await noted(house)
    assert (waiting.reference, waiting.status) == (later.reference, Status.QUEUED)
    assert Counter(call.status for call in calls) == {Status.COMPLETED: desk.placed}
    dialled = [call.number for call in house.allomia.dialled()]
    assert sorted(dialled) == sorted(call.number for call in calls)
    assert sum(len(house.cards(channel)) for channel in (PRIVATE, FRONT_DESK)) == desk.placed
    assert len(told(house)) == desk.placed
    assert not [line for line in app.lines if "Traceback" in line]


@with_a_clock_to_set
@everywhere
async def test_what_hangs_while_the_clock_is_set_is_given_up_as_soon_as_ever(
    closed_house: House, tmp_path: Path
) -> None:
    house, clock = closed_house, Clock(tmp_path)
    desk = Desk(house, clock)
    times = TIMES | {"UNDO_SECONDS": "0", "ALLOMIA_TIMEOUT": "3"}
    async with ready(house.environ | clock.environ | times, tmp_path) as app:
        for wrong in (HOUR, 0):  # an hour forth, and an hour back
            house.allomia.answer_create(hang=True, place=True)
            house.slack.fail("chat.update", hang=True)
            number = await desk.place()
            await desk.dialled(number)
            await house.slack.until(lambda: house.slack.held)
            clock.set(wrong)
            await house.slack.until(lambda: len(told(house)) == desk.placed, ENDED_WITHIN)
            await house.slack.until(lambda: unknown(house) == desk.placed, ENDED_WITHIN)
            await quiet(house)
        assert await app.end() == 0
    assert set(told(house)) == {LOST}
    assert sorted(call.number for call in house.allomia.dialled()) == [
        call.number for call in await noted(house)
    ]


def unknown(house: House) -> int:
    """Tell how many cards say that it is not known what became of the call."""
    return sum(card.text == "Call to Marie: unknown" for card in house.cards(PRIVATE))
