"""A number is forgotten: what that means, asked once more, and what came of it."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    PlainTextObject,
)

from calls import numbers
from calls.erased import Found
from calls.errors import Reason
from calls.model import Call
from views.message import Message, made, section
from views.modal import modal
from views.mrkdwn import Mrkdwn, gathered
from views.text import Text

ERASE = "forget_erase"
MOST_PIECES = 3  # paragraphs of ids in a message, of which each holds some twenty calls


def asked(found: Found, kept: str, text: Text) -> dict[str, Any]:
    """Draw what is known of a number, and ask; ``kept`` is the id under which it waits."""
    told = ["found", "what", "waiting", "stays", *(["listed"] if found.listed else []), "beyond"]
    values = {**_counts(found), "number": numbers.spaced(found.number)}
    blocks: list[Block] = [section(text.mrkdwn(f"forget.{key}", **values)) for key in told]
    button = ButtonElement(
        text=text("forget.erase"),
        action_id=ERASE,
        value=kept,
        style="danger",
        confirm=_sure(text),
    )
    return _window([*blocks, ActionsBlock(elements=[button])], text)


def _sure(text: Text) -> ConfirmObject:
    return ConfirmObject(
        title=text("forget.sure_title"),
        text=PlainTextObject(text=text("forget.sure_text")),
        confirm=text("forget.sure_yes"),
        deny=text("forget.sure_no"),
        style="danger",
    )


def _counts(found: Found) -> dict[str, str]:
    return {
        "number": numbers.masked(found.number),
        "calls": str(len(found.calls)),
        "live": str(found.under_way),
        "forms": str(found.drafts + found.favourites),
        "profiles": str(found.profiles),
    }


def said(key: str, text: Text, **values: str) -> dict[str, Any]:
    """Draw a window with one thing to read."""
    return _window([section(text.mrkdwn(key, **values))], text)


def refused(reasons: Sequence[Reason], text: Text) -> dict[str, Any]:
    """Tell what is wrong with what was typed as a number."""
    lines = [text.mrkdwn_reason(reason) for reason in reasons]
    return _window([*map(section, lines), section(text.mrkdwn("forget.fault.usage"))], text)


def working(found: Found, done: int, text: Text) -> dict[str, Any]:
    """Draw how far it is."""
    return _window([section(_working(found, done, text))], text)


def _working(found: Found, done: int, text: Text) -> Mrkdwn:
    return text.mrkdwn("forget.working", **{**_counts(found), "done": str(done)})


def begun(found: Found, text: Text) -> list[Message]:
    """Tell which ids to name to AlloMia, before nobody knows them any more; the first is edited."""
    pieces = _pieces(found, text)
    further = [pieces[n : n + MOST_PIECES] for n in range(MOST_PIECES, len(pieces), MOST_PIECES)]
    first = _report([_working(found, 0, text)], found, text)
    return [first, *(made(told[0], [section(one) for one in told]) for told in further)]


def done(found: Found, left: int, text: Text) -> dict[str, Any]:
    """Draw what came of it; ``left`` are the calls whose messages are still to be edited."""
    return _window([section(line) for line in _done(found, left, text)], text)


def report(found: Found, left: int, text: Text) -> Message:
    """Tell what came of it, in the message that holds the ids."""
    return _report(_done(found, left, text), found, text)


def unsure(found: Found, text: Text) -> Message:
    """Tell that it may not have been carried out."""
    return _report([text.mrkdwn("forget.fault.unsure")], found, text)


def _done(found: Found, left: int, text: Text) -> list[Mrkdwn]:
    slack = "editing" if left else "edited"
    keys = [
        "done",
        *(["live"] if found.under_way else []),
        *([slack] if found.calls else []),
        "stays",
        *(["listed"] if found.listed else []),
        "beyond",
    ]
    values = {**_counts(found), "left": str(left)}
    return [text.mrkdwn(f"forget.{key}", **values) for key in keys]


def _report(told: Sequence[Mrkdwn], found: Found, text: Text) -> Message:
    pieces = _pieces(found, text)[:MOST_PIECES]
    ids = [text.mrkdwn("forget.ids"), *pieces] if pieces else []
    return made(told[0], [section(line) for line in (*told, *ids)])


def _pieces(found: Found, text: Text) -> list[Mrkdwn]:
    return gathered([_ids(call, text) for call in found.calls])


def _ids(call: Call, text: Text) -> Mrkdwn:
    none = text("forget.none")
    return text.mrkdwn(
        "forget.call",
        reference=call.reference,
        outbound=call.outbound_call_id or call.hinted_id or none,
        contact=call.contact_id or none,
        record=(call.record.id if call.record else "") or none,
    )


def _window(blocks: Sequence[Block], text: Text) -> dict[str, Any]:
    return modal(text, "forget.title", blocks, close="forget.close")
