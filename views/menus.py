"""The menus of the form: which assistant calls, from which number, and where the call reports.

A workspace without a directory has the settings' assistant and number, which need no menu, or
types their UUIDs.
"""

from collections.abc import Iterator

from slack_sdk.models.blocks import (
    Block,
    ConversationFilter,
    ConversationSelectElement,
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
    StaticSelectElement,
)

from calls import numbers
from calls.directory import Assistant, Directory
from calls.order import Draft
from views import again
from views.fields import MOST_OPTIONS, option
from views.message import context
from views.mrkdwn import escaped, shortened
from views.text import Text

LONGEST_UUID = 100  # characters
LONGEST_DESCRIPTION = 500


def has_own_assistant(draft: Draft, offered: Directory) -> bool:
    """Tell whether the settings' assistant calls, so that there is nothing to choose."""
    return draft.assistant_id in {one.uuid for one in offered.open_assistants if not one.name}


def has_own_caller(draft: Draft, offered: Directory) -> bool:
    """Tell whether the call comes from the settings' number."""
    return draft.phone_number_id in {one.uuid for one in offered.open_caller_ids if not one.name}


def chosen(draft: Draft, offered: Directory) -> Assistant | None:
    """Return the assistant of a draft, where it can be chosen."""
    found = offered.assistant(draft.assistant_id)
    return None if found is None or found.archived else found


def assistants(draft: Draft, offered: Directory, text: Text) -> Iterator[Block]:
    """Draw what says who calls."""
    if has_own_assistant(draft, offered):
        yield context(text.mrkdwn("form.own_assistant"))
        return
    named = [one for one in offered.open_assistants if one.name]
    if not named:
        yield _uuid("assistant", draft.assistant_id, text)
        return
    found = chosen(draft, offered)
    options = {
        one.uuid: option(one.name, one.uuid, one.description) for one in named[:MOST_OPTIONS]
    }
    element = StaticSelectElement(
        action_id="assistant",
        options=list(options.values()),
        initial_option=options.get(found.uuid) if found else None,
        placeholder=text("form.choose"),
    )
    yield InputBlock(
        block_id="assistant",
        label=text("form.assistant"),
        element=element,
        dispatch_action=True,
    )
    if found and found.description:
        yield context(shortened(escaped(found.description), LONGEST_DESCRIPTION))


def callers(draft: Draft, offered: Directory, text: Text) -> Iterator[Block]:
    """Draw what says from which number; another assistant may propose another one."""
    if has_own_caller(draft, offered):
        return
    named = [one for one in offered.open_caller_ids if one.name]
    if not named:
        yield _uuid("caller", draft.phone_number_id, text)
        return
    options = {
        one.uuid: option(one.name, one.uuid, numbers.spaced(one.number) if one.number else "")
        for one in named[:MOST_OPTIONS]
    }
    element = StaticSelectElement(
        action_id=f"caller {draft.assistant_id}",
        options=list(options.values()),
        initial_option=options.get(draft.phone_number_id),
        placeholder=text("form.choose"),
    )
    yield InputBlock(block_id="caller", label=text("form.caller"), element=element)


def repetition(draft: Draft, offered: Directory, text: Text) -> InputBlock:
    """Draw what says how the call is repeated; another assistant may propose it otherwise."""
    found = chosen(draft, offered)
    usual = found.again if found else None
    drawn_for = found.uuid if found else ""  # under another id Slack shows what we give
    element = again.menu(draft.again, text, usual, action=f"again {drawn_for}".strip())
    return InputBlock(block_id="again", label=text("form.again"), element=element)


def conversation(
    channel: str, text: Text, *, here: bool, shared: bool, under: bool = False
) -> InputBlock:
    """Draw what says where the call reports; ``shared``: with other companies too.

    ``under``: in the thread of a message of that conversation.
    """
    element = ConversationSelectElement(
        action_id="channel",
        placeholder=text("form.channel_placeholder"),
        initial_conversation=channel or None,
        default_to_current_conversation=(here and not channel) or None,
        filter=ConversationFilter(
            include=["public", "private", "mpim"], exclude_external_shared_channels=not shared
        ),
    )
    return InputBlock(
        block_id="channel",
        label=text("form.channel"),
        hint=text("found.under" if under else "form.channel_hint"),
        element=element,
        optional=True,
    )


def _uuid(name: str, value: str, text: Text) -> InputBlock:
    element = PlainTextInputElement(
        action_id=name, initial_value=value[:LONGEST_UUID] or None, max_length=LONGEST_UUID
    )
    return InputBlock(
        block_id=name,
        label=text(f"form.{name}"),
        hint=PlainTextObject(text=text(f"form.{name}_hint")),
        element=element,
    )
