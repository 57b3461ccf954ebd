"""What a flood of callbacks does: many senders, every call rung several times."""

import asyncio
import random

from bench import rows
from bench.figures import Figure, percentile
from bench.gestures import callback
from bench.line import Lines
from bench.load import expect
from bench.size import Size
from bench.stage import Stage

NO_CONTENT = 204


async def flood(stage: Stage, size: Size) -> list[Figure]:
    """Measure how late callbacks are answered, and see that each call is announced once."""
    database = stage.sqlite()
    calls, kind = rows.ringing(size.ringing)
    await rows.write(database, calls, kind)
    rings = [callback(call.gesture, call.outbound_call_id or "") for call in calls] * size.rings
    random.Random(1).shuffle(rings)  # noqa: S311 - the same order in every run
    took: list[float] = []
    async with stage.ringback(database) as street, Lines(*street.ports) as lines:

        async def send() -> None:
            while rings:
                answer = await lines.ask(rings.pop())
                expect(answer.status, NO_CONTENT)
                took.append(answer.seconds)

        async with asyncio.TaskGroup() as going:
            for _ in range(size.senders):
                going.create_task(send())
        await street.neighbours.until("told", size.ringing)
        seen = await street.neighbours.until_still()
    if (seen["told"], seen["twice"]) != (size.ringing, 0):
        raise AssertionError(f"{size.ringing} calls rang, but {seen} were seen")
    count = f"{len(took):,} callbacks from {size.senders} senders"
    return [
        Figure(
            what=f"{count}: p99 of the answer, each call announced once",
            unit="ms",
            rounds=[1000 * percentile(took, 0.99)],
            most=500,
            notes={"p50": 1000 * percentile(took, 0.5)},
        )
    ]
