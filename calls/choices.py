"""What people chose last, by conversation: the form proposes it again. Nobody waits for it."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Executable, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from calls import tables
from calls.clock import now
from calls.database import Database
from calls.directory import Assistant, Directory
from calls.errors import DatabaseAway
from calls.frozen import Frozen
from calls.order import Draft

log = logging.getLogger(__name__)

READ = 0.5  # seconds in which a form waits for the newest; then it shows what was known last
KEPT = 10  # of a person's, in memory
MOST = 20_000  # people kept in memory

table = tables.choices


class Choice(Frozen):
    """An assistant and a caller ID, chosen for a call that reports in a conversation."""

    channel: str
    assistant_id: str
    phone_number_id: str
    chosen_at: datetime


class Choices:
    """The last choices, in memory and in the database."""

    def __init__(self, database: Database, most: int = MOST) -> None:
        self._database = database
        self._most = most
        self._known: dict[tuple[str, str], tuple[Choice, ...]] = {}
        self._noting: set[asyncio.Task[None]] = set()

    def known(self, team: str, person: str, channel: str) -> tuple[Choice, ...]:
        """Return what is in memory: the one for the conversation, then the newest first."""
        found = self._known.get((team, person), ())
        return tuple(sorted(found, key=lambda choice: choice.channel != channel))

    async def newest(
        self, team: str, person: str, channel: str, within: float = READ
    ) -> tuple[Choice, ...]:
        """Return what the database knows, or what is in memory if it does not tell in time."""
        try:
            async with self._database.in_time(within), self._database.read() as connection:
                found = await _read(connection, team, person)
        except DatabaseAway:
            return self.known(team, person, channel)
        self._keep(team, person, (*self._known.get((team, person), ()), *found))
        return self.known(team, person, channel)

    def note(self, team: str, person: str, channel: str, assistant: str, caller: str) -> None:
        """Remember a choice; the database hears of it later, and only of a new one."""
        last = self._known.get((team, person), ())[:1]
        same = [one for one in last if (one.channel, one.assistant_id) == (channel, assistant)]
        if same and same[0].phone_number_id == caller:
            return
        choice = Choice(
            channel=channel, assistant_id=assistant, phone_number_id=caller, chosen_at=now()
        )
        self._keep(team, person, (choice, *self._known.get((team, person), ())))
        task = asyncio.create_task(self._remember(team, person, choice))
        self._noting.add(task)
        task.add_done_callback(self._noting.discard)

    def _keep(self, team: str, person: str, found: Sequence[Choice]) -> None:
        newest: dict[str, Choice] = {}
        for choice in sorted(found, key=lambda one: one.chosen_at, reverse=True):
            newest.setdefault(choice.channel, choice)
        self._known.pop((team, person), None)
        self._known[team, person] = tuple(newest.values())[:KEPT]
        while len(self._known) > self._most:
            self._known.pop(next(iter(self._known)))

    async def _remember(self, team: str, person: str, choice: Choice) -> None:
        try:
            async with self._database.write() as connection:
                values = choice.model_dump() | {"team": team, "person": person}
                await connection.execute(_note(connection.dialect.name), values)
        except DatabaseAway:
            log.warning("A choice was not noted", extra={"person": person})

    async def close(self) -> None:
        """Wait until the database has heard of every choice."""
        if self._noting:
            await asyncio.wait(self._noting)


LAST = (
    select(table)
    .where(table.c.team == bindparam("team"), table.c.person == bindparam("person"))
    .order_by(table.c.chosen_at.desc())
    .limit(KEPT)
)


async def _read(connection: AsyncConnection, team: str, person: str) -> tuple[Choice, ...]:
    found = await connection.execute(LAST, {"team": team, "person": person})
    return tuple(Choice.model_validate(row._asdict()) for row in found)


@cache
def _note(dialect: str) -> Executable:
    added = tables.insert_into(dialect, table)
    changed = {name: added.excluded[name] for name in Choice.model_fields if name != "channel"}
    keys = ["team", "person", "channel"]
    newer = added.excluded.chosen_at >= table.c.chosen_at  # two may be noted in another order
    return added.on_conflict_do_update(index_elements=keys, set_=changed, where=newer)


def proposed(draft: Draft, directory: Directory, last: Sequence[Choice], channel: str) -> Draft:
    """Choose for a person what they have not: as they did last, else the only one there is.

    The settings' assistant and number, which have no names, stand in for those left empty. Nothing
    takes the place of an assistant that is no longer used.
    """
    assistant = _assistant(draft, directory, last, channel)
    caller = _caller(draft, directory, last, directory.assistant(assistant))
    return draft.having(assistant_id=assistant, phone_number_id=caller)


def completed(draft: Draft, directory: Directory, channel: str) -> Draft:
    """Add the only assistant and caller ID there are, where the draft names none."""
    found = proposed(draft, directory, (), channel)
    return draft.having(
        assistant_id=draft.assistant_id or found.assistant_id,
        phone_number_id=draft.phone_number_id or found.phone_number_id,
    )


def _assistant(draft: Draft, directory: Directory, last: Sequence[Choice], channel: str) -> str:
    offered = directory.open_assistants
    if not any(one.name for one in offered):
        return draft.assistant_id or next((one.uuid for one in offered), "")
    uuids = {one.uuid for one in offered}
    here = [one.uuid for one in offered if one.may_report_in(channel)]
    if draft.assistant_id:
        wanted = [draft.assistant_id.lower()]
    else:
        wanted = [one.assistant_id for one in last] + (here if len(here) == 1 else [])
    return next((uuid for uuid in wanted if uuid in uuids), "")


def _caller(
    draft: Draft, directory: Directory, last: Sequence[Choice], assistant: Assistant | None
) -> str:
    offered = directory.open_caller_ids
    if not any(one.name for one in offered):
        return draft.phone_number_id or next((one.uuid for one in offered), "")
    uuids = [one.uuid for one in offered]
    wanted = [draft.phone_number_id.lower()]
    if assistant:
        wanted += [one.phone_number_id for one in last if one.assistant_id == assistant.uuid]
        wanted.append(assistant.caller_id or "")
    wanted += uuids if len(uuids) == 1 else []
    return next((uuid for uuid in wanted if uuid in uuids), "")
