"""How fast calls go from the command to the outcome in the thread."""

import asyncio
from functools import partial

from bench import load
from bench.figures import Figure, percentile
from bench.gestures import call_now
from bench.line import Lines
from bench.load import expect
from bench.processes import probed
from bench.size import Size
from bench.stage import Stage, Street

OUTCOMES = "calls/s from command to outcome"
NEVER = "100000"  # seconds until Ringback asks about a call by itself
STILL = 0.02  # seconds between a call's end and the next callback


async def on_sqlite(stage: Stage, size: Size) -> list[Figure]:
    """Measure calls a second on SQLite, beside the naive script."""
    ours, naive = [], []
    for _ in range(size.rounds):
        async with stage.ringback(stage.sqlite()) as street:
            ours.append(await _calls(street, size))
        async with stage.other("naive") as street:
            naive.append(await _calls(street, size))
    return [
        Figure(
            what=f"{OUTCOMES}, SQLite",
            unit="/s",
            rounds=ours,
            beside=naive,
            other="naive script",
            least=100,
            ratio_least=0.5,
        )
    ]


async def on_postgresql(stage: Stage, size: Size) -> list[Figure]:
    """Measure calls a second on PostgreSQL: one process, two alike, and two that share the work."""
    ways: dict[tuple[str, ...], list[float]] = {("all",): [], ("all", "all"): []}
    ways[("web", "worker")] = []
    for _ in range(size.rounds):
        for roles, rounds in ways.items():
            async with stage.ringback(await stage.postgresql(), *roles) as street:
                rounds.append(await _calls(street, size))
    one, two, apart = ways.values()
    what, beside = f"{OUTCOMES}, PostgreSQL", partial(Figure, beside=one, other="one process")
    return [
        Figure(what=f"{what}, one process", unit="/s", rounds=one, least=130),
        beside(what=f"{what}, two processes", unit="/s", rounds=two, ratio_least=0.9),
        beside(what=f"{what}, web + worker", unit="/s", rounds=apart),
    ]


async def _calls(street: Street, size: Size) -> float:
    await load.calls(street, size.warm)
    return await load.calls(street, size.calls)


async def one_by_one(stage: Stage, size: Size) -> list[Figure]:
    """Measure how long a thread waits for its reply from the callback on, nothing else going on."""
    async with stage.ringback(stage.sqlite(), POLL_FIRST=NEVER) as street:
        ours = await _rung(street, size)
    async with stage.other("naive") as street:
        naive = await _rung(street, size)
    return [
        Figure(
            what=f"callback to reply, idle, p{round(100 * share)}",
            unit="ms",
            rounds=[1000 * percentile(ours, share)],
            beside=[1000 * percentile(naive, share)],
            other="naive script",
            most=most,
        )
        for share, most in ((0.5, 10), (0.99, 30))
    ]


async def _rung(street: Street, size: Size) -> list[float]:
    neighbours = street.neighbours
    await neighbours.behave(instant=False)
    async with Lines(*street.ports) as lines:
        for _ in range(size.warm + size.one_by_one):
            expect((await lines.ask(call_now(neighbours.port))).status)
    await neighbours.until("dialled", size.warm + size.one_by_one)
    await neighbours.until_still()
    took = []
    for _ in range(size.warm + size.one_by_one):
        took.append(await neighbours.ring())
        await asyncio.sleep(STILL)
    return took[size.warm :]


async def pauses(stage: Stage, size: Size) -> list[Figure]:
    """Measure the longest time for which an app that has more to do than it can answers nobody."""
    ours, naive = [], []
    for _ in range(size.rounds):
        async with stage.ringback(stage.sqlite()) as street:
            ours.append(await _worst(street, size))
        async with stage.other("naive") as street:
            naive.append(await _worst(street, size))
    return [
        Figure(
            what="worst pause of the event loop at saturation",
            unit="ms",
            rounds=ours,
            beside=naive,
            other="naive script",
            most=50,
        )
    ]


async def _worst(street: Street, size: Size) -> float:
    await load.calls(street, size.warm)
    async with probed(street.ports[0]) as watched:
        await load.calls(street, size.calls)
    return 1000 * max(watched.took)
