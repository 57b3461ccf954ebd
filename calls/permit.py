"""The last question before a call is dialled, asked by the transaction that notes the intent."""

from sqlalchemy.ext.asyncio import AsyncConnection

from calls import facts, hours, next_attempt, policy, store
from calls.errors import Moved, NotAllowed, Over, Waits
from calls.model import Call
from calls.page import Page
from calls.policy import Facts
from calls.settings import Settings
from calls.workspaces import Workspaces


class Permit:
    """Ask the rules of a call's workspace, as they are now."""

    def __init__(self, workspaces: Workspaces, settings: Settings) -> None:
        self._workspaces = workspaces
        self._hours = hours.read(settings.calling_hours)

    async def ask(self, connection: AsyncConnection, call: Call, page: Page) -> None:
        """Raise ``NotAllowed`` where a call may not be dialled, ``Waits`` where it may not yet.

        Raises ``Moved`` where a further attempt may be made later, ``Over`` where none is.
        """
        seen = await facts.look(connection, self._workspaces, call.team, call.number)
        workspace = await self._workspaces.at(connection, call.team, seen.version)
        if workspace.rules.at_once is not None:
            await store.reserve(connection, call.team, "line")  # one at a time is let through
        located = policy.zoned(call, page.now)
        known = facts.known(seen, workspace, located, self._hours)
        if call.attempt > 1:
            await self._ask_once_more(connection, located, known, page)
        if reasons := policy.refusals(located, known, page.now):
            raise NotAllowed(reasons)
        known = await facts.with_live(connection, known, call, page.calls.values())
        if reason := policy.waits_for(known):
            raise Waits(reason, policy.turns(known))

    async def _ask_once_more(
        self, connection: AsyncConnection, call: Call, known: Facts, page: Page
    ) -> None:
        """Ask what holds for further attempts: by themselves they move to when they may be made.

        One at a time for a number: of two in the same moment the second sees the first.
        """
        await store.reserve(connection, call.team, call.number)
        others = await facts.meanwhile(connection, call, page.calls)
        if reason := next_attempt.over(call, others, page.now):
            raise Over(reason)
        reasons = policy.refusals(call, known, page.now)
        hour = next_attempt.later(call, known, page.now)
        if hour and [reason.key for reason in reasons] == [policy.CLOSED]:
            raise Moved(hour)
