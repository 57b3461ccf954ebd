"""The app as a real process that begins with everything imported: a second of work less.

Python's own fork server imports the app once; each process is forked from there. It has its own
memory, environment and folder, and is killed and frozen as any other.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from functools import cache
from multiprocessing import forkserver, get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import app

ROOT = Path(__file__).parent.parent


class Offspring:
    """A forked process, with what asyncio tells of the processes that it starts."""

    def __init__(self, child: ForkServerProcess, stderr: asyncio.StreamReader) -> None:
        assert child.pid
        self.pid: int = child.pid
        self.stderr = stderr
        self._child = child
        self._loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[int] = self._loop.create_future()
        self._loop.add_reader(child.sentinel, self._end)

    @property
    def returncode(self) -> int | None:
        """How it ended, once it has."""
        return self._child.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """Let it die at once."""
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """Wait until it has ended, and return how."""
        return await asyncio.shield(self._ended)

    def _end(self) -> None:
        self._loop.remove_reader(self._child.sentinel)
        status = self._child.exitcode
        assert status is not None
        self._ended.set_result(status)


@cache
def _nursery() -> ForkServerContext:
    """Start the server that all are forked from; coverage does not count in them."""
    context, kept = get_context("forkserver"), dict(os.environ)
    context.set_forkserver_preload(["app"])
    os.environ["PYTHONPATH"] = str(ROOT)
    for name in kept:
        if name.startswith("COVERAGE_"):
            del os.environ[name]
    try:
        forkserver.ensure_running()
    finally:
        os.environ.clear()
        os.environ.update(kept)
    return context


def _run(stderr: Connection, environ: Mapping[str, str], folder: Path) -> None:
    os.dup2(stderr.fileno(), sys.stderr.fileno())
    stderr.close()
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(folder)
    sys.argv[:] = ["app.py"]
    sys.exit(app.start())


async def fork(environ: Mapping[str, str], folder: Path) -> Offspring:
    """Begin a process with a complete environment, in a folder."""
    heard, told = os.pipe()
    with Connection(told, readable=False) as stderr:
        child = _nursery().Process(target=_run, args=(stderr, dict(environ), folder))
        await asyncio.to_thread(child.start)
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(heard, "rb")
    )
    return Offspring(child, reader)
