"""Calls' time lines in the database."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from calls import tables
from calls.event import Event
from calls.model import Call
from calls.status import Status


async def record(connection: AsyncConnection, states: Collection[Call], now: datetime) -> None:
    """Add calls' states to their time lines."""
    rows = [
        {
            "call": call.reference,
            "at": now,
            "status": call.status,
            "by": call.by or (call.asked_by if call.status is Status.QUEUED else None),
            "reason": call.reason and call.reason.model_dump(),
        }
        for call in states
    ]
    if rows:
        await connection.execute(insert(tables.events), rows)


async def forget_reasons(connection: AsyncConnection, references: Collection[str]) -> None:
    """Erase from calls' time lines what may quote a number or AlloMia; the states stay."""
    if references:
        events = tables.events
        told = events.c.call.in_(list(references))
        await connection.execute(update(events).where(told).values(reason=None))


async def of(connection: AsyncConnection, reference: str) -> list[Event]:
    """Return a call's time line, oldest first."""
    statement = (
        select(tables.events).where(tables.events.c.call == reference).order_by(tables.events.c.id)
    )
    return [Event.model_validate(row._asdict()) for row in await connection.execute(statement)]
