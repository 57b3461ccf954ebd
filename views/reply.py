"""The outcome, as it is told once in the call's thread."""

from calls.model import Call
from views.card import callee
from views.message import Mark, Message, made, section
from views.mrkdwn import Mrkdwn, channel, user
from views.text import Text


def render(call: Call, text: Text) -> Message:
    """Tell how the call ended, or that it cannot be known."""
    said = _said(call, text)
    return made(said, [section(said)], mark(call))


def elsewhere(call: Call, text: Text, why: str = "reply.elsewhere") -> Message:
    """Tell the outcome to who asked, and ``why`` it does not stand in the call's own thread."""
    preface = text.mrkdwn(why, channel=channel(call.channel), reference=call.reference)
    said = Mrkdwn(f"{_said(call, text)} {preface}")
    return made(said, [section(said)], mark(call))


def mark(call: Call) -> Mark:
    """Return the mark by which the reply that tells this state is found again."""
    return Mark(reference=call.reference, part=call.status.value)


def _said(call: Call, text: Text) -> Mrkdwn:
    word = call.outcome.word if call.outcome else ""
    found = [text.mrkdwn(f"reply.{call.status}", name=callee(call), word=word)]
    if call.outcome and call.outcome.duration:
        duration = text.duration(call.outcome.duration)
        found.append(text.mrkdwn("reply.lasted", duration=duration))
    if call.by:
        found.append(text.mrkdwn("cancelled_by.person", person=user(call.by)))
    elif call.reason:
        found.append(text.mrkdwn_reason(call.reason))
    if call.outcome and call.outcome.ended_reason:
        found.append(text.mrkdwn("card.ended_reason", reason=call.outcome.ended_reason))
    return Mrkdwn(" ".join(found))
