"""Ringback: ``python app.py`` puts the parts together and runs them until it is told to stop."""

import asyncio
import logging
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import cast

import aiohttp
from aiohttp import web
from pydantic import ValidationError
from slack_sdk.web.async_client import AsyncWebClient

from calls.agenda import Kind
from calls.allomia import AlloMia
from calls.check import Check
from calls.database import Database
from calls.dial import CALLBACK, Dial
from calls.errors import DatabaseAway
from calls.people import People
from calls.settings import Settings, faults
from calls.switchboard import Switchboard
from calls.worker import Worker
from handlers import logs
from handlers.callback import Doorbell
from handlers.desk import Desk
from handlers.door import slack_app
from handlers.health import Health
from handlers.messages import TIMEOUT, Messages
from handlers.thread import Thread

log = logging.getLogger("ringback")

WRONG_SETTINGS = 2  # exit status
DATABASE_RETRY = 1.0  # seconds


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[web.Application]:
    """Open every part, serve, and close them again in the opposite order."""
    async with AsyncExitStack() as stack:
        database = Database(settings.database_url)
        stack.push_async_callback(database.close)
        await migrated(database)
        switchboard = Switchboard(database, settings)
        people = People(database, settings.default_language)
        await people.load()
        session = await stack.enter_async_context(
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT))
        )
        client = AsyncWebClient(
            token=settings.slack_bot_token.get_secret_value(),
            base_url=settings.slack_api_url.rstrip("/") + "/",
            session=session,
            timeout=TIMEOUT,
            retry_handlers=[],  # one request is one message: the job decides about another
        )
        messages = Messages(client)
        worker = None
        if settings.role != "web":
            allomia = await stack.enter_async_context(
                AlloMia(
                    settings.allomia_api_url, settings.allomia_api_key, settings.allomia_timeout
                )
            )
            worker = working(switchboard, allomia, messages)
            stack.push_async_callback(finished, worker, asyncio.create_task(worker.run()))
        site = served(Desk(switchboard, people, messages, client, settings), worker)
        runner = web.AppRunner(site, access_log=None, handle_signals=False)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, settings.host, settings.port).start()
        log.info("Ringback listens", extra={"host": settings.host, "port": settings.port})
        yield site


async def migrated(database: Database) -> None:
    """Wait for the database, and bring its tables up to date."""
    while True:
        try:
            return await database.migrate()
        except DatabaseAway as fault:
            log.warning("The database does not answer yet", extra={"error": str(fault.__cause__)})
            await asyncio.sleep(DATABASE_RETRY)


def working(switchboard: Switchboard, allomia: AlloMia, messages: Messages) -> Worker:
    """Hand the worker its coroutine for each kind of job."""
    thread = Thread(messages, switchboard.settings)
    return Worker(
        switchboard,
        {
            Kind.OPEN: thread.open,
            Kind.DIAL: Dial(switchboard, allomia),
            Kind.CHECK: Check(switchboard, allomia),
            Kind.REPLY: thread.reply,
            Kind.CARD: thread.draw,
        },
    )


async def finished(worker: Worker, task: asyncio.Task[None]) -> None:
    """Let the worker end what is in flight."""
    worker.stop()
    await task


def served(desk: Desk, worker: Worker | None) -> web.Application:
    """Put every route on one server: Slack's, AlloMia's, and those for the operator."""
    health = Health(desk.switchboard, worker)
    site = web.Application()
    if desk.settings.role != "worker":
        site = slack_app(desk).web_app(path="/slack/events")
    site.router.add_post(CALLBACK + "{token}", Doorbell(desk.switchboard).rang)
    site.router.add_get("/healthz", health.alive)
    site.router.add_get("/readyz", health.ready)
    return site


async def main(settings: Settings) -> None:
    """Run until SIGTERM or SIGINT, then end what is in flight."""
    task = cast("asyncio.Task[None]", asyncio.current_task())
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)
    async with running(settings):
        await asyncio.Event().wait()


def start() -> int:
    """Read the settings and run; return the exit status."""
    try:
        settings = Settings()
    except ValidationError as error:
        print("\n".join(faults(error)), file=sys.stderr)
        return WRONG_SETTINGS
    logs.configure(settings.log_format)
    try:
        asyncio.run(main(settings))
    except asyncio.CancelledError:
        log.info("Ringback has stopped")
    except OSError as fault:
        where = f"{settings.host}:{settings.port}"
        print(f"HOST, PORT: cannot listen at {where} ({fault.strerror}).", file=sys.stderr)
        return WRONG_SETTINGS
    return 0


if __name__ == "__main__":
    sys.exit(start())
