"""Slack's door without a public address: what people do arrives over a WebSocket we open."""

import asyncio
import contextlib
import json
import logging
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from pydantic import SecretStr
from slack_bolt import BoltResponse
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.door import UNREADABLE

log = logging.getLogger(__name__)

AWAY = (aiohttp.ClientError, SlackClientError, LookupError, OSError, TypeError, ValueError)
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 30.0  # seconds between tries
STEADY = 10.0  # seconds after which a connection was a good one
HEARTBEAT = 10.0  # seconds between pings: a line that died silently is noticed
FAREWELL = 15.0  # seconds for Slack to close what it has announced to close
ANSWER_WITHIN = 3.0  # seconds for what is still being answered when a connection ends
CLOSE = aiohttp.ClientWSTimeout(ws_close=1.0)


@dataclass
class Line:
    """One connection; an acknowledgement goes back over the one that brought the envelope."""

    socket: aiohttp.ClientWebSocketResponse
    since: float = field(default_factory=time.monotonic)
    leaving: asyncio.Event = field(default_factory=asyncio.Event)
    answers: set[asyncio.Task[None]] = field(default_factory=set)


class Socket:
    """Socket Mode: https://docs.slack.dev/apis/events-api/using-socket-mode.

    Not the SDK's client, which tries an address that is good for one connection again and again,
    closes the old line before there is a new one, and leaves tasks behind when it is closed.
    """

    def __init__(
        self,
        app: AsyncApp,
        client: AsyncWebClient,
        session: aiohttp.ClientSession,
        app_token: SecretStr,
    ) -> None:
        self._app = app
        self._client = client
        self._session = session
        self._token = app_token
        self._lines: set[asyncio.Task[None]] = set()
        self._keeper: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to hold a connection, without waiting for Slack."""
        self._keeper = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """Hear nothing more; what is being answered has a few seconds to end."""
        tasks = [*self._lines, *([self._keeper] if self._keeper else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep(self) -> None:
        """Hold a connection, and open another when it ends or its end is announced."""
        pause = FIRST_PAUSE
        while True:
            after = pause
            try:
                line = await self._opened()
            except AWAY as fault:
                after = max(pause, _retry_after(fault))
                log.warning(
                    "Slack opens no socket", extra={"error": _word(fault), "again_in": after}
                )
            else:
                await self._left(line)
                if time.monotonic() - line.since >= STEADY:
                    pause = FIRST_PAUSE
                    continue
            await asyncio.sleep(after)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _opened(self) -> Line:
        answer = await self._client.apps_connections_open(app_token=self._token.get_secret_value())
        ssl = True if self._client.ssl is None else self._client.ssl
        socket = await self._session.ws_connect(
            answer["url"], heartbeat=HEARTBEAT, timeout=CLOSE, proxy=self._client.proxy, ssl=ssl
        )
        return Line(socket)

    async def _left(self, line: Line) -> None:
        """Hear a line, which may go on for a while after its end was announced."""
        hearing = asyncio.create_task(self._hear(line))
        self._lines.add(hearing)
        hearing.add_done_callback(self._lines.discard)
        await line.leaving.wait()

    async def _hear(self, line: Line) -> None:
        try:
            async with asyncio.timeout(None) as patience:
                async for message in line.socket:
                    if message.type is aiohttp.WSMsgType.TEXT:
                        self._heard(line, message.data, patience)
        except TimeoutError:
            log.info("Slack did not close a socket it had announced to close")
        finally:
            line.leaving.set()
            await _ended(line)

    def _heard(self, line: Line, text: str, patience: asyncio.Timeout) -> None:
        envelope = _envelope(text)
        match envelope.get("type"):
            case "hello":
                log.info("Slack's socket is open")
            case "disconnect":
                log.info("Slack renews the socket", extra={"reason": envelope.get("reason")})
                patience.reschedule(asyncio.get_running_loop().time() + FAREWELL)
                line.leaving.set()
            case _ if "envelope_id" in envelope:
                answering = asyncio.create_task(self._answer(line, envelope))
                line.answers.add(answering)
                answering.add_done_callback(line.answers.discard)

    async def _answer(self, line: Line, envelope: dict[str, Any]) -> None:
        """Let Bolt answer; what it cannot read or refuses is left without acknowledgement."""
        try:
            answer = await self._app.async_dispatch(_request(envelope))
        except UNREADABLE as fault:
            log.warning("A request cannot be read", extra={"error": type(fault).__name__})
            return
        if answer.status != 200:  # noqa: PLR2004
            return
        said = {"envelope_id": envelope["envelope_id"], **_payload(answer)}
        try:
            await line.socket.send_json(said)
        except (aiohttp.ClientError, ConnectionError):
            log.warning("An acknowledgement found its socket closed")


def _envelope(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (RecursionError, ValueError):
        found = None
    return found if isinstance(found, dict) else {}


def _request(envelope: dict[str, Any]) -> AsyncBoltRequest:
    if not isinstance(envelope["payload"], dict):
        raise TypeError("a payload is an object")
    names = {"retry_attempt": "x-slack-retry-num", "retry_reason": "x-slack-retry-reason"}
    headers = {header: str(envelope[name]) for name, header in names.items() if envelope.get(name)}
    return AsyncBoltRequest(mode="socket_mode", body=envelope["payload"], headers=dict(headers))


def _payload(answer: BoltResponse) -> dict[str, Any]:
    """Return what is sent beside the envelope's id: what would be the body over HTTP."""
    if not answer.body:
        return {}
    kind = answer.headers.get("content-type", [""])[0]
    is_json = kind.startswith("application/json")
    return {"payload": json.loads(answer.body) if is_json else {"text": answer.body}}


async def _ended(line: Line) -> None:
    """Close a line once what came over it is answered, or cannot be any more."""
    if line.answers:
        await asyncio.wait(line.answers, timeout=ANSWER_WITHIN)
    for task in line.answers:
        task.cancel()
    with contextlib.suppress(aiohttp.ClientError, OSError):
        await line.socket.close()


def _word(fault: Exception) -> str:
    """Return Slack's own word for a fault, or its kind: addresses hold a ticket, never logged."""
    data = getattr(getattr(fault, "response", None), "data", None)
    told = data.get("error") if isinstance(data, dict) else None
    return str(told or type(fault).__name__)


def _retry_after(fault: Exception) -> float:
    headers = fault.response.headers if isinstance(fault, SlackApiError) else {}
    after = str(headers.get("Retry-After", ""))
    return float(after) if after.isdecimal() else 0.0
