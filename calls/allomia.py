"""AlloMia's REST API, as documented at docs.allomia.com: place a call, ask how it is."""

import asyncio
import json
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import partial
from typing import Any, Self
from urllib.parse import quote

import aiohttp
from pydantic import SecretStr

from calls import allomia_answers, metrics
from calls.allomia_answers import Answer, Dispatched, Progress
from calls.errors import AlloMiaUnavailable, AlloMiaUncertain, Reason
from calls.order import Order
from calls.proxy import proxy_for
from calls.timeouts import awake_for

AT_ONCE = 16  # requests under way that dial, and as many that ask
LARGEST = 1 << 20  # bytes of an answer
CONNECT = 5.0  # seconds at most
GZIP = 16 + zlib.MAX_WBITS
TOO_LARGE = "an answer of this size is none of AlloMia's"

UNREACHABLE = Reason(key="allomia.unreachable")
NO_ANSWER = Reason(key="allomia.no_answer")
FROZEN = Reason(key="allomia.frozen")

TROUBLE = (aiohttp.ClientError, TimeoutError, OSError)

Request = Callable[[], AbstractAsyncContextManager[aiohttp.ClientResponse]]
"""Make a request, which leaves when it is entered."""


@dataclass
class _Departure:
    """Whether a request has left, and until which instant of the monotonic clock it may."""

    latest: float
    left: bool = False
    held: bool = False

    def leave(self) -> None:
        """Go, unless it is too late."""
        self.held = time.monotonic() >= self.latest
        if self.held:
            raise aiohttp.ClientError("the time in which the request was to leave has passed")
        self.left = True


async def _leaving(_: object, context: Any, __: object) -> None:  # noqa: ANN401
    # Told in the moment before the body is written, and the headers leave together with it. What
    # a proxy is asked before, CONNECT, is not told.
    if departure := context.trace_request_ctx:
        departure.leave()


class AlloMia:
    """Two long-lived sessions, one to dial and one to ask; open them with ``async with``.

    Dialling opens a fresh connection every time: a kept one that the other side has closed
    meanwhile would make an outcome uncertain that need not be.
    """

    def __init__(self, address: str, key: SecretStr, timeout: float) -> None:
        self._address = address.rstrip("/")
        self._timeout = timeout
        self._dialling, self._asking = (asyncio.Semaphore(AT_ONCE) for _ in range(2))
        watch = aiohttp.TraceConfig()
        watch.on_request_chunk_sent.append(_leaving)
        self._dialler, self._asker = (
            aiohttp.ClientSession(
                headers={
                    "Authorization": f"Bearer {key.get_secret_value()}",
                    "Accept-Encoding": "identity",  # it is unpacked here, with a bound
                },
                # Half of it at most to connect, TLS included: a handshake that is cut off from
                # outside leaves its socket open for a while. The whole is limited below.
                timeout=aiohttp.ClientTimeout(
                    total=None, sock_connect=min(CONNECT, timeout / 2), ceil_threshold=timeout
                ),
                connector=aiohttp.TCPConnector(limit=AT_ONCE, force_close=fresh),
                cookie_jar=aiohttp.DummyCookieJar(),
                auto_decompress=False,
                proxy=proxy_for(address),
                trace_configs=[watch],
            )
            for fresh in (True, False)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._dialler.close()
        await self._asker.close()

    async def create(self, order: Order, callback_url: str | None, deadline: float) -> Dispatched:
        """Place one call: ``POST /api/outbound``.

        ``deadline`` is an instant of the monotonic clock in seconds: the request does not leave
        unless more than its whole time-out remains until then. Raises ``AlloMiaRefused``,
        ``AlloMiaUnavailable`` (certainly not placed) or ``AlloMiaUncertain`` (never dial again).
        """
        departure = _Departure(deadline - self._timeout)
        request = partial(
            self._dialler.post,
            f"{self._address}/api/outbound",
            data=json.dumps(body(order, callback_url)).encode(),
            headers={"Content-Type": "application/json"},
            allow_redirects=False,
            trace_request_ctx=departure,
        )
        try:
            answer = await self._send("create", request, self._dialling)
        except TROUBLE:
            if departure.left:
                raise AlloMiaUncertain(NO_ANSWER) from None
            raise AlloMiaUnavailable(FROZEN if departure.held else UNREACHABLE) from None
        return allomia_answers.dispatched(answer, order)

    async def status(self, outbound_call_id: str, number: str | None = None) -> Progress:
        """Ask how a call to a number is: ``GET /api/outbound/{id}/status``.

        Raises ``AlloMiaUnavailable`` where the answer tells nothing: ask again later.
        """
        path = f"/api/outbound/{quote(outbound_call_id, safe='')}/status"
        return allomia_answers.progress(await self.ask("status", path), number)

    async def ask(self, name: str, path: str, values: Mapping[str, str] | None = None) -> Answer:
        """Ask for something that may be asked again: ``GET`` a path, counted under a name.

        Raises ``AlloMiaUnavailable`` where there is no answer.
        """
        request = partial(
            self._asker.get, self._address + path, params=values, allow_redirects=False
        )
        try:
            return await self._send(name, request, self._asking)
        except TROUBLE:
            raise AlloMiaUnavailable(UNREACHABLE) from None

    async def _send(self, method: str, request: Request, turn: asyncio.Semaphore) -> Answer:
        result = "no_answer"
        try:
            async with turn, awake_for(self._timeout):
                answer = await _exchanged(request)
            result = str(answer.status)
        finally:
            metrics.REQUESTS.labels("allomia", method, result).inc()
        metrics.waits("allomia", method, allomia_answers.retry_after(answer))
        return answer


async def _exchanged(request: Request) -> Answer:
    async with request() as response:
        content = b""
        async for piece in response.content.iter_any():
            content += piece
            if len(content) > LARGEST:
                raise aiohttp.ClientPayloadError(TOO_LARGE)
    headers = {name.lower(): value for name, value in response.headers.items()}
    content = _unpacked(content, headers.get("content-encoding", "identity"))
    return Answer(status=response.status, headers=headers, content=content)


def _unpacked(content: bytes, coding: str) -> bytes:
    """Unpack an answer, which nobody asked to be packed, as far as it may be large."""
    if coding.lower() == "identity":
        return content
    if coding.lower() != "gzip":
        raise aiohttp.ClientPayloadError("an answer packed in a way that nobody asked for")
    try:
        found = zlib.decompressobj(GZIP).decompress(content, LARGEST + 1)
    except zlib.error as fault:
        raise aiohttp.ClientPayloadError("an answer that cannot be unpacked") from fault
    if len(found) > LARGEST:
        raise aiohttp.ClientPayloadError(TOO_LARGE)
    return found


def body(order: Order, callback_url: str | None) -> dict[str, Any]:
    """Write the six documented fields, leaving out optional ones that are empty."""
    required = {
        "phoneNumber": order.number,
        "assistantId": order.assistant_id,
        "phoneNumberId": order.phone_number_id,
    }
    optional = {
        "customerName": order.name,
        "dynamicVariables": {key: str(value) for key, value in order.variables.items()},
        "callbackUrl": callback_url,
    }
    return required | {name: value for name, value in optional.items() if value}
