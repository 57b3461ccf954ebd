"""A call and the states it passes through; every change is a method that returns a new value."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Self

from calls.chain import REPEATED, Attempt, Chain
from calls.errors import Reason
from calls.note import Note
from calls.order import Order, Origin
from calls.outcome import Outcome
from calls.place import Place
from calls.record import Record, is_voicemail
from calls.status import Status


class Call(Order, Origin):
    """One call, from the moment it is noted to its end. All instants are in UTC."""

    reference: str
    version: int = 1
    status: Status = Status.QUEUED
    placed_at: datetime
    due_at: datetime
    thread: str | None = None
    """The ``ts`` of the call's message, once posted."""
    token_hash: str | None = None
    rung: int = 0
    """How often AlloMia's callback came; a ring changes nothing else."""
    dialled_at: datetime | None = None
    outbound_call_id: str | None = None
    contact_id: str | None = None
    hinted_id: str | None = None
    """The id that a callback named: asked about only when our own answer never came."""
    outcome: Outcome | None = None
    reason: Reason | None = None
    by: str | None = None
    """Who cancelled the call."""
    looked_at: datetime | None = None
    """When AlloMia was last asked about an unknown call without learning its end."""
    looked: Reason | None = None
    """What that look told."""
    announced: Status | None = None
    replied: Place | None = None
    """Where that was told, if it can still be edited."""
    quoted: Place | None = None
    """Where what was said stands in the thread."""
    besides: Place | None = None
    """Where a direct message tells it besides."""
    record: Record | None = None
    """What AlloMia's call log tells of the call, once found."""
    opted_out: bool = False
    """Whether the person called has asked not to be called, as far as words tell."""
    listed_by: str | None = None
    """Who has confirmed that, and so put the number on the do-not-call list."""
    chain: Chain | None = None
    """Where it stands among its attempts, where it is repeated."""
    ended_at: datetime | None = None
    """When it was no longer live, by our clock."""
    assigned_to: str | None = None
    """Who sees to what it left to do."""
    done_by: str | None = None
    done_at: datetime | None = None
    """By whom and when that was done."""
    notes: tuple[Note, ...] = ()
    to_erase: bool = False
    """Whether it is erased as soon as it is over."""
    erased_at: datetime | None = None
    """Since when nothing here tells any more who was called, and what was said."""

    def shown_to(self, person: str) -> bool:
        """Tell whether a person may see the number and the values in full."""
        return person == (self.told_by or self.asked_by)

    def number_known_to(self, person: str) -> bool:
        """Tell whether a person knows the number: they typed it, or it is their own."""
        return person == self.asked_by if self.trial else self.shown_to(person)

    @property
    def number_to_show(self) -> bool:
        """Tell whether there is a number that somebody might ask for."""
        return not self.trial and self.erased_at is None

    @property
    def root(self) -> str | None:
        """The ``ts`` of the message in whose thread the outcome is told, once there is one."""
        return self.thread and (self.under or self.thread)

    @property
    def voicemail(self) -> bool:
        """Tell whether a voicemail answered, which is no conversation."""
        if self.outcome is None or self.outcome.status is Status.FAILED:
            return False
        told = self.record.outcome if self.record else None
        return is_voicemail(told) or is_voicemail(self.outcome.ended_reason)

    @property
    def attempt(self) -> int:
        """Return which of its attempts this is, from 1."""
        return self.chain.number if self.chain else 1

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """Return those that are over, this one too if it was made and reached nobody."""
        earlier = self.chain.earlier if self.chain else ()
        if self.status not in REPEATED or self.ended_at is None:
            return earlier
        own = Attempt(reference=self.reference, status=self.status, ended_at=self.ended_at)
        return (*earlier, own)

    @property
    def followed(self) -> bool:
        """Tell whether another attempt has taken this one's place."""
        return bool(self.chain and self.chain.following)

    @property
    def undecided(self) -> bool:
        """Tell whether it is still open that another attempt follows this one."""
        if self.erased_at:
            return False
        decided = self.chain and (self.chain.following or self.chain.over)
        missed = self.status in REPEATED and not self.voicemail
        return bool(self.again and missed and not decided and self.attempt < self.again.most)

    @property
    def id_to_ask(self) -> str | None:
        """The id to ask AlloMia about, if any is known."""
        hint = self.hinted_id if self.status is Status.UNKNOWN else None
        return self.outbound_call_id or hint

    @property
    def face(self) -> tuple[object, ...]:
        """All that the call's message shows and that may change."""
        left = self.opted_out, self.listed_by, self.assigned_to, self.done_at, self.notes
        looked = self.looked_at, self.looked, self.chain
        told = self.status, self.reason, self.outcome, self.by, self.hour, self.record
        return *told, *looked, *left, self.erased_at

    @property
    def undo(self) -> timedelta:
        """How long the call's message stands before the call is dialled."""
        return timedelta(0) if self.hour else max(self.due_at - self.placed_at, timedelta(0))

    @property
    def to_announce(self) -> bool:
        """Tell whether the thread has yet to hear of the call's state: of the last attempt's."""
        if self.status.live or self.followed or self.undecided:
            return False
        return self.announced is not self.status

    def opened(self, channel: str, thread: str, under: str | None = None) -> Self:
        """Note where the call's message is, and in whose thread it stands, if in another's.

        The one that was known first stays the call's.
        """
        return self if self.thread else self.having(channel=channel, thread=thread, under=under)

    def dialling(self, token_hash: str | None, now: datetime) -> Self:
        """Note the intent: the request to dial leaves next."""
        return self.having(
            status=Status.DIALLING, token_hash=token_hash, dialled_at=now, reason=None
        )

    def calling(self, outbound_call_id: str, contact_id: str | None) -> Self:
        """Note that AlloMia has dispatched the call; what has ended meanwhile stays ended."""
        known = self.having(outbound_call_id=outbound_call_id, contact_id=contact_id)
        if self.status in {Status.DIALLING, Status.UNKNOWN}:
            return known.having(status=Status.CALLING, reason=None)
        return known

    def postponed(self, reason: Reason) -> Self:
        """Note that the call was certainly not placed and will be tried again.

        Where that is learnt only after the call was given up as unknown, it is not: that would
        surprise whoever has read so, as it would whoever has stopped the attempts meanwhile.
        """
        if self.status is Status.UNKNOWN:
            return self.having(status=Status.CANCELLED, reason=reason)
        if self.status is not Status.DIALLING:
            return self
        unsent = {"dialled_at": None, "token_hash": None, "rung": 0, "hinted_id": None}
        queued = self.having(status=Status.QUEUED, reason=reason, **unsent)
        over = self.chain.over if self.chain else None
        return queued.cancelled(over, over.values.get("person")) if over else queued

    def refused(self, reason: Reason) -> Self:
        """Note that AlloMia would not place the call."""
        if self.status not in {Status.DIALLING, Status.UNKNOWN}:
            return self
        return self.having(status=Status.REFUSED, reason=reason)

    def barred(self, reasons: Sequence[Reason]) -> Self:
        """Note that the workspace's rules do not let a queued call be dialled."""
        if self.status is not Status.QUEUED:
            return self
        reason = Reason(key="refused.rules", parts=tuple(reasons))
        return self.having(status=Status.REFUSED, reason=reason)

    def held(self, reason: Reason, due_at: datetime) -> Self:
        """Note what a queued call waits for, and from when on its time to be dialled runs."""
        if self.status is not Status.QUEUED:
            return self
        return self.having(reason=reason, due_at=due_at)

    def moved(self, hour: datetime) -> Self:
        """Note another hour to dial at."""
        if self.status is not Status.QUEUED:
            return self
        return self.having(hour=hour, due_at=hour, reason=None)

    def restored(self) -> Self:
        """Note that this comes from a backup: since then the call may have been dialled."""
        if self.status is not Status.QUEUED:
            return self
        doubtful = self.alone(Reason(key="again.restored"))
        return doubtful.having(status=Status.UNKNOWN, reason=Reason(key="unknown.restored"))

    def lost(self, reason: Reason) -> Self:
        """Note that nobody can say what became of the call."""
        if self.status not in {Status.DIALLING, Status.CALLING}:
            return self
        doubtful = self.alone(Reason(key="again.doubt"))
        return doubtful.having(status=Status.UNKNOWN, reason=reason)

    def alone(self, reason: Reason) -> Self:
        """Note why no other attempt follows this one, where one might."""
        chain = self.chain or Chain()
        most = self.again.most if self.again else 1
        if chain.number >= most or chain.following or chain.over:
            return self
        return self.having(chain=chain.having(over=reason))

    def followed_by(self, reference: str) -> Self:
        """Note which attempt takes this one's place."""
        return self.having(chain=(self.chain or Chain()).having(following=reference))

    def looked_for(self, reason: Reason | None, at: datetime, *, over: bool) -> Self:
        """Note a look that showed no end, and what it told; ``over``: it was the last one."""
        if self.status is Status.UNKNOWN:
            return self.having(looked_at=at, looked=reason or Reason(key="look.nothing"))
        if self.status is not Status.CALLING:
            return self
        told = (reason,) if reason else ()
        gave_up = self.lost(Reason(key="unknown.gave_up", parts=told))
        return gave_up if over else self.having(reason=reason)

    def cancelled(self, reason: Reason, by: str | None = None) -> Self:
        """Note that the call will not be dialled; only a queued one can be cancelled."""
        if self.status is not Status.QUEUED:
            return self
        return self.having(status=Status.CANCELLED, reason=reason, by=by)

    def rang(self, hinted_id: str | None) -> Self:
        """Note that AlloMia's callback came, and the id that it named."""
        if self.status.final:
            return self
        return self.having(rung=self.rung + 1, hinted_id=hinted_id or self.hinted_id)

    def ended(self, outcome: Outcome) -> Self:
        """Note how the call ended; the first final answer stands."""
        if self.status not in {Status.CALLING, Status.UNKNOWN}:
            return self
        return self.having(
            status=outcome.status,
            outcome=outcome,
            reason=None,
            outbound_call_id=self.id_to_ask,
        )

    def detailed(self, record: Record) -> Self:
        """Note what the call log tells; the record that was found first stays the call's."""
        if self.outcome is None:
            return self
        return self.having(record=self.record.filled(record) if self.record else record)
