"""Rows made beforehand, by Ringback's own tables, so that thousands of calls need not be placed."""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

from sqlalchemy import insert

from bench.gestures import CHANNELS, PEOPLE, TEAM
from bench.stage import IDS
from calls import tables
from calls.agenda import Kind
from calls.clock import now
from calls.database import Database
from calls.model import Call

LATER = timedelta(hours=1)


def waiting(count: int) -> tuple[list[Call], Kind]:
    """Make calls that are to be dialled in an hour."""
    return [_call(n, due_at=now() + LATER) for n in range(count)], Kind.DIAL


def ringing(count: int) -> tuple[list[Call], Kind]:
    """Make calls under way, which are looked at in an hour; their gestures are their tokens."""
    made = [_call(n) for n in range(count)]
    under_way = [
        call.dialling(sha256(call.gesture.encode()).hexdigest(), now()).calling(f"ended-{n}", "c")
        for n, call in enumerate(made)
    ]
    return under_way, Kind.CHECK


async def write(address: str, calls: Sequence[Call], kind: Kind) -> None:
    """Make the tables and put calls into them, each with one job that is due in an hour."""
    database = Database(address)
    try:
        await database.migrate()
        async with database.write() as connection:
            await connection.execute(insert(tables.calls), [call.model_dump() for call in calls])
            await connection.execute(insert(tables.jobs), [_job(call, kind) for call in calls])
    finally:
        await database.close()


def _call(n: int, **changes: object) -> Call:
    at = now()
    made = Call(
        reference=f"C-{n:05}",
        team=TEAM,
        channel=f"C{n % CHANNELS:08}",
        thread=f"1600000000.{n:06}",
        asked_by=f"U{n % PEOPLE:08}",
        language="en",
        gesture=uuid4().hex,
        number=f"+1438{n:07}",
        name=f"Person {n}",
        assistant_id=IDS["ALLOMIA_ASSISTANT_ID"],
        phone_number_id=IDS["ALLOMIA_PHONE_NUMBER_ID"],
        variables={"slot": "Tuesday 3 pm"},
        placed_at=at,
        due_at=at,
    )
    return made.having(**changes)


def _job(call: Call, kind: Kind) -> dict[str, Any]:
    times = {"wanted_at": now(), "due": now() + LATER}
    return {"call": call.reference, "kind": kind, "tries": 0, "failures": 0, **times}
