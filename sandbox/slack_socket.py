"""Slack's Socket Mode: the app opens WebSockets, and what people do comes over any of them."""

import asyncio
import itertools
import json
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Literal

from aiohttp import WSMsgType, web

from sandbox.blocks import JSON
from sandbox.courier import AS_JSON, PATIENCE, Answer, Parcel
from sandbox.tickets import Refused
from sandbox.traffic import Traffic

APP_TOKEN = "xapp-sandbox"
SCOPE = "connections:write"
MOST = 10  # connections of one app
TICKET_SECONDS = 30  # in which the address handed out must be used
GRACE = {"warning": 10.0, "refresh_requested": 1.0}  # seconds until Slack closes
ANSWERED = {"slash_command", "view_submission", "block_suggestion"}  # with a payload

Reason = Literal["warning", "refresh_requested"]


@dataclass(eq=False)
class Line:
    """One connection of the app."""

    socket: web.WebSocketResponse
    request: web.Request
    leaving: bool = False  # its end is announced: nothing new goes over it
    patience: asyncio.Timeout = field(default_factory=lambda: asyncio.timeout(None))
    waiting: dict[str, asyncio.Future[JSON | None]] = field(default_factory=dict)  # by envelope_id
    carried: int = 0  # envelopes so far


class Sockets:
    """Every connection of the app: https://docs.slack.dev/apis/events-api/using-socket-mode.

    Nothing is sent a second time by itself: what is not acknowledged in time, or before its
    connection is lost, is lost; a person (`Person.repeat`) may try again.
    """

    def __init__(self, traffic: Traffic, clock: Callable[[], float]) -> None:
        self.token = APP_TOKEN
        self.scopes = {SCOPE}
        self.lines: list[Line] = []
        self.opened = 0  # connections so far
        self._traffic = traffic
        self._clock = clock
        self._tickets: dict[str, float] = {}  # good for one connection, since when
        self._turn = itertools.count()

    @property
    def open(self) -> list[Line]:
        """Return the connections over which something new may go."""
        return [line for line in self.lines if not line.leaving]

    def address(self, base: str, token: str | None) -> JSON:
        """Answer apps.connections.open: an address for one connection."""
        if not token:
            raise Refused("not_authed")
        if token.startswith("xoxb-"):
            raise Refused("not_allowed_token_type")
        if token != self.token:
            raise Refused("invalid_auth")
        if SCOPE not in self.scopes:
            provided = ",".join(sorted(self.scopes))
            raise Refused("missing_scope", needed=SCOPE, provided=provided)
        ticket = secrets.token_urlsafe(18)
        self._tickets[ticket] = self._clock()
        where = base.replace("http", "ws", 1)
        return {"url": f"{where}/link/?ticket={ticket}&app_id=A0RING0001"}

    async def connected(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection until either side ends it."""
        issued = self._tickets.pop(request.query.get("ticket", ""), None)
        if issued is None or self._clock() - issued > TICKET_SECONDS:
            return web.Response(status=HTTPStatus.UNAUTHORIZED)
        socket = web.WebSocketResponse(timeout=1)
        await socket.prepare(request)
        if len(self.lines) >= MOST:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            await socket.close()
            return socket
        line = Line(socket, request)
        self.lines.append(line)
        self.opened += 1
        try:
            await self._serve(line)
        finally:
            self._lost(line)
        return socket

    async def deliver(self, parcel: Parcel, at: float) -> Answer:
        """Send something over any connection, and wait for its acknowledgement."""
        line = self._any()
        if line is None:
            return Answer(parcel, 0, seconds=self._traffic.now() - at)
        envelope = _envelope(parcel)
        acknowledged: asyncio.Future[JSON | None] = asyncio.get_running_loop().create_future()
        line.waiting[envelope["envelope_id"]] = acknowledged
        line.carried += 1
        try:
            async with asyncio.timeout(PATIENCE):
                await line.socket.send_json(envelope)
                self._traffic.notify()
                said = await acknowledged
        except (TimeoutError, ConnectionError):
            said = None
        finally:
            line.waiting.pop(envelope["envelope_id"], None)
        if said is None:
            return Answer(parcel, 0, seconds=self._traffic.now() - at)
        heeded = envelope["accepts_response_payload"] and "payload" in said
        text = json.dumps(said["payload"]) if heeded else ""
        return Answer(parcel, 200, text, seconds=self._traffic.now() - at)

    async def disconnect(self, reason: Reason = "warning", after: float | None = None) -> None:
        """Announce the end of every connection, and close it some seconds later."""
        debug = {"host": "applink-sandbox", "approximate_connection_time": 18060}
        close_at = asyncio.get_running_loop().time() + (GRACE[reason] if after is None else after)
        for line in self.open:
            line.leaving = True
            line.patience.reschedule(close_at)
            await line.socket.send_json(
                {"type": "disconnect", "reason": reason, "debug_info": debug}
            )

    def drop(self) -> None:
        """Lose every connection without a word."""
        for line in self.lines:
            if line.request.transport:
                line.request.transport.abort()

    async def until(self, lines: int = 1) -> None:
        """Wait until the app has so many connections that are to stay."""
        await self._traffic.until(lambda: len(self.open) >= lines)

    async def _serve(self, line: Line) -> None:
        debug = {"host": "applink-sandbox", "approximate_connection_time": 18060}
        hello = {
            "type": "hello",
            "num_connections": len(self.lines),
            "debug_info": debug,
            "connection_info": {"app_id": "A0RING0001"},
        }
        await line.socket.send_json(hello)
        self._traffic.notify()
        try:
            async with line.patience:
                async for message in line.socket:
                    if message.type is WSMsgType.TEXT:
                        _acknowledge(line, message.data)
        except TimeoutError:
            await line.socket.close()

    def _lost(self, line: Line) -> None:
        self.lines.remove(line)
        for acknowledged in line.waiting.values():
            if not acknowledged.done():
                acknowledged.set_result(None)
        self._traffic.notify()

    def _any(self) -> Line | None:
        """Return each connection in turn; one whose end is announced only if there is no other."""
        found = self.open or self.lines
        return found[next(self._turn) % len(found)] if found else None


def _envelope(parcel: Parcel) -> JSON:
    envelope = {
        "envelope_id": str(uuid.uuid4()),
        "payload": parcel.payload,
        "accepts_response_payload": parcel.what in ANSWERED,
    }
    if parcel.what == "slash_command":
        return {**envelope, "type": "slash_commands"}
    if parcel.content_type == AS_JSON:
        return {**envelope, "type": "events_api", "retry_attempt": 0, "retry_reason": ""}
    return {**envelope, "type": "interactive"}


def _acknowledge(line: Line, text: str) -> None:
    """Take an acknowledgement, which only counts on the connection that brought the envelope."""
    said = json.loads(text)
    acknowledged = line.waiting.get(said.get("envelope_id"))
    if acknowledged and not acknowledged.done():
        acknowledged.set_result(said)
