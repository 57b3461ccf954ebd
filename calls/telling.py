"""Whom an outcome is told besides its thread: which of the workspace's rules fits, and how."""

import hashlib
from collections.abc import Sequence
from enum import StrEnum

from calls.errors import NotAllowed, Reason
from calls.frozen import Frozen
from calls.model import Call
from calls.slack_ids import SEVERAL
from calls.status import Status

MOST, MOST_NAMED, MOST_MENTIONED = 20, 100, 10
"""Tellings; channels or assistants that one names; people and groups that one mentions."""
ASKER = "asker"
"""Who asked for the call, wherever a person can be named."""


class End(StrEnum):
    """How a call ended, as people tell ends apart."""

    REACHED = "reached"
    NOT_REACHED = "not-reached"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


ENDS = {
    Status.COMPLETED: End.REACHED,
    Status.BUSY: End.NOT_REACHED,
    Status.NO_ANSWER: End.NOT_REACHED,
    Status.FAILED: End.FAILED,
    Status.REFUSED: End.FAILED,
    Status.UNKNOWN: End.UNKNOWN,
    Status.ENDED: End.UNKNOWN,  # in a word that nobody has documented
    Status.CANCELLED: End.CANCELLED,
}


def end(call: Call) -> End | None:
    """Tell how a call ended, with the attempts before it; none has that is live."""
    found = ENDS.get(call.status)
    if found is End.CANCELLED and call.attempt > 1:
        return End.NOT_REACHED  # those before it were made
    return End.NOT_REACHED if found is End.REACHED and call.voicemail else found


class Telling(Frozen):
    """Which calls' outcomes are told so; of conditions that are empty, every call fulfils them."""

    channels: tuple[str, ...] = ()
    assistants: tuple[str, ...] = ()
    """By their UUIDs."""
    ends: tuple[End, ...] = ()
    broadcast: bool = False
    """Whether the reply is shown in the channel too."""
    mentions: tuple[str, ...] = ()
    """Whom the reply mentions: people, user groups, or ``ASKER``."""
    direct: str = ""
    """Who gets a direct message besides: a person, or ``ASKER``."""

    @property
    def conditions(self) -> tuple[frozenset[str], ...]:
        """What a call has to fulfil; of two tellings with the same, one never holds."""
        return tuple(map(frozenset, (self.channels, self.assistants, self.ends)))

    @property
    def named(self) -> int:
        """How many conditions it names."""
        return sum(map(bool, self.conditions))

    @property
    def mark(self) -> str:
        """Tell it apart from others, and from what somebody else has made of it."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]

    def fits(self, call: Call) -> bool:
        """Tell whether a call fulfils all conditions."""
        facts = call.channel, call.assistant_id.lower(), end(call)
        pairs = zip(self.conditions, facts, strict=True)
        return all(not wanted or fact in wanted for wanted, fact in pairs)


class Manner(Frozen):
    """How one outcome is told, beyond one reply in its thread that mentions nobody."""

    broadcast: bool = False
    mentions: tuple[str, ...] = ()
    """The ids of people and user groups."""
    direct: str = ""
    """The id of who gets a direct message besides."""


QUIET = Manner()


def which(tellings: Sequence[Telling], call: Call) -> Telling:
    """Return the telling that holds for a call: of those that fit, one that names most.

    Of several that name as many conditions it is the one that stands first.
    """
    fitting = [one for one in tellings if one.fits(call)]
    return max(fitting, key=lambda one: one.named, default=Telling())


def manner(tellings: Sequence[Telling], call: Call) -> Manner:
    """Tell how a call's outcome is told; who has cancelled it themself is told nothing anew.

    In a direct message whoever reads it is told already; of attempts the last one counts.
    """
    repeated = call.chain is not None and call.chain.following is not None
    if repeated or not call.channel.startswith(SEVERAL):
        return QUIET
    found = which(tellings, call)
    mentions = [call.asked_by if one == ASKER else one for one in found.mentions]
    direct = call.asked_by if found.direct == ASKER else found.direct
    return Manner(
        broadcast=found.broadcast,
        mentions=tuple(one for one in dict.fromkeys(mentions) if one != call.by),
        direct="" if direct == call.by else direct,
    )


def without(tellings: Sequence[Telling], mark: str) -> tuple[Telling, ...]:
    """Return them without the one that has a mark."""
    return tuple(one for one in tellings if one.mark != mark)


def arranged(tellings: Sequence[Telling], mark: str, typed: Telling) -> tuple[Telling, ...]:
    """Return them with one in the place of that which has a mark; none: at the end.

    Raises ``NotAllowed`` where that is gone, there are too many, or one would never hold.
    """
    others = without(tellings, mark)
    if mark and len(others) == len(tellings):
        raise _refused("gone")
    if not mark and len(tellings) >= MOST:
        raise _refused("full", most=str(MOST))
    if typed.conditions in [one.conditions for one in others]:
        raise _refused("same")
    if not mark:
        return (*tellings, typed)
    return tuple(typed if one.mark == mark else one for one in tellings)


def _refused(why: str, **values: str) -> NotAllowed:
    return NotAllowed([Reason(key=f"refused.telling.{why}", values=values, field="channels")])
