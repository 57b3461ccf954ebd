"""The audit log in a window, for administrators: a page of rows, and a way to take it out."""

import re
from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement

from calls.audit import Leaf, Mark, Row
from calls.slack_ids import CONVERSATION, PERSON
from views.message import Message, context, note, section
from views.modal import modal
from views.mrkdwn import Mrkdwn, channel, date, escaped, gathered, shortened, user
from views.text import Text

OPEN, EXPORT = "audit", "audit_export"
TURN = re.compile("audit_(newer|older)")
PER_PAGE = 20
LONGEST_TOLD = 300  # characters of what a row tells besides


def entrance(text: Text) -> ButtonElement:
    """Draw the button with which administrators open the log from App Home."""
    return ButtonElement(text=text("audit.window.entrance"), action_id=OPEN)


def render(leaf: Leaf, text: Text, told: Mrkdwn | None = None) -> dict[str, Any]:
    """Draw a page of the log; ``told`` is what has just been done."""
    export = ButtonElement(text=text("audit.window.export"), action_id=EXPORT)
    lines = [_line(row, text) for row in leaf.rows]
    blocks: list[Block] = [
        *([section(told)] if told else ()),
        context(text.mrkdwn("audit.window.intro")),
        *map(section, gathered(lines) or [text.mrkdwn("audit.window.empty")]),
        *_turning(leaf, text),
        ActionsBlock(elements=[export]),
    ]
    keeps = _mark(leaf.rows[0]) if leaf.rows else ""
    return modal(text, "audit.window.title", blocks, close="audit.window.close", keeps=keeps)


def mark(words: str) -> Mark | None:
    """Read which row a button, or a window, stands for."""
    return Mark.model_validate_json(words, strict=False) if words else None


def _mark(row: Row) -> str:
    return Mark(at=row.at, id=row.id).model_dump_json()


def _turning(leaf: Leaf, text: Text) -> list[Block]:
    ways = {"newer": leaf.newer and leaf.rows[:1], "older": leaf.older and leaf.rows[-1:]}
    buttons = [
        ButtonElement(
            text=text(f"audit.window.{way}"), action_id=f"audit_{way}", value=_mark(rows[0])
        )
        for way, rows in ways.items()
        if rows
    ]
    return [ActionsBlock(elements=buttons)] if buttons else []


def _line(row: Row, text: Text) -> Mrkdwn:
    known = text.has(f"audit.action.{row.action}")
    parts = [
        date(row.at, "{date_short_pretty} {time_secs}"),
        user(row.by) if PERSON.fullmatch(row.by) else _elsewhere(row.by, text),
        text.mrkdwn(f"audit.action.{row.action}") if known else escaped(row.action),
        *(escaped(part) for part in (row.call, row.number) if part),
        *([_elsewhere(row.place, text)] if row.place and row.place != row.by else ()),
    ]
    line = Mrkdwn(" · ".join(parts))
    return Mrkdwn(f"{line}\n{_told(row.told, text)}") if row.told else line


def _elsewhere(place: str, text: Text) -> Mrkdwn:
    """Name a place: a conversation, or where there is none."""
    if CONVERSATION.fullmatch(place) or PERSON.fullmatch(place):
        return channel(place)
    key = f"audit.place.{place.replace(' ', '_')}"
    if place.startswith("D"):
        key = "audit.place.direct"
    return text.mrkdwn(key) if text.has(key) else escaped(place)


def _told(told: dict[str, str], text: Text) -> Mrkdwn:
    """Write particulars by their names; those of rules and entries go by the file's words."""
    words = "; ".join(f"{_name(key, text)}: {_value(value)}" for key, value in told.items())
    return shortened(Mrkdwn(words), LONGEST_TOLD)


def _name(key: str, text: Text) -> Mrkdwn:
    known = f"audit.told.{key}"
    return text.mrkdwn(known) if text.has(known) else escaped(key)


def _value(value: str) -> Mrkdwn:
    return user(value) if PERSON.fullmatch(value) else escaped(value)


def posted(text: Text) -> Message:
    """Tell in whose thread the file stands."""
    return note(text.mrkdwn("audit.window.posted"))


def comment(text: Text, many: int) -> Message:
    """Tell what is in the file, beside it."""
    return note(text.mrkdwn("audit.window.rows", many=str(many)))


def unposted(text: Text) -> Message:
    """Tell that no file may be posted, and what to do instead."""
    return note(text.mrkdwn("audit.no_files"))


def written(many: int, file: str, text: Text) -> Sequence[str]:
    """Tell a terminal what was written, and where."""
    return [text("audit.window.rows", many=str(many)), text("file.written", file=file)]
