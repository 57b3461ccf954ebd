"""What the calls of the last days came to, asked of the database."""

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, bindparam, false, select

from calls import tables, tally
from calls.clock import now
from calls.database import Database
from calls.record import is_voicemail
from calls.status import LIVE, Status
from calls.tally import Sample, Tally

MOST = 20_000  # calls that are counted, the newest
FRESH = 30.0  # seconds for which nobody counts again

calls = tables.calls


class Statistics:
    """Count calls; raises ``DatabaseAway``."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[tuple[str, int], tuple[float, Tally]] = {}

    async def of(self, team: str, days: int, fresh: float = FRESH) -> Tally:
        """Count a workspace's calls of the last days, but for trial calls and those under way.

        What was counted ``fresh`` seconds ago at most is enough.
        """
        at, known = time.monotonic(), self._known.get((team, days))
        if known and at - known[0] < fresh:
            return known[1]
        found = await self._counted(team, now() - timedelta(days=days))
        kept = {key: one for key, one in self._known.items() if at - one[0] < FRESH}
        self._known = kept | {(team, days): (at, found)}
        return found

    async def _counted(self, team: str, since: datetime) -> Tally:
        async with self._database.read() as connection:
            rows = (await connection.execute(OVER, {"team": team, "since": since})).all()
        return await asyncio.to_thread(_tally, rows)  # of so many it would be a pause


OVER = (
    select(
        calls.c.status,
        calls.c.assistant_name,
        calls.c.zone,
        calls.c.dialled_at,
        calls.c.outcome,
        calls.c.record["outcome"].as_string().label("told"),
        calls.c.record["sentiment"].as_string().label("sentiment"),
    )
    .where(
        calls.c.team == bindparam("team"),
        calls.c.placed_at > bindparam("since"),
        calls.c.status.not_in(sorted(LIVE)),
        calls.c.trial == false(),
    )
    .order_by(calls.c.placed_at.desc())
    .limit(MOST + 1)
)


def _tally(rows: Sequence[Any]) -> Tally:
    return tally.counted(map(_sample, rows[:MOST]), more=len(rows) > MOST)


def _sample(row: Row[Any]) -> Sample:
    outcome, status = row.outcome or {}, Status(row.status)
    answered = is_voicemail(row.told) or is_voicemail(outcome.get("ended_reason"))
    hour = row.dialled_at.astimezone(ZoneInfo(row.zone)).hour if _placed(row) else None
    return Sample(
        status=status,
        voicemail=bool(outcome) and status is not Status.FAILED and answered,
        assistant=row.assistant_name,
        hour=hour,
        seconds=outcome.get("duration"),
        sentiment=(row.sentiment or "").strip().lower(),
    )


def _placed(row: Row[Any]) -> bool:
    return row.dialled_at is not None and row.zone is not None
