"""A call is noted: what was asked for is read, judged and written in one transaction."""

import asyncio
import logging
import secrets
from datetime import timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from calls import agenda, figures, jobs, policy, store
from calls.clock import now
from calls.errors import CommitUnknown, DatabaseAway, MaybeNoted, NotAllowed, NotNoted
from calls.ledger import Ledger
from calls.model import Call, Draft, Order, Origin
from calls.settings import Settings

log = logging.getLogger(__name__)

PLACE_WITHIN = 2.0  # seconds: Slack waits three for its answer
COMMIT_WITHIN = 0.3  # seconds more, once the commit has been asked for
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class Placing:
    """Note calls."""

    def __init__(self, ledger: Ledger, settings: Settings) -> None:
        self._ledger = ledger
        self._settings = settings
        self._tasks: set[asyncio.Task[Call]] = set()

    async def place(self, draft: Draft, origin: Origin) -> Call:
        """Read a draft and note the call with its first job, all in one transaction.

        A gesture that is repeated gets the first one's call. Raises ``NotAllowed`` with all that
        is wrong (``Taken`` where only a live call to the number has to be confirmed), ``NotNoted``
        or ``MaybeNoted`` where the database does not answer within its two seconds.
        """
        attempt = _Attempt()
        unit = partial(self._place, draft, origin, attempt)
        task = asyncio.create_task(self._ledger.run(unit))
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
            figures.PLACED.inc()  # else it was there before

    async def _place(
        self, draft: Draft, origin: Origin, attempt: "_Attempt", connection: AsyncConnection
    ) -> Call:
        await store.reserve(connection, origin.team, origin.gesture)
        if first := await store.by_gesture(connection, origin.gesture):
            return first
        order = await self._review(connection, draft, origin.team)
        if attempt.given_up:
            raise NotNoted
        attempt.writing = True
        return await self._add(connection, order, origin)

    async def _review(self, connection: AsyncConnection, draft: Draft, team: str) -> Order:
        like = await store.get(connection, draft.like) if draft.like else None
        like = like if like and like.team == team else None
        found = policy.read(draft, self._settings.default_region, like)
        reasons = found.reasons
        if found.number:
            await store.reserve(connection, team, found.number)
            live = await store.live(connection, team, found.number)
            if live and live[-1].reference != draft.confirmed:
                taken = policy.Taken(live[-1])
                if found.order:
                    raise taken
                reasons = (*taken.reasons, *reasons)
        if found.order is None:
            raise NotAllowed(reasons)
        return found.order

    async def _add(self, connection: AsyncConnection, order: Order, origin: Origin) -> Call:
        at = now()
        hour = at + timedelta(seconds=self._settings.undo_seconds)
        placed = order.model_dump() | origin.model_dump() | {"placed_at": at, "due_at": hour}
        call = Call(reference=_reference(), **placed)
        while not await store.add(connection, call):  # the reference is taken: another one
            call = call.having(reference=_reference())
        await store.record(connection, [call], at)
        following = agenda.following(None, call, at, self._settings)
        await jobs.want(
            connection, {(call.reference, kind): due for kind, due in following.items()}
        )
        return call


class _Attempt:
    """How far the noting of one call has come, and whether anybody still waits for it."""

    writing = False
    given_up = False


def _reference() -> str:
    return "C-" + "".join(secrets.choice(ALPHABET) for _ in range(5))
