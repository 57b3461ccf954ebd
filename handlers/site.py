"""The one HTTP server: for Slack, for AlloMia, and for the operator."""

from contextlib import AsyncExitStack

from aiohttp import web

from calls.settings import Settings
from calls.worker import Worker
from handlers import callback, logs, presence
from handlers.desk import Desk
from handlers.door import Door, slack_app
from handlers.health import Health
from handlers.metrics import Metrics

ANSWER_WITHIN = 1.0  # seconds for requests that are still being answered when we are told to stop


def served(desk: Desk, worker: Worker | None, instance: str) -> web.Application:
    """Put every route on one server: Slack's, AlloMia's, and those for the operator.

    In Socket Mode Slack has none: what could be posted there would not be signed.
    """
    health = Health(desk.switchboard, worker, instance)
    site = web.Application()
    if desk.settings.role != "worker" and not desk.settings.slack_app_token:
        site.router.add_post("/slack/events", Door(slack_app(desk)).heard)
    site.router.add_post(callback.PATH + "{token}", callback.Doorbell(desk.switchboard).rang)
    for path in ("/healthz", presence.REACHED):
        site.router.add_get(path, health.alive)
    site.router.add_get("/readyz", health.ready)
    site.router.add_get("/metrics", Metrics(desk.switchboard).told)
    return site


async def listening(site: web.Application, settings: Settings, stack: AsyncExitStack) -> None:
    """Serve the routes until the stack is closed."""
    logs.only_http()
    runner = web.AppRunner(
        site,
        access_log=None,
        handle_signals=False,
        shutdown_timeout=ANSWER_WITHIN,
        auto_decompress=False,  # neither Slack nor AlloMia compresses what it sends
    )
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, settings.host, settings.port).start()
