"""The directory in a window: numbers and assistants, each a line with a button to edit it."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import ActionsBlock, Block, HeaderBlock, SectionBlock

from calls.directory import Assistant, CallerId, Directory
from calls.numbers import spaced
from views import entry
from views.entry import Kept
from views.message import context, section
from views.mrkdwn import Mrkdwn
from views.text import Text

OPEN, EARLIER, LATER = "directory", "earlier", "later"
ADD_CALLER, ADD_ASSISTANT = "add_caller", "add_assistant"
EDIT_CALLER, EDIT_ASSISTANT = "edit_caller", "edit_assistant"

PAGE = 20  # lines

Line = tuple[str, CallerId | Assistant]  # the heading that it stands under


def loading(text: Text) -> dict[str, Any]:
    """Draw a window that opens at once and waits for what it will show."""
    return entry.notice(text, "directory.loading")


def render(directory: Directory, text: Text, page: int = 0) -> dict[str, Any]:
    """Draw a page of the directory, what is in use first."""
    lines = _lines(directory)
    pages = max(1, -(-len(lines) // PAGE))
    page = min(max(page, 0), pages - 1)
    shown = lines[page * PAGE : (page + 1) * PAGE]
    blocks: list[Block] = [
        section(text.mrkdwn(_intro(directory))),
        _doors(directory, text),
        *_drawn(shown, directory, text),
        *_pager(page, pages, text),
    ]
    return entry.modal("directory.title", blocks, text, remembers=Kept(page=page))


def _intro(directory: Directory) -> str:
    if not directory.open_caller_ids:
        return "directory.first"
    return "directory.then" if directory.is_empty else "directory.intro"


def _doors(directory: Directory, text: Text) -> ActionsBlock:
    """Draw the buttons to add something; the next thing to do stands out."""
    caller = "primary" if not directory.open_caller_ids else None
    assistant = "primary" if directory.is_empty and not caller else None
    return ActionsBlock(
        elements=[
            entry.button(ADD_CALLER, text, style=caller),
            entry.button(ADD_ASSISTANT, text, style=assistant),
        ]
    )


def _lines(directory: Directory) -> list[Line]:
    archived: list[CallerId | Assistant] = [
        *(one for one in directory.caller_ids if one.archived),
        *(one for one in directory.assistants if one.archived),
    ]
    return [
        *(("directory.numbers", one) for one in directory.open_caller_ids),
        *(("directory.assistants", one) for one in directory.open_assistants),
        *(("directory.archived", one) for one in archived),
    ]


def _drawn(lines: Sequence[Line], directory: Directory, text: Text) -> list[Block]:
    blocks: list[Block] = []
    before = ""
    for heading, one in lines:
        if heading != before:
            blocks.append(HeaderBlock(text=text(heading)))
        before = heading
        blocks.append(_line(one, directory, text))
    return blocks


def _line(one: CallerId | Assistant, directory: Directory, text: Text) -> SectionBlock:
    if isinstance(one, CallerId):
        words = text.mrkdwn("directory.caller_line", name=one.name, number=spaced(one.number))
        return section(words, accessory=entry.button(EDIT_CALLER, text, one.uuid))
    return section(
        _told(one, directory, text), accessory=entry.button(EDIT_ASSISTANT, text, one.uuid)
    )


def _told(one: Assistant, directory: Directory, text: Text) -> Mrkdwn:
    """Tell of an assistant what distinguishes it."""
    caller = directory.caller_id(one.caller_id) if one.caller_id else None
    parts = [
        text(f"directory.language_{one.language}"),
        text("directory.fields", number=str(len(one.variables))),
        *([text("directory.from", name=caller.name)] if caller else []),
        *([text("directory.where", number=str(len(one.channels)))] if one.channels else []),
    ]
    return text.mrkdwn("directory.assistant_line", name=one.name, told=" · ".join(parts))


def _pager(page: int, pages: int, text: Text) -> list[Block]:
    if pages == 1:
        return []
    elements = []
    if page > 0:
        elements.append(entry.button(EARLIER, text, str(page - 1)))
    if page < pages - 1:
        elements.append(entry.button(LATER, text, str(page + 1)))
    told = text.mrkdwn("directory.page", page=str(page + 1), pages=str(pages))
    return [context(told), ActionsBlock(elements=elements)]
