"""Calls in the database: plain statements on a connection that is handed in."""

import secrets
from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Executable, Row, Select, and_, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from calls import chain, hand_over, tables
from calls.instant import Instant
from calls.model import Call
from calls.status import LIVE, Status

calls = tables.calls


def _call(row: Row[Any]) -> Call:
    return Call.model_validate(row._asdict())


def _values(call: Call) -> dict[str, Any]:
    return call.model_dump() | {
        "outcome": call.outcome and call.outcome.model_dump(mode="json"),
        "reason": call.reason and call.reason.model_dump(),
        "looked": call.looked and call.looked.model_dump(),
        "replied": call.replied and call.replied.model_dump(),
        "quoted": call.quoted and call.quoted.model_dump(),
        "besides": call.besides and call.besides.model_dump(),
        "record": call.record and call.record.model_dump(),
        "chain": call.chain and call.chain.model_dump(mode="json"),
        "notes": [note.model_dump(mode="json") for note in call.notes],
        "needy": hand_over.is_open(call),
    }


COLUMNS = (*Call.model_fields, "needy")
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def reference() -> str:
    """Make a call's short public name, which may be taken."""
    return "C-" + "".join(secrets.choice(ALPHABET) for _ in range(5))


async def add(connection: AsyncConnection, call: Call) -> bool:
    """Insert a new call; ``False`` where its reference or its gesture is there already."""
    added = await connection.execute(_add(connection.dialect.name), _values(call))
    return added.scalar() is not None


@cache
def _add(dialect: str) -> Executable:
    values: dict[str, Any] = {name: bindparam(name) for name in COLUMNS}
    added = tables.insert_into(dialect, calls).values(values).on_conflict_do_nothing()
    return added.returning(calls.c.reference)


async def get(connection: AsyncConnection, reference: str) -> Call | None:
    """Return a call."""
    return (await get_all(connection, [reference])).get(reference)


async def get_all(connection: AsyncConnection, references: Collection[str]) -> dict[str, Call]:
    """Return several calls by their references."""
    return await _named(connection, NAMED, references)


async def lock(connection: AsyncConnection, references: Collection[str]) -> dict[str, Call]:
    """Return several calls, which nobody else changes until the transaction ends."""
    return await _named(connection, LOCKED, references)


# In one order, or two who lock several could wait for each other.
NAMED = (
    select(calls)
    .where(calls.c.reference.in_(bindparam("references", expanding=True)))
    .order_by(calls.c.reference)
)
LOCKED = NAMED.with_for_update()


async def _named(
    connection: AsyncConnection, statement: Select[Any], references: Collection[str]
) -> dict[str, Call]:
    if not references:
        return {}
    rows = await connection.execute(statement, {"references": list(references)})
    return {row.reference: _call(row) for row in rows}


async def by_token(connection: AsyncConnection, token_hash: str) -> Call | None:
    """Return the call whose callback address holds the token of that hash."""
    row = (await connection.execute(BY_TOKEN, {"token_hash": token_hash})).first()
    return _call(row) if row else None


BY_TOKEN = select(calls).where(calls.c.token_hash == bindparam("token_hash"))


async def rivals(
    connection: AsyncConnection, gesture: str, team: str, number: str, since: datetime
) -> list[Call]:
    """Return the call that a gesture has placed, and others to a number that matter to it.

    Those are the calls that may still ring, and those dialled ``since``; the oldest comes first.
    """
    known = number or None  # erased calls have none either, and are not what it is compared with
    asked = {"gesture": gesture, "team": team, "number": known, "since": since}
    return [_call(row) for row in await connection.execute(RIVALS, asked)]


RIVALS = (
    select(calls)
    .where(
        or_(
            calls.c.gesture == bindparam("gesture"),
            and_(
                calls.c.team == bindparam("team"),
                calls.c.number == bindparam("number"),
                or_(calls.c.status.in_(sorted(LIVE)), calls.c.dialled_at > bindparam("since")),
            ),
        )
    )
    .order_by(calls.c.placed_at)
)


