"""Processes of their own: started, waited for, weighed, ended."""

import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bench.gestures import request
from bench.line import HOST, Line

ROOT = Path(__file__).parent.parent
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")
START_WITHIN, STOP_WITHIN = 30.0, 12.0  # seconds
LOOK, STILL, STILL_WITHIN = 0.02, 0.3, 120.0  # seconds
TICKS = os.sysconf("SC_CLK_TCK")  # a second, as the kernel counts a process's time
MB = 1024  # kB, as the kernel tells memory


class Child:
    """A process that serves at a port of the loopback."""

    def __init__(self, process: asyncio.subprocess.Process, port: int, log: Path) -> None:
        self.port = port
        self.ready_after = 0.0  # seconds
        self._process = process
        self._log = log
        self._begun = time.perf_counter()

    async def ready(self, path: str = "/readyz") -> None:
        """Wait until it says that it is ready, and note how long that has taken."""
        async with asyncio.timeout(START_WITHIN):
            while not await _says_so(self.port, path):
                if self._process.returncode is not None:
                    raise RuntimeError(f"it ended at once: {self._log.read_text()[-2000:]}")
                await asyncio.sleep(0.005)
        self.ready_after = time.perf_counter() - self._begun

    def memory(self) -> float:
        """Return its resident memory in MB."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / MB

    def busy(self) -> float:
        """Return the seconds of processor time that it has used."""
        stat = Path(f"/proc/{self._process.pid}/stat").read_text()
        user, system = stat.rpartition(") ")[2].split()[11:13]
        return (int(user) + int(system)) / TICKS

    def complaints(self) -> list[str]:
        """Return what it has logged as going wrong."""
        lines = self._log.read_text().splitlines()
        return [line for line in lines if " WARNING " in line or " ERROR " in line]

    async def end(self) -> None:
        """Ask it to end, and see that it does."""
        if self._process.returncode is not None:
            return
        self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_WITHIN)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def child(
    python: Path, *what: str, port: int, folder: Path, environ: Mapping[str, str]
) -> AsyncIterator[Child]:
    """Run a Python on something, with a complete environment; it ends with the block."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    log = folder / f"{port}.log"
    with log.open("ab") as said:
        process = await asyncio.create_subprocess_exec(
            python,
            *what,
            cwd=folder,
            env=kept | {"PYTHONPATH": str(ROOT), **environ},
            stdout=DEVNULL,
            stderr=said,
        )
    started = Child(process, port, log)
    try:
        yield started
    finally:
        await started.end()


async def _says_so(port: int, path: str) -> bool:
    try:
        line = await Line.open(port)
    except OSError:
        return False
    try:
        return (await line.ask(request("GET", path))).status == 200  # noqa: PLR2004 - OK
    except (OSError, EOFError):
        return False
    finally:
        line.close()


class Watched:
    """What a probe has measured, in seconds an answer; filled when its block ends."""

    took: list[float]


@asynccontextmanager
async def probed(port: int) -> AsyncIterator[Watched]:
    """Ask a server how it is at a steady pace while the block lasts."""
    watched = Watched()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.probe", str(port), cwd=ROOT, stdin=PIPE, stdout=PIPE
    )
    try:
        yield watched
        async with asyncio.timeout(STOP_WITHIN):
            said, _ = await process.communicate(b"")
        watched.took = json.loads(said)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


class Control:
    """The driver's side of the neighbours."""

    def __init__(self, served: Child) -> None:
        self.port = served.port
        self._line: Line | None = None

    async def behave(self, **how: float) -> None:
        """Let them answer after some seconds, or let calls not end by themselves."""
        await self._ask("behave", how)

    async def seen(self) -> dict[str, Any]:
        """Return what they were asked so far, and what they saw of outcomes."""
        return await self._ask("seen", {})

    async def ring(self) -> float:
        """Let the oldest call end; return the seconds from its callback to its reply."""
        return float((await self._ask("ring", {}))["seconds"])

    async def until(self, what: str, count: int) -> None:
        """Wait until they have seen so many of something, for two minutes at most."""
        for _ in range(round(STILL_WITHIN / LOOK)):
            if (await self.seen())[what] >= count:
                return
            await asyncio.sleep(LOOK)

    async def until_still(self) -> dict[str, Any]:
        """Wait until nobody has asked them anything for a while; return what they have seen."""
        before: dict[str, Any] | None = None
        async with asyncio.timeout(STILL_WITHIN):
            while (now := await self.seen()) != before:
                before = now
                await asyncio.sleep(STILL)
        return now

    async def _ask(self, verb: str, what: Mapping[str, object]) -> dict[str, Any]:
        self._line = self._line or await Line.open(self.port)
        said = json.dumps(what).encode()
        answer = await self._line.ask(
            request("POST", f"/control/{verb}", said, Content_Type="application/json")
        )
        if answer.status != 200:  # noqa: PLR2004 - OK
            raise RuntimeError(f"the neighbours did not {verb}: {answer.status} at {HOST}")
        found: dict[str, Any] = json.loads(answer.body)
        return found
