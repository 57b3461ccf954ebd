"""Several ``python app.py`` on one database, each with an address of its own."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from house import House
from process import Process, at_hand
from sandbox.allomia import Stage
from sandbox.allomia_calls import PlacedCall
from sandbox.courier import HONEST, Answer, Courier, Parcel, Seal, signed
from sandbox.person import Person
from sandbox.rehearsal import free_port
from sandbox.workspace import ANA, BOT, Channel

SOON = 1.0  # seconds, of the five for which a dialler waits
MAY_FAIL = Seal(deliberate=True)  # whoever is killed owes no answer


def another(house: House) -> dict[str, str]:
    """Return the settings of one more process on the house's database."""
    port = free_port()
    return house.environ | {"PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}"}


@dataclass(eq=False)
class Replica:
    """One of the processes, and Ana as she reaches it."""

    app: Process
    url: str
    ana: Person
    door: asyncio.Lock = field(default_factory=asyncio.Lock)  # one command at a time

    def dialled(self, call: PlacedCall) -> bool:
        """Tell whether a call is this one's: its callbacks go to whoever dialled."""
        return str(call.callback_url).startswith(f"{self.url}/")


@asynccontextmanager
async def replicas(house: House, folder: Path, many: int) -> AsyncIterator[list[Replica]]:
    """Start so many at the same time."""
    slack, environs = house.slack, [another(house) for _ in range(many)]
    async with AsyncExitStack() as stack:
        starting = (stack.enter_async_context(at_hand(one, folder)) for one in environs)
        apps = await asyncio.gather(*starting)
        urls = [environ["PUBLIC_URL"] for environ in environs]
        couriers = [Courier(slack.traffic, slack.signing_secret, url) for url in urls]
        people = [Person(slack.workspace, courier, ANA) for courier in couriers]
        yield [Replica(*one) for one in zip(apps, urls, people, strict=True)]


@dataclass
class Twins(Courier):
    """Carries everything to two of them at the same time, sealed alike to the last byte."""

    other_url: str = field(kw_only=True)

    async def deliver(self, parcel: Parcel, seal: Seal = HONEST) -> Answer:
        """Send it twice, and return the answer, which must be the same."""
        at = str(int(time.time()))
        seals = {
            "X-Slack-Request-Timestamp": at,
            "X-Slack-Signature": signed(self.signing_secret, at, parcel.body),
        }
        seal = replace(seal, headers=seals)
        other = Courier(self.traffic, self.signing_secret, self.other_url)
        answer, twin = await asyncio.gather(
            super().deliver(parcel, seal), other.deliver(parcel, seal)
        )
        assert (answer.status, answer.text) == (twin.status, twin.text)
        return answer


def at_both(house: House, one: Replica, other: Replica) -> Person:
    """Return Ana as Slack delivers what she does twice, once to each of two."""
    slack = house.slack
    twins = Twins(slack.traffic, slack.signing_secret, one.url, other_url=other.url)
    return Person(slack.workspace, twins, ANA)


def desks(house: House, many: int) -> list[str]:
    """Make so many private channels: nobody posts hundreds of calls into one."""
    made = [Channel(f"C0DESK{n:04}", f"desk-{n}", "group", [ANA, BOT]) for n in range(many)]
    house.slack.workspace.channels |= {channel.id: channel for channel in made}
    return [channel.id for channel in made]


async def typed(who: Sequence[Replica], commands: Iterable[tuple[str, str]]) -> None:
    """Type commands (text and channel) at each replica in turn.

    What one does not answer, since it was killed, or does not note in time, is typed again at once.
    """
    left = deque(commands)

    async def at(replica: Replica) -> None:
        while left:
            text, channel = left.popleft()
            async with replica.door:
                answer = await replica.ana.command(text, channel, seal=MAY_FAIL)
            if answer.status == 0 or answer.text:
                left.appendleft((text, channel))
            if answer.status == 0:
                return

    while left:
        await asyncio.gather(*(at(replica) for replica in who))


class Fate:
    """What befalls those who dial: at one call who does is killed, at another one frozen.

    Both are in the middle of their request then: AlloMia has placed the call and not answered.
    """

    def __init__(self, who: Sequence[Replica], kill_at: int, freeze_at: int) -> None:
        self._who = who
        self._kill_at, self._freeze_at = kill_at, freeze_at
        self._stored = 0
        self.killed: Replica | None = None
        self.frozen: Replica | None = None
        self.caught: PlacedCall | None = None  # the call at which one was frozen
        self.stands = asyncio.Event()  # set once the frozen one stands still

    async def __call__(self, stage: Stage, call: PlacedCall | None) -> None:
        """Strike; AlloMia waits for it."""
        if stage != "stored" or call is None:
            return
        self._stored += 1
        dialler = next(replica for replica in self._who if replica.dialled(call))
        if self._stored == self._kill_at:
            self.killed = dialler
            dialler.app.kill()
        elif self._freezes(dialler):
            await self._freeze(dialler, call)

    async def _freeze(self, dialler: Replica, call: PlacedCall) -> None:
        self.frozen = dialler
        try:
            async with asyncio.timeout(SOON):
                await dialler.door.acquire()  # no command hangs in it
        except TimeoutError:  # it does not wait for its answer much longer: at the next call
            self.frozen = None
            return
        self.caught = call
        dialler.app.freeze()
        self.stands.set()

    def _freezes(self, dialler: Replica) -> bool:
        due = self._stored >= self._freeze_at
        return due and self.frozen is None and dialler is not self.killed

    def wake(self) -> None:
        """Let the frozen one go on."""
        assert self.frozen
        self.frozen.app.wake()
        self.frozen.door.release()


class Freezer:
    """Freezes an app once AlloMia has placed its call, and keeps AlloMia's answer back."""

    def __init__(self, app: Process) -> None:
        self._app = app
        self.stands = asyncio.Event()  # set once the app stands still
        self.answer = asyncio.Event()  # set it to let AlloMia answer

    async def __call__(self, stage: Stage, _call: PlacedCall | None) -> None:
        """Strike; AlloMia waits for it."""
        if stage == "stored":
            self._app.freeze()
            self.stands.set()
            await self.answer.wait()
