"""The roll: which calls stand in which part, for whom, and how they are counted."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest

from calls import store, tables
from calls.chain import Chain
from calls.clock import now
from calls.errors import DatabaseAway, Reason
from calls.missed import MISSED
from calls.model import Call
from calls.outcome import Outcome
from calls.record import Record
from calls.roll import Viewer
from calls.sheet import LINES, MOST, Choice, Figures, Part, Sheet, Shown
from calls.status import Status
from calls.switchboard import Switchboard
from desks import TEAM, made
from records import held
from sandbox.workspace import ANA, BENOIT, FRONT_DESK, PRIVATE
from switch import opened, postgres_only, sqlite_only

EVERYONE = Shown(choice=Choice.EVERYONE)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MISSED_IT = Reason(key=MISSED)
TALKED = Outcome(status=Status.COMPLETED, word="completed", duration=42.0)


@pytest.fixture
async def board(database_url: str) -> AsyncIterator[Switchboard]:
    async with opened(database_url) as board:
        yield board


async def add(board: Switchboard, *calls: Call) -> None:
    async with board.database.write() as connection:
        for call in calls:
            assert await store.add(connection, call)


def seen(sheet: Sheet) -> dict[Part, list[str]]:
    """Return the references that stand in each part, in their order."""
    found: dict[Part, list[str]] = {}
    for line in sheet.lines:
        found.setdefault(line.part, []).append(line.call.reference)
    return found


def aged(n: int, status: Status, age: timedelta, **changes: object) -> Call:
    """Make a call that was placed, and due, so long ago."""
    at = now() - age
    return made(n, status, placed_at=at, due_at=at, **changes)


async def test_nobody_needs_to_make_up_for_what_is_being_called_again(
    board: Switchboard,
) -> None:
    numbers = [{"number": f"+1514555000{n}"} for n in range(3)]
    in_an_hour = {"hour": now() + HOUR, "due_at": now() + HOUR}
    await add(
        board,
        aged(1, Status.CANCELLED, 3 * HOUR, reason=MISSED_IT, **numbers[0]),
        made(2, Status.CALLING, asked_by=BENOIT, channel=PRIVATE, **numbers[0]),
        aged(3, Status.BUSY, 2 * HOUR, **numbers[1]),
        made(4, Status.QUEUED, **numbers[1], **in_an_hour),
        aged(5, Status.BUSY, 2 * HOUR, opted_out=True, **numbers[2]),
        aged(6, Status.COMPLETED, HOUR, **numbers[2]),
    )
    assert seen(await board.roll.sheet(TEAM, ANA, Shown(), ())) == {
        Part.SCHEDULED: ["C-00004"],
        Part.NEEDY: ["C-00005"],
        Part.RECENT: ["C-00006", "C-00003", "C-00001"],
    }


async def test_each_call_stands_in_the_part_of_its_state(board: Switchboard) -> None:
    soon, later = now() + HOUR, now() + 2 * HOUR
    await add(
        board,
        made(1, Status.QUEUED),
        made(2, Status.DIALLING),
        made(3, Status.CALLING),
        made(4, Status.QUEUED, hour=later, due_at=later),
        made(5, Status.QUEUED, hour=soon, due_at=soon),
        made(6, Status.QUEUED, hour=now() - HOUR),
        *(
            aged(10 + n, status, n * HOUR)
            for n, status in enumerate(
                (
                    Status.UNKNOWN,
                    Status.FAILED,
                    Status.NO_ANSWER,
                    Status.BUSY,
                    Status.REFUSED,
                    Status.ENDED,
                )
            )
        ),
        aged(20, Status.COMPLETED, HOUR),
        aged(21, Status.CANCELLED, 2 * HOUR),
        aged(22, Status.FAILED, 3 * DAY),
        aged(23, Status.COMPLETED, 31 * DAY),
    )
    sheet = await board.roll.sheet(TEAM, ANA, Shown(), ())
    assert seen(sheet) == {
        Part.FLIGHT: ["C-00003", "C-00002", "C-00001", "C-00006"],
        Part.SCHEDULED: ["C-00005", "C-00004"],
        Part.NEEDY: [f"C-000{n}" for n in range(10, 16)],
        Part.RECENT: ["C-00020", "C-00021", "C-00022"],
    }
    assert (sheet.page, sheet.pages) == (0, 1)
    assert sheet.figures == Figures(placed=14, reached=1, missed=4, waiting=4)


async def test_nobody_needs_to_make_up_for_what_a_later_call_has_reached(
    board: Switchboard,
) -> None:
    same, other = {"number": "+15145550000"}, {"number": "+15145550001"}
    await add(
        board,
        aged(1, Status.FAILED, 3 * HOUR, **same),
        aged(2, Status.COMPLETED, 2 * HOUR, asked_by=BENOIT, channel=PRIVATE, **same),
        aged(3, Status.BUSY, 1 * HOUR, **same),
        aged(4, Status.COMPLETED, 3 * HOUR, **other),
        aged(5, Status.BUSY, 2 * HOUR, **other),
        aged(6, Status.CANCELLED, 1 * HOUR, **other),
    )
    found = seen(await board.roll.sheet(TEAM, ANA, Shown(), ()))
    assert found == {
        Part.NEEDY: ["C-00003", "C-00005"],
        Part.RECENT: ["C-00006", "C-00004", "C-00001"],
    }


async def test_a_voicemail_is_nobody_reached(board: Switchboard) -> None:
    same, ended = {"number": "+15145550000"}, Status.COMPLETED
    record = Record(id="1", outcome="voicemail_left")
    await add(
        board,
        aged(1, Status.FAILED, 3 * HOUR, **same),
        aged(2, ended, 2 * HOUR, outcome=TALKED, record=record, **same),
        aged(3, ended, HOUR, outcome=TALKED.having(ended_reason="voicemail")),
        aged(4, ended, 4 * HOUR, outcome=TALKED),
    )
    sheet = await board.roll.sheet(TEAM, ANA, Shown(), ())
    assert seen(sheet)[Part.NEEDY] == ["C-00003", "C-00002", "C-00001"]
    assert sheet.figures == Figures(placed=4, reached=1, missed=3, waiting=0)
    await board.handing.finish("C-00002", TEAM, ANA)  # who has done with that has done with both
    found = seen(await board.roll.sheet(TEAM, ANA, Shown(), ()))
    assert found[Part.NEEDY] == ["C-00003"]


async def test_who_was_reached_and_waits_to_be_called_back_is_to_be_seen_to_once(
    board: Switchboard,
) -> None:
    same, told = {"number": "+15145550000"}, Record(id="1", outcome="callback_requested")
    asks = aged(2, Status.COMPLETED, 2 * HOUR, outcome=TALKED, record=told, **same)
    await add(board, aged(1, Status.NO_ANSWER, 3 * HOUR, **same), asks)
    sheet = await board.roll.sheet(TEAM, ANA, Shown(), ())
    assert seen(sheet) == {Part.NEEDY: ["C-00002"], Part.RECENT: ["C-00001"]}


async def test_that_somebody_wants_no_calls_is_to_be_decided_also_once_they_were_called_again(
    board: Switchboard,
) -> None:
    same = {"number": "+15145550000"}
    await add(
        board,
        aged(1, Status.BUSY, 3 * HOUR, **same),
        aged(2, Status.COMPLETED, 2 * HOUR, opted_out=True, **same),
        aged(3, Status.COMPLETED, HOUR, **same),
    )
    found = seen(await board.roll.sheet(TEAM, ANA, Shown(), ()))
    assert found == {Part.NEEDY: ["C-00002"], Part.RECENT: ["C-00003", "C-00001"]}


async def test_a_scheduled_call_that_failed_needs_somebody_whenever_it_was_placed(
    board: Switchboard,
) -> None:
    await add(board, aged(1, Status.FAILED, 9 * DAY).having(due_at=now() - HOUR))
    assert seen(await board.roll.sheet(TEAM, ANA, Shown(), ())) == {Part.NEEDY: ["C-00001"]}


async def test_an_hour_that_was_missed_days_ago_needs_somebody_once_that_is_found_out(
    board: Switchboard,
) -> None:
    hour = now() - 3 * DAY
    past = {"hour": hour, "due_at": hour, "placed_at": now() - 5 * DAY}
    await add(
        board,
        made(1, Status.CANCELLED, ended_at=now(), reason=MISSED_IT, **past),
        made(2, Status.CANCELLED, ended_at=hour, reason=MISSED_IT, **past),
        made(3, Status.CANCELLED, ended_at=now(), by=ANA, **past),
        made(
            4,
            Status.CANCELLED,
            ended_at=now(),
            reason=MISSED_IT,
            **past | {"number": "+15145550000"},
        ),
        made(5, Status.COMPLETED, number="+15145550000"),
    )
    found = seen(await board.roll.sheet(TEAM, ANA, Shown(), ()))
    assert found[Part.NEEDY] == ["C-00001"]


async def test_a_call_that_was_placed_long_ago_for_now_stands_where_it_belongs(
    board: Switchboard,
) -> None:
    just = {"hour": now() - HOUR, "due_at": now() - HOUR, "ended_at": now() - HOUR}
    await add(
        board,
        aged(1, Status.FAILED, 200 * DAY).having(**just),
        aged(2, Status.COMPLETED, 200 * DAY).having(**just),
        aged(3, Status.CANCELLED, 200 * DAY, reason=MISSED_IT).having(**just),
        aged(4, Status.CANCELLED, 200 * DAY, by=ANA).having(**just),
        aged(5, Status.FAILED, 2 * HOUR),
        aged(6, Status.FAILED, 200 * DAY),
        aged(7, Status.QUEUED, 200 * DAY).having(hour=now() - HOUR),
    )
    sheet = await board.roll.sheet(TEAM, ANA, Shown(), ())
    assert seen(sheet) == {
        Part.FLIGHT: ["C-00007"],
        Part.NEEDY: ["C-00003", "C-00001", "C-00005"],
        Part.RECENT: ["C-00004", "C-00002"],
    }


@pytest.mark.parametrize(
    ("person", "shown", "conversations", "found"),
    [
        (ANA, Shown(), (FRONT_DESK,), "13"),
        (BENOIT, Shown(), (FRONT_DESK,), "2"),
        (BENOIT, EVERYONE, (FRONT_DESK,), "12"),
        (BENOIT, EVERYONE, (), "2"),
        (ANA, EVERYONE, (FRONT_DESK, PRIVATE), "123"),
        (ANA, Shown(choice=Choice.CHANNEL, channel=FRONT_DESK), (FRONT_DESK,), "12"),
        (ANA, Shown(choice=Choice.CHANNEL, channel=PRIVATE), (), "3"),
        (BENOIT, Shown(choice=Choice.CHANNEL, channel=PRIVATE), (FRONT_DESK,), ""),
        (BENOIT, Shown(choice=Choice.CHANNEL), (FRONT_DESK,), ""),
        ("U9", EVERYONE, (), ""),
    ],
)
@sqlite_only
async def test_of_others_calls_one_sees_those_of_ones_conversations(
    board: Switchboard, person: str, shown: Shown, conversations: Sequence[str], found: str
) -> None:
    await add(
        board,
        made(1),
        made(2, asked_by=BENOIT),
        made(3, channel=PRIVATE),
        made(4, team="T2"),
    )
    sheet = await board.roll.sheet(TEAM, person, shown, conversations)
    assert sorted(line.call.reference[-1] for line in sheet.lines) == list(found)
    assert sheet.figures.placed == len(found)


THERE = Shown(choice=Choice.CHANNEL, channel=PRIVATE)


@pytest.mark.parametrize(
    ("shown", "channel", "asked_by", "concerned"),
    [
        (Shown(), PRIVATE, ANA, True),
        (Shown(), PRIVATE, BENOIT, False),
        (EVERYONE, PRIVATE, BENOIT, True),
        (THERE, PRIVATE, BENOIT, True),
        (THERE, FRONT_DESK, ANA, False),
    ],
)
def test_a_change_concerns_who_may_see_its_call(
    shown: Shown, channel: str, asked_by: str, concerned: bool
) -> None:
    assert shown.concerns(channel, asked_by, ANA) is concerned


async def test_of_what_was_scheduled_long_ago_neither_earlier_attempts_nor_what_is_erased_is_shown(
    board: Switchboard,
) -> None:
    long_ago, lately = now() - 40 * DAY, {"due_at": now() - HOUR, "ended_at": now() - HOUR}
    followed = Chain(following="C-00009")
    await add(
        board,
        made(1, Status.BUSY, placed_at=long_ago, **lately),
        made(2, Status.BUSY, placed_at=long_ago, chain=followed, **lately),
        made(3, Status.COMPLETED, placed_at=long_ago, **lately),
        made(4, Status.COMPLETED, placed_at=long_ago, erased_at=now(), **lately),
    )
    assert seen(await board.roll.sheet(TEAM, ANA, Shown(), ())) == {
        Part.NEEDY: ["C-00001"],
        Part.RECENT: ["C-00003"],
    }


@sqlite_only
async def test_a_page_beyond_the_last_is_the_last(board: Switchboard) -> None:
    await add(board, *(made(n) for n in range(LINES + 1)))
    sheet = await board.roll.sheet(TEAM, ANA, Shown(page=9), ())
    assert (sheet.page, sheet.pages, len(sheet.lines)) == (1, 2, 1)


async def test_no_more_than_five_hundred_of_a_part_are_counted(board: Switchboard) -> None:
    await add(board, *(made(n) for n in range(MOST + 9)))
    sheet = await board.roll.sheet(TEAM, ANA, Shown(), ())
    assert (sheet.counts[Part.RECENT], sheet.pages) == (MOST + 1, 21)
    assert sheet.figures.placed == MOST + 9


async def test_who_looks_is_noted_with_what_they_see(board: Switchboard) -> None:
    roll = board.roll
    assert await roll.shown(TEAM, ANA) == Shown()
    assert await roll.viewers([TEAM]) == []
    there = Shown(choice=Choice.CHANNEL, channel=PRIVATE, page=2)
    for viewer in (
        Viewer(TEAM, ANA, Shown()),
        Viewer(TEAM, ANA, there),
        Viewer(TEAM, BENOIT, EVERYONE),
        Viewer("T2", ANA, EVERYONE),
    ):
        await roll.note(viewer)
    assert await roll.shown(TEAM, ANA) == there
    async with board.database.write() as connection:
        table = tables.homes
        early = table.update().where(table.c.person == BENOIT).values(opened_at=now() - DAY)
        await connection.execute(early)
    assert await roll.viewers([TEAM]) == [Viewer(TEAM, ANA, there)]


@postgres_only
async def test_a_database_that_does_not_answer_is_told(
    board: Switchboard, database_url: str
) -> None:
    async with held(database_url):
        with pytest.raises(DatabaseAway):
            await board.roll.sheet(TEAM, ANA, Shown(), ())
