"""A caller ID in a window: its name, its number, and AlloMia's UUID of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block

from calls import numbers
from calls.directory import CallerId
from calls.editing import mark
from calls.entries import LONGEST_NAME
from calls.errors import NotAllowed
from calls.numbers import spaced
from views import entry
from views.entry import Kept, Say
from views.filled import Filled
from views.message import context
from views.text import Text

CALLBACK = "caller"
ARCHIVE, RESTORE = "archive_caller", "restore_caller"
LONGEST_NUMBER, LONGEST_UUID = 50, 100  # characters
NEW = CallerId(uuid="", name="", number="")


def opened(caller: CallerId, page: int) -> Kept:
    """Return what a window remembers of a caller ID that it shows; ``NEW`` is none yet."""
    if caller is NEW:
        return Kept(page=page)
    return Kept(uuid=caller.uuid, mark=mark(caller), page=page)


def render(
    caller: CallerId, remembers: Kept, text: Text, above: Sequence[Block] = ()
) -> dict[str, Any]:
    """Draw a caller ID to be changed, or a new one."""
    known = bool(remembers.uuid)
    blocks: list[Block] = [
        *above,
        *([context(text.mrkdwn("directory.is_archived"))] if caller.archived else []),
        entry.typed("name", say(text), caller.name, LONGEST_NAME),
        entry.typed("number", say(text), _spaced(caller.number), LONGEST_NUMBER),
        entry.typed("uuid", say(text), caller.uuid, LONGEST_UUID),
        *([_end(caller, remembers, text)] if known else []),
    ]
    title = "caller.title" if known else "caller.new"
    return entry.modal(title, blocks, text, callback=CALLBACK, remembers=remembers)


def _spaced(number: str) -> str:
    try:
        return spaced(numbers.read(number, ""))
    except NotAllowed:  # as it was typed
        return number


def _end(caller: CallerId, remembers: Kept, text: Text) -> ActionsBlock:
    if caller.archived:
        return ActionsBlock(elements=[entry.button(RESTORE, text, remembers.uuid)])
    return ActionsBlock(elements=[entry.doubtful(ARCHIVE, text, remembers.uuid)])


def read(view: Mapping[str, Any]) -> CallerId:
    """Read a window's fields."""
    filled = Filled(view)
    return CallerId(
        uuid=filled.words("uuid"), name=filled.words("name"), number=filled.words("number")
    )


def say(text: Text) -> Say:
    """Return the window's own sentences."""
    return lambda part: text(f"caller.{part}")


def words(caller: CallerId) -> dict[str, str]:
    """Return what stands in each field."""
    return {
        "name": caller.name,
        "number": _spaced(caller.number),
        "uuid": caller.uuid,
    }
