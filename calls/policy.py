"""May this call be placed? Asked in the form, and again just before dialling; every reason at once.

Pure: what is known of the workspace, of the number and of the person comes in as facts.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from calls import hours, plan, zones
from calls.directory import Assistant
from calls.errors import NotAllowed, Reason
from calls.frozen import Frozen
from calls.hours import Hours
from calls.missed import MISSED
from calls.model import Call
from calls.order import Order
from calls.rules import Rules, Stop
from calls.standing import Standing
from calls.status import Status

Ordered = TypeVar("Ordered", bound=Order)

NEVER = frozenset({plan.Kind.PREMIUM, plan.Kind.SHARED_COST, plan.Kind.SPECIAL})
STOPPED, IN_LINE = "waiting.stopped", "waiting.in_line"
WAITING = frozenset({STOPPED, IN_LINE})
"""What a call may wait for that could be dialled otherwise."""

CLOSED, ZONE_MISSING = "refused.hour.closed", "refused.zone.missing"
ON_THE_LINE = frozenset({Status.DIALLING, Status.CALLING})


class Counts(Frozen):
    """How many calls there are against which a limit stands."""

    person: int = 0
    """Placed by the person in the last 24 hours."""
    workspace: int = 0
    """Placed by everybody in the last 24 hours."""
    live: int = 0
    """Dialled or talking now."""
    ahead: int = 0
    """In line before this one, as far as that is counted."""


class Facts(Frozen):
    """What speaks for and against a call; ``hours`` are those that hold for the workspace."""

    rules: Rules
    hours: Hours
    assistant: Assistant | None = None
    stopped: Stop | None = None
    barred: bool = False
    """Whether the number is on the do-not-call list."""
    counts: Counts = Counts()


class Question(Frozen):
    """What a person has to settle in the form before the call can be placed."""

    earlier: Call | None = None
    """Another call to the number, live or just over: a second one must be confirmed."""
    zones: tuple[str, ...] | None = None
    """The zones in which the number may be, one of which is to be chosen; empty: any zone."""
    next_hour: datetime | None = None
    """When the call could be placed instead; ``zone`` is where the person called is then."""
    zone: str = ""


class Unsettled(NotAllowed):
    """The call may be placed once the person has answered a question."""

    def __init__(self, reasons: tuple[Reason, ...], question: Question) -> None:
        super().__init__(reasons)
        self.question = question


def located(order: Ordered, now: datetime) -> Ordered:
    """Add the zone of the person called: where the number does not tell it, the one chosen."""
    if not order.number:
        return order
    return order.having(zone=zones.only(order.number, now) or order.zone)


def zoned(call: Call, now: datetime) -> Call:
    """Return a call with its zone; of one that was placed without it, it is looked up anew."""
    return call if call.zone else located(call, now)


def refusals(order: Order, facts: Facts, now: datetime) -> tuple[Reason, ...]:
    """Tell everything against dialling a number at its hour, or now."""
    if not order.number:
        return ()
    at = max(order.hour or now, now)
    return (*_number(order, facts), *_hour(order, facts.hours, at))


def refusals_of_another(order: Order, facts: Facts) -> tuple[Reason, ...]:
    """Tell everything against another attempt, whose hour is chosen so that it is allowed."""
    return (*_number(order, facts), *_many(facts.rules, facts.counts))


def limits(rules: Rules, person: str) -> list[str]:
    """Name what must be counted by one at a time."""
    found = {"everybody": rules.per_workspace, f"person {person}": rules.per_person}
    return [name for name, most in found.items() if most is not None]


def refusals_of_placing(channel: str, facts: Facts, standing: Standing) -> tuple[Reason, ...]:
    """Tell everything against one more call, by who asks and for this conversation."""
    return (
        *_who(facts.rules, standing),
        *_where(channel, facts, standing),
        *_many(facts.rules, facts.counts),
    )


def _number(order: Order, facts: Facts) -> Iterator[Reason]:
    if facts.barred:
        yield _refused("number", "do_not_call")
    if plan.kind(order.number) in NEVER:
        yield _refused("number", "premium")
    allowed = facts.rules.countries
    if allowed and not set(allowed).intersection(plan.countries(order.number)):
        country, told = plan.countries(order.number)[0], {"allowed": ", ".join(allowed)}
        if country == plan.WORLD:
            yield _refused("number", "countryless", **told)
        else:
            yield _refused("number", "country_barred", country=country, **told)


def _hour(order: Order, open_hours: Hours, at: datetime) -> Iterator[Reason]:
    if open_hours.always:
        return
    if order.zone is None:
        yield _refused("zone", "missing")
    elif not hours.allowed(open_hours, at, order.zone):
        later = hours.next_allowed(open_hours, at, order.zone)
        yield _refused("hour", "closed" if later else "never", zone=order.zone)


def _who(rules: Rules, standing: Standing) -> Iterator[Reason]:
    if not standing.let_in(rules):
        yield not_let_in(rules)


def not_let_in(rules: Rules) -> Reason:
    """Tell somebody that they may not place calls, and whom to ask."""
    if not rules.administrators:
        return _refused("person", "unlisted")
    return _refused("person", "not_let_in", people=" ".join(rules.administrators))


def _where(channel: str, facts: Facts, standing: Standing) -> Iterator[Reason]:
    if standing.shared and channel not in facts.rules.shared_channels:
        yield _refused("channel", "shared")
    if facts.assistant and not facts.assistant.may_report_in(channel):
        yield _refused("channel", "other_assistant", assistant=facts.assistant.name)


def _many(rules: Rules, counts: Counts) -> Iterator[Reason]:
    if rules.per_person is not None and counts.person >= rules.per_person:
        yield _refused("limit", "person", most=str(rules.per_person))
    if rules.per_workspace is not None and counts.workspace >= rules.per_workspace:
        yield _refused("limit", "workspace", most=str(rules.per_workspace))


def _refused(field: str, why: str, **values: str) -> Reason:
    return Reason(key=f"refused.{field}.{why}", values=values, field=field)


def waits_for(facts: Facts) -> Reason | None:
    """Tell what a call that may be dialled must still wait for."""
    if facts.stopped:
        return stopped(facts.stopped)
    most, counts = facts.rules.at_once, facts.counts
    if most is not None and counts.live + counts.ahead >= most:
        return Reason(key=IN_LINE, values={"most": str(most)})
    return None


def turns(facts: Facts) -> int:
    """Tell how often the line has to be empty before this call's turn comes."""
    most = facts.rules.at_once
    return 0 if most is None or facts.stopped else facts.counts.ahead // most


