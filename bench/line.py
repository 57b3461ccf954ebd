"""A kept connection that speaks just enough HTTP to load a server without being loaded itself."""

import asyncio
import re
import time
from typing import NamedTuple, Self

HOST = "127.0.0.1"
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
PATIENCE = 30.0  # seconds for one answer


class Answer(NamedTuple):
    """What was answered, and after how many seconds."""

    status: int
    body: bytes
    seconds: float


class Line:
    """One connection; one request at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def open(cls, port: int) -> Self:
        """Connect to a port of the loopback."""
        return cls(*await asyncio.open_connection(HOST, port))

    async def ask(self, request: bytes) -> Answer:
        """Send a request, and read its answer."""
        begun = time.perf_counter()
        self._writer.write(request)
        async with asyncio.timeout(PATIENCE):
            head = await self._reader.readuntil(b"\r\n\r\n")
            length = LENGTH.search(head)
            body = await self._reader.readexactly(int(length[1])) if length else b""
        return Answer(int(head[9:12]), body, time.perf_counter() - begun)

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


class Lines:
    """As many lines as are needed at once, in turn to each of the ports."""

    def __init__(self, *ports: int) -> None:
        self._free: dict[int, list[Line]] = {port: [] for port in ports}
        self._asked = 0

    async def ask(self, request: bytes) -> Answer:
        """Send a request over a line that nobody uses just now."""
        port = list(self._free)[self._asked % len(self._free)]
        self._asked += 1
        free = self._free[port]
        line = free.pop() if free else await Line.open(port)
        answer = await line.ask(request)
        free.append(line)
        return answer

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for free in self._free.values():
            for line in free:
                line.close()
