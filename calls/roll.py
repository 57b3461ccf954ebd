"""The roll of all calls, as a call desk asks for it, and who looks at one."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from calls import last_day, store, tables
from calls.clock import now
from calls.database import Database
from calls.instant import Instant
from calls.sheet import LINES, MOST, Choice, Line, Part, Sheet, Shown
from calls.status import LIVE, Status

NEEDY_FOR = timedelta(hours=48)
RECENT_FOR = timedelta(days=30)
OPEN_FOR = timedelta(hours=12)  # nobody is taken to look for longer

calls, homes = tables.calls, tables.homes
later = calls.alias("later")

Condition = ColumnElement[bool]


class Viewer(NamedTuple):
    """Somebody who has looked at their Home, and what of it they see."""

    team: str
    person: str
    shown: Shown


class Roll:
    """Ask for calls by what people want to see of them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sheet(
        self, team: str, person: str, shown: Shown, conversations: Collection[str]
    ) -> Sheet:
        """Return what a person sees who is in some conversations; raises ``DatabaseAway``.

        Of what others asked for nobody sees more than is in conversations that they are in.
        """
        at, which = now(), _seen(team, person, shown, conversations)
        theirs = _theirs(team, person, shown)
        async with self._database.read() as connection:
            found = await _parts(connection, which, theirs, at)
            figures = await last_day.figures(connection, which, at)
            places = [(part, name) for part in Part for name in found[part]]
            pages = max(1, -(-len(places) // LINES))
            page = min(shown.page, pages - 1)
            places = places[page * LINES :][:LINES]
            known = await store.get_all(connection, {name for _, name in places})
        return Sheet(
            lines=tuple(Line(part=p, call=known[name]) for p, name in places if name in known),
            counts={part: len(names) for part, names in found.items()},
            page=page,
            pages=pages,
            figures=figures,
        )

    async def shown(self, team: str, person: str) -> Shown:
        """Return what a person has chosen to see."""
        statement = select(homes.c.shown).where(homes.c.team == team, homes.c.person == person)
        async with self._database.read() as connection:
            found = (await connection.execute(statement)).scalar()
        return Shown.model_validate(found or {})

    async def note(self, viewer: Viewer) -> None:
        """Note that somebody looks at their Home now, and what of it they see."""
        values = viewer._asdict() | {"shown": viewer.shown.model_dump(), "opened_at": now()}
        async with self._database.write() as connection:
            statement = tables.insert_into(connection.dialect.name, homes).values(values)
            changed = {name: statement.excluded[name] for name in ("shown", "opened_at")}
            await connection.execute(
                statement.on_conflict_do_update(index_elements=["team", "person"], set_=changed)
            )

    async def viewers(self, teams: Collection[str]) -> list[Viewer]:
        """Return who has looked at their Home within the last hours."""
        statement = select(homes.c.team, homes.c.person, homes.c.shown).where(
            homes.c.team.in_(teams), homes.c.opened_at > now() - OPEN_FOR
        )
        async with self._database.read() as connection:
            rows = (await connection.execute(statement)).all()
        return [Viewer(row.team, row.person, Shown.model_validate(row.shown)) for row in rows]


def _seen(team: str, person: str, shown: Shown, conversations: Collection[str]) -> Condition:
    """Tell which calls somebody has chosen to see, as far as they may."""
    mine = calls.c.asked_by == person
    if shown.choice is Choice.EVERYONE:
        return and_(calls.c.team == team, or_(mine, calls.c.channel.in_(sorted(conversations))))
    if shown.choice is Choice.CHANNEL:
        there = calls.c.channel == (shown.channel or "")
        theirs = () if shown.channel in conversations else (mine,)
        return and_(calls.c.team == team, there, *theirs)
    return and_(calls.c.team == team, mine)


def _theirs(team: str, person: str, shown: Shown) -> Condition:
    """Tell which calls somebody sees to; a conversation's only, where they have chosen one."""
    theirs = and_(calls.c.team == team, calls.c.assigned_to == person)
    there = calls.c.channel == (shown.channel or "")
    return and_(theirs, there) if shown.choice is Choice.CHANNEL else theirs


async def _parts(
    connection: AsyncConnection, which: Condition, theirs: Condition, at: datetime
) -> dict[Part, Sequence[str]]:
    """Return the references of each part's calls, in their order, all as of one instant."""
    early = (await connection.execute(_placed_early(at))).scalars().all()
    rows = (await connection.execute(statement_of_parts(which, theirs, at, early))).all()
    found: dict[Part, list[Any]] = {part: [] for part in Part}
    for row in rows:
        found[Part(row.part)].append(row)
    return {
        part: [
            row.reference
            for row in sorted(
                of_it,
                key=lambda row: (row.theirs, row.at, row.reference),
                reverse=part is not Part.SCHEDULED,
            )
        ]
        for part, of_it in found.items()
    }


TOLD = (later.c.record["outcome"].as_string(), later.c.outcome["ended_reason"].as_string())
VOICEMAIL = or_(  # in doubt it is one, which makes up for nothing before somebody has done with it
    *(
        func.lower(func.coalesce(told, "")).contains(word)
        for told in TOLD
        for word in ("voice", "machine", "pondeur", "vocale", "messagerie")
    )
)
SEEN_TO_AT = (  # when the number was dialled last and somebody reached, or is to be dialled
    select(func.max(later.c.due_at))
    .where(
        later.c.team == calls.c.team,
        later.c.number == calls.c.number,
        later.c.status.in_(sorted({Status.COMPLETED, *LIVE})),
        or_(not_(later.c.needy), later.c.opted_out, not_(VOICEMAIL)),
    )
    .scalar_subquery()
)
# No index has it: SQLite would else walk through one from end to end, to have them in order.
WANTED_AT = func.coalesce(calls.c.hour, calls.c.placed_at, type_=Instant())


def _placed_early(at: datetime) -> Select[Any]:
    """Ask for the calls that have just ended and were placed too long ago to be found so."""
    just, early = calls.c.ended_at > at - NEEDY_FOR, calls.c.placed_at <= at - RECENT_FOR
    return select(calls.c.reference).where(just, early).limit(MOST)


def statement_of_parts(
    which: Condition, theirs: Condition, at: datetime, early: Sequence[str] = ()
) -> Select[Any]:
    """Ask for every part at once, so that no call stands in two of them or in none.

    What is left to do has two: those that somebody sees to, who find them first, and others.
    ``early`` are the calls that were placed long ago and have just ended.
    """
    live = calls.c.status.in_(sorted(LIVE))
    over = and_(not_(live), tables.newest_attempt, calls.c.erased_at.is_(None))
    lately = calls.c.placed_at > at - RECENT_FOR
    needy = and_(calls.c.needy, or_(calls.c.assigned_to.is_not(None), not_(_forgotten(at))))
    own, others = and_(theirs, calls.c.needy), theirs.is_not(true())
    newest = calls.c.placed_at.desc()
    to_come = and_(calls.c.status == Status.QUEUED, calls.c.hour > at)
    due = or_(calls.c.status != Status.QUEUED, calls.c.hour.is_(None), calls.c.hour <= at)
    parts = [
        _part(Part.FLIGHT, WANTED_AT, WANTED_AT.desc(), which, live, due),
        _part(Part.SCHEDULED, calls.c.hour, calls.c.hour, which, to_come),
        _part(Part.NEEDY, calls.c.placed_at, newest, own, theirs=True),
        _part(Part.NEEDY, calls.c.placed_at, newest, which, lately, over, needy, others),
        _part(Part.RECENT, calls.c.placed_at, newest, which, lately, over, not_(needy)),
    ]
    if early:
        just = and_(calls.c.reference.in_(early), over)
        parts += [
            _part(Part.NEEDY, WANTED_AT, WANTED_AT.desc(), which, just, needy, others),
            _part(Part.RECENT, WANTED_AT, WANTED_AT.desc(), which, just, not_(needy)),
        ]
    return select(union_all(*parts).subquery())


def _forgotten(at: datetime) -> Condition:
    """Tell which calls leave nothing to do any more: too long ago, or made up for since."""
    return or_(
        func.coalesce(calls.c.ended_at, calls.c.due_at) <= at - NEEDY_FOR,
        and_(
            not_(calls.c.opted_out),  # of that no later call relieves anybody
            calls.c.due_at < func.coalesce(SEEN_TO_AT, calls.c.due_at),
        ),
    )


def _part(
    part: Part,
    at: ColumnElement[Any],
    order: ColumnElement[Any],
    *which: Condition,
    theirs: bool = False,
) -> Select[Any]:
    found = select(
        literal(part.value).label("part"),
        literal(int(theirs)).label("theirs"),
        calls.c.reference,
        at.label("at"),
    )
    first = found.where(*which).order_by(order).limit(MOST + 1).subquery()
    return select(first.c.part, first.c.theirs, first.c.reference, first.c.at)
