"""A stand-in Slack over real HTTP: its Web API on one side, what people do on the other."""

import asyncio
import time
from collections.abc import Callable, Iterable
from email.utils import formatdate
from http import HTTPStatus
from typing import Self, TypeVar, Unpack

from aiohttp import web

from sandbox import slack_files, slack_methods
from sandbox.blocks import JSON
from sandbox.courier import HONEST, Answer, Courier, Parcel, Seal
from sandbox.person import Person
from sandbox.slack_chat import respond
from sandbox.slack_faults import Fault, Faults, Hook, How, Reply
from sandbox.slack_socket import Sockets
from sandbox.tickets import Refused, Tickets
from sandbox.traffic import Exchange, Stage, Traffic
from sandbox.workspace import ALL_SCOPES, Installation, Workspace

T = TypeVar("T")

BOT_TOKEN = "xoxb-sandbox"
SIGNING_SECRET = "sandbox-signing-secret"


class Slack:
    """One workspace that serves its Web API on 127.0.0.1 while it is entered.

    `clock` (seconds, monotonic) ages triggers and response URLs; one `traffic` may be shared with
    other stand-ins. To stop and start again is an outage: address and workspace stay.
    """

    def __init__(
        self,
        *,
        bot_token: str = BOT_TOKEN,
        signing_secret: str = SIGNING_SECRET,
        scopes: Iterable[str] = ALL_SCOPES,
        app_url: str = "http://127.0.0.1:3000",
        port: int = 0,
        clock: Callable[[], float] = time.monotonic,
        traffic: Traffic | None = None,
    ) -> None:
        self.traffic = traffic or Traffic()
        self.workspace = Workspace(Installation(set(scopes), bot_token), Tickets(clock))
        self.courier = Courier(self.traffic, signing_secret, app_url)
        self.sockets = Sockets(self.traffic, clock)
        self.held: list[str] = []  # what is kept waiting just now
        self.on_request: Hook | None = None  # called, and awaited, at each stage of a request
        self._faults = Faults()
        self._port = port
        self._stopping = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        """Serve, at the address of the last time if there was one."""
        server = web.Application(client_max_size=4 * 2**20)
        server.router.add_route("*", "/api/{method}", self._web_api)
        server.router.add_post("/response/{name}", self._response_url)
        slack_files.serve(server, self.workspace)
        server.router.add_get("/link/", self.sockets.connected)
        self._stopping = asyncio.Event()
        self._runner = web.AppRunner(server, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        self._port = self._runner.addresses[0][1]
        self.workspace.tickets.base = f"http://127.0.0.1:{self._port}"

    async def stop(self) -> None:
        """Stop serving, also whoever was left hanging."""
        self._stopping.set()
        self.sockets.drop()
        if self._runner:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """Return the Web API's address, for SLACK_API_URL."""
        return f"{self.workspace.tickets.base}/api/"

    @property
    def app_url(self) -> str:
        """Return the app's base address, to which gestures go."""
        return self.courier.app_url

    @app_url.setter
    def app_url(self, url: str) -> None:
        self.courier.app_url = url

    @property
    def signing_secret(self) -> str:
        """Return the secret shared with the app."""
        return self.courier.signing_secret

    @property
    def bot_token(self) -> str:
        """Return the one token that works; set another and the old one is invalid."""
        return self.workspace.app.bot_token

    @bot_token.setter
    def bot_token(self, token: str) -> None:
        self.workspace.app.bot_token = token

    @property
    def log(self) -> list[Exchange]:
        """Return every exchange so far."""
        return self.traffic.log

    def said(self, what: str) -> list[Exchange]:
        """Return the exchanges of one method or kind of payload."""
        return [exchange for exchange in self.log if exchange.what == what]

    def person(self, user_id: str) -> Person:
        """Return somebody to act and read as."""
        return Person(self.workspace, self.courier, user_id)

    async def deliver(self, parcel: Parcel, seal: Seal = HONEST) -> Answer:
        """Send raw bytes to the app, signed."""
        return await self.courier.deliver(parcel, seal)

    async def until(self, condition: Callable[[], T | None], within: float = 30) -> T:
        """Wait until the condition holds, at most `within` seconds, and return what it returned."""
        return await self.traffic.until(condition, within)

    def fail(self, method: str, **how: Unpack[How]) -> None:
        """Let the next requests of a method ("*": any; "response_url" too) go wrong."""
        self._faults.script(Fault(method, **how))

    def mend(self, method: str = "*") -> None:
        """Let nothing more go wrong with a method, or with any."""
        self._faults.mend(method)

    async def _web_api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        args, token = await slack_methods.read_arguments(request)

        def carry_out() -> Reply:
            headers = {
                "x-oauth-scopes": ",".join(sorted(self.workspace.app.scopes)),
                "Date": formatdate(self.workspace.clock(), usegmt=True),
            }
            try:
                if method == "apps.connections.open":
                    found = self._socket_mode(token)
                else:
                    found = slack_methods.run(self.workspace, method, args, token)
            except Refused as refusal:
                return Reply({"ok": False, "error": refusal.error, **refusal.more})
            return Reply({"ok": True, **found}, headers=headers)

        channel = args.get("channel")
        if channel in self.workspace.users:
            channel = self.person(channel).direct.id
        return await self._exchange(request, method, args, channel, carry_out)

    def _socket_mode(self, token: str | None) -> JSON:
        """Hand out a socket's address; from now on nothing comes over HTTP."""
        found = self.sockets.address(self.workspace.tickets.base, token)
        self.courier.socket = self.sockets.deliver
        return found

    async def _response_url(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        body, _ = await slack_methods.read_arguments(request)
        ticket = self.workspace.tickets.response_urls.get(name)

        def carry_out() -> Reply:
            try:
                respond(self.workspace, self.workspace.tickets.use(name), body)
            except Refused as refusal:
                gone = refusal.error.endswith("_url")
                status = HTTPStatus.NOT_FOUND if gone else HTTPStatus.BAD_REQUEST
                return Reply({"ok": False, "error": refusal.error}, status)
            return Reply("ok")

        channel = ticket.channel if ticket else None
        return await self._exchange(request, "response_url", body, channel, carry_out)

    async def _exchange(
        self,
        request: web.Request,
        what: str,
        asked: JSON,
        channel: object,
        carry_out: Callable[[], Reply],
    ) -> web.StreamResponse:
        """Answer a request, or do what a fault says instead, and note it."""
        at = self.traffic.now()
        await self._reach("arrived", what, asked)
        fault = self._faults.take(what, channel)
        reply = await self._reply(what, fault, carry_out)
        if reply:
            await self._reach("stored", what, asked)
        self.traffic.record(
            "app",
            "slack",
            what,
            asked,
            at=at,
            status=reply.status if reply else None,
            answer=reply.body if reply else None,
            deliberate=fault is not None,
        )
        if fault and fault.hang:
            await self._hold(what)
        if reply is None:
            if request.transport:
                request.transport.abort()
            return web.Response()
        response = await reply.send(request)
        await self._reach("answered", what, asked)
        return response

    async def _reach(self, stage: Stage, what: str, asked: JSON) -> None:
        if self.on_request and (going := self.on_request(stage, what, asked)) is not None:
            await going

    async def _reply(
        self, what: str, fault: Fault | None, carry_out: Callable[[], Reply]
    ) -> Reply | None:
        """Carry a request out as far as the fault lets it; None: no answer."""
        if fault is None:
            return carry_out()
        if fault.delay and await self._hold(what, fault.delay):
            return None
        if fault.hang or fault.drop:
            return None
        reply = fault.reply() or carry_out()
        return None if fault.lose_reply else reply

    async def _hold(self, what: str, seconds: float | None = None) -> bool:
        """Keep a request waiting; tell whether it still waited when the stand-in stopped."""
        self.held.append(what)
        self.traffic.notify()
        try:
            return await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return False
        finally:
            self.held.remove(what)
