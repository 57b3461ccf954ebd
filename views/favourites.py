"""Favourites: what one is to be called, and which ones a person has."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    InputBlock,
    PlainTextInputElement,
    PlainTextObject,
)

from calls.directory import Directory
from calls.favourites import LONGEST, Favourite
from views import labels
from views.filled import Filled
from views.message import Message, made, section
from views.modal import modal
from views.mrkdwn import Mrkdwn
from views.text import Text

CALLBACK, NAME = "favourite", "favourite"
USE, DELETE = "use_favourite", "delete_favourite"


def ask(draft: str, text: Text) -> dict[str, Any]:
    """Ask for a name; ``draft`` is the kept form that is to have it."""
    asked = InputBlock(
        block_id=NAME,
        label=text("favourites.favourite"),
        hint=text("favourites.favourite_hint"),
        element=PlainTextInputElement(action_id=NAME, max_length=LONGEST, focus_on_load=True),
    )
    return modal(
        text,
        "favourites.title",
        [section(text.mrkdwn("favourites.intro")), asked],
        close="favourites.close",
        submit="favourites.submit",
        callback=CALLBACK,
        keeps=draft,
    )


def read(view: dict[str, Any]) -> str:
    """Read the name that was typed."""
    return Filled(view).words(NAME)


def saved(name: str, text: Text) -> dict[str, Any]:
    """Tell that a favourite is saved, and how it is used."""
    told = section(text.mrkdwn("favourites.saved", name=name))
    return modal(text, "favourites.title", [told], close="favourites.close")


def listed(favourites: Sequence[Favourite], directory: Directory, text: Text) -> Message:
    """List a person's favourites, each with its buttons."""
    if not favourites:
        empty = text.mrkdwn("favourites.empty")
        return made(empty, [section(empty)])
    title = text.mrkdwn("favourites.listed")
    lines = [_line(one, directory, text) for one in favourites]
    blocks: list[Block] = [section(title)]
    for one, line in zip(favourites, lines, strict=True):
        blocks += [section(line), ActionsBlock(elements=_buttons(one, text))]
    return made(Mrkdwn("\n".join([title, *lines])), blocks)


def _line(one: Favourite, directory: Directory, text: Text) -> Mrkdwn:
    assistant = labels.assistant(one.filled.draft.assistant_id, directory, text)
    return text.mrkdwn("favourites.line", name=one.name, assistant=assistant)


def _buttons(one: Favourite, text: Text) -> list[ButtonElement]:
    sure = ConfirmObject(
        title=text("favourites.sure_title"),
        text=PlainTextObject(text=text("favourites.sure", name=one.name)),
        confirm=text("favourites.sure_yes"),
        deny=text("favourites.sure_no"),
        style="danger",
    )
    return [
        ButtonElement(text=text("favourites.use"), action_id=USE, value=one.key),
        ButtonElement(
            text=text("favourites.delete"),
            action_id=DELETE,
            value=one.key,
            style="danger",
            confirm=sure,
        ),
    ]
