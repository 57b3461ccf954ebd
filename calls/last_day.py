"""The figures above a call desk: what the calls of the last 24 hours came to, and how many wait."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, and_, func, literal, null, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from calls import tables
from calls.record import is_voicemail
from calls.sheet import Figures
from calls.status import Status

DAY = timedelta(hours=24)
MISSED = frozenset({Status.BUSY, Status.NO_ANSWER, Status.FAILED, Status.ENDED})
WAITING, REACHED = "waiting", "reached"

calls = tables.calls


async def figures(connection: AsyncConnection, which: ColumnElement[bool], at: datetime) -> Figures:
    """Count some calls of the last 24 hours, and those that wait; a voicemail is nobody reached."""
    found: Counter[str] = Counter()
    for row in await connection.execute(_statement(which, at)):
        talked = not (is_voicemail(row.told) or is_voicemail(row.ended))
        reached = row.status == Status.COMPLETED and talked
        found[REACHED if reached else row.status] += row.many
    waiting = found.pop(WAITING)
    missed = MISSED | {Status.COMPLETED}  # those left were answered by a voicemail
    return Figures(
        waiting=waiting,
        placed=found.total(),
        reached=found[REACHED],
        missed=sum(found[status] for status in missed),
    )


def _statement(which: ColumnElement[bool], at: datetime) -> CompoundSelect[Any]:
    """Count the calls of the last 24 hours by status and what is told of it; those that wait."""
    many = func.count().label("many")
    told = calls.c.record["outcome"].as_string().label("told")
    ended = calls.c.outcome["ended_reason"].as_string().label("ended")
    lately = and_(calls.c.placed_at > at - DAY, tables.newest_attempt)
    placed = select(calls.c.status, told, ended, many).where(which, lately)
    waiting = select(literal(WAITING), null(), null(), many).where(
        which, calls.c.status == Status.QUEUED
    )
    return union_all(placed.group_by(calls.c.status, "told", "ended"), waiting)
