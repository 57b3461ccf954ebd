"""A call's attempts, in words: the one that is made, those before it, why none follows."""

from collections.abc import Sequence
from datetime import timedelta

from calls.chain import REPEATED, Attempt
from calls.model import Call
from calls.status import Status
from views.mrkdwn import Mrkdwn, date
from views.text import Text

SOON = timedelta(hours=12)  # within which a time of day says enough
MISSED = REPEATED | {Status.CANCELLED, Status.REFUSED}
"""How the last attempt may end so that nobody was reached in all of them."""


def waits(call: Call) -> bool:
    """Tell whether a further attempt waits to be made."""
    return call.attempt > 1 and call.status is Status.QUEUED


def standing(call: Call) -> str | None:
    """Return how a further attempt stands, where other calls stand otherwise."""
    if call.attempt == 1:
        return None
    if call.status is Status.CANCELLED:
        return "no_more"
    if call.status is not Status.QUEUED or call.reason or call.hour is None:
        return None
    return "again" if call.hour - call.placed_at < SOON else "again_later"


def at(call: Call) -> Mrkdwn:
    """Write when a call is to be dialled; of a further attempt soon, the time of day."""
    if call.hour is None:
        return Mrkdwn("")
    return date(call.hour, "{time}") if standing(call) == "again" else date(call.hour)


def lines(call: Call, text: Text) -> list[Mrkdwn]:
    """Write which attempt this is, those before it, and why none follows, a line each."""
    found = []
    shown = call.status.live or call.status in REPEATED
    if call.again and shown and standing(call) is None:
        found.append(text.mrkdwn("attempts.which", **numbers(call)))
    if call.chain is None:
        return found
    for number, attempt in enumerate(call.chain.earlier, start=1):
        told = _told([attempt], text)
        found.append(text.mrkdwn("attempts.line", number=str(number), told=told))
    if why := over(call, text):
        found.append(why)
    return found


def numbers(call: Call) -> dict[str, str]:
    """Tell which attempt a call is, and of how many at most."""
    most = call.again.most if call.again else call.attempt
    return {"number": str(call.attempt), "most": str(most)}


def state(call: Call, key: str, text: Text) -> Mrkdwn:
    """Write how a call stands, with which attempt it is, where the sentence says so."""
    word = call.outcome.word if call.outcome else ""
    return text.mrkdwn(key, word=word, when=at(call), **numbers(call))


def over(call: Call, text: Text) -> Mrkdwn | None:
    """Write why no other attempt follows one that would have been repeated."""
    reason = call.chain.over if call.chain else None
    if reason is None or not (call.status.live or call.status in REPEATED):
        return None
    return text.mrkdwn_reason(reason)


def missed(call: Call, name: str, text: Text) -> Mrkdwn | None:
    """Tell that nobody was reached in several attempts, and how each of them ended."""
    if call.attempt == 1 or call.status not in MISSED or call.voicemail:
        return None
    many = len(call.attempts)
    number = text("attempts.one" if many == 1 else "attempts.many", number=str(many))
    return text.mrkdwn(
        "attempts.missed", name=name, attempts=number, told=_told(call.attempts, text)
    )


def before(call: Call, text: Text) -> Mrkdwn | None:
    """Tell how those before the last attempt ended."""
    if call.chain is None or not call.chain.earlier:
        return None
    return text.mrkdwn("attempts.before", told=_told(call.chain.earlier, text))


def _told(attempts: Sequence[Attempt], text: Text) -> Mrkdwn:
    ended = [attempt.ended_at for attempt in attempts]
    soon = len(ended) > 1 and max(ended) - min(ended) < SOON
    key, form = ("at", "{time}") if soon else ("on", "{date_short_pretty} {time}")
    told = [
        text.mrkdwn(
            f"attempts.{key}",
            state=text(f"plain.{attempt.status}"),
            when=date(attempt.ended_at, form),
        )
        for attempt in attempts
    ]
    return Mrkdwn(", ".join(told))
