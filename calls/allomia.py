"""AlloMia's REST API, as documented at docs.allomia.com: place a call, ask how it is."""

import asyncio
import time
import zlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Self
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from calls import allomia_answers, figures
from calls.allomia_answers import Answer, Dispatched, Progress
from calls.errors import AlloMiaUnavailable, AlloMiaUncertain, Reason
from calls.order import Order
from calls.tls import trusted

AT_ONCE = 16  # requests under way; httpx is quadratic with hundreds of queued ones
LARGEST = 1 << 20  # bytes of an answer
CONNECT = 5.0  # seconds at most
STEPS = 10  # of a time-out
GZIP = 16 + zlib.MAX_WBITS
TOO_LARGE = "an answer of this size is none of AlloMia's"

UNREACHABLE = Reason(key="allomia.unreachable")
NO_ANSWER = Reason(key="allomia.no_answer")
FROZEN = Reason(key="allomia.frozen")

NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class _Frozen(Exception):
    """The time in which the request was allowed to leave has passed."""


class AlloMia:
    """Two long-lived clients, one to dial and one to ask; open them with ``async with``.

    Dialling opens a fresh connection every time: a kept one that the other side has closed
    meanwhile would make an outcome uncertain that need not be.
    """

    def __init__(
        self,
        address: str,
        key: SecretStr,
        timeout: float,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._timeout = timeout
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._dialler, self._asker = (
            httpx.AsyncClient(
                base_url=address,
                headers={
                    "Authorization": f"Bearer {key.get_secret_value()}",
                    "Accept-Encoding": "identity",  # httpx unpacks without a bound
                },
                # Half of it at most to connect, half for TLS: a handshake that is cut off from
                # outside leaves its socket open for a while. The whole is limited below.
                timeout=httpx.Timeout(None, connect=min(CONNECT, timeout / 2)),
                limits=httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=kept),
                verify=trusted(),
                transport=transport,
            )
            for kept in (0, AT_ONCE)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._dialler.aclose()
        await self._asker.aclose()

    async def create(self, order: Order, callback_url: str | None, deadline: float) -> Dispatched:
        """Place one call: ``POST /api/outbound``.

        ``deadline`` is an instant of the monotonic clock in seconds: the request does not leave
        unless more than its whole time-out remains until then. Raises ``AlloMiaRefused``,
        ``AlloMiaUnavailable`` (certainly not placed) or ``AlloMiaUncertain`` (never dial again).
        """
        sent = False

        async def leaving(step: str, info: Mapping[str, Any]) -> None:
            # The last moment before the first byte of the request is written; a proxy is asked
            # to CONNECT before.
            nonlocal sent
            if step.endswith("send_request_headers.started") and info["request"].method == b"POST":
                if time.monotonic() + self._timeout >= deadline:
                    raise _Frozen
                sent = True

        request = self._dialler.build_request(
            "POST",
            "/api/outbound",
            json=body(order, callback_url),
            extensions={"trace": leaving},
        )
        try:
            answer = await self._send("create", self._dialler, request)
        except NOT_SENT:
            raise AlloMiaUnavailable(UNREACHABLE) from None
        except _Frozen:
            raise AlloMiaUnavailable(FROZEN) from None
        except TimeoutError:
            if sent:
                raise AlloMiaUncertain(NO_ANSWER) from None
            raise AlloMiaUnavailable(UNREACHABLE) from None
        except httpx.HTTPError:
            raise AlloMiaUncertain(NO_ANSWER) from None
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
        request = self._asker.build_request("GET", path, params=values)
        try:
            return await self._send(name, self._asker, request)
        except (httpx.HTTPError, TimeoutError):
            raise AlloMiaUnavailable(UNREACHABLE) from None

    async def _send(self, method: str, client: httpx.AsyncClient, request: httpx.Request) -> Answer:
        result = "no_answer"
        try:
            answer = await self._exchanged(client, request)
            result = str(answer.status)
        finally:
            figures.REQUESTS.labels("allomia", method, result).inc()
        figures.waits("allomia", method, allomia_answers.retry_after(answer))
        return answer

    async def _exchanged(self, client: httpx.AsyncClient, request: httpx.Request) -> Answer:
        async with self._turn, _awake_for(self._timeout):
            response = await client.send(request, stream=True)
            try:
                content = b""
                async for piece in response.aiter_raw():
                    content += piece
                    if len(content) > LARGEST:
                        raise httpx.DecodingError(TOO_LARGE)
            finally:
                await response.aclose()
        content = _unpacked(content, response.headers.get("content-encoding", "identity"))
        return Answer(status=response.status_code, headers=dict(response.headers), content=content)


@asynccontextmanager
async def _awake_for(seconds: float) -> AsyncIterator[None]:
    """Raise ``TimeoutError`` after so many seconds, of which few count while we are frozen.

    They pass in steps: who wakes in one of them has the others left to read what came meanwhile.
    """

    async def pass_by() -> None:
        for _ in range(STEPS):
            await asyncio.sleep(seconds / STEPS)
        limit.reschedule(asyncio.get_running_loop().time())

    async with asyncio.timeout(None) as limit:
        clock = asyncio.create_task(pass_by())
        try:
            yield
        finally:
            clock.cancel()


def _unpacked(content: bytes, coding: str) -> bytes:
    """Unpack an answer, which nobody asked to be packed, as far as it may be large."""
    if coding.lower() == "identity":
        return content
    if coding.lower() != "gzip":
        raise httpx.DecodingError("an answer packed in a way that nobody asked for")
    try:
        found = zlib.decompressobj(GZIP).decompress(content, LARGEST + 1)
    except zlib.error as fault:
        raise httpx.DecodingError("an answer that cannot be unpacked") from fault
    if len(found) > LARGEST:
        raise httpx.DecodingError(TOO_LARGE)
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
