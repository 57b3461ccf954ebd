"""Slack's door: requests are verified, listeners get their visit, and what fails is told."""

import asyncio
import logging
import secrets
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from slack_bolt import BoltResponse
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest

import handlers
from calls import metrics
from calls.errors import DatabaseAway
from handlers.desk import Desk, Visit
from views import answer, form

log = logging.getLogger(__name__)

PATIENCE = 5  # seconds for a body to arrive
UNREADABLE = (AttributeError, LookupError, RecursionError, TypeError, ValueError)


class Door:
    """``POST /slack/events``."""

    def __init__(self, app: AsyncApp) -> None:
        self._app = app

    async def heard(self, request: web.Request) -> web.Response:
        """Let Bolt answer; it reads a body before it verifies it, so 400 where it cannot."""
        try:
            async with asyncio.timeout(PATIENCE):
                await request.read()
            with metrics.SLACK_ANSWER.time():
                answer = await self._app.async_dispatch(await _read(request))
        except (TimeoutError, ConnectionError):  # a body that came slowly, or only in part
            return web.Response(status=408)
        except UNREADABLE as fault:
            log.warning("A request cannot be read", extra={"error": type(fault).__name__})
            return web.Response(status=400)
        if answer.status > HTTPStatus.BAD_REQUEST:  # which has been logged below, with its reason
            log.warning("A request was refused", extra={"status": answer.status})
        return await to_aiohttp_response(answer)


async def _read(request: web.Request) -> AsyncBoltRequest:
    found = await to_bolt_request(request)
    if not found.body:
        # Bolt drops a command in which "payload" was typed: it expects a field of that name.
        found.body = dict(parse_qsl(found.raw_body, keep_blank_values=True))
        found.context = AsyncBoltRequest(body=found.body, mode="socket_mode").context
    return found


def slack_app(desk: Desk) -> AsyncApp:
    """Build Bolt's app with every listener; it does not ask Slack anything before it must."""
    token = desk.settings.slack_bot_token.get_secret_value()

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    secret = desk.settings.slack_signing_secret  # nothing is signed that comes over a socket
    app = AsyncApp(
        name="ringback",
        signing_secret=secret.get_secret_value() if secret else "",
        authorize=authorize,
        attaching_conversation_kwargs_enabled=False,
    )
    app.middleware(desk)
    app.error(failed)
    handlers.register(app)
    return app


async def failed(
    error: Exception, body: dict[str, Any], context: AsyncBoltContext
) -> BoltResponse | None:
    """Turn what a listener did not expect into a sentence; nonsense from outside is refused."""
    visit: Visit | None = context.get("visit")
    if visit is None:  # it did not get past the door: nothing that Slack would send
        log.warning("A request was refused", extra={"error": type(error).__name__})
        return BoltResponse(status=400, body="")
    reference = f"E-{secrets.token_hex(4)}"
    if isinstance(error, DatabaseAway):
        key = "not_noted.reading"
        log.warning("The database did not answer a listener", extra={"reference": reference})
    else:
        key = "answer.apology"
        log.error("A listener failed", exc_info=error, extra={"reference": reference})
    if body.get("type") == "view_submission":
        view = form.notice(visit.text, "not_noted.title", key, reference=reference)
        return BoltResponse(status=200, body={"response_action": "push", "view": view})
    told = answer.said(visit.text, key, reference=reference)
    if context.ack.response is None and "command" in body:
        return BoltResponse(
            status=200,
            body={"text": told.text, "blocks": told.blocks, "response_type": "ephemeral"},
        )
    await visit.tell(told)
    return None if context.ack.response else BoltResponse(status=200, body="")
