"""Transcripts, fetched from wherever AlloMia's link leads, but never from our own network."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable
from typing import Self
from urllib.parse import SplitResult, urljoin, urlsplit

import httpx

from calls.errors import AlloMiaUnavailable, Reason
from calls.tls import trusted

LARGEST = 2 << 20  # bytes
WITHIN = 20.0  # seconds
REDIRECTS = 3
MOVED = frozenset({301, 302, 303, 307, 308})
OK = 200

NAT64 = ipaddress.ip_network("64:ff9b::/96")  # holds an address of the older kind
IPV4 = 0xFFFFFFFF

LOOPBACK = {"127.0.0.1", "::1", "localhost"}

AWAY = Reason(key="look.trouble")

Resolve = Callable[[str, int], Awaitable[list[str]]]
"""Return the addresses of a host."""


async def resolved(host: str, port: int) -> list[str]:
    """Ask the DNS for the addresses of a host."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


class Transcripts:
    """Follow links that carry their own permission: AlloMia's key is not shown to them.

    ``home`` is AlloMia's own address: what stands there is reached as the operator has set it.
    """

    def __init__(
        self,
        home: str,
        transport: httpx.AsyncBaseTransport | None = None,
        resolve: Resolve = resolved,
    ) -> None:
        self._home = _origin(urlsplit(home))
        self._resolve = resolve
        self._client = httpx.AsyncClient(
            headers={"Accept-Encoding": "identity"},
            timeout=WITHIN,
            verify=trusted(),
            transport=transport,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    def _is_home(self, parts: SplitResult) -> bool:
        """Tell whether a link stays at AlloMia's address, or in the machine of a rehearsal."""
        rehearsed = parts.scheme == "http" and {parts.hostname, self._home[1]} <= LOOPBACK
        return rehearsed or _origin(parts) == self._home

    async def fetch(self, link: str) -> str:
        """Fetch a text; raises ``AlloMiaUnavailable`` for whatever is in the way."""
        try:
            async with asyncio.timeout(WITHIN):
                return await self._followed(link)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, OSError, ValueError):
            raise AlloMiaUnavailable(AWAY) from None

    async def _followed(self, link: str) -> str:
        for _ in range(REDIRECTS + 1):
            request = await self._request(link)
            answer = await self._client.send(request, stream=True)
            try:
                if answer.status_code in MOVED:
                    link = urljoin(link, answer.headers.get("location", ""))
                    continue
                return await _text(answer)
            finally:
                await answer.aclose()
        raise AlloMiaUnavailable(AWAY)

    async def _request(self, link: str) -> httpx.Request:
        """Ask at the very address that was looked at: its name may lead elsewhere meanwhile."""
        parts = urlsplit(link)
        host = parts.hostname or ""
        if self._is_home(parts):
            return self._client.build_request("GET", link)
        if parts.scheme != "https" or not host or parts.username is not None:
            raise AlloMiaUnavailable(AWAY)
        addresses = await self._resolve(host, parts.port or 443)
        if not addresses or not all(is_public(address) for address in addresses):
            raise AlloMiaUnavailable(AWAY)
        return self._client.build_request(
            "GET",
            httpx.URL(link).copy_with(host=addresses[0]),
            headers={"Host": parts.netloc},
            extensions={"sni_hostname": host},
        )


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.hostname, parts.port or usual


def is_public(address: str) -> bool:
    """Tell whether an address is one of the internet's, and nobody's own."""
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = ipaddress.ip_address(int(found) & IPV4) if found in NAT64 else found
    return all(one.is_global and not one.is_multicast for one in (found, inner))


async def _text(answer: httpx.Response) -> str:
    if answer.status_code != OK or answer.headers.get("content-encoding", "identity") != "identity":
        raise AlloMiaUnavailable(AWAY)
    content = b""
    async for piece in answer.aiter_raw():
        content += piece
        if len(content) > LARGEST:
            raise AlloMiaUnavailable(AWAY)
    return content.decode(errors="replace")
