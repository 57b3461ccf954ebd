"""What does not get done: jobs that have been failing for long, outcomes that nobody was told."""

from datetime import datetime, timedelta

from sqlalchemy import exists, func, select

from calls.agenda import Kind
from calls.database import Database
from calls.frozen import Frozen
from calls.status import LIVE
from calls.tables import calls, events, jobs, newest_attempt

LONG = timedelta(minutes=10)  # of failing, before it is worth a look
RECENT = timedelta(days=30)  # for which an outcome that nobody was told is still told of


class Backlog(Frozen):
    """How many jobs have been failing for long, since when; which calls ended and nobody knows.

    ``untold`` are the references of the latter, the newest first, which ended at ``ended_at``.
    """

    failing: int = 0
    since: datetime | None = None
    untold: tuple[str, ...] = ()
    ended_at: datetime | None = None


async def backlog(database: Database, now: datetime) -> Backlog:
    """Read what does not get done; it needs no process that remembers it.

    An outcome was given up where a call is not announced and no job will do it any more.
    """
    long_failing = select(func.count(), func.min(jobs.c.wanted_at)).where(
        jobs.c.failures > 0, jobs.c.wanted_at <= now - LONG
    )
    telling = [Kind.REPLY, Kind.AGAIN]
    to_be_told = exists().where(jobs.c.call == calls.c.reference, jobs.c.kind.in_(telling))
    ended_at = func.max(events.c.at)
    given_up = (
        select(calls.c.reference, ended_at.label("at"))
        .join(events, events.c.call == calls.c.reference)
        .where(
            calls.c.status.not_in(sorted(LIVE)),
            calls.c.announced.is_distinct_from(calls.c.status),
            ~to_be_told,
            newest_attempt,
        )
        .group_by(calls.c.reference)
        .having(ended_at >= now - RECENT)
        .order_by(ended_at.desc())
    )
    async with database.read() as connection:
        failing, since = (await connection.execute(long_failing)).one()
        untold = (await connection.execute(given_up)).all()
    return Backlog(
        failing=failing,
        since=since,
        untold=tuple(row.reference for row in untold),
        ended_at=untold[0].at if untold else None,
    )
