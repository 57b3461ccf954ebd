"""A call is noted: what was asked for is read, judged and written in one transaction."""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from calls import figures, policy, store
from calls.errors import CommitUnknown, DatabaseAway, MaybeNoted, NotAllowed, NotNoted
from calls.ledger import Ledger
from calls.model import Call, Draft, Order, Origin
from calls.page import Page
from calls.policy import Reading
from calls.settings import Settings

log = logging.getLogger(__name__)

PLACE_WITHIN = 2.0  # seconds: Slack waits three for its answer
COMMIT_WITHIN = 0.3  # seconds more, once it is being written
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
        self,
        draft: Draft,
        origin: Origin,
        attempt: "_Attempt",
        connection: AsyncConnection,
        page: Page,
    ) -> Call:
        like = await store.get(connection, draft.like) if draft.like else None
        like = like if like and like.team == origin.team else None
        found = policy.read(draft, self._settings.default_region, like)
        await store.reserve(connection, origin.team, origin.gesture, found.number)
        rivals = await store.rivals(connection, origin.gesture, origin.team, found.number)
        if first := next((call for call in rivals if call.gesture == origin.gesture), None):
            return first
        order = _reviewed(found, rivals, draft.confirmed)
        if attempt.given_up:
            raise NotNoted
        attempt.writing = True
        return await self._add(connection, page, order, origin)

    async def _add(
        self, connection: AsyncConnection, page: Page, order: Order, origin: Origin
    ) -> Call:
        hour = page.now + timedelta(seconds=self._settings.undo_seconds)
        placed = order.model_dump() | origin.model_dump() | {"placed_at": page.now, "due_at": hour}
        call = Call(reference=_reference(), **placed)
        while not await store.add(connection, call):  # the reference is taken: another one
            call = call.having(reference=_reference())
        page.begin(call)
        return call


def _reviewed(found: Reading, live: Sequence[Call], confirmed: str | None) -> Order:
    """Return what may be placed; raise ``NotAllowed`` with all that is wrong."""
    if live and live[-1].reference != confirmed:
        taken = policy.Taken(live[-1])
        if found.order:
            raise taken
        raise NotAllowed((*taken.reasons, *found.reasons))
    if found.order is None:
        raise NotAllowed(found.reasons)
    return found.order


class _Attempt:
    """How far the noting of one call has come, and whether anybody still waits for it."""

    writing = False
    given_up = False


def _reference() -> str:
    return "C-" + "".join(secrets.choice(ALPHABET) for _ in range(5))
