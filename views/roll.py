"""The calls on Home: a line each, in their parts, with what can be done about each in a menu."""

from slack_sdk.models.blocks import Block, HeaderBlock, Option, OverflowMenuElement

from calls import hand_over
from calls.model import Call
from calls.sheet import MOST, Line, Part, Sheet
from calls.status import Status
from views import answer, attempts, card, handing, when
from views.message import context, section
from views.mrkdwn import Mrkdwn, date, user
from views.text import Text

MORE = "more"
SHORT = 200  # characters of a note
THREAD = "thread"
MOST_OPTIONS = 5  # of an overflow menu


def render(
    sheet: Sheet, viewer: str, address: str | None, text: Text, mine: str = ""
) -> list[Block]:
    """Draw a page of calls; ``address`` is the workspace's own, for links to threads.

    ``mine`` is the viewer's time zone, as far as it is known.
    """
    blocks: list[Block] = []
    part: Part | None = None
    for line in sheet.lines:
        if line.part is not part:
            part = line.part
            blocks += _heading(part, sheet.counts.get(part, 0), text)
        blocks.append(_drawn(line, viewer, address, text, mine))
    return blocks


def _heading(part: Part, count: int, text: Text) -> list[Block]:
    many = f"{MOST}+" if count > MOST else str(count)
    heading = HeaderBlock(text=text(f"home.part.{part}", count=many))
    return [heading, context(text.mrkdwn("home.left"))] if part is Part.NEEDY else [heading]


def _drawn(line: Line, viewer: str, address: str | None, text: Text, mine: str) -> Block:
    call = line.call
    menu = OverflowMenuElement(action_id=MORE, options=_options(line, address, text))
    told = [_first(line, address, text), *_there(line, mine, text), _second(call, viewer, text)]
    if call.status.live and call.reason:
        told.append(text.mrkdwn_reason(call.reason))
    if line.part is Part.NEEDY:
        told += _left(call, viewer, text)
    return section(Mrkdwn("\n".join(told)), accessory=menu, block_id=call.reference)


def _there(line: Line, mine: str, text: Text) -> list[Mrkdwn]:
    """Tell a scheduled call's hour where the person called is, unless it is the viewer's too."""
    call = line.call
    if line.part is not Part.SCHEDULED or not (call.hour and call.zone):
        return []
    same = when.same(call.hour, call.zone, mine)
    return [] if same else [card.there(call.hour, call.zone, text)]


def _left(call: Call, viewer: str, text: Text) -> list[Mrkdwn]:
    """Write who sees to it, whether they want no calls, and the last note."""
    own = call.assigned_to == viewer
    known = call.having(assigned_to=None) if own else call
    return [
        *([text.mrkdwn("home.yours")] if own else ()),
        *handing.standing(known, card.callee(call), text),
        *handing.notes(call.notes[-1:], text, SHORT),
    ]


def _first(line: Line, address: str | None, text: Text) -> Mrkdwn:
    call = line.call
    state = card.state(call, text)
    if line.part is Part.SCHEDULED and call.hour and not attempts.waits(call):
        state = text.mrkdwn("home.scheduled", when=date(call.hour))
    name = card.callee(call)
    reference = call.reference
    if line.part is Part.NEEDY and address and call.thread:  # its menu has no room for the link
        reference = Mrkdwn(f"<{link(call, address)}|{call.reference}>")
    return text.mrkdwn("home.line", state=state, name=name, reference=reference)


def _second(call: Call, viewer: str, text: Text) -> Mrkdwn:
    key = "home.asked" if call.asked_by == viewer else "home.asked_by"
    return text.mrkdwn(
        key,
        when=date(call.placed_at),
        where=answer.where(call, text),
        person=user(call.asked_by),
    )


def _options(line: Line, address: str | None, text: Text) -> list[Option]:
    call = line.call
    left = line.part is Part.NEEDY and not call.status.live
    look = card.may_look(call)
    wanted = {
        card.CANCEL: call.status is Status.QUEUED and not attempts.waits(call),
        card.STOP: attempts.waits(call),
        card.NOW: attempts.waits(call),
        card.MOVE: line.part is Part.SCHEDULED,
        card.DONE: left,
        handing.ASSIGN: left,
        handing.NOTE: left,
        card.REOPEN: not left and call.done_at is not None and hand_over.needs_somebody(call),
        card.LOOK: look,
        card.AGAIN: not (call.status.live or (left and (look or call.opted_out))),
        card.DETAILS: True,
    }
    found = [_option(name, call, text) for name, shown in wanted.items() if shown]
    if address and call.thread and not left:
        found.append(_option(THREAD, call, text, link(call, address)))
    if call.number_to_show and len(found) < MOST_OPTIONS:  # it is in *Details* too
        found.append(_option(card.NUMBER, call, text))
    return found


def _option(name: str, call: Call, text: Text, url: str | None = None) -> Option:
    return Option(text=text(f"card.{name}"), value=f"{name} {call.reference}", url=url)


def link(call: Call, address: str) -> str:
    """Return a message's permalink.

    https://docs.slack.dev/reference/methods/chat.getPermalink
    """
    link = f"{address}archives/{call.channel}/p{(call.thread or '').replace('.', '')}"
    return f"{link}?thread_ts={call.under}&cid={call.channel}" if call.under else link
