"""Jobs in the database: what is due, who has it, and until when."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from calls.agenda import Kind
from calls.model import Frozen
from calls.tables import jobs

INSERTS = {"sqlite": sqlite_insert, "postgresql": postgresql_insert}


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
        statement = INSERTS[connection.dialect.name](jobs).values(
            call=call, kind=kind, wanted_at=at, due=at, tries=0, failures=0
        )
        earlier = case(
            (jobs.c.due < statement.excluded.due, jobs.c.due), else_=statement.excluded.due
        )
        await connection.execute(
            statement.on_conflict_do_update(index_elements=["call", "kind"], set_={"due": earlier})
        )


async def lease(
    connection: AsyncConnection,
    name: str,
    now: datetime,
    seconds: float,
    deadline: float,
    most: int,
) -> list[Job]:
    """Take the jobs that are due and nobody's, the oldest first, for some seconds."""
    free = or_(jobs.c.leased_until.is_(None), jobs.c.leased_until <= now)
    due = (
        select(jobs.c.id)
        .where(jobs.c.due <= now, free)
        .order_by(jobs.c.due)
        .limit(most)
        .with_for_update(skip_locked=True)  # compiles to nothing on SQLite
    )
    statement = (
        update(jobs)
        .where(jobs.c.id.in_(due))
        .values(lease=name, leased_until=now + timedelta(seconds=seconds), tries=jobs.c.tries + 1)
        .returning(jobs)
    )
    rows = await connection.execute(statement)
    return [Job.model_validate(row._asdict() | {"deadline": deadline}) for row in rows]


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


async def figures(connection: AsyncConnection) -> tuple[int, datetime | None]:
    """Return how many jobs wait, and when the oldest of them was due."""
    row = (await connection.execute(select(func.count(), func.min(jobs.c.due)))).one()
    return row[0], row[1]
