"""``GET /metrics``, in the words of Prometheus; it holds no number, name or token."""

import logging
import math

from aiohttp import hdrs, web
from prometheus_client import REGISTRY
from prometheus_client.exposition import choose_encoder

from calls import metrics
from calls.agenda import Kind
from calls.clock import now
from calls.errors import DatabaseAway
from calls.switchboard import Switchboard

log = logging.getLogger(__name__)

for kind in Kind:  # a series that begins at its first one hides it from increase()
    metrics.GIVEN_UP.labels(kind.value)


class Metrics:
    """All that this process has counted, and what waits in the database it shares."""

    def __init__(self, switchboard: Switchboard) -> None:
        self._switchboard = switchboard

    async def told(self, request: web.Request) -> web.Response:
        """Answer a scraper; a database that is away is one of the metrics."""
        await self._look()
        try:
            encode, kind = choose_encoder(request.headers.get(hdrs.ACCEPT, ""))
        except (TypeError, ValueError):  # a wish that is no version of any format
            encode, kind = choose_encoder("")
        return web.Response(body=encode(REGISTRY), headers={hdrs.CONTENT_TYPE: kind})

    async def _look(self) -> None:
        try:
            waiting = await self._switchboard.waiting()
        except DatabaseAway:
            log.warning("The database did not tell what waits")
            metrics.DATABASE_UP.set(0)
            for unknown in (metrics.JOBS, metrics.JOBS_DUE, metrics.JOBS_FAILING):
                unknown.set(math.nan)
            metrics.OLDEST_JOB.set(math.nan)
            return
        age = (now() - waiting.oldest).total_seconds() if waiting.oldest else 0
        metrics.DATABASE_UP.set(1)
        metrics.JOBS.set(waiting.jobs)
        metrics.JOBS_DUE.set(waiting.due)
        metrics.JOBS_FAILING.set(waiting.failing)
        metrics.OLDEST_JOB.set(max(age, 0))
