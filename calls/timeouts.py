"""Time-outs that a pause does not use up: of the machine, of the process, of a busy core."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

STEPS = 10  # of a time-out


@asynccontextmanager
async def awake_for(seconds: float) -> AsyncIterator[None]:
    """Raise ``TimeoutError`` after so many seconds, of which few count while we are frozen.

    They pass in steps: who wakes in one of them has the others left to read what came meanwhile.
    """
    loop = asyncio.get_running_loop()
    clock: asyncio.TimerHandle

    def pass_by(left: int) -> None:
        nonlocal clock
        if left:
            clock = loop.call_later(seconds / STEPS, pass_by, left - 1)
        else:
            limit.reschedule(loop.time())

    async with asyncio.timeout(None) as limit:
        pass_by(STEPS)
        try:
            yield
        finally:
            clock.cancel()
