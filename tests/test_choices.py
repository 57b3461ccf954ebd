"""What somebody chose last is remembered: per conversation, beyond a restart, within bounds."""

import asyncio
from collections.abc import Sequence

from sqlalchemy import func, select

from calls import tables
from calls.choices import KEPT, Choice, Choices
from calls.database import Database
from flow import PATIENCE
from switch import opened

WHO = "T1", "U1"


def told(choices: Choices, channel: str) -> list[str]:
    return [one.assistant_id for one in choices.known(*WHO, channel)]


async def read(choices: Choices, channel: str) -> Sequence[Choice]:
    """Read what was chosen; a busy machine may take longer for it than a form waits."""
    async with asyncio.timeout(PATIENCE):
        while not (found := await choices.newest(*WHO, channel)):
            pass
    return found


async def test_the_conversations_own_choice_comes_first_then_the_newest(database_url: str) -> None:
    async with opened(database_url) as board:
        choices = board.choices
        for number, channel in enumerate(("C1", "C2", "C1", "C3")):
            choices.note(*WHO, channel, f"A{number}", "N")
        assert told(choices, "C2") == ["A1", "A3", "A2"]
        assert told(choices, "C9") == ["A3", "A2", "A1"]
        assert choices.known("T1", "U2", "C1") == ()
        await choices.close()
        later = Choices(board.database)
        assert told(later, "C2") == []
        await read(later, "C2")
        assert told(later, "C2") == ["A1", "A3", "A2"]


async def test_the_same_choice_again_is_not_written_again(database_url: str) -> None:
    async with opened(database_url) as board:
        board.choices.note(*WHO, "C1", "A1", "N1")
        (first,) = board.choices.known(*WHO, "C1")
        board.choices.note(*WHO, "C1", "A1", "N1")
        assert board.choices.known(*WHO, "C1") == (first,)
        board.choices.note(*WHO, "C1", "A1", "N2")
        await board.choices.close()
        async with board.database.read() as connection:
            counted = await connection.execute(select(func.count()).select_from(tables.choices))
            assert counted.scalar() == 1
        (newest,) = await read(Choices(board.database), "C1")
        assert newest.phone_number_id == "N2"


async def test_memory_keeps_a_bounded_many(database_url: str) -> None:
    async with opened(database_url) as board:
        choices = Choices(board.database, most=2)
        for person in ("U1", "U2", "U3"):
            choices.note("T1", person, "C1", "A1", "N1")
        assert [bool(choices.known("T1", f"U{n}", "C1")) for n in (1, 2, 3)] == [False, True, True]
        for number in range(KEPT + 5):
            choices.note(*WHO, f"C{number}", "A1", "N1")
        assert len(told(choices, "C0")) == KEPT
        await choices.close()


async def test_without_the_database_memory_answers(database_url: str) -> None:
    database = Database(database_url)
    choices = Choices(database)
    await database.close()
    choices.note(*WHO, "C1", "A1", "N1")
    assert [one.assistant_id for one in await choices.newest(*WHO, "C1")] == ["A1"]
    await choices.close()
