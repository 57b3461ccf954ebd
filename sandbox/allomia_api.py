"""The HTTP side of the stand-in AlloMia: each request is decided, logged and answered."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from sandbox.allomia_calls import PlacedCall
from sandbox.allomia_faults import Reply, Script, documented
from sandbox.allomia_log import CallLog
from sandbox.allomia_rules import DETAILS, Detail, read
from sandbox.traffic import Exchange, Stage, Traffic

ASSISTANT_ID = "3f6c1f0e-8a52-4c1b-9d0e-5b7a2c9e4d11"
PHONE_NUMBER_ID = "b1d7e2a4-06c9-4f38-8e55-7c21f0a93d62"
ORGANIZATION_ID = "5f0f4c3a-7a0e-4a52-9c1d-2a0b6e8d9f17"

SILENCE = b"RIFF$\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0@\x1f\0\0@\x1f\0\0\1\0\x08\0data\0\0\0\0"

Hook = Callable[[Stage, PlacedCall | None], Awaitable[None] | None]


class Visit:
    """One request, and what it came to so far."""

    def __init__(self, request: web.Request) -> None:
        self.request = request
        self.asked: Any = None
        self.reply = Reply(None, None)
        self.call: PlacedCall | None = None  # if it placed one

    async def read(self) -> bytes:
        """Read the body, and keep it for the log without the secret in its callback's address."""
        raw = await self.request.read()
        try:
            self.asked = json.loads(raw) if raw else None
        except ValueError:
            self.asked = raw.decode(errors="replace")
        if isinstance(self.asked, dict) and isinstance(url := self.asked.get("callbackUrl"), str):
            self.asked["callbackUrl"] = f"{url.rpartition('/')[0]}/***"
        return raw


