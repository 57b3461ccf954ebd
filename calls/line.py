"""The line: calls that could be dialled and wait, in the order in which they were wanted."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from calls import policy, tables
from calls.agenda import Kind
from calls.instant import Instant
from calls.model import Call
from calls.status import Status

EVERYBODY = 1_000_000  # calls

calls, jobs = tables.calls, tables.jobs

OTHERS = and_(
    calls.c.team == bindparam("team"),
    calls.c.reference.not_in(bindparam("here", expanding=True)),
)
wanted_at = func.coalesce(calls.c.hour, calls.c.placed_at, type_=Instant())
waits_for = calls.c.reason["key"].as_string()


async def live(connection: AsyncConnection, team: str, here: Collection[Call]) -> int:
    """Count the calls on the line; those ``here`` are as they will be written."""
    asked = {"team": team, "here": [call.reference for call in here]}
    ours = sum(call.team == team and call.status in policy.ON_THE_LINE for call in here)
    return ours + int((await connection.execute(LIVE, asked)).scalar_one())


LIVE = select(func.count()).where(OTHERS, calls.c.status.in_(sorted(policy.ON_THE_LINE)))


async def count(connection: AsyncConnection, team: str, status: Status) -> int:
    """Count the calls in one state."""
    asked = {"team": team, "status": status}
    return int((await connection.execute(COUNT, asked)).scalar_one())


COUNT = select(func.count()).where(
    calls.c.team == bindparam("team"), calls.c.status == bindparam("status")
)


async def ahead(
    connection: AsyncConnection, call: Call, here: Collection[Call], enough: int
) -> int:
    """Count the calls in line that were wanted before this one, until there are ``enough``."""
    place = _place(call)
    asked = {
        "team": call.team,
        "here": [other.reference for other in here],
        "wanted_at": place[0],
        "reference": place[1],
        "enough": enough,
    }
    ours = sum(_in_line(other, call.team) and _place(other) < place for other in here)
    return ours + int((await connection.execute(AHEAD, asked)).scalar_one())


BEFORE = (
    select(calls.c.reference)
    .where(
        OTHERS,
        calls.c.status == Status.QUEUED,
        waits_for == policy.IN_LINE,
        or_(
            wanted_at < bindparam("wanted_at", type_=Instant()),
            and_(
                wanted_at == bindparam("wanted_at", type_=Instant()),
                calls.c.reference < bindparam("reference"),
            ),
        ),
    )
    .limit(bindparam("enough"))
)
AHEAD = select(func.count()).select_from(BEFORE.subquery())


def _place(call: Call) -> tuple[datetime, str]:
    return call.hour or call.placed_at, call.reference


def _in_line(call: Call, team: str) -> bool:
    reason = call.reason
    return (
        call.team == team
        and call.status is Status.QUEUED
        and reason is not None
        and reason.key == policy.IN_LINE
    )


async def wake(
    connection: AsyncConnection, team: str, now: datetime, most: int = EVERYBODY
) -> None:
    """Let the first calls that wait be looked at now; who looks just now does so by itself."""
    await connection.execute(WAKE, {"team": team, "now": now, "most": most})


FIRST = (
    select(jobs.c.id)
    .join(calls, calls.c.reference == jobs.c.call)
    .where(
        jobs.c.kind == Kind.DIAL,
        calls.c.team == bindparam("team"),
        calls.c.status == Status.QUEUED,
        waits_for.in_(sorted(policy.WAITING)),
    )
    .order_by(wanted_at, calls.c.reference)
    .limit(bindparam("most"))
    .with_for_update(of=jobs, skip_locked=True)
)
WAKE = update(jobs).where(jobs.c.id.in_(FIRST)).values(due=bindparam("now"))
