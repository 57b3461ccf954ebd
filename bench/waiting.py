"""What ten thousand calls cost that wait for their hour."""

import asyncio
import time

from bench import rows
from bench.figures import Figure
from bench.size import Size
from bench.stage import Stage


async def idle(stage: Stage, size: Size) -> list[Figure]:
    """Measure memory, processor time and the time to start."""
    fresh = []
    for _ in range(size.starts):
        async with stage.ringback(stage.sqlite()) as street:
            await street.neighbours.until_still()
            fresh.append(street.app[0].memory())
    database = stage.sqlite()
    await rows.write(database, *rows.waiting(size.waiting))
    memory, starts = [], []
    for _ in range(size.starts):
        async with stage.ringback(database) as street:
            starts.append(street.app[0].ready_after)
            await street.neighbours.until_still()
            memory.append(street.app[0].memory())
    async with stage.ringback(database) as street:
        await asyncio.sleep(1)  # what comes with the start is not idleness
        app = street.app[0]
        used, begun = app.busy(), time.monotonic()
        await asyncio.sleep(size.rest)
        share = (app.busy() - used) / (time.monotonic() - begun)
        memory_later = app.memory()
    many = f"{size.waiting:,} calls waiting"
    return [
        Figure(what="memory at the first start", unit="MB", rounds=fresh, most=85),
        Figure(
            what=f"memory with {many}",
            unit="MB",
            rounds=[*memory, memory_later],
            most=100,
        ),
        Figure(what=f"processor with {many}", unit="%", rounds=[100 * share], most=2),
        Figure(what=f"start to ready with {many}", unit="s", rounds=starts, most=1.5),
    ]
