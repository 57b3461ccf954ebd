"""A call that reached nobody is repeated: the next attempt is noted, or why none follows."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from calls import facts, hours, metrics, next_attempt, policy, store
from calls.audit import Action, Deed
from calls.chain import Chain
from calls.clock import now
from calls.database import Database
from calls.errors import NotAllowed, Over, Reason, TooLate
from calls.jobs import Job
from calls.ledger import Ledger
from calls.model import Call
from calls.order import Order, Origin
from calls.page import DONE, Change, Page, Result
from calls.policy import Facts
from calls.settings import Settings
from calls.status import Status
from calls.workspaces import Workspaces

KEPT = (*Order.model_fields, *Origin.model_fields, "thread", "assigned_to", "notes")
TRIES = 5  # to find the newest attempt while others follow, or a reference that is free


class Repeating:
    """Make further attempts; the job AGAIN, and what people do with one that waits."""

    def __init__(
        self, database: Database, ledger: Ledger, workspaces: Workspaces, settings: Settings
    ) -> None:
        self._database = database
        self._ledger = ledger
        self._workspaces = workspaces
        self._hours = hours.read(settings.calling_hours)

    async def __call__(self, job: Job, call: Call) -> Result:  # noqa: ARG002 - a job's runner
        """Note the attempt that follows a call, or why there is none, in one transaction."""

        async def unit(connection: AsyncConnection, page: Page) -> bool:
            newest = page.calls.get(call.reference)
            if newest is None or not newest.undecided:
                return False
            return await self._add(connection, page, newest)

        if await self._ledger.run(unit, call.reference):
            metrics.PLACED.inc()
        return DONE

    async def _add(self, connection: AsyncConnection, page: Page, call: Call) -> bool:
        """Add the attempt that follows; ``False`` where there is none."""
        try:
            following = await self._following(connection, page, call)
            following = await _noted(connection, following)
        except Over as fault:
            reason = fault.reason
            page.enter(call.reference, Result(change=lambda one: one.alone(reason)), None)
            return False
        page.begin(following)
        reference = following.reference
        page.enter(call.reference, Result(change=lambda one: one.followed_by(reference)), None)
        return True

    async def _following(self, connection: AsyncConnection, page: Page, call: Call) -> Call:
        """Make the next attempt; raises ``Over`` where there is none."""
        if call.again is None or call.ended_at is None:  # pragma: no cover - it is undecided
            raise Over(Reason(key="again.opted_out"))
        seen = await facts.look(connection, self._workspaces, call.team, call.number)
        workspace = await self._workspaces.at(connection, call.team, seen.version)
        limits = policy.limits(workspace.rules, call.asked_by)
        await store.reserve(connection, call.team, call.number, *limits)
        located = policy.zoned(call, page.now)
        known = facts.known(seen, workspace, located, self._hours)
        known = await facts.with_placed(connection, known, call.team, call.asked_by, page.now)
        others = await facts.meanwhile(connection, call, page.calls)
        ended = [other for other in others if not other.status.live]
        if reason := next_attempt.over(call, [call, *ended], page.now):
            raise Over(reason)
        wanted = call.ended_at + timedelta(minutes=call.again.minutes)
        hour = next_attempt.later(located, known, wanted)
        reasons = policy.refusals_of_another(located, known)
        reasons += () if hour else policy.refusals(located.having(hour=wanted), known, wanted)
        if reasons or hour is None:
            raise Over(Reason(key="again.rules", parts=reasons))
        chain = Chain(number=call.attempt + 1, earlier=call.attempts)
        kept = {name: getattr(located, name) for name in KEPT}
        own = {"gesture": f"again {call.reference}", "reference": store.reference()}
        times = {"hour": hour, "due_at": hour, "placed_at": page.now}
        return Call(**kept | own | times | {"chain": chain})

    async def newest(self, call: Call) -> Call:
        """Return the newest attempt of a call's chain; raises ``DatabaseAway``."""
        if not call.followed:
            return call
        async with self._database.read() as connection:
            while call.chain and call.chain.following:
                found = await store.get(connection, call.chain.following)
                if found is None:
                    break
                call = found
        return call

    async def stop(self, reference: str, team: str, by: str, place: str = "") -> Call:
        """Make no further attempt; one that is on the line goes on.

        Raises ``TooLate`` where there is none to come.
        """

        def stopped(call: Call) -> Call:
            if call.status is Status.QUEUED:
                return call.cancelled(Reason(key="cancelled.by_person"), by)
            alone = call.alone(Reason(key="again.stopped", values={"person": by}))
            if alone == call or not (call.status.live or call.undecided):
                raise TooLate
            return alone

        deed = Deed(action=Action.ATTEMPTS_STOPPED, by=by, place=place)
        return await self._change(reference, team, stopped, deed)

    async def now(self, reference: str, team: str, by: str, place: str = "") -> Call:
        """Make a waiting attempt now; raises ``TooLate`` where none waits.

        Raises ``NotAllowed`` outside calling hours; the other rules are asked when it is dialled.
        """
        workspace, at = await self._workspaces.newest(team), now()
        known = Facts(rules=workspace.rules, hours=workspace.rules.hours or self._hours)

        def hurried(call: Call) -> Call:
            if call.status is not Status.QUEUED or call.hour is None:
                raise TooLate
            found = policy.zoned(call, at)
            if reasons := policy.refusals(found.having(hour=at), known, at):
                raise NotAllowed([_not_now(reason) for reason in reasons])
            return call.having(zone=found.zone).moved(at)

        deed = Deed(action=Action.CALLED_NOW, by=by, place=place)
        return await self._change(reference, team, hurried, deed)

    async def _change(self, reference: str, team: str, change: Change, deed: Deed) -> Call:
        """Change the newest attempt of a chain, which another may follow meanwhile."""
        async with self._database.read() as connection:
            found = await store.get(connection, reference)
        if found is None or found.team != team:
            raise TooLate
        for _ in range(TRIES):
            found = await self.newest(found)
            mine = _unless_followed(change)
            after = (await self._ledger.change(found.reference, mine, deed)).after
            if not after.followed:
                return after
            found = after
        raise TooLate


async def _noted(connection: AsyncConnection, call: Call) -> Call:
    """Add a call; raises ``Over`` where that cannot be, or where it is there already."""
    for _ in range(TRIES):
        if await store.add(connection, call):
            return call
        call = call.having(reference=store.reference())  # it is taken: another one
    raise Over(Reason(key="again.gave_up"))


def _not_now(reason: Reason) -> Reason:
    closed = reason.key == policy.CLOSED
    return reason.model_copy(update={"key": "again.closed"}) if closed else reason


def _unless_followed(change: Change) -> Change:
    return lambda call: call if call.followed else change(call)
