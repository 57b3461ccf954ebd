"""What speaks for and against a call, gathered by the transaction that notes it."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, String, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from calls import do_not_call, line, store, tables
from calls.hours import Hours
from calls.model import Call
from calls.order import Order
from calls.policy import Counts, Facts
from calls.workspace import Workspace
from calls.workspaces import Workspaces

DAY = timedelta(hours=24)
TURNS = 30  # of the line; who waits for more need not know how many

calls = tables.calls


class Look(NamedTuple):
    """What must be read anew each time: the rest of a workspace is known by its version."""

    version: int
    barred: bool


async def look(
    connection: AsyncConnection,
    workspaces: Workspaces,
    team: str,
    number: str,
    *,
    hold: bool = True,
) -> Look:
    """Look at a workspace and a number.

    With ``hold`` nobody changes the workspace until the transaction ends.
    """
    asked = {"team": team, "number": number}
    row = (await connection.execute(LOOK[hold], asked)).one()
    if row.version is None and hold:
        await workspaces.begin(connection, team)
        row = (await connection.execute(LOOK[hold], asked)).one()
    return Look(version=row.version or 0, barred=row.barred)


TEAM, NUMBER = bindparam("team", type_=String), bindparam("number", type_=String)
WORKSPACE = select(tables.workspaces.c.version).where(tables.workspaces.c.team == TEAM)
# Held, it is shared with others who dial, and kept from who would stop them meanwhile.
LOOK = {
    hold: select(
        version.scalar_subquery().label("version"), do_not_call.entry(TEAM, NUMBER).label("barred")
    )
    for hold, version in {False: WORKSPACE, True: WORKSPACE.with_for_update(read=True)}.items()
}


def known(seen: Look, workspace: Workspace, order: Order, settings_hours: Hours) -> Facts:
    """Tell what is true of a number and of its workspace; nothing is counted yet."""
    return Facts(
        rules=workspace.rules,
        hours=workspace.rules.hours or settings_hours,
        assistant=workspace.directory.assistant(order.assistant_id),
        stopped=workspace.stopped,
        barred=seen.barred,
    )


async def with_placed(
    connection: AsyncConnection, facts: Facts, team: str, person: str, now: datetime
) -> Facts:
    """Count what a person and everybody have placed, as far as there is a limit to it."""
    rules, since = facts.rules, calls.c.placed_at > now - DAY
    by_person = by_everybody = 0
    if rules.per_person is not None:
        by_person = await _count(connection, team, since, calls.c.asked_by == person)
    if rules.per_workspace is not None:
        by_everybody = await _count(connection, team, since)
    return facts.having(counts=Counts(person=by_person, workspace=by_everybody))


async def with_live(
    connection: AsyncConnection, facts: Facts, call: Call, here: Collection[Call]
) -> Facts:
    """Count the calls on the line and those before this one, as far as there is a limit to it.

    Those ``here`` are being changed by this transaction: they count as they will be written.
    """
    most = facts.rules.at_once
    if most is None or facts.stopped:
        return facts
    live = await line.live(connection, call.team, here)
    ahead = await line.ahead(connection, call, here, most * TURNS)
    return facts.having(counts=Counts(live=live, ahead=ahead))


async def meanwhile(
    connection: AsyncConnection, call: Call, here: Mapping[str, Call]
) -> list[Call]:
    """Return the other calls to a number that matter to its further attempts, as they will be."""
    since = min(attempt.ended_at for attempt in call.attempts)
    found = {one.reference: one for one in await store.since(connection, call, since)}
    ours = {
        reference: other
        for reference, other in here.items()
        if (other.team, other.number) == (call.team, call.number) and reference != call.reference
    }
    return list((found | ours).values())


async def _count(connection: AsyncConnection, team: str, *which: ColumnElement[bool]) -> int:
    counted = select(func.count()).select_from(calls).where(calls.c.team == team, *which)
    return (await connection.execute(counted)).scalar_one()
