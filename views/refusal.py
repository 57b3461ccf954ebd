"""A window that tells why no call can be placed, where nothing that is typed would change it."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.views import View

from calls.errors import Reason
from views.message import section
from views.text import Text


def render(reasons: Sequence[Reason], text: Text) -> dict[str, Any]:
    """Draw the window."""
    return View(
        type="modal",
        title=text("form.title"),
        close=text("details.close"),
        blocks=[section(text.mrkdwn_reason(reason)) for reason in reasons],
    ).to_dict()
