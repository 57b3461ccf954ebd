"""Slack's Web API and AlloMia in one process, as cheap as can be: they judge and keep nothing.

``python -m bench.neighbours PORT``. What they saw, and when, is asked for at ``/control/``.
The stand-ins of ``sandbox`` check and log every exchange: they would be the bottleneck here.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import aiohttp
from aiohttp import web

JSON = dict[str, Any]
USER = {"locale": "en-US", "is_admin": False, "is_owner": False}
ENDED = {
    "startedAt": "2026-03-14T15:09:26Z",
    "endedAt": "2026-03-14T15:10:08Z",
    "duration": 42,
    "endedReason": "customer-ended-call",
}
REPLY_WITHIN = 10.0  # seconds, for one that is waited for


@dataclass
class Behaviour:
    """How long answers take, in seconds, and whether calls end and ring as soon as dialled."""

    slack_after: float = 0.0
    allomia_after: float = 0.0
    instant: bool = True


@dataclass
class Dialled:
    """A call that is under way until its callback rings."""

    id: str
    callback: str | None
    ended: bool = False


@dataclass
class Told:
    """When each thread was answered, on the machine's monotonic clock."""

    at: dict[str, list[float]] = field(default_factory=dict)
    last: float = 0.0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, thread: str) -> None:
        """Note a reply that has just arrived."""
        self.last = time.monotonic()
        self.at.setdefault(thread, []).append(self.last)
        self.news.set()


class Neighbours:
    """The two neighbours, and what came of everything."""

    def __init__(self) -> None:
        self.behaviour = Behaviour()
        self.asked: Counter[str] = Counter()
        self.rung: Counter[str] = Counter()
        self.numbers: set[str] = set()
        self.dialled: dict[str, Dialled] = {}
        self.told = Told()
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._ts = 0

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer whatever is asked."""
        raw = await request.read()
        _, kind, rest = request.path.split("/", 2)
        match kind:
            case "slack":
                return await self._slack(rest, request, raw)
            case "response":
                self.asked["response_url"] += 1
                await asyncio.sleep(self.behaviour.slack_after)
                return web.Response(text="ok")
            case "api":
                return await self._allomia(request, raw)
        return await self._control(rest, raw)

    async def _slack(self, method: str, request: web.BaseRequest, raw: bytes) -> web.Response:
        self.asked[method] += 1
        is_json = request.content_type == "application/json"
        said: JSON = json.loads(raw) if raw and is_json else {}
        if self.behaviour.slack_after:
            await asyncio.sleep(self.behaviour.slack_after)
        found: JSON = {"ok": True}
        if method == "chat.postMessage":
            self._ts += 1
            found |= {"channel": said["channel"], "ts": f"1700000000.{self._ts:06}"}
            if said.get("thread_ts"):
                self.told.note(said["thread_ts"])
        elif method == "users.info":
            found["user"] = USER
        elif method == "views.open":
            found["view"] = {"id": "V1", "hash": "1"}
        elif method == "auth.test":
            found |= {"user_id": "UBOT", "bot_id": "BBOT", "team_id": "T0BENCH"}
        return _json(found)

    async def _allomia(self, request: web.BaseRequest, raw: bytes) -> web.Response:
        self.asked[f"allomia {request.method}"] += 1
        if self.behaviour.allomia_after:
            await asyncio.sleep(self.behaviour.allomia_after)
        if request.method == "GET":
            call_id = unquote(request.path.split("/")[3])
            known = self.dialled.get(call_id)
            if known and not known.ended:
                return _json({"outboundCallId": call_id, "contactId": "c", "status": "calling"})
            told = {"outboundCallId": call_id, "contactId": "c", "status": "completed"}
            return _json({**told, "callDetails": ENDED})
        body: JSON = json.loads(raw)
        self.numbers.add(body["phoneNumber"])
        call = Dialled(f"out-{len(self.dialled)}", body.get("callbackUrl"))
        self.dialled[call.id] = call
        if self.behaviour.instant:
            task = asyncio.create_task(self._ring(call))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        said = {"outboundCallId": call.id, "contactId": "c", "status": "calling"}
        return _json({**said, "message": "Outbound call dispatched"}, 201)

    async def _ring(self, call: Dialled) -> None:
        """End a call, and tell so at its callback."""
        call.ended = True
        if call.callback is None:
            return
        self._session = self._session or aiohttp.ClientSession()
        body = {"outboundCallId": call.id, "status": "completed", "callDetails": ENDED}
        try:
            async with self._session.post(call.callback, json=body) as answer:
                self.rung[str(answer.status)] += 1
        except aiohttp.ClientError:
            self.rung["no answer"] += 1

    async def _control(self, verb: str, raw: bytes) -> web.Response:
        match verb:
            case "behave":
                self.behaviour = Behaviour(**json.loads(raw))
                return _json({})
            case "ring":
                return _json(await self._rung_and_told())
        return _json(self._seen())

    def _seen(self) -> JSON:
        return {
            "asked": self.asked,
            "rung": self.rung,
            "dialled": len(self.dialled),
            "numbers": len(self.numbers),
            "told": len(self.told.at),
            "twice": sum(len(times) > 1 for times in self.told.at.values()),
            "last": self.told.last,
        }

    async def _rung_and_told(self) -> JSON:
        """Let the oldest call under way end; tell how long its reply took from the callback on."""
        call = next(call for call in self.dialled.values() if not call.ended)
        self.told.news.clear()
        begun = time.monotonic()
        ringing = asyncio.create_task(self._ring(call))
        async with asyncio.timeout(REPLY_WITHIN):
            await self.told.news.wait()
            await ringing
        return {"seconds": self.told.last - begun}


def _json(said: JSON, status: int = 200) -> web.Response:
    return web.Response(
        body=json.dumps(said).encode(), status=status, content_type="application/json"
    )


async def main(port: int) -> None:
    """Serve until killed."""
    runner = web.ServerRunner(web.Server(Neighbours().serve, access_log=None))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
