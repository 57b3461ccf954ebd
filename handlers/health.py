"""``GET /healthz`` and ``GET /readyz``, for whoever watches over the app."""

import time

from aiohttp import web

from calls.switchboard import Switchboard
from calls.worker import Worker

STILL = 30.0  # seconds after which a worker that has not looked for work does not move


class Health:
    """Whether the app is alive, and whether it can work."""

    def __init__(self, switchboard: Switchboard, worker: Worker | None, instance: str) -> None:
        self._switchboard = switchboard
        self._worker = worker
        self._instance = instance

    async def alive(self, _request: web.Request) -> web.Response:
        """Answer as long as the process does, and tell which installation this is."""
        return web.json_response({"status": "ok", "instance": self._instance})

    async def ready(self, _request: web.Request) -> web.Response:
        """Tell whether the database answers and the worker moves; 503 where one does not.

        A database that can be read and takes no notes, being locked or full, does not answer.
        """
        worker = self._worker
        taking = worker is None or not worker.untaken
        found = {
            "database": taking and await self._switchboard.database.alive(),
            "worker": worker is None or time.monotonic() - worker.moved_at < STILL,
        }
        return web.json_response(found, status=200 if all(found.values()) else 503)
