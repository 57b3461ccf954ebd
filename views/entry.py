"""What the windows of the directory share: fields, what each keeps, and how a fault is told."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import (
    Block,
    ButtonElement,
    ConfirmObject,
    InputBlock,
    InputInteractiveElement,
    PlainTextInputElement,
    PlainTextObject,
)

from calls.editing import Seen
from calls.errors import Reason
from views.message import section
from views.modal import modal as drawn
from views.mrkdwn import Mrkdwn, shortened
from views.refusal import beside
from views.text import Text

Say = Callable[[str], str]
"""A window's own sentences: a field's label by its name, its hint and example beside it."""

LONGEST_QUOTE = 200  # characters of what somebody else has saved


class Kept(Seen):
    """What a window remembers: what was seen of its entry, and where one came from."""

    page: int = 0
    """Of the list below."""
    above: str = ""
    """The mark of the assistant in whose window a variable was opened."""


def kept(view: Mapping[str, Any]) -> Kept:
    """Read what a window remembers."""
    return Kept.model_validate_json(view.get("private_metadata") or "{}")


def modal(
    title: str, blocks: Sequence[Block], text: Text, *, callback: str = "", remembers: Kept
) -> dict[str, Any]:
    """Draw a window; one with a ``callback`` can be saved."""
    return drawn(
        text,
        title,
        blocks,
        close="directory.cancel" if callback else "directory.close",
        submit="directory.save" if callback else None,
        callback=callback or None,
        keeps=remembers.model_dump_json(),
    )


def notice(text: Text, told: str, **values: str) -> dict[str, Any]:
    """Draw a window with one thing to read."""
    blocks = [section(text.mrkdwn(told, **values))]
    return modal("directory.title", blocks, text, remembers=Kept())


def typed(
    name: str, say: Say, value: str, most: int, *, multiline: bool = False, optional: bool = False
) -> InputBlock:
    """Draw a field to type in."""
    element = PlainTextInputElement(
        action_id=name,
        initial_value=value[:most] or None,
        max_length=most,
        multiline=multiline or None,
        placeholder=say(f"{name}_example"),
    )
    return field(name, say, element, optional=optional)


def field(
    name: str,
    say: Say,
    element: InputInteractiveElement,
    *,
    optional: bool = False,
    tells: bool = False,
) -> InputBlock:
    """Draw a field; one that ``tells`` lets us know at once what is chosen."""
    return InputBlock(
        block_id=name,
        label=say(name),
        hint=say(f"{name}_hint"),
        element=element,
        optional=optional,
        dispatch_action=tells or None,
    )


def button(
    action: str, text: Text, value: str | None = None, style: str | None = None
) -> ButtonElement:
    """Draw a button; ``action`` is its name in ``directory``'s sentences too."""
    return ButtonElement(
        text=text(f"directory.{action}"), action_id=action, value=value, style=style
    )


def doubtful(action: str, text: Text, value: str, **values: str) -> ButtonElement:
    """Draw a button that asks once more before it does what cannot be seen coming."""
    confirm = ConfirmObject(
        title=PlainTextObject(text=text(f"directory.{action}_title")),
        text=PlainTextObject(text=text(f"directory.{action}_text", **values)),
        confirm=PlainTextObject(text=text(f"directory.{action}")),
        deny=PlainTextObject(text=text("directory.cancel")),
        style="danger",
    )
    return ButtonElement(
        text=text(f"directory.{action}"),
        action_id=action,
        value=value,
        style="danger",
        confirm=confirm,
    )


def errors(reasons: Iterable[Reason], view: Mapping[str, Any], text: Text) -> dict[str, str]:
    """Tell each reason beside its field; beside the first where the window has not that one."""
    fields = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    found = [(reason.field or "", reason) for reason in reasons]
    return beside(
        ((field if field in fields else fields[0], reason) for field, reason in found), text
    )


def refused(reasons: Iterable[Reason], text: Text) -> list[Block]:
    """Tell above a window's fields why a button did nothing."""
    told = " ".join(text.mrkdwn_reason(reason) for reason in reasons)
    return [section(text.mrkdwn("entry.refused", told=Mrkdwn(told)))]


def overtaken(
    mine: Mapping[str, str], theirs: Mapping[str, str], say: Say, text: Text
) -> list[Block]:
    """Tell what somebody else has saved meanwhile, field by field, where it is not what is typed.

    Both go from a field's name to what stands there.
    """
    lines = [
        text.mrkdwn("entry.theirs", label=say(name), words=_quoted(words, text))
        for name, words in theirs.items()
        if mine[name] != words
    ]
    return [section(Mrkdwn("\n".join([text.mrkdwn("entry.overtaken"), *lines])))]


def _quoted(words: str, text: Text) -> str:
    if not words:
        return text("entry.nothing")
    if isinstance(words, Mrkdwn):
        return shortened(words, LONGEST_QUOTE)
    return words if len(words) <= LONGEST_QUOTE else words[: LONGEST_QUOTE - 1] + "…"
