"""What only the person who typed ``/call dnc`` sees; numbers in full, since they typed them."""

import re
from collections.abc import Sequence

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    RichTextBlock,
    RichTextElementParts,
    RichTextPreformattedElement,
)

from calls import do_not_call_file, numbers
from calls.do_not_call import Added, Entry
from calls.errors import Reason
from calls.slack_ids import PERSON
from views.message import Message, made, note, section
from views.mrkdwn import Mrkdwn, date, escaped, user
from views.text import Text

OPEN, UNDO = "dnc_open", "dnc_undo"
REFERENCE = re.compile(r"C-[0-9A-Z]{5}")  # of a call, which is why its number was put there
LONGEST_SHEET = 2900  # characters of a message's part of the list: it can be pasted as it is
MOST_SHEETS = 5  # messages


def entrance(text: Text) -> ButtonElement:
    """Draw the button with which administrators open the list from App Home."""
    return ButtonElement(text=text("do_not_call.window.entrance"), action_id=OPEN)


def usage(text: Text, typed: str = "", *, administers: bool = False) -> Message:
    """Explain the list; what was typed and not understood is repeated first."""
    parts = [text.mrkdwn("do_not_call.said.usage")]
    if typed:
        parts.insert(0, text.mrkdwn("answer.unknown_word", typed=typed))
    button = ButtonElement(text=text("do_not_call.said.open"), action_id=OPEN)
    ends: list[Block] = [ActionsBlock(elements=[button])] if administers else []
    return made(Mrkdwn("\n".join(parts)), [*map(section, parts), *ends])


def refused(reason: Reason, text: Text) -> Message:
    """Tell why nothing was changed."""
    return note(text.mrkdwn("do_not_call.refused", reason=text.mrkdwn_reason(reason)))


def added(found: Added, text: Text) -> Message:
    """Tell that a number is on the list, and let who has just added it take that back."""
    if found.there:
        return checked(found.there[0].number, found.there[0], text, "there")
    number = found.new[0].number
    told = _together(
        text.mrkdwn("do_not_call.said.added", number=numbers.spaced(number)),
        stopped(found, text),
        text.mrkdwn("do_not_call.said.may_undo"),
    )
    button = ButtonElement(text=text("do_not_call.said.undo"), action_id=UNDO, value=number)
    return made(told, [section(told), ActionsBlock(elements=[button])])


def stopped(found: Added, text: Text) -> Mrkdwn:
    """Tell how many calls were waiting for a number that is now on the list."""
    if not found.stopped:
        return Mrkdwn()
    return text.mrkdwn("do_not_call.said.stopped", many=str(found.stopped))


def checked(number: str, entry: Entry | None, text: Text, how: str = "listed") -> Message:
    """Tell whether a number is on the list; ``how``: in the words of which sentence."""
    spaced = numbers.spaced(number)
    if entry is None:
        return note(text.mrkdwn("do_not_call.not_listed", number=spaced))
    told = text.mrkdwn(f"do_not_call.said.{how}", number=spaced)
    return note(_together(told, since(entry, text), why(entry, text)))


def since(entry: Entry, text: Text) -> Mrkdwn:
    """Tell since when a number is on the list, and who put it there."""
    return text.mrkdwn(
        "do_not_call.said.since", when=date(entry.added_at), person=author(entry.added_by)
    )


def why(entry: Entry, text: Text) -> Mrkdwn:
    """Tell why a number is on the list, where anybody has said so."""
    if not entry.reason:
        return Mrkdwn()
    key = "after" if REFERENCE.fullmatch(entry.reason) else "why"
    return text.mrkdwn(f"do_not_call.said.{key}", reason=entry.reason)


def author(by: str) -> Mrkdwn:
    """Name who added an entry: a person of the workspace's, or as the file has it."""
    return user(by) if PERSON.fullmatch(by) else escaped(by)


def _together(*parts: Mrkdwn) -> Mrkdwn:
    return Mrkdwn(" ".join(filter(None, parts)))


def sheets(entries: Sequence[Entry], text: Text) -> list[Message] | None:
    """Write the list as CSV into messages that can be copied, or ``None`` where it is too long."""
    parts: list[list[Entry]] = [[]]
    for entry in entries:
        if len(do_not_call_file.written([*parts[-1], entry])) > LONGEST_SHEET:
            parts.append([])
        parts[-1].append(entry)
        if len(parts) > MOST_SHEETS:
            return None
    return [_sheet(part, text) for part in parts]


def _sheet(entries: Sequence[Entry], text: Text) -> Message:
    told = text.mrkdwn("do_not_call.said.sheet", many=str(len(entries)))
    written = RichTextElementParts.Text(text=do_not_call_file.written(entries))
    table = RichTextBlock(elements=[RichTextPreformattedElement(elements=[written])])
    return made(told, [section(told), table])
