"""App Home of everybody: drawn at once for who asks, and soon for whom a change concerns."""

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from slack_sdk.web.async_client import AsyncWebClient

from calls.clock import now
from calls.errors import DatabaseAway
from calls.sheet import Choice, Shown
from handlers.delivery import Delivery, Later, Never
from handlers.memberships import NONE, Memberships, Who
from handlers.standings import FRESH
from views import home
from views.home import Sight

if TYPE_CHECKING:
    from handlers.desk import Visit

log = logging.getLogger(__name__)

SETTLE = 0.3  # seconds in which a call's changes gather
A_PERSON = 3.0  # seconds between two pages for the same person that nobody asked for
A_MOMENT = 1.0  # seconds for Slack to tell who administers, before Home is drawn without that
EVERYBODY = 1.0  # seconds between two pages that nobody asked for: Slack's tier 4, and room left
TRIES = 6  # while Slack does not answer
OVERTAKEN = "hash_conflict"
REFUSED = frozenset({"invalid_arguments", "invalid_blocks"})  # a kind of block, say
DAYS = 7  # whose calls are counted
MOST = 10_000  # people of whose last page something is remembered


class Homes:
    """Publish people's Home; what Slack does not take now is published soon, as it is then."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._delivery = Delivery()
        self.memberships = Memberships(client, self._delivery)
        self._address: str | None = None
        self._hashes: dict[Who, str] = {}
        self._turns: WeakValueDictionary[Who, asyncio.Lock] = WeakValueDictionary()
        self._drawn: dict[Who, float] = {}  # on the monotonic clock, as all that follows
        self._due: dict[Who, tuple[Visit, float]] = {}
        self._failures: dict[Who, int] = {}
        self._free = 0.0
        self._task: asyncio.Task[None] | None = None

    async def show(self, visit: "Visit", shown: Shown | None = None) -> None:
        """Draw a person's Home as things are now, with a new choice of calls or their last one."""
        who = _who(visit)
        try:
            await self._publish(visit, shown)
        except Later as fault:
            log.warning("Slack did not show a person's Home", extra={"error": "later"})
            self._again(visit, fault)
        except Never as fault:
            log.warning("Slack did not show a person's Home", extra={"error": fault.error})
            self._failures.pop(who, None)
        else:
            self._failures.pop(who, None)

    def soon(self, visit: "Visit") -> None:
        """Draw a person's Home within seconds, once for all that is asked for until then."""
        who, at = _who(visit), time.monotonic()
        since = self._drawn.get(who, -A_PERSON)
        self._due.setdefault(who, (visit, max(at + SETTLE, since + A_PERSON)))
        if self._task is None:
            self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Draw nothing more."""
        if self._task:
            self._task.cancel()
            await asyncio.wait({self._task})

    def _again(self, visit: "Visit", fault: Later) -> None:
        """Come back to a page that Slack did not take, after the pause that it wants."""
        who = _who(visit)
        failures = self._failures.pop(who, 0) + (fault.after is None)
        if fault.parked or failures >= TRIES:
            return
        self._failures[who] = failures
        pause = 2.0**failures if fault.after is None else fault.after
        self._free = max(self._free, time.monotonic() + pause)
        self.soon(visit)

    async def _run(self) -> None:
        try:
            while self._due:
                who = min(self._due, key=lambda one: self._due[one][1])
                visit, due = self._due[who]
                pause = max(due, self._free) - time.monotonic()
                if pause > 0:
                    await asyncio.sleep(pause)
                    continue
                del self._due[who]
                self._free = time.monotonic() + EVERYBODY
                await self._drawn_by_itself(visit)
        finally:
            self._task = None

    async def _drawn_by_itself(self, visit: "Visit") -> None:
        try:
            await self.show(visit)
        except Exception:
            log.exception("A person's Home was not drawn")

    async def _publish(self, visit: "Visit", shown: Shown | None) -> None:
        who = _who(visit)
        async with self._turns.setdefault(who, asyncio.Lock()):
            visit = await visit.in_their_language()

            async def drawn(*, tables: bool = True) -> dict[str, Any]:
                return home.render(await self._sight(visit, shown), visit.text, tables=tables)

            try:
                answer = await self._send(visit, await drawn(), self._hashes.get(who))
            except Never as fault:
                if fault.error not in {OVERTAKEN, *REFUSED}:
                    raise
                # Another process has drawn it meanwhile, of what may be newer: all is read anew.
                view = await drawn(tables=fault.error == OVERTAKEN)
                answer = await self._send(visit, view, None)
            self._remember(who, (answer.get("view") or {}).get("hash"))

    async def _send(
        self, visit: "Visit", view: dict[str, Any], known: str | None
    ) -> dict[str, Any]:
        sent = self._client.views_publish(user_id=visit.person, view=view, hash=known)
        return await self._delivery.send("views.publish", sent)

    def _remember(self, who: Who, newest: str | None) -> None:
        if len(self._drawn) >= MOST:
            self._drawn.clear()
            self._hashes.clear()
        self._drawn[who] = time.monotonic()
        if newest:
            self._hashes[who] = newest

    async def _sight(self, visit: "Visit", shown: Shown | None) -> Sight:
        """Gather what a person's Home shows."""
        board, looked = visit.desk.switchboard, now()
        workspace, administers, address = await asyncio.gather(
            board.workspaces.newest(visit.team),
            visit.is_administrator(A_MOMENT, FRESH),
            self.where(),
        )
        sight = Sight(
            viewer=visit.person,
            zone=visit.zone,
            looked=looked,
            workspace=workspace,
            administers=bool(administers),
            address=address,
        )
        try:
            shown = shown or await board.roll.shown(visit.team, visit.person)
            mine = shown.choice is Choice.MINE
            conversations = NONE if mine else await self.memberships.of(_who(visit))
            sheet = await board.roll.sheet(visit.team, visit.person, shown, conversations)
            tally = await board.statistics.of(visit.team, DAYS)
        except DatabaseAway:
            log.warning("The database did not tell about a person's calls")
            return sight
        lines = [line.having(call=await visit.named(line.call)) for line in sheet.lines]
        return sight.having(shown=shown, sheet=sheet.having(lines=tuple(lines)), tally=tally)

    async def where(self) -> str | None:
        """Return where the workspace is on the web."""
        if self._address is None:
            try:
                answer = await self._delivery.send("auth.test", self._client.auth_test())
            except (Later, Never):
                return None
            self._address = answer.get("url")
        return self._address


def _who(visit: "Visit") -> Who:
    return visit.team, visit.person
