"""A storm: calls all the time, the app killed again and again at any instant, callbacks lost."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from calls.model import Call
from calls.status import Status
from flow import direct, noted, quiet, whispered
from house import House
from lives import Lives
from prove import chance, sized
from sandbox.courier import Seal
from sandbox.workspace import ANA, BENOIT, BILLING, BOT, FRONT_DESK, PRIVATE

CALLS, KILLS = sized(40, 200), sized(6, 30)
SECONDS = sized(180, 900)
SETTLED_WITHIN = 60.0  # seconds
STORMY = {"ALLOMIA_TIMEOUT": "1", "UNDO_SECONDS": "0.1", "DIAL_WITHIN": "600"}
SLOWLY = 0.2  # seconds before each answer, in which a kill may fall
PLACES = ((ANA, FRONT_DESK), (BENOIT, FRONT_DESK), (ANA, PRIVATE), (ANA, BILLING))
ENDINGS = ("completed", "completed", "busy", "no-answer", "failed")
UNHEARD = Seal(deliberate=True)  # whoever is dead does not answer
SHOWN = {  # by a call's message once it has ended, in Ana's language and in Benoît's
    Status.COMPLETED: (": completed, 42 s", "\N{NO-BREAK SPACE}: terminé, 42 s"),
    Status.BUSY: (": busy", "\N{NO-BREAK SPACE}: occupé"),
    Status.NO_ANSWER: (": no answer", "\N{NO-BREAK SPACE}: sans réponse"),
    Status.FAILED: (": failed", "\N{NO-BREAK SPACE}: échec"),
    Status.UNKNOWN: (": unknown", "\N{NO-BREAK SPACE}: issue inconnue"),
}
WHY_UNKNOWN = {"unknown.interrupted", "allomia.no_answer"}


class Storm:
    """People who place calls, and somebody who kills the app beneath them."""

    def __init__(self, house: House, lives: Lives, dice: Random) -> None:
        self._house, self._lives, self._dice = house, lives, dice
        self.taken: set[str] = set()  # the numbers whose command was acknowledged
        house.environ |= STORMY
        house.slack.workspace.channels[BILLING].members.append(BOT)
        for method in ("chat.postMessage", "chat.update"):
            house.slack.fail(method, delay=SLOWLY, times=None)
        house.allomia.answer_create(delay=SLOWLY, times=None)
        house.allomia.answer_status(delay=SLOWLY, times=None)

    async def calls(self) -> None:
        """Let people call one number after the other; what is not answered, they leave at that."""
        tried = 0
        while len(self.taken) < CALLS:
            number, tried = f"+1514555{1000 + tried}", tried + 1
            who, where = self._dice.choice(PLACES)
            self._house.allomia.plan(
                number=number,
                status=self._dice.choice(ENDINGS),
                after=self._dice.uniform(0, 1.5),
                ring=self._dice.choice((0, 1, 1, 2)),
            )
            person = self._house.slack.person(who)
            answer = await person.command(f"now {number} Marie", where, seal=UNHEARD)
            assert answer.status in {0, 200}, answer
            if (answer.status, answer.text) == (200, ""):
                self.taken.add(number)
            await asyncio.sleep(self._dice.uniform(0, 0.4))

    async def kills(self) -> None:
        """Kill the app at random instants, some of them while it starts; leave it running."""
        for _ in range(KILLS):
            app = await self._lives.begin()
            if self._dice.random() < 0.8:
                await app.says("Ringback listens")
            await asyncio.sleep(self._dice.uniform(0, 3))
            self._lives.kill()
        await self._lives.ready()

    async def settled(self) -> None:
        """Wait until nothing more happens by itself."""
        slack = self._house.slack
        slack.mend()

        def told() -> bool:
            threads = {message.thread_ts for message in slack.workspace.posted}
            return len(threads - {None}) >= len(self.taken)

        await slack.until(told, SETTLED_WITHIN)
        await quiet(self._house)


def faults(house: House, call: Call) -> Iterator[str]:
    """Tell what is wrong with the end of a call."""
    slack, told = house.slack.workspace, call.status.value
    marks = [
        (message.metadata["event_payload"]["part"], message.channel, message.thread_ts)
        for message in slack.posted
        if message.metadata and message.metadata["event_payload"]["reference"] == call.reference
    ]
    parts = [part for part, channel, _ in marks if channel == call.channel]
    if parts not in (["card", told], ["card", "unknown", told]):
        yield f"told {marks}"
    if {thread for part, _, thread in marks if part != "card"} != {call.thread}:
        yield "told elsewhere"
    card = slack.message(call.channel, call.thread or "")
    if card is None or not card.text.endswith(SHOWN[call.status]):
        yield f"shown {card and card.text}"
    ends = [placed.status for placed in house.allomia.dialled(call.number)]
    if len(ends) > 1:
        yield f"dialled {len(ends)} times"
    if call.status is Status.UNKNOWN:
        if not (call.reason and call.reason.key in WHY_UNKNOWN):
            yield f"unknown because of {call.reason}"
    elif ends != [told]:
        yield f"told {told}, AlloMia says {ends}"


@pytest.mark.timeout(SECONDS)
async def test_in_a_storm_of_kills_all_that_was_taken_is_dialled_once_and_told(
    closed_house: House, tmp_path: Path
) -> None:
    house = closed_house
    with chance() as dice:
        async with Lives(house, tmp_path) as lives:
            storm = Storm(house, lives, dice)
            async with asyncio.TaskGroup() as both:
                both.create_task(storm.calls())
                both.create_task(storm.kills())
            await storm.settled()
        calls = {call.number: call for call in await noted(house)}
        asked = house.slack.said("POST /api/outbound")
        assert storm.taken <= calls.keys()
        assert {n: wrong for n in calls if (wrong := list(faults(house, calls[n])))} == {}
        dialled = Counter(one.request["phoneNumber"] for one in asked if one.request)
        assert (dialled.keys() - calls.keys(), set(dialled.values())) == (set(), {1})
        unknown = [call for call in calls.values() if call.status is Status.UNKNOWN]
        assert len(unknown) < CALLS / 2
        assert (direct(house), whispered(house)) == ([], [])
        assert not [line for line in lives.lines if "Traceback" in line]
