"""Slack's door without a public address: what people do arrives over a WebSocket we open."""

import asyncio
import contextlib
import json
import logging
import time
from http import HTTPStatus
from typing import Any

import aiohttp
from aiohttp import WSMsgType
from pydantic import SecretStr
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackClientError
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from calls import metrics
from handlers.client import DEAD_TOKEN, retry_after, word
from handlers.door import UNREADABLE

log = logging.getLogger(__name__)

AWAY = (aiohttp.ClientError, SlackClientError, OSError, *UNREADABLE)
REFUSED = DEAD_TOKEN | {"missing_scope"}
FIRST_PAUSE, LONGEST_PAUSE = 0.25, 30.0  # seconds between tries
STEADY = 10.0  # seconds after which a connection was a good one
HEARTBEAT = 10.0  # seconds between pings: a line that died silently is noticed
FAREWELL = 15.0  # seconds for Slack to close what it has announced to close
ANSWER_WITHIN = 3.0  # seconds for what is still being answered when a connection ends
CLOSE = aiohttp.ClientWSTimeout(ws_close=1.0)


class Line(AsyncBaseSocketModeClient):
    """One connection; an acknowledgement goes back over the one that brought the envelope."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.logger = log
        self.socket = socket
        self.leaving = asyncio.Event()
        self.patience = asyncio.timeout(None)
        self.answers: set[asyncio.Task[None]] = set()

    async def send_message(self, message: str) -> None:
        """Send an acknowledgement, which the SDK has written."""
        await self.socket.send_str(message)


class Socket:
    """Socket Mode: https://docs.slack.dev/apis/events-api/using-socket-mode.

    Envelopes are read and answered by the SDK and Bolt; the connections are our own, because the
    SDK's clients lose what arrives while they renew one (docs/architecture.md).
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
                after = max(pause, retry_after(fault) or 0.0)
                told = {"error": word(fault), "again_in": after}
                if told["error"] in REFUSED and pause == FIRST_PAUSE:  # once, not at every try
                    log.error("Slack does not accept the app token", extra=told)  # noqa: TRY400
                else:
                    log.warning("Slack opens no socket", extra=told)
            else:
                since = time.monotonic()
                await self._left(line)
                if time.monotonic() - since >= STEADY:
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
        metrics.SOCKETS.inc()
        try:
            async with line.patience:
                async for message in line.socket:
                    if message.type in {WSMsgType.TEXT, WSMsgType.BINARY}:
                        self._heard(line, _envelope(message.data))
        except TimeoutError:
            log.info("Slack did not close a socket it had announced to close")
        finally:
            metrics.SOCKETS.dec()
            line.leaving.set()
            await _ended(line)

    def _heard(self, line: Line, envelope: dict[str, Any]) -> None:
        match envelope.get("type"):
            case "hello":
                log.info("Slack's socket is open")
            case "disconnect":
                log.info("Slack renews the socket", extra={"reason": envelope.get("reason")})
                line.patience.reschedule(asyncio.get_running_loop().time() + FAREWELL)
                line.leaving.set()
            case _:
                answering = asyncio.create_task(self._answer(line, envelope))
                line.answers.add(answering)
                answering.add_done_callback(line.answers.discard)

    async def _answer(self, line: Line, envelope: dict[str, Any]) -> None:
        """Let Bolt answer; what it cannot read or refuses is left without acknowledgement."""
        began = time.time()
        try:
            request = SocketModeRequest.from_dict(envelope)
            if request is not None:
                with metrics.SLACK_ANSWER.time():
                    answer = await run_async_bolt_app(self._app, request)
                if answer.status > HTTPStatus.BAD_REQUEST:
                    log.warning("A request was refused", extra={"status": answer.status})
                    return
                await send_async_response(line, request, answer, began)
        except (aiohttp.ClientError, ConnectionError):
            log.warning("An acknowledgement found its socket closed")
        except UNREADABLE as fault:
            log.warning("A request cannot be read", extra={"error": type(fault).__name__})


def _envelope(text: str | bytes) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (RecursionError, ValueError):
        found = None
    return found if isinstance(found, dict) else {}


async def _ended(line: Line) -> None:
    """Close a line once what came over it is answered, or cannot be any more."""
    if line.answers:
        await asyncio.wait(line.answers, timeout=ANSWER_WITHIN)
    for task in line.answers:
        task.cancel()
    with contextlib.suppress(aiohttp.ClientError, OSError):
        await line.socket.close()
