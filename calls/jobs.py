"""Jobs in the database: what is due, who has it, and until when."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from calls.agenda import Kind
from calls.model import Frozen
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


async def want(connection: AsyncConnection, call: str, due: Mapping[Kind, datetime]) -> None:
    """Note that jobs are due; one that is there already is due at the earlier of both instants."""
    for kind, at in due.items():
        statement = insert_into(connection, jobs).values(
            call=call, kind=kind, wanted_at=at, due=at, tries=0, failures=0
        )
        earlier = case(
            (jobs.c.due < statement.excluded.due, jobs.c.due), else_=statement.excluded.due
        )
        await connection.execute(
            statement.on_conflict_do_update(index_elements=["call", "kind"], set_={"due": earlier})
        )


class Lease(Frozen):
    """Whose the jobs become, until when (UTC), and until when on the monotonic clock."""

    name: str
    until: datetime
    deadline: float


async def take(
    connection: AsyncConnection, lease: Lease, now: datetime, most: int, running: Collection[int]
) -> list[Job]:
    """Take the jobs that are due and nobody's, the oldest first, but for those still running."""
    free = or_(jobs.c.leased_until.is_(None), jobs.c.leased_until <= now)
    idle = jobs.c.id.not_in(running)
    due = (
        select(jobs.c.id)
        .where(jobs.c.due <= now, free, idle)
        .order_by(jobs.c.due)
        .limit(most)
        .with_for_update(skip_locked=True)  # compiles to nothing on SQLite
    )
    statement = (
        update(jobs)
        .where(jobs.c.id.in_(due))
        .values(lease=lease.name, leased_until=lease.until, tries=jobs.c.tries + 1)
        .returning(jobs)
    )
    rows = await connection.execute(statement)
    return [Job.model_validate(row._asdict() | {"deadline": lease.deadline}) for row in rows]


async def renew(connection: AsyncConnection, lease: Lease, running: Collection[int]) -> None:
    """Keep the jobs that are still running until the lease's new end."""
    mine = jobs.c.id.in_(running), jobs.c.lease == lease.name
    await connection.execute(update(jobs).where(*mine).values(leased_until=lease.until))


async def give_back(connection: AsyncConnection, lease: str, running: Collection[int]) -> None:
    """Let anybody take a lease's jobs at once, but for those still running."""
    mine = jobs.c.lease == lease, jobs.c.id.not_in(running)
    await connection.execute(update(jobs).where(*mine).values(lease=None, leased_until=None))


async def doubt(connection: AsyncConnection) -> None:
    """Give every job to anybody, who will look first: an earlier run may have had its effect."""
    again = {"tries": jobs.c.tries + 1, "lease": None, "leased_until": None}
    await connection.execute(update(jobs).values(again))


async def next_due(connection: AsyncConnection) -> datetime | None:
    """Return when the next job that nobody has is due."""
    statement = select(jobs.c.due).where(jobs.c.lease.is_(None)).order_by(jobs.c.due).limit(1)
    return (await connection.execute(statement)).scalar()


async def finish(connection: AsyncConnection, job: Job) -> None:
    """Remove a job that is done, unless its lease has passed to somebody else."""
    await connection.execute(delete(jobs).where(*_mine(job)))


async def again(connection: AsyncConnection, job: Job, due: datetime, **values: Any) -> None:  # noqa: ANN401
    """Give a job back, due at an instant, unless its lease has passed to somebody else."""
    statement = update(jobs).where(*_mine(job))
    await connection.execute(statement.values(due=due, lease=None, leased_until=None, **values))


def _mine(job: Job) -> tuple[Any, ...]:
    return jobs.c.id == job.id, jobs.c.lease == job.lease


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
