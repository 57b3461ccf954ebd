"""Which line of AlloMia's call log is a call's: exactly one, or none; it is never guessed.

No id links the two: docs.allomia.com documents none. What links them is the number dialled, the
assistant, and the time.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from calls.call_log_answers import Entry
from calls.frozen import Frozen
from calls.model import Call

ASKED = timedelta(minutes=10)  # before and after a call for which the log is asked
MARGIN = timedelta(minutes=1)  # by which a record may begin before and after a call's own times
UNTOLD = timedelta(minutes=2)  # the same where the times are those of our clock
# By which the times of a call and of its record differ at most: written by one hand, or by two.
SAME, TIGHT = timedelta(milliseconds=10), timedelta(seconds=2)
PLAUSIBLE = timedelta(hours=1)  # between AlloMia's clock and ours


class Span(Frozen):
    """From when to when a call went on; ``told`` by AlloMia, or as far as we know."""

    start: datetime
    end: datetime
    told: bool = False

    @property
    def margin(self) -> timedelta:
        """By how much a record may begin before or after."""
        return MARGIN if self.told else UNTOLD

    def off(self, entry: Entry) -> timedelta:
        """Tell by how much a record's times differ from those that AlloMia told of the call."""
        if not (self.told and entry.started_at and entry.ended_at):
            return timedelta.max
        return max(abs(entry.started_at - self.start), abs(entry.ended_at - self.end))


def span(call: Call, now: datetime) -> Span:
    """Tell from when to when a call went on; one that is under way goes on until ``now``."""
    dialled = call.dialled_at or call.placed_at
    outcome = call.outcome
    noted = (outcome and outcome.noted_at) or now
    own = Span(start=dialled, end=max(noted, dialled))
    if not (outcome and outcome.started_at and outcome.ended_at):
        return own
    told = Span(start=outcome.started_at, end=outcome.ended_at, told=True)
    near = abs(told.start - own.start) <= PLAUSIBLE and abs(told.end - own.end) <= PLAUSIBLE
    return told if near and told.start <= told.end else own


def window(mine: Span, others: Iterable[Span]) -> tuple[datetime, datetime]:
    """Tell within which instants a call's record begins, as far as other calls leave room."""
    since, until = mine.start - mine.margin, mine.end + mine.margin
    for other in others:
        if other.end <= mine.start:
            since = max(since, other.end + (mine.start - other.end) / 2)
        elif mine.end <= other.start:
            until = min(until, mine.end + (other.start - mine.end) / 2)
    return since, until


def match(
    call: Call, entries: Sequence[Entry], others: Sequence[Call], now: datetime
) -> Entry | None:
    """Return the one line of the log that is the call's; ``others`` are calls to its number."""
    ours = [one for one in _distinct(entries) if _is_of(one, call)]
    for one in ours:
        if one.id and one.id == call.outbound_call_id:
            return one
    mine, spans = span(call, now), [span(other, now) for other in others]
    taken = {other.record.id for other in others if other.record}
    since, until = window(mine, spans)
    left = [
        one
        for one in ours
        if one.id not in taken
        and (one.started_at is None or since <= one.started_at <= until)
        and _owner(one, [mine, *spans]) in {None, 0}
    ]
    if len(left) != 1 or left[0].id is None or left[0].started_at is None:
        return None
    (found,) = left
    sure = _owner(found, [mine, *spans]) == 0
    return found if sure or not any(_holds(other, found) for other in spans) else None


def _owner(entry: Entry, spans: Sequence[Span]) -> int | None:
    """Return which of some calls alone has the very times of a record."""
    for most in (SAME, TIGHT):
        near = [n for n, one in enumerate(spans) if one.off(entry) <= most]
        if near:
            return near[0] if len(near) == 1 else None
    return None


def _distinct(entries: Sequence[Entry]) -> list[Entry]:
    """Leave out what two pages both have, since the log grew meanwhile."""
    named = {one.id: one for one in entries if one.id}
    return [*named.values(), *(one for one in entries if one.id is None)]


def _is_of(entry: Entry, call: Call) -> bool:
    return entry.number == call.number and entry.agent == call.assistant_id.lower()


def _holds(other: Span, entry: Entry) -> bool:
    """Tell whether a record may begin within another call, which went on at the same time."""
    return bool(entry.started_at and other.start - TIGHT <= entry.started_at <= other.end)
