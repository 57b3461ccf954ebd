"""Details: a window with a call's ids and its time line."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from slack_sdk.models.blocks import Block, MarkdownTextObject, SectionBlock

from calls import numbers, variables
from calls.directory import Directory
from calls.event import Event
from calls.model import Call
from views import card, handing, labels, number, record, transcript
from views.message import section
from views.modal import modal
from views.mrkdwn import Mrkdwn, date, escaped, gathered, user
from views.text import Text

LONGEST_PIECE = 500  # characters of a line, before escaping makes it longer
MOST_EVENTS = 40
NOBODY = Directory()


def render(
    call: Call,
    events: Sequence[Event],
    viewer: str,
    text: Text,
    known: Directory = NOBODY,
    *,
    seen: datetime | None = None,
) -> dict[str, Any]:
    """Draw a call for who looks at it; only who asked for it sees the values in full.

    Assistant and caller ID have the names that they are ``known`` by; others show their UUID.
    ``seen`` is the instant, where calls are looked for in AlloMia's call log.
    """
    own = call.shown_to(viewer)
    blocks: list[Block] = [
        section(Mrkdwn("\n".join([card.head(call, text), *card.lines(call, text)]))),
        SectionBlock(fields=_fields(call, text, known)),
        *number.buttons(call, text),
    ]
    left = handing.standing(call, card.callee(call), text) + handing.notes(call.notes, text)
    blocks += map(section, gathered(left))
    if call.record and not call.erased_at:
        blocks += [*record.whole(call.record, text), *transcript.buttons(call, text)]
    if seen:
        blocks += record.sought(call, seen, text)
    if call.variables:
        blocks.append(section(text.mrkdwn("details.variables")))
        blocks += map(section, gathered(_pieces(call.variables, own=own)))
    if call.variables and not own:
        blocks.append(section(text.mrkdwn("details.values_hidden")))
    lines = [_event(event, call, text) for event in events[-MOST_EVENTS:]]
    blocks += [section(text.mrkdwn("details.timeline")), *map(section, gathered(lines))]
    return modal(text, "details.title", blocks, close="details.close", keeps=call.reference)


def _fields(call: Call, text: Text, known: Directory) -> list[MarkdownTextObject]:
    number = text("erased.gone") if call.erased_at else numbers.masked(call.number)
    none = text("erased.gone" if call.erased_at else "details.none")
    told = [
        text.mrkdwn("details.reference", reference=call.reference),
        text.mrkdwn("details.number", number=number),
        text.mrkdwn("details.outbound", id=call.outbound_call_id or none),
        text.mrkdwn("details.contact", id=call.contact_id or none),
        text.mrkdwn("details.assistant", id=_assistant(call, text, known)),
        text.mrkdwn("details.caller", id=_caller(call.phone_number_id, text, known)),
    ]
    return [MarkdownTextObject(text=line, verbatim=True) for line in told]


def _assistant(call: Call, text: Text, known: Directory) -> str:
    if known.assistant(call.assistant_id):
        return labels.assistant(call.assistant_id, known, text)
    return call.assistant_name or call.assistant_id


def _caller(uuid: str, text: Text, known: Directory) -> str:
    return labels.caller(uuid, known, text) if known.caller_id(uuid) else uuid


def _event(event: Event, call: Call, text: Text) -> Mrkdwn:
    told = _what(event, call, text)
    key = "details.event_by" if event.by else "details.event"
    when = date(event.at, "{date_short_pretty} {time_secs}")
    return text.mrkdwn(key, when=when, state=told, person=user(event.by or ""))


def _what(event: Event, call: Call, text: Text) -> Mrkdwn:
    """Write how the call stood, or what somebody did about one that was over."""
    if event.reason and event.reason.key.partition(".")[0] == handing.TABLE:
        return text.mrkdwn_reason(event.reason)
    if event.status is call.status:
        return card.state(call.having(reason=event.reason), text)
    return card.state(call.having(status=event.status, reason=event.reason, outcome=None), text)


def _pieces(values: Mapping[str, str], *, own: bool) -> list[Mrkdwn]:
    written = variables.written(values, hidden=not own).split("\n")
    return [
        escaped(line[start : start + LONGEST_PIECE])
        for line in written
        for start in range(0, len(line), LONGEST_PIECE)
    ]
