"""Slack's door: requests are verified, listeners get their visit, and what fails is told."""

import logging
import secrets
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext

import handlers
from calls.errors import DatabaseAway
from handlers.desk import Desk, Visit
from views import answer, form

log = logging.getLogger(__name__)


def slack_app(desk: Desk) -> AsyncApp:
    """Build Bolt's app with every listener; it does not ask Slack anything before it must."""
    token = desk.settings.slack_bot_token.get_secret_value()

    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=token)

    app = AsyncApp(
        name="ringback",
        signing_secret=desk.settings.slack_signing_secret.get_secret_value(),
        authorize=authorize,
        attaching_conversation_kwargs_enabled=False,
    )
    app.middleware(desk.attend)
    app.error(failed)
    handlers.register(app)
    return app


async def failed(error: Exception, body: dict[str, Any], context: AsyncBoltContext) -> BoltResponse:
    """Turn what a listener did not expect into a sentence; nonsense from outside is refused."""
    visit: Visit | None = context.get("visit")
    if visit is None:  # it did not get past the door: nothing that Slack would send
        log.warning("A request was refused", extra={"error": type(error).__name__})
        return BoltResponse(status=400, body="")
    reference = f"E-{secrets.token_hex(4)}"
    log.error("A listener failed", exc_info=error, extra={"reference": reference})
    key = "not_noted.reading" if isinstance(error, DatabaseAway) else "answer.apology"
    if body.get("type") == "view_submission":
        told = form.notice(visit.text, "not_noted.title", key, reference=reference)
        return BoltResponse(status=200, body={"response_action": "push", "view": told})
    await visit.tell(answer.said(visit.text, key, reference=reference))
    return BoltResponse(status=200, body="")
