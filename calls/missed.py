"""A scheduled call that was not dialled at its hour: nobody is called late, a person is asked."""

from calls.model import Call
from calls.status import Status

MISSED = "cancelled.missed"


def is_missed(call: Call) -> bool:
    """Tell whether the call's hour has passed without its being dialled."""
    return call.status is Status.CANCELLED and bool(call.reason and call.reason.key == MISSED)


def gesture(call: Call) -> str:
    """Name the one gesture by which the call is placed after all, however often that is asked."""
    return f"missed {call.reference}"