async def others(connection: AsyncConnection, call: Call, since: datetime) -> list[Call]:
    """Return the other calls to a call's number that were dialled ``since``."""
    asked = {"team": call.team, "number": call.number, "but": call.reference, "since": since}
    return [_call(row) for row in await connection.execute(OTHERS, asked)]


OTHERS = select(calls).where(
    calls.c.team == bindparam("team"),
    calls.c.number == bindparam("number"),
    calls.c.reference != bindparam("but"),
    calls.c.dialled_at > bindparam("since"),
)


async def since(connection: AsyncConnection, call: Call, at: datetime) -> list[Call]:
    """Return the other calls to a call's number that tell whether it is to be repeated.

    Those are the calls that may still ring, those over since an instant, and those of whoever was
    called and wants no more of them.
    """
    asked = {"team": call.team, "number": call.number, "but": call.reference, "at": at}
    return [_call(row) for row in await connection.execute(SINCE, asked)]


SINCE = select(calls).where(
    calls.c.team == bindparam("team"),
    calls.c.number == bindparam("number"),
    calls.c.reference != bindparam("but"),
    or_(
        calls.c.opted_out,
        calls.c.status.in_(sorted(LIVE)),
        calls.c.ended_at >= bindparam("at", type_=Instant()),
    ),
)


async def waiting(connection: AsyncConnection, until: datetime) -> list[str]:
    """Return the references of the calls not dialled yet and due until an instant, or repeated."""
    statement = select(calls.c.reference).where(
        calls.c.status == Status.QUEUED,
        or_(calls.c.due_at <= until, calls.c.chain["number"].as_integer() > 1),
    )
    return [row.reference for row in await connection.execute(statement)]


async def repeating(connection: AsyncConnection) -> list[str]:
    """Return the references of the calls that are dialled, and that others may yet follow."""
    statement = select(calls.c.reference).where(
        calls.c.again["most"].as_integer() > 1,
        calls.c.status.in_([Status.DIALLING, Status.CALLING, *chain.REPEATED]),
    )
    return [row.reference for row in await connection.execute(statement)]


async def repeats(connection: AsyncConnection, team: str, number: str) -> list[Call]:
    """Return the calls to a number that wait to be dialled because earlier ones reached nobody."""
    statement = select(calls).where(
        calls.c.team == team,
        calls.c.number == number,
        calls.c.status == Status.QUEUED,
        calls.c.chain.is_not(None),
    )
    found = [_call(row) for row in await connection.execute(statement)]
    return [call for call in found if call.chain and call.chain.number > 1]


async def latest(connection: AsyncConnection, team: str, person: str, most: int) -> list[Call]:
    """Return the calls that a person asked for last, newest first; of attempts the last."""
    statement = (
        select(calls)
        .where(calls.c.team == team, calls.c.asked_by == person, tables.newest_attempt)
        .order_by(calls.c.placed_at.desc())
        .limit(most)
    )
    return [_call(row) for row in await connection.execute(statement)]


async def reserve(connection: AsyncConnection, team: str, *names: str) -> None:
    """Keep others from placing a call by a gesture, or to a number, until the transaction ends."""
    if connection.dialect.name == "postgresql":  # SQLite has one writer at a time anyway
        keys = (func.hashtextextended(f"{team} {name}", 0) for name in sorted(names))
        await connection.execute(select(*(func.pg_advisory_xact_lock(key) for key in keys)))


CHANGE = (
    update(calls)
    .where(calls.c.reference == bindparam("changed"))
    .values({name: bindparam(name) for name in COLUMNS if name != "reference"})
)


async def change(connection: AsyncConnection, changed: Collection[Call]) -> None:
    """Write the new states of calls that are locked."""
    if changed:
        rows = [_values(call) | {"changed": call.reference} for call in changed]
        await connection.execute(CHANGE, rows)
