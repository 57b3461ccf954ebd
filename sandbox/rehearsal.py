"""The real app, a process of its own, between the two stand-ins, on a database of its own."""

import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from sandbox.allomia import ASSISTANT_ID, PHONE_NUMBER_ID, AlloMia
from sandbox.slack import Slack
from sandbox.traffic import Traffic

APP = Path(__file__).parent.parent / "app.py"
START_WITHIN, STOP_WITHIN = 20.0, 12.0  # seconds
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "SYSTEMROOT", "TMPDIR", "TEMP")


@dataclass(frozen=True)
class Rehearsal:
    """The two stand-ins, with the app running between them."""

    slack: Slack
    allomia: AlloMia
    app_url: str


def free_port() -> int:
    """Return a port of the loopback that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


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
        "ALLOMIA_TIMEOUT": "15",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": database_url,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "DEFAULT_REGION": "CA",
        "DEFAULT_LANGUAGE": "en",
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
        async with Slack(traffic=traffic) as slack, AlloMia(traffic=traffic) as allomia:
            database = f"sqlite:///{Path(folder) / 'ringback.db'}"
            environ = environment(slack, allomia, database, free_port()) | settings
            slack.app_url = f"http://{environ['HOST']}:{environ['PORT']}"
            async with _app(environ, folder):
                await _ready(slack.app_url)
                yield Rehearsal(slack, allomia, slack.app_url)


@asynccontextmanager
async def _app(environ: dict[str, str], folder: str) -> AsyncIterator[None]:
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(APP),
        env=kept | environ,
        cwd=folder,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,  # Ctrl-C is for us: we end it, once
    )
    log = asyncio.create_task(process.communicate())
    try:
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        try:
            _, said = await asyncio.wait_for(log, STOP_WITHIN)
        except TimeoutError:
            process.kill()
            said = b"the app did not stop when it was asked to"
        if process.returncode:
            print(said.decode(errors="replace"), file=sys.stderr)


async def _ready(address: str) -> None:
    async with asyncio.timeout(START_WITHIN), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"{address}/readyz") as answer:
                    if answer.ok:
                        return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)
