"""Who did what is noted by the transaction that does it, and stays as it was noted."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, timedelta

import pytest
from alembic import command
from sqlalchemy import text

from audited import rows, told
from calls.audit import COMMAND_LINE, HOME, Action, Deed, Mark
from calls.clock import now
from calls.directory import CallerId
from calls.do_not_call import Entry
from calls.errors import DatabaseAway, NotAllowed, TooLate
from calls.migrations.append_only import REFUSED
from calls.model import Call
from calls.order import Draft, Origin
from calls.rules import Rules
from calls.status import Status
from calls.switchboard import Switchboard
from calls.workspace import Workspace
from examples import ANA, ASSISTANT, BENOIT, CALLER, FRONT_DESK, NUMBER
from switch import add, opened
from test_database import scripts

MASKED = "•••• 1234"
DRAFT = Draft(number=NUMBER, assistant_id=ASSISTANT, phone_number_id=CALLER)
ORIGIN = Origin(team="T1", channel=FRONT_DESK, asked_by=ANA, language="en", gesture="V1")


@pytest.fixture
async def board(database_url: str) -> AsyncIterator[Switchboard]:
    async with opened(database_url) as found:
        yield found


async def placed(board: Switchboard, place: str = "") -> Call:
    """Let Ana place a call for tomorrow."""
    hour = now() + timedelta(days=1)
    return await board.place(DRAFT.having(hour=hour, zone="UTC"), ORIGIN, place=place)


async def test_what_is_done_to_a_call_is_noted_with_it(board: Switchboard) -> None:
    one = await placed(board)
    await placed(board)  # the same gesture again
    hour = now() + timedelta(days=2)
    for _ in range(2):  # to where it is already: nothing is done
        await board.move(one.reference, "T1", hour, BENOIT, HOME)
    await board.cancel(one.reference, "T1", BENOIT, FRONT_DESK)
    with pytest.raises(TooLate):
        await board.cancel(one.reference, "T1", ANA, HOME)
    with pytest.raises(NotAllowed):
        await board.place(DRAFT.having(number="12"), ORIGIN.having(gesture="V2"))
    moved = {"hour": hour.astimezone(UTC).isoformat()}
    assert told(await rows(board.database)) == [
        (ANA, "placed", one.reference, MASKED, FRONT_DESK, None),
        (BENOIT, "moved", one.reference, MASKED, HOME, moved),
        (BENOIT, "cancelled", one.reference, MASKED, FRONT_DESK, None),
    ]
    assert await rows(board.database, "T2") == []


async def test_a_trial_calls_number_is_not_even_shown_masked(board: Switchboard) -> None:
    one = await board.place(DRAFT, ORIGIN.having(trial=True), place=HOME)
    assert told(await rows(board.database)) == [(ANA, "placed", one.reference, None, HOME, None)]


async def test_neither_a_deed_nor_its_row_is_there_alone(board: Switchboard) -> None:
    """Where the row cannot be written, nothing is done."""
    waiting = await add(board)
    async with board.database.write() as connection:
        await connection.execute(text("ALTER TABLE audit RENAME TO elsewhere"))
    entry = Entry(number=NUMBER, added_by=ANA, added_at=now())
    deeds = (
        lambda: board.place(DRAFT, ORIGIN),
        lambda: board.cancel(waiting.reference, "T1", ANA),
        lambda: board.workspaces.stop("T1", ANA),
        lambda: board.workspaces.change("T1", 0, lambda f: f.having(rules=Rules(at_once=2)), ANA),
        lambda: board.do_not_call.add("T1", [entry]),
        lambda: board.trail.note("T1", Deed(action=Action.EXPORTED, by=ANA)),
    )
    for deed in deeds:
        with pytest.raises((DatabaseAway, Exception)):
            await deed()
    async with board.database.write() as connection:
        await connection.execute(text("ALTER TABLE elsewhere RENAME TO audit"))
    assert await rows(board.database) == []
    found = await board.call(waiting.reference, "T1")
    assert found is not None
    assert found.status is Status.QUEUED
    assert await board.latest("T1", ANA) == [found]
    assert (await board.workspaces.get("T1")).having(version=0) == Workspace()
    assert await board.do_not_call.everything("T1") == []


async def test_changes_of_a_workspace_are_noted_in_few_words(board: Switchboard) -> None:
    def changed(found: Workspace) -> Workspace:
        caller = CallerId(uuid=CALLER, name="Reception", number=NUMBER)
        rules = found.rules.having(at_once=2, people=(ANA,))
        return found.having(rules=rules, directory=found.directory.having(caller_ids=(caller,)))

    spaces = board.workspaces
    await spaces.change("T1", 0, changed, COMMAND_LINE, COMMAND_LINE)
    await spaces.change("T1", 1, lambda f: f.having(rules=Rules(at_once=3)), ANA, "window")
    await spaces.change("T1", 2, lambda found: found, ANA, "window")
    await board.dialling.stop("T1", ANA, HOME)
    await board.dialling.stop("T1", BENOIT, HOME)
    await board.dialling.resume("T1", BENOIT, FRONT_DESK)
    at = COMMAND_LINE
    assert told(await rows(board.database)) == [
        (at, "rules_changed", None, None, at, {"people": f'– → ["{ANA}"]', "at_once": "– → 2"}),
        (at, "directory_changed", None, None, at, {"caller_ids": "Reception"}),
        (
            *(ANA, "rules_changed", None, None, "window"),
            {"people": f'["{ANA}"] → –', "at_once": "2 → 3"},
        ),
        (ANA, "stopped", None, None, HOME, None),
        (BENOIT, "resumed", None, None, FRONT_DESK, None),
    ]


async def test_a_long_change_is_cut(board: Switchboard) -> None:
    people = tuple(f"U{n:09}" for n in range(40))
    names = [CallerId(uuid=f"{n:08}-{CALLER[9:]}", name=f"N{n}", number="") for n in range(30)]

    def changed(found: Workspace) -> Workspace:
        directory = found.directory.having(caller_ids=tuple(names))
        return found.having(rules=Rules(people=people), directory=directory)

    await board.workspaces.change("T1", 0, changed, ANA)
    rules, directory = [row.told for row in await rows(board.database)]
    assert rules is not None
    assert directory is not None
    assert len(rules["people"]) == len("– → ") + 200
    assert directory["caller_ids"].endswith("N19, …")


async def test_the_do_not_call_lists_changes_are_noted(board: Switchboard) -> None:
    numbers = [NUMBER, "+33612345678"]
    entries = [Entry(number=n, added_by="letter", added_at=now()) for n in numbers]
    await board.do_not_call.add("T1", entries, ANA, "window")
    await board.do_not_call.add("T1", entries, ANA, "window")  # they are there
    await board.do_not_call.remove("T1", NUMBER, BENOIT, "consent", FRONT_DESK)
    await board.do_not_call.remove("T1", NUMBER, BENOIT, "consent", FRONT_DESK)
    await board.do_not_call.add("T1", [entries[0].having(added_by=ANA)], place=FRONT_DESK)
    await board.do_not_call.undo("T1", NUMBER, ANA, FRONT_DESK)
    added, removed = "do_not_call_added", "do_not_call_removed"
    assert told(await rows(board.database)) == [
        (ANA, added, None, None, "window", {"numbers": "2"}),
        (BENOIT, removed, None, MASKED, FRONT_DESK, None),
        (ANA, added, None, MASKED, FRONT_DESK, None),
        (ANA, removed, None, MASKED, FRONT_DESK, None),
    ]


@pytest.mark.parametrize("migrated", [False, True], ids=["new", "migrated"])
async def test_a_row_can_be_neither_changed_nor_taken_away(
    board: Switchboard, *, migrated: bool
) -> None:
    if migrated:
        for revision, go in (("0004", command.downgrade), ("head", command.upgrade)):
            async with board.database.write() as connection:
                await connection.run_sync(lambda c, r=revision, g=go: g(scripts(c), r))  # type: ignore[misc]
    await board.trail.note("T1", Deed(action=Action.EXPORTED, by=ANA, place=HOME))
    statements = ["UPDATE audit SET by = 'x'", "DELETE FROM audit"]
    if not board.database.is_sqlite:
        statements.append("TRUNCATE audit")
    for statement in statements:
        with pytest.raises(DatabaseAway) as caught:
            async with board.database.write() as connection:
                await connection.execute(text(statement))
        assert REFUSED in str(caught.value.__cause__)
    assert told(await rows(board.database)) == [(ANA, "exported", None, None, HOME, None)]


async def test_the_log_is_read_a_page_at_a_time(board: Switchboard) -> None:
    trail = board.trail
    assert (await trail.newest("T1", 2)).rows == ()
    for by in "abcde":
        await trail.note("T1", Deed(action=Action.EXPORTED, by=by))
    await trail.note("T2", Deed(action=Action.EXPORTED, by="z"))
    leaf = await trail.newest("T1", 2)
    seen = [(leaf.newer, [row.by for row in leaf.rows], leaf.older)]
    for _ in range(2):
        leaf = await trail.older("T1", Mark(at=leaf.rows[-1].at, id=leaf.rows[-1].id), 2)
        seen.append((leaf.newer, [row.by for row in leaf.rows], leaf.older))
    for _ in range(2):
        leaf = await trail.newer("T1", Mark(at=leaf.rows[0].at, id=leaf.rows[0].id), 2)
        seen.append((leaf.newer, [row.by for row in leaf.rows], leaf.older))
    assert seen == [
        (False, ["e", "d"], True),
        (True, ["c", "b"], True),
        (True, ["a"], False),
        (True, ["c", "b"], True),
        (False, ["e", "d"], True),
    ]


async def test_the_whole_log_is_gone_through_from_an_instant_on(board: Switchboard) -> None:
    await board.trail.note("T1", Deed(action=Action.EXPORTED, by="old"))
    await asyncio.sleep(0.01)
    since = now()
    for by in "abc":
        await board.trail.note("T1", Deed(action=Action.EXPORTED, by=by))

    async def names(**asked: object) -> list[str]:
        return [row.by async for found in board.trail.rows("T1", **asked) for row in found]  # type: ignore[arg-type]

    assert await names() == ["old", "a", "b", "c"]
    assert await names(since=since) == ["a", "b", "c"]
