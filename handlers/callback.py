"""AlloMia's doorbell: a callback only makes us look; its body is not believed."""

import asyncio
import json
import logging
from http import HTTPStatus

from aiohttp import web

from calls import metrics
from calls.allomia_answers import identifier
from calls.errors import DatabaseAway
from calls.switchboard import Switchboard

log = logging.getLogger(__name__)

PATH = "/allomia/callback/"
LARGEST = 64 * 1024  # bytes of a body
PATIENCE = 5  # seconds for a body to arrive
RESULTS = {
    HTTPStatus.NO_CONTENT: "noted",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "noted_unread",
    HTTPStatus.NOT_FOUND: "of_no_call",
    HTTPStatus.SERVICE_UNAVAILABLE: "not_noted",
}
for result in RESULTS.values():
    metrics.CALLBACKS.labels(result)


class Doorbell:
    """``POST /allomia/callback/{token}``."""

    def __init__(self, switchboard: Switchboard) -> None:
        self._switchboard = switchboard

    async def rang(self, request: web.Request) -> web.Response:
        """Answer 204 for a call's own token and 404 for any other; never 5xx for bad input."""
        status = await self._noted(request)
        metrics.CALLBACKS.labels(RESULTS[status]).inc()
        headers = {"Retry-After": "10"} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
        return web.Response(status=status, headers=headers)

    async def _noted(self, request: web.Request) -> HTTPStatus:
        body = await _body(request)
        try:
            known = await self._switchboard.ring(request.match_info["token"], _hint(body or b""))
        except DatabaseAway:
            log.warning("A callback could not be noted")
            return HTTPStatus.SERVICE_UNAVAILABLE
        if not known:
            return HTTPStatus.NOT_FOUND
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE if body is None else HTTPStatus.NO_CONTENT


async def _body(request: web.Request) -> bytes | None:
    """Read the body; ``None`` where it is too large or does not arrive."""
    try:
        async with asyncio.timeout(PATIENCE):
            body = await request.content.read(LARGEST + 1)
            while len(body) <= LARGEST and not request.content.at_eof():
                body += await request.content.read(LARGEST + 1 - len(body))
    except (TimeoutError, ConnectionError, web.RequestPayloadError):
        return None
    return body if len(body) <= LARGEST else None


def _hint(body: bytes) -> str | None:
    """Return the id that a callback names."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return identifier(found.get("outboundCallId")) if isinstance(found, dict) else None
