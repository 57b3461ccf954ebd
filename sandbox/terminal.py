"""Slack drawn in a terminal: messages and windows as lines of text."""

import re
from collections.abc import Iterator
from typing import Any

from sandbox.blocks import JSON
from sandbox.modals import View
from sandbox.workspace import Message, Workspace

EMOJI = {
    "hourglass_flowing_sand": "⏳",
    "telephone_receiver": "📞",
    "speaking_head_in_silhouette": "🗣 ",
    "white_check_mark": "✅",
    "no_entry": "⛔",
    "no_bell": "🔕",
    "x": "❌",
    "warning": "⚠️ ",
}
DATE = re.compile(r"<!date\^\d+\^[^|>]*\|([^>]*)>")
PERSON = re.compile(r"<@(\w+)>")


def message(found: Message, workspace: Workspace) -> list[str]:
    """Draw a message, its buttons last."""
    lines = [line for block in found.blocks for line in _block(block)] or [found.text]
    return [_said(line, workspace) for line in lines]


def window(view: View, workspace: Workspace) -> list[str]:
    """Draw a window, each field with what stands in it."""
    body = view.body
    lines = [f"[ {body['title']['text']} ]"]
    for block in body["blocks"]:
        if block["type"] == "input":
            typed = view.state.get(block["block_id"], {}).get(block["element"]["action_id"], {})
            lines.append(f"{block['label']['text']}: {_value(typed, workspace)}")
        else:
            lines += [_said(line, workspace) for line in _block(block)]
    return [*lines, f"( {body['submit']['text']} )"]


def _block(block: JSON) -> Iterator[str]:
    if block["type"] == "section":
        yield from block["text"]["text"].split("\n")
    elif block["type"] == "context":
        yield "  ".join(element["text"] for element in block["elements"])
    elif block["type"] == "actions":
        yield "  ".join(f"( {element['text']['text']} )" for element in block["elements"])
    else:
        yield f"[{block['type']}]"


def _value(typed: dict[str, Any], workspace: Workspace) -> str:
    chosen = typed.get("selected_conversation")
    if chosen:
        return f"#{workspace.channels[chosen].name}"
    return str(typed.get("value") or "").replace("\n", " / ")


def _said(line: str, workspace: Workspace) -> str:
    line = DATE.sub(r"\1", line)
    line = PERSON.sub(lambda found: f"@{workspace.users[found[1]].name}", line)
    line = re.sub(r":(\w+):", lambda found: EMOJI.get(found[1], found[0]), line)
    for entity, mark in (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")):
        line = line.replace(entity, mark)
    return line
