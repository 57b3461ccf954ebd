"""How fast Slack is answered."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from bench import load
from bench.figures import Figure, percentile
from bench.gestures import PEOPLE, call_now, command
from bench.line import Lines
from bench.load import expect
from bench.size import Size
from bench.stage import Stage, Street

A_SECOND = 100  # requests
SLOW = 1.0  # seconds that the neighbours take
CALL_EVERY = 0.25  # seconds: calls are under way meanwhile, which wait for the neighbours
STRANGERS = 1_000_000  # people: none of them comes twice


async def fast(stage: Stage, size: Size) -> list[Figure]:
    """Measure how many commands a second are acknowledged."""
    ours, bare = [], []
    for _ in range(size.rounds):
        async with stage.ringback(stage.sqlite()) as street:
            ours.append(await _rate(street, size))
        async with stage.other("bare") as street:
            bare.append(await _rate(street, size))
    what = "acknowledgements of `/call help`"
    return [
        Figure(what=what, unit="/s", rounds=ours, beside=bare, other="bare Bolt", ratio_least=0.9)
    ]


async def _rate(street: Street, size: Size) -> float:
    await _meet(street)
    help_ = partial(command, "help", street.neighbours.port)
    return await load.rate(street.ports[0], help_, size.fast)


async def slow_neighbours(stage: Stage, size: Size) -> list[Figure]:
    """Measure how late the last of a hundred acknowledgements is while the neighbours are slow."""
    found = []
    for text, strangers in (("", False), ("help", False), ("help", True)):
        people = STRANGERS if strangers else PEOPLE
        async with stage.ringback(stage.sqlite()) as street:
            ours = await _late(street, size, text, people)
            complaints = _counted(street.app[0].complaints())
        async with stage.other("bare") as street:
            bare = await _late(street, size, text, people)
        who = ", people never seen before" if strangers else ""
        found.append(
            Figure(
                what=f"p99 of `{f'/call {text}'.strip()}` at {A_SECOND}/s, slow neighbours{who}",
                unit="ms",
                rounds=[1000 * percentile(ours, 0.99)],
                beside=[1000 * percentile(bare, 0.99)],
                other="bare Bolt",
                most=40,
                notes={"p50": 1000 * percentile(ours, 0.5), "logged": complaints},
            )
        )
    return found


async def _late(street: Street, size: Size, text: str, people: int) -> list[float]:
    await _meet(street)
    port = street.neighbours.port
    await street.neighbours.behave(slack_after=SLOW, allomia_after=SLOW)
    asked = partial(command, text, port, people)
    async with calling(street):
        return await load.paced(street.ports[0], asked, A_SECOND, size.paced)


@asynccontextmanager
async def calling(street: Street) -> AsyncIterator[None]:
    """Place a call now and then while the block lasts."""

    async def place() -> None:
        async with Lines(*street.ports) as lines:
            while True:
                expect((await lines.ask(call_now(street.neighbours.port))).status)
                await asyncio.sleep(CALL_EVERY)

    task = asyncio.create_task(place())
    yield
    task.cancel()
    await asyncio.wait({task})


async def _meet(street: Street) -> None:
    """Let every person say something, so that their language is known, and the code is warm."""
    async with Lines(*street.ports) as lines:
        for _ in range(PEOPLE):
            expect((await lines.ask(command("help", street.neighbours.port))).status)


def _counted(lines: list[str]) -> dict[str, int]:
    """Count what was logged, by its sentence."""
    found: dict[str, int] = {}
    for line in lines:
        sentence = line.split(": ", 1)[-1].split("=")[0].rpartition(" ")[0]
        found[sentence] = found.get(sentence, 0) + 1
    return found
