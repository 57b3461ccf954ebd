"""May somebody be called once more? Pure, as ``policy`` is: what is known comes in as facts."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from calls import hours, policy
from calls.errors import Reason
from calls.model import Call
from calls.order import Order
from calls.policy import Facts
from calls.status import Status

MET = frozenset({Status.COMPLETED, Status.ENDED, Status.UNKNOWN})
"""After which somebody has been reached, as far as anybody knows."""

SOON = timedelta(minutes=10)  # longer than most calls take


def later(order: Order, facts: Facts, at: datetime) -> datetime | None:
    """Return the first instant from ``at`` on at which somebody may be called; none: never."""
    if facts.hours.always:
        return at
    return hours.next_allowed(facts.hours, at, order.zone) if order.zone else None


def over(call: Call, others: Sequence[Call], now: datetime) -> Reason | None:
    """Tell why somebody is not to be called once more, by the other calls to them since then.

    Before one that a person has placed, and that is soon dialled, an attempt gives way.
    """
    own = {attempt.reference for attempt in call.attempts}
    meanwhile = [other for other in others if other.reference not in own]
    if any(other.opted_out for other in others):
        return Reason(key="again.opted_out")
    if any(other.voicemail for other in others if other.reference in own):
        return Reason(key="again.voicemail")
    for other in meanwhile:
        if other.status in policy.ON_THE_LINE:
            return Reason(key="again.live", values={"reference": other.reference})
        if _comes(other, now):
            return Reason(key="again.soon", values={"reference": other.reference})
        if other.status in MET:
            return Reason(key="again.reached", values={"reference": other.reference})
    return None


def _comes(other: Call, now: datetime) -> bool:
    soon = other.status is Status.QUEUED and other.due_at <= now + SOON
    return soon and other.attempt == 1
