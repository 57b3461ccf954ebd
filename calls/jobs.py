"""Jobs in the database: what is due, who has it, and until when."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Executable, bindparam, case, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from calls.agenda import Kind
from calls.frozen import Frozen
from calls.tables import insert_into, jobs


class Job(Frozen):
    """One job that this process has leased.

    ``tries`` counts the runs since a result was last noted: above 1, an earlier run may have had
    its effect. ``failures`` counts the failed runs, for growing pauses. ``deadline`` is the end of
    the lease on this process's monotonic clock, in seconds.
    """

    id: int
    call: str
    kind: Kind
    wanted_at: datetime
    tries: int
    failures: int
    lease: str
    deadline: float


Wanted = Mapping[tuple[str, Kind], datetime]
"""Which jobs of which calls are due, and from which instant on."""


async def want(connection: AsyncConnection, wanted: Wanted) -> None:
    """Note that jobs are due; one that is there already is due at the earlier of both instants."""
    rows = [
        {"call": call, "kind": kind, "wanted_at": at, "due": at, "tries": 0, "failures": 0}
        for (call, kind), at in sorted(wanted.items())
    ]
    if rows:
        await connection.execute(_want(connection.dialect.name), rows)


@cache
def _want(dialect: str) -> Executable:
    statement = insert_into(dialect, jobs)
    earlier = case((jobs.c.due < statement.excluded.due, jobs.c.due), else_=statement.excluded.due)
    return statement.on_conflict_do_update(index_elements=["call", "kind"], set_={"due": earlier})


class Lease(Frozen):
    """Whose the jobs become, until when (UTC), and until when on the monotonic clock."""

    name: str
    until: datetime
    deadline: float


class Wish(Frozen):
    """How many jobs somebody would take, under which lease, and which ones they are still at.

    ``looks`` tells whether those of the kind CHECK may be among them.
    """

    lease: Lease
    most: int
    looks: bool
    running: frozenset[int]


async def take(connection: AsyncConnection, wish: Wish, now: datetime) -> list[Job]:
    """Take the jobs that are due and nobody's, the oldest first, but for those still running.

    Those that were taken by the same name before, and are not running, are nobody's either: the
    database was away when it should have said that they were taken.
    """
    asked = {
        "name": wish.lease.name,
        "until": wish.lease.until,
        "now": now,
        "most": wish.most,
        "running": list(wish.running),
    }
    rows = await connection.execute(TAKE[wish.looks], asked)
    return [Job.model_validate(row._asdict() | {"deadline": wish.lease.deadline}) for row in rows]


FREE = or_(
    jobs.c.leased_until.is_(None),
    jobs.c.leased_until <= bindparam("now"),
    jobs.c.lease == bindparam("name"),
)
KNOWN = jobs.c.kind.in_(list(Kind))  # a newer version, gone back from, may have left others


def _take(kinds: ColumnElement[bool]) -> Executable:
    due = (
        select(jobs.c.id)
        .where(
            kinds,
            jobs.c.due <= bindparam("now"),
            FREE,
            jobs.c.id.not_in(bindparam("running", expanding=True)),
        )
        .order_by(jobs.c.due)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True)  # compiles to nothing on SQLite
    )
    taken = update(jobs).where(jobs.c.id.in_(due)).values(tries=jobs.c.tries + 1)
    return taken.values(lease=bindparam("name"), leased_until=bindparam("until")).returning(jobs)


TAKE = {True: _take(KNOWN), False: _take(KNOWN & (jobs.c.kind != Kind.CHECK))}
"""By whether looks may be among what is taken."""


async def renew(connection: AsyncConnection, lease: Lease, running: Collection[int]) -> None:
    """Keep the jobs that are still running until the lease's new end."""
    mine = _free_to_write(jobs.c.id.in_(running), jobs.c.lease == lease.name)
    await connection.execute(update(jobs).where(mine).values(leased_until=lease.until))


async def give_back(connection: AsyncConnection, lease: str, running: Collection[int]) -> None:
    """Let anybody take a lease's jobs at once, but for those still running."""
    mine = _free_to_write(jobs.c.lease == lease, jobs.c.id.not_in(running))
    await connection.execute(update(jobs).where(mine).values(lease=None, leased_until=None))


def _free_to_write(*mine: ColumnElement[bool]) -> ColumnElement[bool]:
    """Pass over what is being written: who waited for it, holding others, could hold up its writer.

    Such a job is just coming back, or wanted: its lease goes on for long enough.
    """
    return jobs.c.id.in_(select(jobs.c.id).where(*mine).with_for_update(skip_locked=True))


async def doubt(connection: AsyncConnection) -> None:
    """Give every job to anybody, who will look first: an earlier run may have had its effect."""
    again = {"tries": jobs.c.tries + 1, "lease": None, "leased_until": None}
    await connection.execute(update(jobs).values(again))


async def next_due(connection: AsyncConnection) -> datetime | None:
    """Return when the next job that nobody has is due."""
    return (await connection.execute(NEXT_DUE)).scalar()


NEXT_DUE = select(jobs.c.due).where(KNOWN, jobs.c.lease.is_(None)).order_by(jobs.c.due).limit(1)


async def finish(connection: AsyncConnection, done: Collection[Job]) -> None:
    """Remove jobs that are done, unless their lease has passed to somebody else."""
    if done:
        await connection.execute(FINISH, [_mine(job) for job in done])


class Rescheduled(Frozen):
    """A job that comes back: when it is due, and what is kept in mind until then."""

    job: Job
    due: datetime
    wanted_at: datetime
    tries: int
    failures: int


async def reschedule(connection: AsyncConnection, back: Collection[Rescheduled]) -> None:
    """Give jobs back, unless their lease has passed to somebody else."""
    if back:
        rows = [_mine(one.job) | one.model_dump(exclude={"job"}) for one in back]
        await connection.execute(RESCHEDULE, rows)


OURS = (jobs.c.id == bindparam("b_id"), jobs.c.lease == bindparam("b_lease"))
FINISH = delete(jobs).where(*OURS)
RESCHEDULE = (
    update(jobs)
    .where(*OURS)
    .values(
        due=bindparam("due"),
        wanted_at=bindparam("wanted_at"),
        tries=bindparam("tries"),
        failures=bindparam("failures"),
        lease=None,
        leased_until=None,
    )
)


def _mine(job: Job) -> dict[str, Any]:
    return {"b_id": job.id, "b_lease": job.lease}


class Waiting(Frozen):
    """What waits: all jobs, those whose time has come, and those that have failed.

    ``oldest`` is since when one waits that is due, or that has failed and will be tried again.
    """

    jobs: int
    due: int
    failing: int
    oldest: datetime | None


async def waiting(connection: AsyncConnection, now: datetime) -> Waiting:
    """Count the jobs, whoever runs them."""
    is_due, failing = jobs.c.due <= now, jobs.c.failures > 0
    counted = select(
        func.count().label("jobs"),
        func.count().filter(is_due).label("due"),
        func.count().filter(failing).label("failing"),
        func.min(case((failing, jobs.c.wanted_at), else_=jobs.c.due))
        .filter(or_(is_due, failing))
        .label("oldest"),
    ).select_from(jobs)
    return Waiting.model_validate((await connection.execute(counted)).one()._asdict())
