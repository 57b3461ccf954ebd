"""Loads: as fast as an app answers, at a steady pace, or calls from command to outcome."""

import asyncio
import time
from collections.abc import Callable

from bench.gestures import call_now
from bench.line import Line, Lines
from bench.processes import Control
from bench.stage import Street

AT_ONCE = 32  # requests on their way at saturation
WINDOW = 100  # calls between command and outcome at saturation
TYPING = 16  # commands at once
TRIES = 5  # for one call
LOOK = 0.01  # seconds between looks at what has come out
FLOW_WITHIN = 120.0  # seconds
OK = 200


async def rate(port: int, request: Callable[[], bytes], seconds: float) -> float:
    """Return how many requests a second are answered when every answer brings the next."""
    end = time.perf_counter() + seconds

    async def one() -> int:
        line, answered = await Line.open(port), 0
        while time.perf_counter() < end:
            expect((await line.ask(request())).status)
            answered += 1
        line.close()
        return answered

    begun = time.perf_counter()
    answered = await asyncio.gather(*(one() for _ in range(AT_ONCE)))
    return sum(answered) / (time.perf_counter() - begun)


async def paced(
    port: int, request: Callable[[], bytes], a_second: float, seconds: float
) -> list[float]:
    """Send requests at a pace that waits for no answer; return the seconds that each took."""
    begun = time.perf_counter()

    async with Lines(port) as lines, asyncio.TaskGroup() as going:

        async def one() -> float:
            answer = await lines.ask(request())
            expect(answer.status)
            return answer.seconds

        asked = []
        for n in range(round(a_second * seconds)):
            await asyncio.sleep(begun + n / a_second - time.perf_counter())
            asked.append(going.create_task(one()))
    return [task.result() for task in asked]


async def calls(street: Street, count: int) -> float:
    """Place calls; return how many a second went from their commands to their outcomes.

    ``WINDOW`` of them are on their way at once. Raises an error where one is dialled twice, told
    twice, or lost.
    """
    neighbours = street.neighbours
    before = await neighbours.seen()
    begun = time.monotonic()
    async with (
        asyncio.timeout(FLOW_WITHIN),
        Lines(*street.ports) as lines,
        asyncio.TaskGroup() as going,
    ):
        sent, told, turn = 0, 0, asyncio.Semaphore(TYPING)
        while told < count:
            for _ in range(min(count, told + WINDOW) - sent):
                going.create_task(_placed(lines, neighbours, turn))
                sent += 1
            await asyncio.sleep(LOOK)
            seen = await neighbours.seen()
            told = seen["told"] - before["told"]
    after = await neighbours.until_still()
    if {after[what] - before[what] for what in ("told", "dialled", "numbers")} != {count}:
        raise AssertionError(f"{count} calls were placed, but {after} were seen")
    if after["twice"]:
        raise AssertionError(f"{after['twice']} calls were told twice")
    return count / (float(seen["last"]) - begun)


async def _placed(lines: Lines, neighbours: Control, turn: asyncio.Semaphore) -> None:
    """Place a call; where it is refused because the database is busy, as a person would: again."""
    for _ in range(TRIES):
        async with turn:
            answer = await lines.ask(call_now(neighbours.port))
        expect(answer.status)
        if not answer.body:  # in a conversation the call's message is the answer
            return
    raise AssertionError(f"a call was not placed: {answer.body.decode()}")


def expect(status: int, wanted: int = OK) -> None:
    """See that an answer is what it should be."""
    if status != wanted:
        raise AssertionError(f"answered {status} instead of {wanted}")
