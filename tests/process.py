"""``python app.py``, a real process of its own, as an operator starts it."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from offspring import Offspring, fork
from sandbox.rehearsal import APP

START_WITHIN, STOP_WITHIN = 60.0, 10.0  # seconds
# What lets coverage count a process that ends by itself, for a fifth more of its start; the dead
# tell nothing. It is given where a process runs through what no test has inside its own.
COVERAGE = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}

# Only the loopback is spoken to. To read the real authorities would take 22 ms a connection pool.
AUTHORITIES = {"SSL_CERT_FILE": str(Path(__file__).parent / "nobody.pem")}


class Process:
    """The app; ``lines`` is what it has written to standard error so far."""

    def __init__(self, process: asyncio.subprocess.Process | Offspring) -> None:
        self._process = process
        self.lines: list[str] = []
        self._changed = asyncio.Event()
        self._reader = asyncio.create_task(self._read())

    @property
    def pid(self) -> int:
        """Its id."""
        return self._process.pid

    async def _read(self) -> None:
        assert self._process.stderr
        async for line in self._process.stderr:
            self.lines.append(line.decode().rstrip())
            self._changed.set()

    async def says(self, words: str) -> str:
        """Wait until it has written a line with some words, and return it."""
        async with asyncio.timeout(START_WITHIN):
            while True:
                found = next((line for line in self.lines if words in line), None)
                if found is not None:
                    return found
                assert not self._reader.done(), self.lines
                self._changed.clear()
                await self._changed.wait()

    async def end(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal, and return the exit status."""
        if self._process.returncode is None:
            self._process.send_signal(by)
        return await self.ended(2 * STOP_WITHIN)  # a busy machine takes longer

    async def ended(self, within: float = START_WITHIN) -> int:
        """Wait until it has ended, by itself say, and return the exit status."""
        async with asyncio.timeout(within):
            status = await self._process.wait()
            await self._reader
        return status

    def kill(self) -> None:
        """Let it die at once, without a chance to say anything."""
        self._process.kill()

    def freeze(self) -> None:
        """Let it stand still, as a machine that is suspended; return once it does."""
        self._process.send_signal(signal.SIGSTOP)
        while Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0] != "T":
            pass

    def wake(self) -> None:
        """Let it go on where it stood."""
        self._process.send_signal(signal.SIGCONT)


@asynccontextmanager
async def process(environ: Mapping[str, str], folder: Path) -> AsyncIterator[Process]:
    """Start the app with a complete environment, in a folder; it ends with the block."""
    async with _until_the_end(await _started(environ, folder)) as started:
        yield started


@asynccontextmanager
async def forked(environ: Mapping[str, str], folder: Path) -> AsyncIterator[Process]:
    """Do the same without starting Python, where that is not what is proved."""
    async with _until_the_end(await fork({**AUTHORITIES, **environ}, folder)) as begun:
        yield begun


async def _started(environ: Mapping[str, str], folder: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(APP),
        cwd=folder,
        env={**AUTHORITIES, **environ},
        stderr=asyncio.subprocess.PIPE,
    )


@asynccontextmanager
async def _until_the_end(
    child: asyncio.subprocess.Process | Offspring,
) -> AsyncIterator[Process]:
    started = Process(child)
    try:
        yield started
    finally:
        if child.returncode is None:
            child.kill()
        await started.ended()


@asynccontextmanager
async def ready(environ: Mapping[str, str], folder: Path) -> AsyncIterator[Process]:
    """Start the app, and wait until it listens."""
    async with process(environ, folder) as started:
        await started.says("Ringback listens")
        yield started


@asynccontextmanager
async def at_hand(environ: Mapping[str, str], folder: Path) -> AsyncIterator[Process]:
    """Fork the app, and wait until it listens."""
    async with forked(environ, folder) as begun:
        await begun.says("Ringback listens")
        yield begun
