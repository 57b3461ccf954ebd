"""The outcome, as it is told once in the call's thread."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from calls.follow_up import FollowUp
from calls.hand_over import left_to_do
from calls.missed import is_missed
from calls.model import Call
from calls.status import Status
from views import attempts, missed, record
from views.card import callee, cancelled_by
from views.message import Mark, Message, made, section
from views.mrkdwn import Mrkdwn, channel, date, link, mention
from views.text import Text


def render(call: Call, text: Text, mentions: Sequence[str] = ()) -> Message:
    """Tell how the call ended, or that it cannot be known; whom it mentions stands first."""
    asks = is_missed(call) and call.thread and not call.done_at
    asked = [missed.buttons(call, text)] if asks else []
    said = [*map(mention, mentions), _said(call, text)]
    return _made(call, Mrkdwn(" ".join(said)), text, *asked)


def elsewhere(call: Call, text: Text, why: str = "reply.elsewhere") -> Message:
    """Tell the outcome to who asked, and ``why`` it does not stand in the call's own thread."""
    preface = text.mrkdwn(why, channel=channel(call.channel), reference=call.reference)
    return _made(call, Mrkdwn(f"{_said(call, text)} {preface}"), text)


def besides(call: Call, address: str | None, text: Text) -> Message:
    """Tell the outcome to one person, who finds more in its thread."""
    key = "telling.besides" if address else "telling.besides_nowhere"
    thread = link(address or "", text("telling.thread"))
    where = text.mrkdwn(key, channel=channel(call.channel), thread=thread, reference=call.reference)
    found = _made(call, Mrkdwn(f"{_said(call, text)} {where}"), text)
    return found.having(mark=mark_besides(call))


def _made(call: Call, said: Mrkdwn, text: Text, *asked: Block) -> Message:
    told = [said, *record.lines(call, text)]
    return made(Mrkdwn("\n".join(told)), [*map(section, told), *asked], mark(call))


def mark(call: Call) -> Mark:
    """Return the mark by which the reply that tells this state is found again."""
    return Mark(reference=call.reference, part=call.status.value)


def mark_besides(call: Call) -> Mark:
    """Return the mark of a direct message: a call has one at most, whatever becomes of it."""
    return Mark(reference=call.reference, part="besides")


def _said(call: Call, text: Text) -> Mrkdwn:
    if is_missed(call):
        return missed.said(call, text)
    unreached = attempts.missed(call, callee(call), text)
    found = [unreached or _alone(call, text)]
    if call.outcome and call.outcome.duration:
        duration = text.duration(call.outcome.duration)
        found.append(text.mrkdwn("reply.lasted", duration=duration))
    if call.by:
        found.append(cancelled_by(call, call.by, text))
    elif call.reason:
        found.append(text.mrkdwn_reason(call.reason))
    if ended := record.ended_reason(call, text):
        found.append(ended)
    if call.erased_at:
        found.append(text.mrkdwn("erased.since", when=date(call.erased_at, "{date}")))
    rest = attempts.over(call, text), None if unreached else attempts.before(call, text)
    return Mrkdwn(" ".join([*found, *filter(None, rest)]))


def _alone(call: Call, text: Text) -> Mrkdwn:
    """Tell how one attempt ended."""
    word = call.outcome.word if call.outcome else ""
    return text.mrkdwn(f"reply.{_key(call)}", name=callee(call), word=word)


def _key(call: Call) -> str:
    if call.voicemail:
        return "voicemail"
    wrong = call.status is Status.COMPLETED and left_to_do(call) is FollowUp.NUMBER
    return "wrong_number" if wrong else call.status.value
