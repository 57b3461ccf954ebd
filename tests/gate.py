"""A gate between an app and PostgreSQL, which can keep back the answer to one commit."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

PIECE = 1 << 16  # bytes


class Gate:
    """Passes everything on until it is told what to keep; ``url`` is the database behind it."""

    def __init__(self, url: str) -> None:
        self._behind = make_url(url)
        self.url = url
        self.kept = asyncio.Event()  # set once an answer is kept back
        self.opened = asyncio.Event()  # set it to let that answer go
        self.closing = asyncio.Event()
        self.reading = self.writing = b""  # a field that is waited for, as the wire has it
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def socket(self) -> Path:
        """Where the server behind it listens."""
        return Path(str(self._behind.query["host"])) / ".s.PGSQL.5432"

    def listens(self, port: int) -> None:
        """Note where the gate itself is reached."""
        before = self._behind.set(host="127.0.0.1", port=port, query={})
        self.url = before.render_as_string(hide_password=False)

    def keep(self, *, reading: str = "", writing: str = "") -> None:
        """Keep back the answer to the commit of whoever next reads or writes a field."""
        self.reading, self.writing = _field(reading), _field(writing)

    async def pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection until either side leaves."""
        self._tasks.add(task := asyncio.ensure_future(_Line(self).carry(reader, writer)))
        with suppress(asyncio.CancelledError):
            await task

    async def close(self) -> None:
        """Hang up on everybody."""
        self.closing.set()
        await asyncio.gather(*self._tasks, return_exceptions=True)


class _Line:
    """One connection, and whether its answers are kept back."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._met = self._shut = False

    async def carry(self, asks: asyncio.StreamReader, told: asyncio.StreamWriter) -> None:
        ends, ways = [told], list[asyncio.Task[Any]]()
        try:
            answers, asked = await asyncio.open_unix_connection(self._gate.socket)
            ends.append(asked)
            ways.append(asyncio.create_task(self._there(asks, asked)))
            ways.append(asyncio.create_task(self._back(answers, told)))
            ways.append(asyncio.create_task(self._gate.closing.wait()))
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for end in ends:
                end.close()
            await asyncio.gather(*(end.wait_closed() for end in ends), return_exceptions=True)

    async def _there(self, asks: asyncio.StreamReader, asked: asyncio.StreamWriter) -> None:
        while piece := await asks.read(PIECE):
            self._met |= bool(self._gate.writing) and self._gate.writing in piece
            if self._met and b"COMMIT" in piece:
                self._shut = True
                self._gate.kept.set()
            asked.write(piece)

    async def _back(self, answers: asyncio.StreamReader, told: asyncio.StreamWriter) -> None:
        while piece := await answers.read(PIECE):
            self._met |= bool(self._gate.reading) and self._gate.reading in piece
            if self._shut:
                await self._gate.opened.wait()
            told.write(piece)


def _field(word: str) -> bytes:
    return len(word).to_bytes(4, "big") + word.encode() if word else b""


@asynccontextmanager
async def gate_before(url: str) -> AsyncIterator[Gate]:
    """Open a gate before a database."""
    gate = Gate(url)
    server = await asyncio.start_server(gate.pass_on, "127.0.0.1", 0)
    gate.listens(server.sockets[0].getsockname()[1])
    try:
        yield gate
    finally:
        server.close()
        await gate.close()
        await server.wait_closed()
