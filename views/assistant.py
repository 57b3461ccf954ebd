"""An assistant in a window: its fields, and below them what it must be told about each call."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ConversationFilter,
    ConversationMultiSelectElement,
    HeaderBlock,
    InputBlock,
    Option,
    OverflowMenuElement,
    SectionBlock,
    StaticSelectElement,
)

from calls import chain
from calls.directory import MOST_VARIABLES, Assistant, CallerId, Directory, Variable
from calls.editing import mark
from calls.entries import LONGEST_DESCRIPTION, LONGEST_NAME
from calls.numbers import spaced
from views import again, entry
from views.entry import Kept, Say
from views.filled import Filled
from views.message import context, section
from views.mrkdwn import Mrkdwn, channel
from views.text import LANGUAGES, Text

CALLBACK = "assistant"
ARCHIVE, RESTORE = "archive_assistant", "restore_assistant"
ADD_FIELD, FIELD = "add_field", "field"
EDIT, UP, DOWN = "edit", "up", "down"
LONGEST_UUID = 100  # characters


def new(directory: Directory, text: Text) -> Assistant:
    """Return an assistant that is still to be described, with what is likely about it."""
    callers = directory.open_caller_ids
    only = callers[0].uuid if len(callers) == 1 else None
    return Assistant(
        uuid="", name="", language="fr" if text.language == "fr" else "en", caller_id=only
    )


def opened(assistant: Assistant, page: int) -> Kept:
    """Return what a window remembers of an assistant that it shows."""
    if not assistant.uuid:
        return Kept(page=page)
    return Kept(uuid=assistant.uuid, mark=mark(assistant), page=page)


def render(
    assistant: Assistant,
    directory: Directory,
    remembers: Kept,
    text: Text,
    above: Sequence[Block] = (),
) -> dict[str, Any]:
    """Draw an assistant to be changed, or a new one; one that is saved can be given fields."""
    known = bool(remembers.uuid)
    blocks: list[Block] = [
        *above,
        *([context(text.mrkdwn("directory.is_archived"))] if assistant.archived else []),
        entry.typed("name", say(text), assistant.name, LONGEST_NAME),
        entry.typed("uuid", say(text), assistant.uuid, LONGEST_UUID),
        _language(assistant, text),
        *_caller(assistant, directory, text),
        entry.typed(
            "description",
            say(text),
            assistant.description,
            LONGEST_DESCRIPTION,
            multiline=True,
            optional=True,
        ),
        _channels(assistant, text),
        entry.field(
            "again", say(text), again.menu(str(assistant.again or ""), text, action="again")
        ),
        *(_below(assistant, remembers, text) if known else [_later(text)]),
    ]
    title = "assistant.title" if known else "assistant.new"
    return entry.modal(title, blocks, text, callback=CALLBACK, remembers=remembers)


def made(assistant: Assistant, directory: Directory, page: int, text: Text) -> dict[str, Any]:
    """Draw an assistant that has just been saved for the first time."""
    above = [section(text.mrkdwn("assistant.saved"))]
    return render(assistant, directory, opened(assistant, page), text, above)


def _language(assistant: Assistant, text: Text) -> InputBlock:
    options = {one: Option(label=text(f"directory.language_{one}"), value=one) for one in LANGUAGES}
    element = StaticSelectElement(
        action_id="language",
        options=list(options.values()),
        initial_option=options[assistant.language],
    )
    return entry.field("language", say(text), element)


def _caller(assistant: Assistant, directory: Directory, text: Text) -> list[Block]:
    options = {one.uuid: _option(one) for one in directory.open_caller_ids}
    if not options:
        return [context(text.mrkdwn("assistant.no_numbers"))]
    element = StaticSelectElement(
        action_id="caller_id",
        options=list(options.values()),
        initial_option=options.get(assistant.caller_id or ""),
        placeholder=text("assistant.caller_id_example"),
    )
    return [entry.field("caller_id", say(text), element, optional=True)]


def _option(caller: CallerId) -> Option:
    return Option(label=caller.name, value=caller.uuid, description=spaced(caller.number))


def _channels(assistant: Assistant, text: Text) -> InputBlock:
    element = ConversationMultiSelectElement(
        action_id="channels",
        initial_conversations=list(assistant.channels) or None,
        placeholder=text("assistant.channels_example"),
        filter=ConversationFilter(include=["public", "private", "mpim"]),
    )
    return entry.field("channels", say(text), element, optional=True)


def _later(text: Text) -> Block:
    return context(text.mrkdwn("assistant.save_first"))


def _below(assistant: Assistant, remembers: Kept, text: Text) -> list[Block]:
    told = "assistant.fields_intro" if assistant.variables else "assistant.no_fields"
    last = len(assistant.variables) - 1
    rows = [
        _row(one, text, first=n == 0, last=n == last) for n, one in enumerate(assistant.variables)
    ]
    full = len(assistant.variables) >= MOST_VARIABLES
    end = (
        entry.button(RESTORE, text, remembers.uuid)
        if assistant.archived
        else entry.doubtful(ARCHIVE, text, remembers.uuid)
    )
    add = [] if full else [entry.button(ADD_FIELD, text, remembers.uuid)]
    return [
        HeaderBlock(text=text("assistant.fields")),
        section(text.mrkdwn(told)),
        *rows,
        ActionsBlock(elements=[*add, end]),
    ]


def _row(variable: Variable, text: Text, *, first: bool, last: bool) -> SectionBlock:
    verbs = [EDIT, *([] if first else [UP]), *([] if last else [DOWN])]
    options = [
        Option(label=text(f"directory.{verb}"), value=f"{verb}:{variable.key}") for verb in verbs
    ]
    state = "required" if variable.required else "optional"
    told = text.mrkdwn(
        f"assistant.row_{state}",
        label=variable.label.spoken(text.language),
        kind=text(f"kind.{variable.kind}"),
        word=variable.key,
    )
    menu = OverflowMenuElement(action_id=FIELD, options=options)
    return section(told, block_id=f"{FIELD}:{variable.key}", accessory=menu)


def read(view: Mapping[str, Any]) -> Assistant:
    """Read a window's fields; what stands below them is not part of it."""
    filled = Filled(view)
    return Assistant(
        uuid=filled.words("uuid"),
        name=filled.words("name"),
        description=filled.words("description"),
        language="fr" if filled.option("language") == "fr" else "en",
        caller_id=filled.option("caller_id") or None,
        channels=filled.chosen("channels"),
        again=chain.read(filled.option("again")),
    )


def pressed(action: Mapping[str, Any]) -> tuple[str, str]:
    """Return what was chosen in a row's menu: the verb, and the key of the variable."""
    verb, _, key = ((action.get("selected_option") or {}).get("value") or "").partition(":")
    return verb, key


def say(text: Text) -> Say:
    """Return the window's own sentences."""
    return lambda part: text(f"assistant.{part}")


def words(assistant: Assistant, directory: Directory, text: Text) -> dict[str, str]:
    """Return what stands in each field."""
    caller = directory.caller_id(assistant.caller_id) if assistant.caller_id else None
    return {
        "name": assistant.name,
        "uuid": assistant.uuid,
        "language": text(f"directory.language_{assistant.language}"),
        "caller_id": caller.name if caller else "",
        "description": assistant.description,
        "again": again.told(assistant.again, text),
        "channels": Mrkdwn(" ".join(map(channel, assistant.channels))),
    }
