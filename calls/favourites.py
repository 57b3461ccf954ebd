"""Favourites: filled forms that a person has given a name, to use them for other numbers."""

import unicodedata

from sqlalchemy import Row, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from calls import tables
from calls.clock import now
from calls.database import Database
from calls.errors import NotAllowed, Reason
from calls.frozen import Frozen
from calls.order import Draft, Filled
from calls.variables import HIDDEN
from calls.words import clean

LONGEST = 80  # characters of a name
MOST_TYPED = 4 * LONGEST  # characters of it as it is typed, before it is cleaned
MOST = 20  # of one person: what one message can list
STRAIGHT = str.maketrans({"’": "'", "‘": "'", "ʼ": "'"})  # as keyboards write an apostrophe

table = tables.favourites


class Favourite(Frozen):
    """A filled form with its name; ``key`` is the name as it is compared."""

    key: str
    name: str
    filled: Filled


def key(name: str) -> str:
    """Return a name as it is compared: whichever case, apostrophe and spaces it is typed with."""
    return clean(unicodedata.normalize("NFKC", name).casefold().translate(STRAIGHT), 2 * LONGEST)


def called(text: str, verbs: frozenset[str]) -> str:
    """Read a favourite's name; raise ``NotAllowed`` where ``/call`` would not find it again.

    ``verbs`` are the words that mean something else after ``/call``.
    """
    name = clean(text)
    first = key(name).partition(" ")[0]
    if not name:
        raise _refused("missing")
    if len(name) > LONGEST or len(key(name)) > LONGEST:
        raise _refused("long", most=str(LONGEST))
    if first in verbs:
        raise _refused("verb", word=first)
    if not first[0].isalpha():
        raise _refused("number")
    return name


def _refused(why: str, **values: str) -> NotAllowed:
    return NotAllowed([Reason(key=f"refused.favourite.{why}", values=values, field="favourite")])


def template(filled: Filled) -> Filled:
    """Leave out of a filled form all that is of one call: whom, when, and what was hidden."""
    draft = filled.draft
    lines = [
        f"{line.partition('=')[0].rstrip()} = " if HIDDEN in line else line
        for line in draft.variables.splitlines()
    ]
    kept = Draft(
        assistant_id=draft.assistant_id,
        phone_number_id=draft.phone_number_id,
        again=draft.again,
        variables="\n".join(lines),
        values={name: value for name, value in draft.values.items() if HIDDEN not in value},
    )
    return filled.having(draft=kept)


class Favourites:
    """Each person's favourites, told to nobody else. All raise ``DatabaseAway``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, team: str, person: str, name: str, filled: Filled) -> bool:
        """Save a form under a name, instead of what had it; ``False`` where there are too many."""
        row = {
            "team": team,
            "person": person,
            "key": key(name),
            "name": name,
            "draft": template(filled).model_dump(mode="json"),
            "saved_at": now(),
        }
        async with self._database.write() as connection:
            if await self._others(connection, row) >= MOST:
                return False
            insert = tables.insert_into(connection.dialect.name, table).values(row)
            changes = {name: row[name] for name in ("name", "draft", "saved_at")}
            whose = ["team", "person", "key"]
            await connection.execute(
                insert.on_conflict_do_update(index_elements=whose, set_=changes)
            )
        return True

    async def _others(self, connection: AsyncConnection, row: dict[str, object]) -> int:
        counted = select(func.count()).where(
            table.c.team == row["team"],
            table.c.person == row["person"],
            table.c.key != row["key"],
        )
        return (await connection.execute(counted)).scalar_one()

    async def of(self, team: str, person: str) -> list[Favourite]:
        """Return a person's favourites, by name."""
        statement = select(table).where(table.c.team == team, table.c.person == person)
        async with self._database.read() as connection:
            found = [_favourite(row) for row in await connection.execute(statement)]
        return sorted(found, key=lambda one: one.key)

    async def get(self, team: str, person: str, named: str) -> Favourite | None:
        """Return a person's favourite of that key."""
        return next((one for one in await self.of(team, person) if one.key == named), None)

    async def delete(self, team: str, person: str, named: str) -> None:
        """Delete a person's favourite of that key, if it is there."""
        gone = delete(table).where(
            table.c.team == team, table.c.person == person, table.c.key == named
        )
        async with self._database.write() as connection:
            await connection.execute(gone)


def _favourite(row: Row[tuple[object, ...]]) -> Favourite:
    return Favourite(key=row.key, name=row.name, filled=Filled.model_validate(row.draft))


def named_first(text: str, favourites: list[Favourite]) -> tuple[Favourite, str] | None:
    """Return the favourite whose name a command begins with, the longest one, and the rest."""
    words = text.split()
    for end in range(min(len(words), LONGEST), 0, -1):
        begin = " ".join(words[:end])
        if len(begin) > MOST_TYPED:
            continue
        found = key(begin)
        if one := next((one for one in favourites if one.key == found), None):
            return one, " ".join(words[end:])
    return None
