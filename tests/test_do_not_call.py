"""Who is on the do-not-call list is not called, and every change of it is kept with its author."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from calls import facts, tables
from calls.agenda import Kind
from calls.barring import UNDO_WITHIN
from calls.clock import now
from calls.do_not_call import Added, Entry
from calls.errors import DatabaseAway, TooLate
from calls.status import Status
from calls.switchboard import Switchboard
from examples import ANA, BENOIT, NOW, NUMBER
from flow import away_from
from switch import add, opened

OTHER = "+33612345678"


def entry(number: str = NUMBER, reason: str = "asked by letter", by: str = ANA) -> Entry:
    """Make an entry that is not noted yet."""
    return Entry(number=number, reason=reason, added_by=by, added_at=NOW)


@pytest.fixture
async def board(database_url: str) -> AsyncIterator[Switchboard]:
    async with opened(database_url) as found:
        yield found


async def barred(board: Switchboard, number: str = NUMBER, team: str = "T1") -> bool:
    """Tell whether a number may not be called."""
    async with board.database.write() as connection:
        return (await facts.look(connection, board.workspaces, team, number)).barred


async def records(board: Switchboard) -> list[tuple[object, ...]]:
    """Return all that was ever noted, without the instants."""
    kept = tables.do_not_call.c
    columns = kept.number, kept.reason, kept.added_by, kept.removed_by, kept.removed_why
    async with board.database.read() as connection:
        found = await connection.execute(select(*columns).order_by(kept.id))
        return [tuple(row) for row in found]


async def test_a_number_is_barred_in_its_workspace_from_the_first_entry_on(
    board: Switchboard,
) -> None:
    first = await board.do_not_call.add("T1", [entry()])
    again = await board.do_not_call.add("T1", [entry(by=BENOIT, reason="once more")])
    (kept,) = first.new
    assert (again.new, again.there) == ((), (kept,))
    assert kept == entry().having(id=kept.id)
    assert await board.do_not_call.entry("T1", NUMBER) == kept
    assert [await barred(board), await barred(board, team="T2")] == [True, False]
    assert await board.do_not_call.entry("T2", NUMBER) is None


async def test_what_is_removed_can_be_called_and_stays_as_a_record(board: Switchboard) -> None:
    await board.do_not_call.add("T1", [entry()])
    removed = await board.do_not_call.remove("T1", NUMBER, BENOIT, "signed a consent")
    assert (removed is not None, await barred(board)) == (True, False)
    assert await board.do_not_call.remove("T1", NUMBER, BENOIT, "again") is None
    await board.do_not_call.add("T1", [entry(reason="changed her mind")])
    assert await barred(board)
    assert await records(board) == [
        (NUMBER, "asked by letter", ANA, BENOIT, "signed a consent"),
        (NUMBER, "changed her mind", ANA, None, None),
    ]


async def test_who_has_just_added_a_number_may_take_it_back(board: Switchboard) -> None:
    await board.do_not_call.add("T1", [entry().having(added_at=now())])
    with pytest.raises(TooLate):
        await board.do_not_call.undo("T1", NUMBER, BENOIT)
    await board.do_not_call.undo("T1", NUMBER, ANA)
    with pytest.raises(TooLate):
        await board.do_not_call.undo("T1", NUMBER, ANA)
    old = now() - UNDO_WITHIN - timedelta(seconds=1)
    await board.do_not_call.add("T1", [entry(OTHER).having(added_at=old)])
    with pytest.raises(TooLate):
        await board.do_not_call.undo("T1", OTHER, ANA)
    assert [await barred(board), await barred(board, OTHER)] == [False, True]


async def test_calls_that_wait_for_a_number_are_refused_at_once(board: Switchboard) -> None:
    waiting = await add(board, Kind.DIAL, due=now() + timedelta(hours=1))
    added = await board.do_not_call.add("T1", [entry(OTHER)])
    assert added.stopped == 0
    added = await board.do_not_call.add("T1", [entry()])
    found = await board.call(waiting.reference, "T1")
    assert found is not None
    assert (added.stopped, found.status) == (1, Status.REFUSED)
    assert found.reason is not None
    assert [part.key for part in found.reason.parts] == ["refused.number.do_not_call"]


async def test_a_thousand_numbers_are_added_and_found_again(board: Switchboard) -> None:
    many = [entry(f"+1514555{n:04}", reason=f"Reason {n}, 100 %") for n in range(1000)]
    assert len((await board.do_not_call.add("T1", [*many, *many])).new) == 1000
    again = await board.do_not_call.add("T1", many)
    assert (len(again.new), len(again.there)) == (0, 1000)
    assert await barred(board, "+15145550999")
    page = await board.do_not_call.search("T1", "", 980, 20)
    assert (page.total, page.first) == (1000, 980)
    assert [one.number for one in page.entries] == [f"+1514555{n:04}" for n in range(19, -1, -1)]
    last = await board.do_not_call.search("T1", "", 5000, 20)
    assert (last.first, last.entries) == (980, page.entries)
    everything = await board.do_not_call.everything("T1")
    assert [one.number for one in everything] == [one.number for one in many]


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ("555-1234", [NUMBER]),
        ("+1 (514) 555-1234", [NUMBER]),
        ("06 12 34", [OTHER]),
        ("LETTER", [NUMBER]),
        ("100%", [OTHER]),
        ("%", [OTHER]),
        ("_", []),
        ("12", []),
        ("000", []),
        ("", [OTHER, NUMBER]),
    ],
)
async def test_the_list_is_searched_by_number_and_by_reason(
    board: Switchboard, sought: str, found: list[str]
) -> None:
    await board.do_not_call.add("T1", [entry(), entry(OTHER, reason="100% certain")])
    page = await board.do_not_call.search("T1", sought, 0, 20)
    assert [one.number for one in page.entries] == found


async def test_two_who_add_at_once_make_one_entry(board: Switchboard) -> None:
    many = [entry(f"+1514555{n:04}") for n in range(50)]
    both = await asyncio.gather(
        board.do_not_call.add("T1", many), board.do_not_call.add("T1", many[::-1])
    )
    assert sorted(len(added.new) for added in both) == [0, 50]
    assert len(await records(board)) == 50


async def test_nothing_to_add_changes_nothing(board: Switchboard) -> None:
    assert await board.do_not_call.add("T1", []) == Added()


async def test_the_workspaces_are_those_of_which_anything_is_known(board: Switchboard) -> None:
    assert await board.workspaces.teams() == []
    await add(board)
    assert await board.workspaces.teams() == ["T1"]


async def test_a_database_that_is_away_is_told(board: Switchboard, database_url: str) -> None:
    async with away_from(database_url):
        for asked in (
            board.do_not_call.add("T1", [entry()]),
            board.do_not_call.remove("T1", NUMBER, ANA, "x"),
            board.do_not_call.undo("T1", NUMBER, ANA),
        ):
            with pytest.raises(DatabaseAway):
                await asked
