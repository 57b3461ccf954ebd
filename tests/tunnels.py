"""A proxy that opens tunnels to hosts that exist in a test alone, each behind TLS of its own."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from proxies import certify

OPENED = b"HTTP/1.1 200 Connection established\r\n\r\n"


@asynccontextmanager
async def proxy(ports: Mapping[str, int]) -> AsyncIterator[str]:
    """Lead ``CONNECT host:443`` to the port of the loopback named for the host; give the address.

    A host that is not named is hung up on.
    """

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        method, target, _ = head.split(" ", 2)
        host, _, port = target.rpartition(":")
        if (method, port) == ("CONNECT", "443") and host in ports:
            writer.write(OPENED)
            await _joined(reader, writer, ports[host])
        writer.close()

    async with await asyncio.start_server(met, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@asynccontextmanager
async def secured(folder: Path, ports: Mapping[str, int]) -> AsyncIterator[dict[str, int]]:
    """Put TLS before each host's port, with ``folder/host.pem`` to be trusted; give its port."""
    async with AsyncExitStack() as stack:
        yield {
            host: await stack.enter_async_context(_terminated(folder / f"{host}.pem", host, port))
            for host, port in ports.items()
        }


@asynccontextmanager
async def _terminated(certificate: Path, host: str, port: int) -> AsyncIterator[int]:
    certify(certificate, host)
    shown = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    shown.load_cert_chain(certificate, certificate.with_name("privkey.pem"))

    async def met(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await _joined(reader, writer, port)
        writer.close()

    async with await asyncio.start_server(met, "127.0.0.1", 0, ssl=shown) as server:
        yield int(server.sockets[0].getsockname()[1])


async def _joined(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    """Pass on both ways until one side has ended."""
    inner, outer = await asyncio.open_connection("127.0.0.1", port)
    ways = [
        asyncio.create_task(_passed(reader, outer)),
        asyncio.create_task(_passed(inner, writer)),
    ]
    await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    for way in ways:
        way.cancel()
    outer.close()


async def _passed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while piece := await reader.read(1 << 16):
            writer.write(piece)
            await writer.drain()
