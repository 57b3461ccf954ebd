"""The callbacks of the stand-in AlloMia: sent as documented, or forged."""

import asyncio
import json
from types import TracebackType
from typing import Any, Self, TypedDict, Unpack

import aiohttp

from sandbox.allomia_calls import PlacedCall
from sandbox.traffic import Traffic

PATIENCE = 10.0  # seconds for one callback; the documentation names none
SHOWN = 2000  # characters of a raw body in the log


class Ring(TypedDict, total=False):
    """How callbacks are posted, otherwise than once and as documented."""

    times: int
    concurrency: int  # senders at once
    body: Any  # JSON
    raw: bytes  # in place of JSON
    url: str
    token: str  # in place of the last segment of the address


FORGED = {"body", "raw", "url", "token"}


class Bell:
    """Posts callbacks and logs what became of them; nothing that an app answers breaks it."""

    def __init__(self, traffic: Traffic) -> None:
        self._traffic = traffic

    async def __aenter__(self) -> Self:
        """Open the client; each ring has a connection of its own, as from many senders."""
        self._client = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True, limit=0),
            timeout=aiohttp.ClientTimeout(total=PATIENCE),
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the client."""
        await self._client.close()

    async def ring(self, call: PlacedCall | None, **how: Unpack[Ring]) -> list[int]:
        """Post callbacks and return what each was answered, 0 where nothing was.

        By default one, which mirrors the status of the call. Without an address nothing is sent.
        """
        if (url := how.get("url", call.callback_url if call else None)) is None:
            return []
        if "token" in how:
            url = f"{url.rpartition('/')[0]}/{how['token']}"
        body = how.get("body", call.told() if call else None)
        payload = how.get("raw", json.dumps(body).encode())
        shown = how["raw"][:SHOWN].decode(errors="replace") if "raw" in how else body
        free = asyncio.Semaphore(how.get("concurrency", 1))

        async def once() -> int:
            async with free:
                return await self._post(url, payload, shown, deliberate=bool(how.keys() & FORGED))

        statuses = await asyncio.gather(*(once() for _ in range(how.get("times", 1))))
        if call is not None:
            call.rings.extend(statuses)
        return statuses

    async def _post(self, url: str, payload: bytes, shown: object, *, deliberate: bool) -> int:
        at, status, said = self._traffic.now(), None, ""
        try:
            headers = {"Content-Type": "application/json"}
            async with self._client.post(
                url, data=payload, headers=headers, allow_redirects=False
            ) as answer:
                status, said = answer.status, await answer.text(errors="replace")
        except (aiohttp.ClientError, TimeoutError) as error:
            said = type(error).__name__
        self._traffic.record(
            "allomia",
            "app",
            "callback",
            shown,
            at=at,
            status=status,
            answer=said,
            deliberate=deliberate,
        )
        return status or 0
