"""A call is noted: what was asked for is read, judged and written in one transaction."""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from calls import choices, facts, figures, hours, policy, reading, store
from calls.errors import CommitUnknown, DatabaseAway, MaybeNoted, NotNoted
from calls.ledger import Ledger
from calls.model import Call, Draft, Order, Origin
from calls.page import Page
from calls.policy import Standing
from calls.reading import Reading
from calls.rules import Rules
from calls.settings import Settings
from calls.workspace import Workspace
from calls.workspaces import Workspaces

log = logging.getLogger(__name__)

PLACE_WITHIN = 2.0  # seconds: Slack waits three for its answer
COMMIT_WITHIN = 0.3  # seconds more, once it is being written
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class Placing:
    """Note calls."""

    def __init__(self, ledger: Ledger, workspaces: Workspaces, settings: Settings) -> None:
        self._ledger = ledger
        self._workspaces = workspaces
        self._settings = settings
        self._hours = hours.read(settings.calling_hours)
        self._tasks: set[asyncio.Task[Call]] = set()

    async def place(self, draft: Draft, origin: Origin, standing: Standing) -> Call:
        """Read a draft and note the call with its first job, all in one transaction.

        A gesture that is repeated gets the first one's call. Raises ``NotAllowed`` with all that
        speaks against it (``Unsettled`` where an answer of the person's would settle it),
        ``NotNoted`` or ``MaybeNoted`` where the database does not answer within its two seconds.
        """
        attempt = _Attempt(draft, origin, standing)
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
            figures.PLACED.inc()  # else it was there before

    async def _place(self, attempt: "_Attempt", connection: AsyncConnection, page: Page) -> Call:
        origin, team = attempt.origin, attempt.origin.team
        workspace = self._workspaces.known(team)
        found = await self._read(connection, attempt, workspace, page.now)
        seen = await facts.look(connection, team, found.order.number)
        if seen.version != workspace.version:
            workspace = await self._workspaces.at(connection, team, seen.version)
            found = await self._read(connection, attempt, workspace, page.now)
        number = found.order.number
        limits = _limits(workspace.rules, origin.asked_by)
        await store.reserve(connection, team, origin.gesture, number, *limits)
        since = page.now - timedelta(minutes=workspace.rules.same_number or 0)
        rivals = await store.rivals(connection, origin.gesture, team, number, since)
        if first := next((call for call in rivals if call.gesture == origin.gesture), None):
            return first
        order = policy.located(found.order, page.now)
        known = facts.known(seen, workspace, order, self._hours)
        known = await facts.with_placed(connection, known, team, origin.asked_by, page.now)
        reasons = (
            *found.reasons,
            *policy.refusals(order, known, page.now),
            *policy.refusals_of_placing(origin.channel, known, attempt.standing),
        )
        earlier = _unconfirmed(rivals, attempt.draft.confirmed)
        policy.check(reasons, policy.question(order, known, reasons, earlier, page.now))
        if attempt.given_up:
            raise NotNoted
        attempt.writing = True
        return await self._add(connection, page, order, origin, workspace)

    async def _read(
        self,
        connection: AsyncConnection,
        attempt: "_Attempt",
        workspace: Workspace,
        now: datetime,
    ) -> Reading:
        draft, origin = attempt.draft, attempt.origin
        like = await store.get(connection, draft.like) if draft.like else None
        like = like if like and like.team == origin.team else None
        directory, region = workspace.directory, self._settings.default_region
        draft = choices.completed(draft, directory.or_settings(self._settings), origin.channel)
        return reading.read(draft, region, like, directory, now)

    async def _add(
        self,
        connection: AsyncConnection,
        page: Page,
        order: Order,
        origin: Origin,
        workspace: Workspace,
    ) -> Call:
        undo = workspace.rules.undo_seconds
        pause = self._settings.undo_seconds if undo is None else undo
        hour = order.hour or page.now + timedelta(seconds=pause)
        placed = order.model_dump() | origin.model_dump() | {"placed_at": page.now, "due_at": hour}
        call = Call(reference=_reference(), **placed)
        if workspace.stopped and not order.hour:
            call = call.held(policy.stopped(workspace.stopped), hour)
        while not await store.add(connection, call):  # the reference is taken: another one
            call = call.having(reference=_reference())
        page.begin(call)
        return call


def _limits(rules: Rules, person: str) -> list[str]:
    """Name what must be counted by one at a time."""
    limits = {"everybody": rules.per_workspace, f"person {person}": rules.per_person}
    return [name for name, most in limits.items() if most is not None]


def _unconfirmed(others: Sequence[Call], confirmed: str | None) -> Call | None:
    """Return the other call to the number that matters most, unless that was confirmed."""
    live = [call for call in others if call.status.live]
    last = (live or others)[-1:]
    return last[0] if last and last[0].reference != confirmed else None


@dataclass
class _Attempt:
    """What is to be noted, how far that has come, and whether anybody still waits for it."""

    draft: Draft
    origin: Origin
    standing: Standing
    writing: bool = False
    given_up: bool = False


def _reference() -> str:
    return "C-" + "".join(secrets.choice(ALPHABET) for _ in range(5))
