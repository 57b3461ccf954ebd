"""AlloMia's doorbell: a callback only makes us look; its body is not believed."""

import asyncio
import json
import logging

from aiohttp import web

from calls.allomia_answers import identifier
from calls.errors import DatabaseAway
from calls.switchboard import Switchboard

log = logging.getLogger(__name__)

PATH = "/allomia/callback/"
LARGEST = 64 * 1024  # bytes of a body
PATIENCE = 5  # seconds for a body to arrive


class Doorbell:
    """``POST /allomia/callback/{token}``."""

    def __init__(self, switchboard: Switchboard) -> None:
        self._switchboard = switchboard

    async def rang(self, request: web.Request) -> web.Response:
        """Answer 204 for a call's own token and 404 for any other; never 5xx for bad input."""
        body = await _body(request)
        try:
            known = await self._switchboard.ring(request.match_info["token"], _hint(body or b""))
        except DatabaseAway:
            log.warning("A callback could not be noted")
            return web.Response(status=503, headers={"Retry-After": "10"})
        if not known:
            return web.Response(status=404)
        return web.Response(status=413 if body is None else 204)


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
