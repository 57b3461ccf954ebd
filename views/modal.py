"""A window: its title, its buttons, what it shows, and what it keeps to itself."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from views.text import Text


def modal(
    text: Text,
    title: str,
    blocks: Sequence[Block | dict[str, Any]],
    *,
    close: str,
    submit: str | None = None,
    callback: str | None = None,
    keeps: str | None = None,
) -> dict[str, Any]:
    """Draw a window; ``title``, ``close`` and ``submit`` are keys of sentences."""
    return View(
        type="modal",
        callback_id=callback,
        title=text(title),
        submit=text(submit) if submit else None,
        close=text(close),
        private_metadata=keeps,
        blocks=blocks,
    ).to_dict()
