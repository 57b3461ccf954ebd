"""Windows: opened at once, since Slack's trigger lives three seconds, and filled later."""

import logging
from typing import Any

from slack_sdk.errors import SlackApiError

from handlers.desk import Visit
from views import answer

log = logging.getLogger(__name__)

View = dict[str, Any]


async def open_(visit: Visit, trigger: str, view: View) -> View | None:
    """Open a window; where Slack does not in time, tell the person and return ``None``."""
    try:
        opened = await visit.desk.client.views_open(trigger_id=trigger, view=view)
    except SlackApiError as error:
        log.warning("Slack did not open a window", extra={"error": error.response.get("error")})
        await visit.tell(answer.said(visit.text, "answer.trigger"))
        return None
    found: View = opened["view"]
    return found


async def fill(visit: Visit, opened: View, view: View) -> None:
    """Draw another view into a window, unless it has been changed or closed meanwhile."""
    try:
        await visit.desk.client.views_update(view_id=opened["id"], hash=opened["hash"], view=view)
    except SlackApiError as error:
        log.warning("Slack did not fill a window", extra={"error": error.response.get("error")})
