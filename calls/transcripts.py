"""Transcripts, fetched from wherever AlloMia's link leads, but never from our own network."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Self
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import aiohttp
from yarl import URL

from calls.errors import AlloMiaUnavailable, Reason
from calls.proxy import proxy_for

LARGEST = 2 << 20  # bytes
WITHIN = 20.0  # seconds
REDIRECTS = 3
MOVED = frozenset({301, 302, 303, 307, 308})
OK = 200
SENT_AS_IT_IS = "%:/?#[]@!$&'()*+,;=~"

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
        resolve: Resolve = resolved,
        middlewares: Sequence[aiohttp.ClientMiddlewareType] = (),
    ) -> None:
        self._home = _origin(urlsplit(home))
        self._resolve = resolve
        self._session = aiohttp.ClientSession(
            headers={"Accept-Encoding": "identity"},
            timeout=aiohttp.ClientTimeout(total=WITHIN),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            middlewares=middlewares,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    def _is_home(self, parts: SplitResult) -> bool:
        """Tell whether a link stays at AlloMia's address, or in the machine of a rehearsal."""
        rehearsed = parts.scheme == "http" and {parts.hostname, self._home[1]} <= LOOPBACK
        return rehearsed or _origin(parts) == self._home

    async def fetch(self, link: str) -> str:
        """Fetch a text; raises ``AlloMiaUnavailable`` for whatever is in the way."""
        try:
            async with asyncio.timeout(WITHIN):
                return await self._followed(link)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            raise AlloMiaUnavailable(AWAY) from None

    async def _followed(self, link: str) -> str:
        for _ in range(REDIRECTS + 1):
            async with await self._asked(link) as answer:
                if answer.status not in MOVED:
                    return await _text(answer)
                link = urljoin(link, answer.headers.get("location", ""))
        raise AlloMiaUnavailable(AWAY)

    async def _asked(self, link: str) -> aiohttp.ClientResponse:
        """Ask at the very address that was looked at: its name may lead elsewhere meanwhile."""
        parts = urlsplit(link)
        host = parts.hostname or ""
        ask = partial(self._session.get, allow_redirects=False, proxy=proxy_for(link))
        if self._is_home(parts):
            return await ask(_exact(link))
        if parts.scheme != "https" or not host or parts.username is not None:
            raise AlloMiaUnavailable(AWAY)
        addresses = await self._resolve(host, parts.port or 443)
        if not addresses or not all(is_public(address) for address in addresses):
            raise AlloMiaUnavailable(AWAY)
        there = _exact(link).with_host(addresses[0])
        return await ask(there, headers={"Host": parts.netloc}, server_hostname=host)


def _exact(link: str) -> URL:
    """Keep a link as it is signed; only what could not be sent at all is encoded."""
    return URL(quote(link, safe=SENT_AS_IT_IS), encoded=True)


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.hostname, parts.port or usual


def is_public(address: str) -> bool:
    """Tell whether an address is one of the internet's, and nobody's own."""
    found = ipaddress.ip_address(address.partition("%")[0])
    inner = ipaddress.ip_address(int(found) & IPV4) if found in NAT64 else found
    return all(one.is_global and not one.is_multicast for one in (found, inner))


async def _text(answer: aiohttp.ClientResponse) -> str:
    if answer.status != OK or answer.headers.get("content-encoding", "identity") != "identity":
        raise AlloMiaUnavailable(AWAY)
    content = b""
    async for piece in answer.content.iter_any():
        content += piece
        if len(content) > LARGEST:
            raise AlloMiaUnavailable(AWAY)
    return content.decode(errors="replace")
