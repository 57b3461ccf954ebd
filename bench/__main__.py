"""``python -m bench``: measure, print the table, write the JSON."""

import argparse
import asyncio
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from bench import answers, callbacks, flow, machine, postgres, waiting
from bench.figures import Figure, as_json, table
from bench.size import FULL, QUICK, Size
from bench.stage import Stage, stage

Scenario = Callable[[Stage, Size], Awaitable[list[Figure]]]

SCENARIOS: dict[str, Scenario] = {
    "help": answers.fast,
    "slow": answers.slow_neighbours,
    "calls": flow.on_sqlite,
    "postgresql": flow.on_postgresql,
    "idle": flow.one_by_one,
    "pauses": flow.pauses,
    "waiting": waiting.idle,
    "callbacks": callbacks.flood,
}
LONGEST = 300.0  # seconds for one scenario
LAST = Path(__file__).parent / "last.json"


def asked() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a smoke test; its figures are none")
    parser.add_argument("--only", action="append", choices=SCENARIOS, help="may be repeated")
    parser.add_argument("--rounds", type=int, help="how often what is compared takes turns")
    parser.add_argument(
        "--python", type=Path, default=Path(sys.executable), help="what the apps are run by"
    )
    parser.add_argument("--json", type=Path, default=LAST, help="where to write everything")
    return parser.parse_args()


async def measured(
    size: Size, names: list[str], python: Path
) -> tuple[list[Figure], dict[str, Any]]:
    """Run the scenarios one after another; return the figures, and facts of the machine."""
    task = cast("asyncio.Task[None]", asyncio.current_task())
    for number in (signal.SIGTERM, signal.SIGINT):  # leave nothing running behind
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    figures: list[Figure] = []
    async with stage(python) as made:
        facts = machine.facts(made.folder)
        for name in names:
            begun = time.monotonic()
            try:
                async with asyncio.timeout(LONGEST):
                    figures += await SCENARIOS[name](made, size)
            except Exception as fault:  # noqa: BLE001 - the others are measured all the same
                print(f"{name} was not measured: {_why(fault)}", file=sys.stderr)
                facts.setdefault("not_measured", {})[name] = _why(fault)
            print(f"{name}: {time.monotonic() - begun:.0f} s", file=sys.stderr)
        if made.has_server:
            facts["postgresql"] = await postgres.version(made.server)
    return figures, facts


def _why(fault: BaseException) -> str:
    while isinstance(fault, BaseExceptionGroup):
        fault = fault.exceptions[0]
    return f"{type(fault).__name__}: {fault}"


def run() -> int:
    """Do what the command line asks for; return the exit status."""
    wanted = asked()
    size = QUICK if wanted.quick else FULL
    if wanted.rounds:
        size = replace(size, rounds=wanted.rounds)
    names = wanted.only or list(SCENARIOS)
    try:
        figures, facts = asyncio.run(measured(size, names, wanted.python.absolute()))
    except asyncio.CancelledError:
        return 1
    wanted.json.write_text(as_json(figures, facts, quick=wanted.quick))
    print(table(figures))
    return 1 if "not_measured" in facts else 0


if __name__ == "__main__":
    sys.exit(run())