def leaves_the_line(before: Call, after: Call) -> bool:
    """Tell whether another call can be dialled instead."""
    return before.status in ON_THE_LINE and after.status not in ON_THE_LINE


def stopped(stop: Stop) -> Reason:
    """Tell who has stopped all dialling."""
    return Reason(key=STOPPED, values={"person": stop.by})


def check(reasons: Sequence[Reason], question: Question) -> None:
    """Raise ``NotAllowed`` where there are reasons, ``Unsettled`` where answers settle them all."""
    told = (*_taken(question.earlier), *reasons)
    if any(reason.key not in SETTLED for reason in told):
        raise NotAllowed(told)
    if told:
        raise Unsettled(told, question)


def question(
    order: Order, facts: Facts, reasons: Sequence[Reason], earlier: Call | None, now: datetime
) -> Question:
    """Tell what the form must ask, given what speaks against an order."""
    asked = {reason.key for reason in reasons}
    zone, at = order.zone or "", max(order.hour or now, now)
    closed = CLOSED in asked
    return Question(
        earlier=earlier,
        zones=zones.of(order.number, now) if ZONE_MISSING in asked else None,
        next_hour=hours.next_allowed(facts.hours, at, zone) if closed else None,
        zone=zone,
    )


SETTLED = frozenset(
    {
        "refused.number.live",
        "refused.number.recent",
        ZONE_MISSING,
        CLOSED,
    }
)


def _taken(earlier: Call | None) -> Iterator[Reason]:
    if earlier:
        why = "live" if earlier.status.live else "recent"
        yield _refused("number", why, reference=earlier.reference)


def last_instant(call: Call, dial_within: float) -> datetime:
    """Tell until when the call may be dialled: so many seconds after its hour."""
    return call.due_at + timedelta(seconds=dial_within)


def expired(call: Call) -> Call:
    """Cancel a call whose last instant has passed, with what kept it from being dialled."""
    parts = (call.reason,) if call.reason else ()
    return call.cancelled(Reason(key=MISSED if call.hour else "cancelled.late", parts=parts))


def given_up(call: Call) -> Call:
    """End a call that nobody will look after any more, as far as its end is known."""
    return expired(call).lost(Reason(key="unknown.gave_up")).alone(Reason(key="again.gave_up"))
