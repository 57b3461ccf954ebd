"""A server of the loopback whose answers are written to the last byte."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

Headers = dict[str, str]


@dataclass(frozen=True)
class Asked:
    """A request as it arrived."""

    method: str
    target: str
    headers: Headers  # names in lower case
    content: bytes

    @property
    def path(self) -> str:
        """Return the path, as it was written."""
        return urlsplit(self.target).path

    @property
    def values(self) -> dict[str, str]:
        """Return what the query says."""
        return dict(parse_qsl(urlsplit(self.target).query))


Serve = Callable[[Asked], bytes]
"""Write an answer."""


def written(content: bytes, status: int = 200, headers: Headers | None = None) -> bytes:
    """Write an answer that ends with its connection, whatever its headers say."""
    lines = [f"HTTP/1.1 {status} Said", *(f"{k}: {v}" for k, v in (headers or {}).items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + content


@asynccontextmanager
async def canned(serve: Serve) -> AsyncIterator[str]:
    """Serve one request a connection; give the address."""

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        named = (line.split(": ", 1) for line in head[1:] if line)
        headers = {name.lower(): value for name, value in named}
        content = await reader.readexactly(int(headers.get("content-length", 0)))
        method, target, _ = head[0].split(" ")
        writer.write(serve(Asked(method, target, headers, content)))
        writer.close()

    async with await asyncio.start_server(met, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
