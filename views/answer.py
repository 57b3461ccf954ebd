"""What only the person who typed sees: help, lists, one call, refusals."""

from collections.abc import Sequence
from functools import cache

from slack_sdk.models.blocks import Block

from calls.errors import Reason
from calls.model import Call
from calls.slack_ids import SEVERAL
from views import card
from views.message import Message, made, note, section
from views.mrkdwn import Mrkdwn, channel, date
from views.text import Text


def said(text: Text, key: str, **values: str) -> Message:
    """Say one sentence."""
    return note(text.mrkdwn(key, **values))


def help_(text: Text, typed: str = "") -> Message:
    """Explain the command; what was typed and not understood is repeated first."""
    if not typed:
        return _explained(text.language)
    return _paragraphs(text.mrkdwn("answer.unknown_word", typed=typed), text.mrkdwn("help.text"))


@cache
def _explained(language: str) -> Message:
    return _paragraphs(Text(language).mrkdwn("help.text"))


def _paragraphs(*parts: Mrkdwn) -> Message:
    return made(Mrkdwn("\n".join(parts)), [section(part) for part in parts])


def placed(call: Call, text: Text) -> Message:
    """Tell where the call's message will appear when that is not where it was asked for."""
    return said(text, "answer.placed", reference=call.reference)


def refused(reasons: Sequence[Reason], text: Text, title: str = "refused_title") -> Message:
    """Tell everything that is wrong with a call asked for without the form.

    A command may be typed again; of a button's call (``refused_press``) nothing can be corrected.
    """
    told = [
        text.mrkdwn("answer.refused_line", reason=text.mrkdwn_reason(reason)) for reason in reasons
    ]
    return note(Mrkdwn("\n".join([text.mrkdwn(f"answer.{title}"), *told])))


def listed(calls: Sequence[Call], text: Text) -> Message:
    """List calls, one line each."""
    if not calls:
        return said(text, "answer.list_empty")
    title = text.mrkdwn("answer.list_title")
    lines = [line(call, text) for call in calls]
    blocks: list[Block] = [section(title), *map(section, lines)]
    return made(Mrkdwn("\n".join([title, *lines])), blocks)


def line(call: Call, text: Text) -> Mrkdwn:
    """Write a call in one line: reference, who, how it stands, when and where."""
    return text.mrkdwn(
        "answer.list_line",
        reference=call.reference,
        name=card.callee(call),
        state=card.state(call, text),
        when=date(call.placed_at),
        where=where(call, text),
    )


def where(call: Call, text: Text) -> str:
    """Name the conversation in which a call reports."""
    return (
        channel(call.channel) if call.channel.startswith(SEVERAL) else text("answer.direct_message")
    )


def status(call: Call, text: Text, assistant: str | None) -> Message:
    """Show one call as its message does, without its buttons."""
    drawn = card.render(call, text, assistant)
    return Message(text=drawn.text, blocks=drawn.blocks[:-1])
