"""The do-not-call list in a window, for administrators: search, add, remove, hand out."""

import json
import re
from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    InputBlock,
    PlainTextInputElement,
)

from calls import numbers
from calls.do_not_call import LONGEST_REASON, Added, Entry, Listing
from calls.do_not_call_file import Fault
from calls.frozen import Frozen
from views import do_not_call
from views.filled import Filled
from views.message import context, section
from views.modal import modal
from views.mrkdwn import Mrkdwn, date
from views.refusal import LONGEST_ERROR
from views.text import Text

SEARCH, ADD, REMOVE, EXPORT = "dnc_list", "dnc_add", "dnc_remove", "dnc_export"
TURN = re.compile("dnc_(newer|older)")
PER_PAGE = 20
LONGEST_SOUGHT = 100
LONGEST_LINES = 3000
MOST_FAULTS = 5  # told at once


class Place(Frozen):
    """Which part of the list somebody looks at, and which number a window on top is about."""

    sought: str = ""
    first: int = 0
    number: str = ""


def render(listing: Listing, text: Text, told: Mrkdwn | None = None) -> dict[str, Any]:
    """Draw a page of the list; ``told`` is what has just been done."""
    place = Place(sought=listing.sought, first=listing.first)
    buttons = [ButtonElement(text=text("do_not_call.window.add"), action_id=ADD, style="primary")]
    if listing.total:
        buttons.append(ButtonElement(text=text("do_not_call.window.export"), action_id=EXPORT))
    blocks: list[Block] = [
        *([section(told)] if told else ()),
        ActionsBlock(elements=buttons),
        _input("sought", text, longest=LONGEST_SOUGHT, value=listing.sought, optional=True),
        context(_range(listing, text)),
        *(_line(entry, text) for entry in listing.entries),
        *_turning(listing, text),
    ]
    return _modal("list", text, place, blocks)


def adding(place: Place, text: Text) -> dict[str, Any]:
    """Draw the window in which numbers are typed or pasted."""
    blocks = [
        _input("lines", text, longest=LONGEST_LINES, multiline=True),
        _input("reason", text, longest=LONGEST_REASON, optional=True),
        context(text.mrkdwn("do_not_call.window.file")),
    ]
    return _modal("add", text, place, blocks)


def removing(place: Place, text: Text) -> dict[str, Any]:
    """Draw the window that asks why a number may be called again."""
    told = text.mrkdwn("do_not_call.window.removing", number=numbers.spaced(place.number))
    blocks = [section(told), _input("why", text, longest=LONGEST_REASON, multiline=True)]
    return _modal("remove", text, place, blocks)


def place(view: dict[str, Any]) -> Place:
    """Return where in the list a window's person is."""
    return Place.model_validate_json(view.get("private_metadata") or "{}")


def typed(view: dict[str, Any], field: str) -> str:
    """Return what was typed into a field."""
    return Filled(view).words(field)


def errors(faults: Sequence[Fault], text: Text) -> dict[str, str]:
    """Tell what is wrong with lines that were typed, beside them."""
    lines = [fault_line(fault, text) for fault in faults[:MOST_FAULTS]]
    if more := len(faults) - len(lines):
        lines.append(text("do_not_call.line.more", many=str(more)))
    return {"lines": "\n".join(lines)[:LONGEST_ERROR]}


def fault_line(fault: Fault, text: Text) -> str:
    """Tell what is wrong with a line."""
    line, told = str(fault.line), text.reason(fault.reason)
    if not fault.cell:
        return text("do_not_call.line.bare", line=line, told=told)
    return text("do_not_call.line.fault", line=line, words=fault.cell, told=told)


def done(found: Added, text: Text) -> Mrkdwn:
    """Tell what has become of numbers that were added."""
    told = text.mrkdwn(
        "do_not_call.window.done", new=str(len(found.new)), there=str(len(found.there))
    )
    return Mrkdwn(" ".join(filter(None, (told, do_not_call.stopped(found, text)))))


def _range(listing: Listing, text: Text) -> Mrkdwn:
    if not listing.total:
        return text.mrkdwn(f"do_not_call.window.{'none' if listing.sought else 'empty'}")
    last = listing.first + len(listing.entries)
    return text.mrkdwn(
        "do_not_call.window.range",
        first=str(listing.first + 1),
        last=str(last),
        total=str(listing.total),
    )


def _line(entry: Entry, text: Text) -> Block:
    head = text.mrkdwn(
        "do_not_call.window.entry",
        number=numbers.spaced(entry.number),
        when=date(entry.added_at),
        person=do_not_call.author(entry.added_by),
    )
    button = ButtonElement(
        text=text("do_not_call.window.remove"), action_id=REMOVE, value=entry.number
    )
    told = Mrkdwn("\n".join(filter(None, (head, do_not_call.why(entry, text)))))
    return section(told, accessory=button)


def _turning(listing: Listing, text: Text) -> list[Block]:
    """Lead to the newer entries and to the older ones, where there are any."""
    targets = {"newer": listing.first - PER_PAGE, "older": listing.first + PER_PAGE}
    buttons = [
        # An action's id is unique in its block.
        ButtonElement(
            text=text(f"do_not_call.window.{way}"),
            action_id=f"dnc_{way}",
            value=str(max(first, 0)),
        )
        for way, first in targets.items()
        if -PER_PAGE < first < listing.total
    ]
    return [ActionsBlock(elements=buttons)] if buttons else []


def _input(
    name: str,
    text: Text,
    *,
    longest: int,
    value: str = "",
    optional: bool = False,
    multiline: bool = False,
) -> InputBlock:
    element = PlainTextInputElement(
        action_id=name,
        initial_value=value or None,
        max_length=longest,
        multiline=multiline or None,
    )
    return InputBlock(
        block_id=name,
        label=text(f"do_not_call.window.{name}"),
        hint=text(f"do_not_call.window.{name}_hint"),
        element=element,
        optional=optional,
    )


def _modal(what: str, text: Text, place: Place, blocks: Sequence[Block]) -> dict[str, Any]:
    return modal(
        text,
        f"do_not_call.window.{what}_title",
        blocks,
        close="do_not_call.window.close",
        submit=f"do_not_call.window.{what}_submit",
        callback=f"dnc_{what}",
        keeps=json.dumps(place.model_dump(), ensure_ascii=False),
    )
