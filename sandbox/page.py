"""The page of ``python -m sandbox``: a small Slack in the browser, with AlloMia beside it."""

import asyncio
import json
import os
import signal
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import ValidationError

from sandbox import stage
from sandbox.blocks import JSON
from sandbox.gestures import GESTURES, Home
from sandbox.inputs import GestureError
from sandbox.panel import TURNS, Panel
from sandbox.rehearsal import Rehearsal, rehearsal

FILES = Path(__file__).parent / "page"
TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
FIRST_PORT, LAST_PORT, PORTS_TRIED = 8000, 65535, 100
PAUSE = 0.03  # seconds between two pieces of news
LIVELY = {  # what a newcomer should not wait for
    "POLL_FIRST": "5",
    "POLL_MAX": "20",
    "ALLOMIA_TIMEOUT": "8",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


GREETING = """
Ringback is ready. Open this address in a browser:

    {address}

Type /call in front-desk, place the call, and end it at the panel on the right.
Nobody is really called. docs/trying.md is a tour; Ctrl-C ends the rehearsal.
"""


async def play(port: int = FIRST_PORT, *, browser: bool = True) -> None:
    """Serve the page until Ctrl-C, with the real app behind it; `browser`: show it on a desktop."""
    told_to_stop = asyncio.Event()
    playing = asyncio.ensure_future(_played(port=port, browser=browser))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, told_to_stop.set)
    stopping = asyncio.ensure_future(told_to_stop.wait())
    await asyncio.wait((playing, stopping), return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not playing.done():
        playing.cancel()  # what was started is ended, wherever it had got to
    with suppress(asyncio.CancelledError):
        await playing
    print("\nThe rehearsal is over; nothing of it is kept.")


async def _played(*, port: int, browser: bool) -> None:
    print("Starting the app between a stand-in Slack and a stand-in AlloMia ...", flush=True)
    async with rehearsal(**LIVELY) as found, served(found, port) as address:
        print(GREETING.format(address=address), flush=True)
        if browser and on_a_desktop():
            # Some browsers return only when they are closed: nobody waits for them.
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        await asyncio.Event().wait()


def on_a_desktop() -> bool:
    """Tell whether somebody sits before a terminal and a screen."""
    screen = os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    return sys.stdout.isatty() and bool(screen or sys.platform in ("darwin", "win32"))


@asynccontextmanager
async def served(found: Rehearsal, port: int = FIRST_PORT) -> AsyncIterator[str]:
    """Serve the page on the loopback, on this port or the next free one; give its address."""
    runner = web.AppRunner(
        Page(found).application(), access_log=None, handler_cancellation=True, shutdown_timeout=0.2
    )
    await runner.setup()
    try:
        yield f"http://127.0.0.1:{await _listen(runner, port)}/"
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, port: int) -> int:
    last = min(port + PORTS_TRIED - 1, LAST_PORT)
    for candidate in range(port, last + 1):
        try:
            await web.TCPSite(runner, "127.0.0.1", candidate).start()
        except OSError:
            continue
        return int(runner.addresses[0][1])
    raise OSError(f"no port is free from {port} to {last}")


class Page:
    """What the browser asks for, and what is done in it."""

    def __init__(self, found: Rehearsal) -> None:
        self._slack, self._allomia = found.slack, found.allomia
        self._panel = Panel(found)

    def application(self) -> web.Application:
        """Return the page as a web application."""
        app = web.Application(middlewares=[guarded])
        app.on_response_prepare.append(_harden)
        app.router.add_get("/", self._index)
        app.router.add_get("/page/{name}", self._file)
        app.router.add_get("/state", self._state)
        app.router.add_get("/changes", self._changes)
        app.router.add_get(r"/log/{number:\d+}", self._exchange)
        app.router.add_post("/gesture", self._gesture)
        app.router.add_post("/panel", self._turn)
        return app

    async def _index(self, _: web.Request) -> web.Response:
        return _file("index.html")

    async def _file(self, request: web.Request) -> web.Response:
        return _file(request.match_info["name"])

    async def _state(self, request: web.Request) -> web.Response:
        return web.json_response(stage.seen(self._panel, self._user(request.query.get("as"))))

    async def _exchange(self, request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        if number >= len(self._slack.log):
            raise web.HTTPNotFound
        return web.json_response(stage.exchange(self._slack, self._allomia, number))

    async def _changes(self, request: web.Request) -> web.StreamResponse:
        """Tell the browser, for as long as it listens, that there is something new."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        heard = -1
        while True:
            heard = await self._slack.traffic.after(heard)
            await response.write(f"data: {heard}\n\n".encode())
            await asyncio.sleep(PAUSE)

    async def _gesture(self, request: web.Request) -> web.Response:
        asked = await _read(request)
        person = self._slack.person(self._user(asked.pop("as", None)))
        gesture = GESTURES.validate_python(asked)
        if isinstance(gesture, Home) and not stage.hears_of("app_home_opened"):
            return web.json_response({})
        return web.json_response(await gesture.made(self._slack, person))

    async def _turn(self, request: web.Request) -> web.Response:
        await TURNS.validate_python(await _read(request)).taken(self._panel)
        self._slack.traffic.notify()
        return web.json_response({})

    def _user(self, user_id: object) -> str:
        people = self._slack.workspace.users
        if isinstance(user_id, str) and user_id in people and not people[user_id].is_bot:
            return user_id
        raise web.HTTPBadRequest(text="nobody of that name works here")


@web.middleware
async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Serve only pages of our own; tell what cannot be done."""
    port = request.transport.get_extra_info("sockname")[1] if request.transport else 0
    if request.host not in (f"127.0.0.1:{port}", f"localhost:{port}"):
        raise web.HTTPMisdirectedRequest(text="this is not the address of the rehearsal")
    if request.method == "POST" and request.headers.get("Origin") != f"http://{request.host}":
        raise web.HTTPForbidden(text="this page is for itself only")
    try:
        return await handler(request)
    except GestureError as fault:
        return web.json_response({"error": str(fault)}, status=409)
    except (ValidationError, ValueError, KeyError) as fault:
        return web.json_response({"error": f"not understood: {fault}"}, status=400)


def _file(name: str) -> web.Response:
    path = FILES / name
    if path.parent != FILES or path.suffix not in TYPES or not path.is_file():
        raise web.HTTPNotFound
    text = path.read_text(encoding="utf-8")
    return web.Response(text=text, content_type=TYPES[path.suffix], charset="utf-8")


async def _harden(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)


async def _read(request: web.Request) -> JSON:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    asked = json.loads(await request.text())
    if not isinstance(asked, dict):
        raise web.HTTPBadRequest(text="an object is wanted")
    return asked
