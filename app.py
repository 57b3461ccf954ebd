"""Ringback: ``python app.py`` puts the parts together and runs them until it is told to stop."""

import asyncio
import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any, cast

import aiohttp
from pydantic import ValidationError

from calls import findings
from calls.allomia import AlloMia
from calls.call_log import CallLog
from calls.database import Database
from calls.errors import DatabaseAway, DatabaseNewer
from calls.people import People
from calls.retention import Retention
from calls.settings import Settings, faults
from calls.switchboard import Switchboard
from calls.transcripts import Transcripts
from calls.worker import Worker
from calls.workspaces import Workspaces
from handlers import (
    audit_file,
    client,
    directory_file,
    do_not_call_file,
    examination,
    logs,
    manifest,
    site,
    terminal,
)
from handlers.backup import NotABackup, restored
from handlers.client import TIMEOUT, Client
from handlers.desk import Desk, furnished
from handlers.door import slack_app
from handlers.runners import runners
from handlers.socket import Socket
from handlers.watch import Watch

log = logging.getLogger("ringback")

WRONG_SETTINGS = 2  # exit status
DATABASE_RETRY = 1.0  # seconds
GONE_WITHIN = 8.5  # seconds after we are told to stop, whatever happens


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[None]:
    """Open every part, serve, and close them again in the opposite order."""
    async with AsyncExitStack() as stack:
        database = Database(settings.database_url)
        stack.push_async_callback(database.close)
        people = People(database, settings.default_language)
        stack.push_async_callback(people.close)
        switchboard = Switchboard(database, settings)
        stack.push_async_callback(switchboard.close)
        instance = await prepared(database, people, switchboard.workspaces)
        session = await stack.enter_async_context(client.session())
        slack = slack_client(settings, session)
        call_log = await opened_log(settings, stack)
        transcripts = await stack.enter_async_context(Transcripts(settings.allomia_api_url))
        desk = furnished(
            switchboard, people, slack, settings, call_log=call_log, transcripts=transcripts
        )
        stack.push_async_callback(desk.close)
        worker = None if settings.role == "web" else await employed(desk, stack)
        await site.listening(site.served(desk, worker, instance), settings, stack)
        if settings.slack_app_token and settings.role != "worker":
            socket = Socket(slack_app(desk), slack, session, settings.slack_app_token)
            stack.push_async_callback(socket.close)
            socket.start()
        if worker:  # told first, so that its seconds and the doors' run side by side
            stack.callback(worker.stop)
        log.info("Ringback listens", extra={"host": settings.host, "port": settings.port})
        yield


async def prepared(database: Database, people: People, workspaces: Workspaces) -> str:
    """Wait for the database, bring its tables up to date, and read what must be in memory.

    Returns which installation this is.
    """
    while True:
        try:
            await database.migrate()
            await people.load()
            await workspaces.load()
            return await database.instance() or ""
        except DatabaseAway as fault:
            log.warning("The database does not answer yet", extra={"error": str(fault.__cause__)})
            await asyncio.sleep(DATABASE_RETRY)


def slack_client(settings: Settings, session: aiohttp.ClientSession) -> Client:
    """Make the one client of Slack's Web API, on one session."""
    return Client(
        token=settings.slack_bot_token.get_secret_value(),
        base_url=settings.slack_api_url.rstrip("/") + "/",
        session=session,
        timeout=TIMEOUT,
        retry_handlers=[],  # one request is one message: the job decides about another
    )


def allomia_client(settings: Settings) -> AlloMia:
    """Make a client of AlloMia's."""
    return AlloMia(settings.allomia_api_url, settings.allomia_api_key, settings.allomia_timeout)


async def opened_log(settings: Settings, stack: AsyncExitStack) -> CallLog | None:
    """Open AlloMia's call log, where it is known whose."""
    organization = settings.allomia_organization_id
    if organization is None:
        return None
    return CallLog(await stack.enter_async_context(allomia_client(settings)), organization)


async def employed(desk: Desk, stack: AsyncExitStack) -> Worker:
    """Set the worker to work, with its coroutine for each kind of job."""
    allomia = await stack.enter_async_context(allomia_client(desk.settings))
    watch = Watch(desk)
    stack.push_async_callback(watch.close)
    retention = Retention(desk.switchboard)
    stack.push_async_callback(retention.close)
    retention.start()
    worker = Worker(desk.switchboard, runners(desk, allomia, watch))
    stack.push_async_callback(finished, worker, asyncio.create_task(worker.run()))
    return worker


async def finished(worker: Worker, task: asyncio.Task[None]) -> None:
    """Let the worker end what is in flight."""
    worker.stop()
    await task


async def main(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT, then end what is in flight."""
    task = cast("asyncio.Task[None]", asyncio.current_task())

    def stop() -> None:
        # Whatever holds us then, a database say: what is noted is safe, as if we had been killed.
        last = threading.Timer(GONE_WITHIN, os._exit, (0,))
        last.daemon = True
        last.start()
        task.cancel()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    async with running(settings):
        gc.freeze()  # what is here stays: looking through all of it again would be a pause
        await asyncio.Event().wait()


FILES = {
    "dnc": do_not_call_file.asked,
    "directory": directory_file.asked,
    "audit": audit_file.asked,
}


def start() -> int:
    """Do what the command line asks for; return the exit status."""
    asked = terminal.read(sys.argv[1:])
    if asked.verb == "manifest":
        print(manifest.written(asked.public_url, socket_mode=asked.socket_mode), end="")
        return 0
    if asked.verb == "doctor":
        return asyncio.run(examined(as_json=asked.json))
    if asked.verb in FILES:
        return run(partial(FILES[asked.verb], asked))
    return run(restored if asked.verb == "restored" else main)


async def examined(*, as_json: bool) -> int:
    """Let the doctor look at the installation of these settings, and print what it finds."""
    logging.disable()  # what went wrong is told by the findings
    read = findings.read()
    database = Database(read.settings.database_url)
    try:
        async with client.session() as session:
            slack = slack_client(read.settings, session)
            installation = examination.Installation(read.settings, read.wrong, database, slack)
            found = [*read.findings, *await examination.examine(installation)]
    finally:
        await database.close()
    return terminal.tell(found, read.settings.default_language, as_json=as_json)


def run(task: Callable[[Settings], Coroutine[Any, Any, int | None]]) -> int:
    """Read the settings and do what is asked with them; return the exit status."""
    try:
        settings = Settings()
    except ValidationError as error:
        print("\n".join(faults(error)), file=sys.stderr)
        return WRONG_SETTINGS
    except UnicodeDecodeError:
        print(".env cannot be read: save it as UTF-8.", file=sys.stderr)
        return WRONG_SETTINGS
    logs.configure(settings.log_format)
    try:
        return asyncio.run(task(settings)) or 0
    except asyncio.CancelledError:
        log.info("Ringback has stopped")
        return 0
    except NotABackup as fault:
        print(f"DATABASE_URL: {fault}. Nothing was changed.", file=sys.stderr)
    except DatabaseAway as fault:
        print(f"DATABASE_URL: the database does not answer ({fault.__cause__}).", file=sys.stderr)
    except DatabaseNewer as fault:
        told = "Run that version, or restore the backup made before the upgrade."
        print(f"DATABASE_URL: its tables are a newer Ringback's ({fault}). {told}", file=sys.stderr)
    except OSError as fault:
        where = f"{settings.host}:{settings.port}"
        print(f"HOST, PORT: cannot listen at {where} ({fault.strerror}).", file=sys.stderr)
    return WRONG_SETTINGS


if __name__ == "__main__":
    sys.exit(start())
