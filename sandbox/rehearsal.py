"""The real app, a process of its own, between the two stand-ins, on a database of its own."""

import asyncio
import itertools
import os
import socket
import sys
import tempfile
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from sandbox.allomia import ASSISTANT_ID, ORGANIZATION_ID, PHONE_NUMBER_ID, AlloMia
from sandbox.slack import Slack
from sandbox.traffic import Traffic

APP = Path(__file__).parent.parent / "app.py"
START_WITHIN, STOP_WITHIN = 60.0, 12.0  # seconds
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR", "TEMP")
PORTS = range(20_000, 30_000)
_walk = itertools.count(os.getpid() * 211)  # processes side by side do not meet


class App:
    """The app as a process of its own, which may be killed, and started again where it left off."""

    def __init__(self, environ: dict[str, str], folder: str, changed: Callable[[], None]) -> None:
        kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        self._environ = kept | environ
        self._folder = folder
        self._changed = changed  # told when it ends, whatever ended it
        self._process: Process | None = None
        self._ending: asyncio.Task[None] | None = None
        self._killed = False

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://{self._environ['HOST']}:{self._environ['PORT']}"

    @property
    def runs(self) -> bool:
        """Tell whether there is such a process."""
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        """Start it, and wait until it is ready."""
        self._killed = False
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(APP),
            env=self._environ,
            cwd=self._folder,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is for us: we end it, once
        )
        self._ending = asyncio.create_task(self._watch(self._process))
        await self._ready()

    async def kill(self) -> None:
        """End it in the middle of whatever it does, as `kill -9` and a power cut do."""
        self._killed = True
        if self._process and self._ending and self.runs:
            self._process.kill()
            await self._ending

    async def stop(self) -> None:
        """Ask it to end, and see that it does."""
        if not (self._process and self._ending):
            return
        if self.runs:
            self._process.terminate()
        try:
            await asyncio.wait_for(asyncio.shield(self._ending), STOP_WITHIN)
        except TimeoutError:
            print("the app did not stop when it was asked to", file=sys.stderr)
            await self.kill()

    async def _watch(self, process: Process) -> None:
        """Wait for its end; what it said is of interest if it failed."""
        _, said = await process.communicate()
        if process.returncode and not self._killed:
            print(said.decode(errors="replace"), file=sys.stderr)
        self._changed()

    async def _ready(self) -> None:
        async with asyncio.timeout(START_WITHIN), aiohttp.ClientSession() as session:
            while self.runs:
                try:
                    async with session.get(f"{self.url}/readyz") as answer:
                        if answer.ok:
                            return
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(0.05)
        if not self._killed:
            raise OSError("the app ended at once")


@dataclass(frozen=True)
class Rehearsal:
    """The two stand-ins, with the app running between them."""

    slack: Slack
    allomia: AlloMia
    app: App | None = None  # None: it runs in somebody else's hands


def free_port() -> int:
    """Return a port of the loopback that nobody listens at, and another one the next time.

    It is none of those that the system hands out by itself (from 32768 on Linux, from 49152
    elsewhere): any connection of any program may take one of these before it is listened at.
    """
    for _ in PORTS:
        port = PORTS.start + next(_walk) % len(PORTS)
        with socket.socket() as found, suppress(OSError):
            found.bind(("127.0.0.1", port))
            return port
    raise OSError(f"no port is free from {PORTS.start} to {PORTS.stop - 1}")


def environment(slack: Slack, allomia: AlloMia, database_url: str, port: int) -> dict[str, str]:
    """Return every setting of an app between two stand-ins; nothing is left to a real ``.env``."""
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.url,
        "ALLOMIA_API_KEY": allomia.api_key,
        "ALLOMIA_API_URL": allomia.url,
        "ALLOMIA_ASSISTANT_ID": ASSISTANT_ID,
        "ALLOMIA_PHONE_NUMBER_ID": PHONE_NUMBER_ID,
        "ALLOMIA_ORGANIZATION_ID": ORGANIZATION_ID,
        "ALLOMIA_TIMEOUT": "15",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": database_url,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "DEFAULT_REGION": "CA",
        "DEFAULT_LANGUAGE": "en",
        "CALLING_HOURS": "always",  # people rehearse at night too
        "POLL_FIRST": "15",
        "POLL_MAX": "300",
        "GIVE_UP_AFTER": "86400",
        "UNDO_SECONDS": "3",
        "DIAL_WITHIN": "600",
        "ROLE": "all",
        "LOG_FORMAT": "text",
    }


@asynccontextmanager
async def rehearsal(**settings: str) -> AsyncIterator[Rehearsal]:
    """Open both stand-ins and start the app between them; end it and leave nothing behind."""
    traffic = Traffic()
    with tempfile.TemporaryDirectory(prefix="ringback-") as folder:
        playing = AlloMia(assistants=None, traffic=traffic)  # people invent UUIDs
        async with Slack(traffic=traffic) as slack, playing as allomia:
            database = f"sqlite:///{Path(folder) / 'ringback.db'}"
            environ = environment(slack, allomia, database, free_port()) | settings
            app = App(environ, folder, traffic.notify)
            slack.app_url = app.url
            try:
                await app.start()
                yield Rehearsal(slack, allomia, app)
            finally:
                await app.stop()
