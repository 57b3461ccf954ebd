"""What is written in somebody's message, as plain passages of lines: text, blocks, attachments.

https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

DEEPEST = 12  # blocks in blocks that are looked into
MOST = 3000  # parts of a message that are looked at
LONGEST = 8000  # characters of one of them
BESIDE = {"rich_text_section", "rich_text_quote", "rich_text_preformatted"}  # parts on one line
HELD = ("pretext", "author_name", "title", "text", "value", "fields", "elements", "rows", "blocks")
SHARED = ("message_blocks", "message", "attachments", "description", "footer")
LINK = re.compile(r"<(?P<to>[^<>|]*)(?:\|(?P<shown>[^<>]*))?>")
LABELLED = re.compile(r"\[(?P<shown>[^\[\]]*)\]\((?P<to>[^()\s]*)\)")  # in markdown
DIALS = re.compile(r"(?:tel|sms|callto):(?P<number>.*)", re.IGNORECASE)
MARKS = re.compile(r"[*~`]+|(?<!\w)_+|_+(?!\w)")
GONE = "\ufffc"  # a mention, or a link that shows nothing
NAMED = ("user", "usergroup", "channel", "broadcast", "date", "emoji", "color", "team")
PRESSED = ("actions", "button", "input")  # the values in them are told nobody
INSTEAD = dict.fromkeys(NAMED, GONE) | dict.fromkeys(PRESSED, "")


def passages(message: dict[str, Any]) -> Iterator[str]:
    """Yield what a message says, in the order in which it is read there."""
    left = [MOST]
    for key in ("blocks", "text", "attachments"):
        for part in _listed(message.get(key)):
            yield _lines(part, left)


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else [{"type": "mrkdwn", "text": value}]


def _lines(part: object, left: list[int], depth: int = 0) -> str:
    left[0] -= 1
    if depth > DEEPEST or left[0] < 0:
        return ""
    if isinstance(part, str):
        return _plain(part)
    if isinstance(part, list):
        return "\n".join(filter(None, (_lines(one, left, depth + 1) for one in part)))
    if not isinstance(part, dict):
        return ""
    return _of(part, left, depth)


def _of(part: dict[str, Any], left: list[int], depth: int) -> str:
    kind, text = str(part.get("type")), part.get("text")
    if kind in INSTEAD:
        return INSTEAD[kind]
    if kind == "link":
        return _shown(str(part.get("url") or ""), str(text or ""))
    if kind in {"text", "raw_text", "plain_text"} and isinstance(text, str):
        return text[:LONGEST]
    if kind in BESIDE and isinstance(part.get("elements"), list):
        return "".join(_lines(one, left, depth + 1) for one in part["elements"])
    if kind == "table" and isinstance(part.get("rows"), list):
        return "\n".join(_row(row, left, depth + 1) for row in part["rows"])
    held = (_lines(part[key], left, depth + 1) for key in (*HELD, *SHARED) if key in part)
    return "\n".join(filter(None, held))


def _row(row: object, left: list[int], depth: int) -> str:
    cells = row if isinstance(row, list) else []
    return " | ".join(" ".join(_lines(cell, left, depth + 1).split()) for cell in cells)


def _plain(text: str) -> str:
    """Read text as Slack writes it, with its links, mentions and marks."""
    seen = LINK.sub(lambda link: _shown(link["to"], link["shown"] or ""), text[:LONGEST])
    seen = LABELLED.sub(lambda link: _shown(link["to"], link["shown"]), seen)
    return unescape(MARKS.sub("", seen))


def _shown(target: str, shown: str) -> str:
    """Return what is seen of a link, or the number that it dials where that tells more."""
    dials = DIALS.fullmatch(target)
    if not dials:
        return shown if shown and not target.startswith(("@", "#", "!")) else GONE
    number = dials["number"]
    if not any(map(str.isdigit, shown)):
        return f"{number} {shown}".strip()
    return number if number.startswith("+") and not shown.strip().startswith("+") else shown
