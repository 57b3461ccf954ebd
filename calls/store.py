"""Calls and people in the database: plain statements on a connection that is handed in."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from calls import tables
from calls.model import LIVE, Call, Event, Frozen, Status


def _call(row: Row[Any]) -> Call:
    return Call.model_validate(row._asdict())


def _values(call: Call) -> dict[str, Any]:
    return call.model_dump() | {
        "outcome": call.outcome and call.outcome.model_dump(mode="json"),
        "reason": call.reason and call.reason.model_dump(),
        "looked": call.looked and call.looked.model_dump(),
    }


async def add(connection: AsyncConnection, call: Call) -> bool:
    """Insert a new call; ``False`` where its reference or its gesture is there already."""
    statement = tables.insert_into(connection, tables.calls).values(_values(call))
    added = await connection.execute(
        statement.on_conflict_do_nothing().returning(tables.calls.c.reference)
    )
    return added.scalar() is not None


async def get(connection: AsyncConnection, reference: str, *, lock: bool = False) -> Call | None:
    """Return a call; with ``lock`` nobody else changes it until the transaction ends."""
    statement = select(tables.calls).where(tables.calls.c.reference == reference)
    row = (await connection.execute(statement.with_for_update() if lock else statement)).first()
    return _call(row) if row else None


async def get_all(connection: AsyncConnection, references: Collection[str]) -> dict[str, Call]:
    """Return several calls by their references."""
    statement = select(tables.calls).where(tables.calls.c.reference.in_(references))
    return {row.reference: _call(row) for row in await connection.execute(statement)}


async def by_gesture(connection: AsyncConnection, gesture: str) -> Call | None:
    """Return the call that a gesture has placed already."""
    statement = select(tables.calls).where(tables.calls.c.gesture == gesture)
    row = (await connection.execute(statement)).first()
    return _call(row) if row else None


async def by_token(connection: AsyncConnection, token_hash: str) -> Call | None:
    """Return the call whose callback address holds the token of that hash."""
    statement = select(tables.calls).where(tables.calls.c.token_hash == token_hash)
    row = (await connection.execute(statement)).first()
    return _call(row) if row else None


async def live(connection: AsyncConnection, team: str, number: str) -> list[Call]:
    """Return the calls to a number that may still ring, oldest first."""
    table = tables.calls
    statement = (
        select(table)
        .where(table.c.team == team, table.c.number == number, table.c.status.in_(sorted(LIVE)))
        .order_by(table.c.placed_at)
    )
    return [_call(row) for row in await connection.execute(statement)]


async def waiting(connection: AsyncConnection, until: datetime) -> list[str]:
    """Return the references of the calls that are not dialled yet, and due until an instant."""
    table = tables.calls
    statement = select(table.c.reference).where(
        table.c.status == Status.QUEUED, table.c.due_at <= until
    )
    return [row.reference for row in await connection.execute(statement)]


async def latest(connection: AsyncConnection, team: str, person: str, most: int) -> list[Call]:
    """Return the calls that a person asked for last, newest first."""
    table = tables.calls
    statement = (
        select(table)
        .where(table.c.team == team, table.c.asked_by == person)
        .order_by(table.c.placed_at.desc())
        .limit(most)
    )
    return [_call(row) for row in await connection.execute(statement)]


async def reserve(connection: AsyncConnection, team: str, what: str) -> None:
    """Keep others from placing a call to a number, or by a gesture, until the transaction ends."""
    if connection.dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        key = func.hashtextextended(f"{team} {what}", 0)
        await connection.execute(select(func.pg_advisory_xact_lock(key)))


async def change(connection: AsyncConnection, before: Call, after: Call) -> Call | None:
    """Write a call's new state if nobody else has meanwhile; ``None`` where somebody had."""
    after = after.having(version=before.version + 1)
    statement = (
        update(tables.calls)
        .where(
            tables.calls.c.reference == before.reference, tables.calls.c.version == before.version
        )
        .values(_values(after))
    )
    return after if (await connection.execute(statement)).rowcount == 1 else None


async def ring(connection: AsyncConnection, call: Call) -> None:
    """Write that the callback rang, and the id that it named; the version stays as it is."""
    statement = update(tables.calls).where(tables.calls.c.reference == call.reference)
    await connection.execute(statement.values(rung=call.rung, hinted_id=call.hinted_id))


async def record(connection: AsyncConnection, call: Call, now: datetime) -> None:
    """Add the call's present state to its time line."""
    await connection.execute(
        insert(tables.events).values(
            call=call.reference,
            at=now,
            status=call.status,
            by=call.by or (call.asked_by if call.status is Status.QUEUED else None),
            reason=call.reason and call.reason.model_dump(),
        )
    )


async def history(connection: AsyncConnection, reference: str) -> list[Event]:
    """Return a call's time line, oldest first."""
    statement = (
        select(tables.events).where(tables.events.c.call == reference).order_by(tables.events.c.id)
    )
    return [Event.model_validate(row._asdict()) for row in await connection.execute(statement)]


class Seen(Frozen):
    """A person's language, and when Slack last told it."""

    language: str
    at: datetime


async def people(connection: AsyncConnection, most: int) -> dict[tuple[str, str], Seen]:
    """Return what is known of the people seen last, by team and person."""
    table = tables.people
    statement = select(table).order_by(table.c.seen_at.desc()).limit(most)
    return {
        (row.team, row.person): Seen(language=row.language, at=row.seen_at)
        for row in await connection.execute(statement)
    }


async def remember(connection: AsyncConnection, team: str, person: str, seen: Seen) -> None:
    """Note a person's language."""
    statement = tables.insert_into(connection, tables.people).values(
        team=team, person=person, language=seen.language, seen_at=seen.at
    )
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["team", "person"],
            set_={"language": statement.excluded.language, "seen_at": statement.excluded.seen_at},
        )
    )