@dataclass(kw_only=True, eq=False)
class Api:
    """Serves AlloMia's API on the loopback; strict, so that the app's faults are seen."""

    api_key: str = "sandbox-allomia-key"
    assistants: Collection[str] | None = (ASSISTANT_ID,)  # None: all, and all numbers
    phone_numbers: Collection[str] = (PHONE_NUMBER_ID,)
    port: int = 0
    traffic: Traffic = field(default_factory=Traffic)
    active: bool = True  # the organization; False: 422
    may_dial: bool = True  # the key; False: 403
    detail: Detail = DETAILS["field"]  # the shape of an entry of `details`
    on_create: Hook | None = None  # called, and awaited, at each stage of a create
    on_status: Hook | None = None  # the same when a call's status is asked
    call_log: CallLog = field(default_factory=lambda: CallLog(organization=ORGANIZATION_ID))
    calls: dict[str, PlacedCall] = field(default_factory=dict)  # by id, in order of creation
    _creates: Script = field(default_factory=Script, init=False)
    _statuses: Script = field(default_factory=Script, init=False)
    _lists: Script = field(default_factory=Script, init=False)
    _records: Script = field(default_factory=Script, init=False)
    _runner: web.AppRunner | None = field(default=None, init=False)
    _tasks: set[asyncio.Future[None]] = field(default_factory=set, init=False)

    @property
    def url(self) -> str:
        """Return the address for `ALLOMIA_API_URL`."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> list[Exchange]:
        """Return what AlloMia was asked and what it rang, in the order in which it was over."""
        return [one for one in self.traffic.log if "allomia" in (one.sender, one.receiver)]

    async def start(self) -> None:
        """Listen, on the same port as before if there was one."""
        app = web.Application()
        app.router.add_post("/api/outbound", self._serve_create)
        app.router.add_get("/api/outbound/{id}/status", self._serve_status, allow_head=False)
        app.router.add_get("/api/calls", self._serve_list, allow_head=False)
        app.router.add_get("/api/calls/{id}", self._serve_record, allow_head=False)
        app.router.add_get("/files/{secret}/{name}", self._serve_file, allow_head=False)
        app.router.add_route("*", "/{rest:.*}", self._serve_nothing)
        self._runner = web.AppRunner(
            app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Refuse connections, as in an outage; calls go on, and ring."""
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    def placed(self, call: PlacedCall) -> None:
        """Keep a call that begins."""
        self.calls[call.outbound_call_id] = call
        self.traffic.notify()

    def spawn(self, going: Awaitable[None]) -> asyncio.Future[None]:
        """Let something go on beside the requests until `end_tasks`."""
        task = asyncio.ensure_future(going)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def end_tasks(self) -> None:
        """Cancel whatever goes on."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve_create(self, request: web.Request) -> web.StreamResponse:
        visit = Visit(request)
        response = await self._serve(visit, self._create)
        await self._reach(self.on_create, "answered", visit.call)
        return response

    async def _serve_status(self, request: web.Request) -> web.StreamResponse:
        call = self.calls.get(request.match_info["id"])
        await self._reach(self.on_status, "arrived", call)
        response = await self._serve(Visit(request), self._status)
        await self._reach(self.on_status, "answered", call)
        return response

    async def _serve_list(self, request: web.Request) -> web.StreamResponse:
        return await self._serve(Visit(request), self._list)

    async def _serve_record(self, request: web.Request) -> web.StreamResponse:
        return await self._serve(Visit(request), self._record)

    async def _serve_file(self, request: web.Request) -> web.StreamResponse:
        """Give a file to whoever has its link; no key is asked for."""
        found = self.call_log.files.get(request.match_info["secret"])
        if found is None:
            return web.Response(status=403)
        if request.match_info["name"] == "transcript.txt":
            return web.Response(text=found.transcript)
        return web.Response(body=SILENCE, content_type="audio/wav")

    async def _serve_nothing(self, request: web.Request) -> web.StreamResponse:
        return await self._serve(Visit(request), self._nothing)

    async def _serve(
        self, visit: Visit, decide: Callable[[Visit], Awaitable[Reply]]
    ) -> web.StreamResponse:
        at, request = self.traffic.now(), visit.request
        status = said = None
        try:
            key_fits = request.headers.get("Authorization") == f"Bearer {self.api_key}"
            visit.reply = await decide(visit) if key_fits else documented("401")
            await visit.reply.due()
            status, said = visit.reply.status, visit.reply.said
        finally:  # also when the other side leaves, which cancels this
            self.traffic.record(
                "app",
                "allomia",
                f"{request.method} {request.path}",
                visit.asked,
                at=at,
                status=status,
                answer=said,
                deliberate=bool(visit.reply.manner),
            )
        return await visit.reply.send(request)

    async def _create(self, visit: Visit) -> Reply:
        await self._reach(self.on_create, "arrived", None)
        if (answer := self._creates.peek()) and answer.get("unread"):
            return Reply.scripted(500, {"error": "Not read"}, self._creates.take())
        raw = await visit.read()
        if (refusal := self._refusal(raw)) is not None:
            return refusal
        call = PlacedCall(json.loads(raw))
        reply = Reply.scripted(201, call.created(), self._creates.take())
        if reply.manner.get("place", reply.status in range(200, 300)):
            visit.call = call
            self.placed(call)
            await self._reach(self.on_create, "stored", call)
        return reply

    def _refusal(self, raw: bytes) -> Reply | None:
        body = read(raw, self.detail)
        if isinstance(body, list):
            return Reply(400, {"error": "Validation failed", "details": body})
        if not self.may_dial:
            return documented("403")
        if not self.active:
            return documented("422")
        if self.assistants is None:
            return None
        ours = body.assistant_id in self.assistants and body.phone_number_id in self.phone_numbers
        return None if ours else documented("404")

    async def _status(self, visit: Visit) -> Reply:
        call_id = visit.request.match_info["id"]
        answer = self._statuses.take(call_id)
        if (call := self.calls.get(call_id)) is None:
            return Reply.scripted(404, {"error": "Outbound call not found"}, answer)
        call.asked += 1
        return Reply.scripted(200, call.told(), answer)

    async def _list(self, visit: Visit) -> Reply:
        reply = self.call_log.listed(visit.request.query)
        return Reply.scripted(reply.status or 0, reply.said, self._lists.take())

    async def _record(self, visit: Visit) -> Reply:
        name = visit.request.match_info["id"]
        reply = self.call_log.one(name, visit.request.query, self._link)
        return Reply.scripted(reply.status or 0, reply.said, self._records.take(name))

    def _link(self, path: str) -> str:
        return self.url + path

    async def _nothing(self, visit: Visit) -> Reply:
        await visit.read()
        return Reply(404, {"error": "Not found"})

    async def _reach(self, hook: Hook | None, stage: Stage, call: PlacedCall | None) -> None:
        """Call a hook; it outlives the request, since it may kill who made it."""
        if hook and (going := hook(stage, call)) is not None:
            await asyncio.shield(self.spawn(going))
