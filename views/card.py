"""The call's message: who is called, for whom, and how it stands; its text is edited in place."""

from datetime import datetime

from slack_sdk.models.blocks import ActionsBlock, Block, ButtonElement, InteractiveElement

from calls import hand_over, policy, spoken
from calls.missed import is_missed
from calls.model import Call
from calls.numbers import masked
from calls.status import Status
from views import attempts, handing, record, when
from views.message import Mark, Message, context, made, section
from views.mrkdwn import Mrkdwn, date, user
from views.text import Text

CANCEL, MOVE, AGAIN, LOOK, DETAILS = "cancel", "move", "again", "look", "details"
STOP, NOW = "stop_again", "dial_now"  # of a further attempt that waits
DONE, REOPEN, NEVER = "done", "reopen", "never"
NUMBER = "show_number"
WAITS = {policy.STOPPED: "stopped", policy.IN_LINE: "in_line"}
"""How a queued call stands, by what it waits for; else it is postponed."""
SHOWN = 8  # characters of an assistant's UUID


def render(call: Call, text: Text, assistant: str | None, until: Mrkdwn | None = None) -> Message:
    """Draw a call's newest state.

    ``assistant`` is the workspace's own one; ``until`` when the tries to dial end.
    """
    blocks: list[Block] = [
        section(Mrkdwn("\n".join([head(call, text), *lines(call, text, until)]))),
        *map(section, record.lines(call, text, record.SHORT)),
        *_left(call, text),
        context(_asked(call, text, assistant)),
        ActionsBlock(elements=_buttons(call, text)),
    ]
    fallback = text.mrkdwn("card.fallback", name=callee(call), state=state(call, text, "plain"))
    return made(fallback, blocks, mark(call))


def _left(call: Call, text: Text) -> list[Block]:
    found = handing.lines(call, callee(call), text)
    return [section(Mrkdwn("\n".join(found)))] if found else []


def mark(call: Call) -> Mark:
    """Return the mark by which a call's message is found again."""
    return Mark(reference=call.reference, part="card")


def callee(call: Call) -> str:
    """Name the person called, or else the masked number: a trial call's is the asker's own."""
    number = masked(call.number).rstrip()  # of an erased call no digit is left
    return number if call.trial else call.name or number


def head(call: Call, text: Text) -> Mrkdwn:
    """Write who is called."""
    if call.erased_at:
        return text.mrkdwn("erased.head")
    which = "head_trial" if call.trial else "head"
    key = f"card.{which}" if call.name else f"card.{which}_nameless"
    return text.mrkdwn(key, name=call.name, number=masked(call.number))


def state(call: Call, text: Text, style: str = "state") -> Mrkdwn:
    """Write how the call stands, with its duration; ``style`` is ``state`` or ``plain``."""
    key = attempts.standing(call) or call.status.value
    if call.status is Status.QUEUED and call.reason:
        key = WAITS.get(call.reason.key, "postponed")
    elif key == Status.QUEUED and call.hour:
        key = "scheduled"
    elif is_missed(call):
        key = "missed"
    elif call.voicemail:
        key = "voicemail"
    told = attempts.state(call, f"{style}.{key}", text)
    if call.outcome and call.outcome.duration:
        duration = text.duration(call.outcome.duration)
        return text.mrkdwn("card.duration", state=told, duration=duration)
    return told


def lines(call: Call, text: Text, until: Mrkdwn | None = None) -> list[Mrkdwn]:
    """Write how the call stands, why, and what happens next, one line each."""
    found = [state(call, text)]
    if call.status is Status.QUEUED and call.hour and call.zone:
        found.append(there(call.hour, call.zone, text))
    if call.status is Status.CANCELLED and call.by:
        found.append(cancelled_by(call, call.by, text))
    elif call.reason:
        found.append(text.mrkdwn_reason(call.reason))
    if until and call.status is Status.QUEUED and call.reason:
        key = WAITS.get(call.reason.key, "until")
        found.append(text.mrkdwn(f"card.{key}", when=until))
    if ended := record.ended_reason(call, text):
        found.append(ended)
    if call.reason and call.status is Status.CALLING:
        found.append(text.mrkdwn("card.asking"))
    if call.looked and call.looked_at and call.status is Status.UNKNOWN:
        told = text.mrkdwn_reason(call.looked)
        found.append(text.mrkdwn("card.looked", when=date(call.looked_at), told=told))
    if call.erased_at:
        found.append(text.mrkdwn("erased.since", when=date(call.erased_at, "{date}")))
    return [*found, *attempts.lines(call, text)]


def cancelled_by(call: Call, person: str, text: Text) -> Mrkdwn:
    """Write who has cancelled a call, or its further attempts."""
    key = "again.stopped" if call.attempt > 1 else "cancelled_by.person"
    return text.mrkdwn(key, person=user(person))


def there(at: datetime, zone: str, text: Text) -> Mrkdwn:
    """Write when that is for the person called."""
    told = when.there(at, zone, text)
    return text.mrkdwn("card.there", there=told, place=spoken.place(zone, text.language))


def _asked(call: Call, text: Text, assistant: str | None) -> Mrkdwn:
    named = call.assistant_name
    if not named and call.assistant_id == assistant:
        named = text("card.assistant_default")
    if not named:
        named = text("card.assistant_other", assistant=call.assistant_id[:SHOWN])
    return text.mrkdwn(
        "card.asked", person=user(call.asked_by), assistant=named, reference=call.reference
    )


def _buttons(call: Call, text: Text) -> list[InteractiveElement]:
    open_ = hand_over.is_open(call)
    wanted = {
        CANCEL: call.status is Status.QUEUED and not attempts.waits(call),
        STOP: attempts.waits(call),
        NOW: attempts.waits(call),
        MOVE: call.status is Status.QUEUED and call.hour is not None,
        LOOK: may_look(call),
        NEVER: hand_over.may_list(call),
        DONE: open_,
        REOPEN: hand_over.needs_somebody(call) and not open_,
        AGAIN: not call.status.live,
        NUMBER: call.number_to_show,
        DETAILS: True,
    }
    if call.erased_at:
        wanted = {DETAILS: True}
    found: list[InteractiveElement] = [
        button(action, call, text) for action, shown in wanted.items() if shown
    ]
    return [*found, handing.menu(call, text)] if open_ else found


def may_look(call: Call) -> bool:
    """Tell whether AlloMia can be asked once more about the call."""
    return call.status is Status.UNKNOWN and call.id_to_ask is not None


def button(action: str, call: Call, text: Text) -> ButtonElement:
    """Draw one of a call's buttons; it carries the call's reference."""
    return ButtonElement(
        text=text(f"card.{action}"),
        action_id=action,
        value=call.reference,
        style="danger" if action in {CANCEL, STOP, NEVER} else None,
        confirm=handing.sure(call, callee(call), text) if action == NEVER else None,
    )
