"""A call is noted: what was asked for is read, judged and written in one transaction."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from calls import metrics, policy, store
from calls.audit import Action, Deed
from calls.errors import CommitUnknown, DatabaseAway, MaybeNoted, NotNoted
from calls.judge import Asked, Judge
from calls.ledger import Ledger
from calls.model import Call
from calls.order import Draft, Order, Origin
from calls.page import Page
from calls.standing import Standing
from calls.workspace import Workspace

log = logging.getLogger(__name__)

PLACE_WITHIN = 2.0  # seconds: Slack waits three for its answer
COMMIT_WITHIN = 0.3  # seconds more, once it is being written


class Placing:
    """Note calls."""

    def __init__(self, ledger: Ledger, judge: Judge) -> None:
        self._ledger = ledger
        self._judge = judge
        self._tasks: set[asyncio.Task[Call]] = set()

    async def place(
        self, draft: Draft, origin: Origin, standing: Standing, place: str = ""
    ) -> Call:
        """Read a draft and note the call with its first job, all in one transaction.

        ``place`` is where that was asked for, if not where the call reports. A gesture that is
        repeated gets the first one's call. Raises ``NotAllowed`` with all that speaks against it
        (``Unsettled`` where an answer of the person's would settle it),
        ``NotNoted`` or ``MaybeNoted`` where the database does not answer within its two seconds.
        """
        attempt = _Attempt(Asked(draft, origin, standing), place or origin.channel)
        task = asyncio.create_task(self._ledger.run(partial(self._place, attempt)))
        self._tasks.add(task)
        task.add_done_callback(partial(self._ended, attempt))
        await asyncio.wait({task}, timeout=PLACE_WITHIN)
        if not task.done() and attempt.writing:
            await asyncio.wait({task}, timeout=COMMIT_WITHIN)
        if not task.done():
            attempt.given_up = True
            log.warning("The database did not take a call in time")
            raise MaybeNoted if attempt.writing else NotNoted
        try:
            return task.result()
        except DatabaseAway as fault:
            log.warning("The database did not take a call", exc_info=True)
            raise (MaybeNoted if isinstance(fault, CommitUnknown) else NotNoted) from fault

    def _ended(self, attempt: "_Attempt", task: asyncio.Task[Call]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is None and attempt.writing:
            metrics.PLACED.inc()  # else it was there before

    async def _place(self, attempt: "_Attempt", connection: AsyncConnection, page: Page) -> Call:
        asked, judge = attempt.asked, self._judge
        origin = asked.origin
        brief = await judge.read(connection, asked, page.now, hold=True)
        limits = policy.limits(brief.workspace.rules, origin.asked_by)
        await store.reserve(connection, origin.team, origin.gesture, brief.number, *limits)
        rivals = await judge.rivals(connection, asked, brief, page.now)
        if first := next((call for call in rivals if call.gesture == origin.gesture), None):
            return first
        judged = await judge.judge(connection, asked, brief, rivals, page.now)
        judged.check()
        if attempt.given_up:
            raise NotNoted
        attempt.writing = True
        call = await self._add(connection, page, judged.order, origin, brief.workspace)
        page.audit(call, Deed(action=Action.PLACED, by=origin.asked_by, place=attempt.place))
        return call

    async def _add(
        self,
        connection: AsyncConnection,
        page: Page,
        order: Order,
        origin: Origin,
        workspace: Workspace,
    ) -> Call:
        hour = order.hour or page.now + timedelta(seconds=self._judge.pause(workspace))
        placed = order.model_dump() | origin.model_dump() | {"placed_at": page.now, "due_at": hour}
        call = Call(reference=store.reference(), **placed)
        if workspace.stopped and not order.hour:
            call = call.held(policy.stopped(workspace.stopped), hour)
        while not await store.add(connection, call):  # the reference is taken: another one
            call = call.having(reference=store.reference())
        page.begin(call)
        return call


@dataclass
class _Attempt:
    """What is to be noted, how far that has come, and whether anybody still waits for it."""

    asked: Asked
    place: str
    writing: bool = False
    given_up: bool = False
