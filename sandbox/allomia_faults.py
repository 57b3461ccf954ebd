"""Everything that may go wrong with an answer of AlloMia, down to the socket it is sent on."""

import asyncio
import json
import socket
import struct
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import responses
from types import MappingProxyType
from typing import Any, TypedDict

from aiohttp import web


class Answer(TypedDict, total=False):
    """A scripted answer; what it does not name is as AlloMia would have it."""

    status: int
    json: Any
    text: str  # a body that is no JSON
    headers: Mapping[str, str]
    delay: float  # seconds before anything is answered
    trickle: float  # seconds over which the headers arrive, byte by byte
    unread: bool  # decided before the body is read, so that nothing is placed
    place: bool  # the phone rings; unless named, it does where a 2xx is answered
    drop: bool  # the connection is reset instead of an answer
    hang: bool  # no answer until the other side leaves
    truncate: bool  # closed in the middle of the body


DOCUMENTED_ERRORS: Mapping[str, Answer] = MappingProxyType(
    {
        "400": {
            "status": 400,
            "json": {
                "error": "Validation failed",
                "details": [{"field": "phoneNumber", "message": "Phone number is not valid"}],
            },
        },
        "401": {"status": 401, "json": {"error": "Invalid or missing API key"}},
        "403": {"status": 403, "json": {"error": "API key may not place outbound calls"}},
        "404": {"status": 404, "json": {"error": "Assistant or phone number not found"}},
        "422": {"status": 422, "json": {"error": "Organization is inactive"}},
        "429": {
            "status": 429,
            "json": {"error": "Too many requests"},
            "headers": {"Retry-After": "2"},
        },
        "500": {"status": 500, "json": {"error": "Internal server error occurred"}},
        # Not documented, but what networks do; in each of these the phone rings all the same.
        "timeout": {"hang": True, "place": True},
        "reset": {"drop": True, "place": True},
        "garbled": {"text": "<html><h1>Upstream says hello</h1></html>", "place": True},
        "cut": {"truncate": True, "place": True},
        "no-id": {"json": {"status": "calling", "message": "Dispatched"}, "place": True},
        "slow": {"delay": 5.0, "place": True},
    }
)


@dataclass
class Script:
    """The answers that are played before the stand-in speaks for itself again."""

    _lines: list[tuple[Answer, str | None, int | None]] = field(default_factory=list)

    def add(self, answer: Answer, times: int | None = 1, call_id: str | None = None) -> None:
        """Answer the next `times` requests so (None: all), only those about one call if named."""
        self._lines.append((answer, call_id, times))

    def peek(self, call_id: str | None = None) -> Answer | None:
        """Return the answer that `take` would return."""
        return next((line[0] for line in self._lines if line[1] in (None, call_id)), None)

    def take(self, call_id: str | None = None) -> Answer | None:
        """Return the next answer, used up once more, or None."""
        for n, (answer, about, times) in enumerate(self._lines):
            if about in (None, call_id):
                left = times and times - 1
                self._lines[n : n + 1] = [] if left == 0 else [(answer, about, left)]
                return answer
        return None

    def names(self) -> list[str]:
        """Return which of DOCUMENTED_ERRORS are still to be played."""
        known = DOCUMENTED_ERRORS.items()
        return [name for line in self._lines for name, answer in known if answer == line[0]]

    def clear(self) -> None:
        """Forget all of it."""
        self._lines.clear()


@dataclass(frozen=True)
class Reply:
    """What is answered to one request, and in which manner."""

    status: int | None  # None: nothing will be
    said: Any
    manner: Answer = field(default_factory=Answer)

    @classmethod
    def scripted(cls, status: int, usual: object, answer: Answer | None) -> "Reply":
        """Say what the script names, and the rest as usual."""
        if answer is None:
            return cls(status, usual)
        if answer.get("drop") or answer.get("hang"):
            return cls(None, None, answer)
        if "status" in answer and answer["status"] != status:
            status = answer["status"]
            usual = usual if status in range(200, 300) else {"error": _phrase(status)}
        return cls(status, answer.get("text", answer.get("json", usual)), answer)

    def headers(self) -> dict[str, str]:
        """Return the headers, the scripted ones last."""
        kind = "text/html" if "text" in self.manner else "application/json"
        return {"Content-Type": kind, **self.manner.get("headers", {})}

    def body(self) -> bytes:
        """Return the body as it is sent."""
        text = self.said if "text" in self.manner else json.dumps(self.said)
        return str(text).encode()

    async def due(self) -> None:
        """Wait until it is time to answer; for ever where nothing is said."""
        await asyncio.sleep(self.manner.get("delay", 0))
        if self.manner.get("hang"):
            await asyncio.Event().wait()

    async def send(self, request: web.Request) -> web.StreamResponse:
        """Send it, or break the connection as told."""
        response = web.Response(status=self.status or 500, headers=self.headers(), body=self.body())
        if (transport := request.transport) is None:
            return response
        if self.status is None:
            _reset(transport)
        elif self.manner.get("truncate") or "trickle" in self.manner:
            await self._send_raw(transport)
        else:
            with suppress(ConnectionError):
                await response.prepare(request)
                await response.write_eof()
        return response

    async def _send_raw(self, transport: asyncio.Transport) -> None:
        body, status = self.body(), self.status or 500
        lines = [f"HTTP/1.1 {status} {_phrase(status)}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers().items()]
        head = "\r\n".join([*lines, "Connection: close", "", ""]).encode()
        pause = self.manner.get("trickle", 0) / len(head)
        for byte in head:
            transport.write(bytes([byte]))
            if pause:
                await asyncio.sleep(pause)
        transport.write(body[: len(body) // 2] if self.manner.get("truncate") else body)
        transport.close()


def documented(name: str) -> Reply:
    """Answer one of the errors that are documented with a status."""
    error = DOCUMENTED_ERRORS[name]
    return Reply(error["status"], error["json"])


def _phrase(status: int) -> str:
    return responses.get(status, "Unknown")


def _reset(transport: asyncio.Transport) -> None:
    """Close so that the other side sees a reset rather than an orderly end."""
    at_once = struct.pack("ii", 1, 0)
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
    transport.abort()
